"""A scikit-learn script: a random forest that predicts how a disease goes on, judged by cross-validation."""

import argparse

from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import cross_val_score


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--n-estimators", type=int, default=50)
    parser.add_argument("--max-depth", type=int, default=12)
    parser.add_argument("--min-samples-leaf", type=int, default=1)
    parser.add_argument("--max-features", type=float, default=1.0, help="share of the columns tried at each split")
    parser.add_argument("--random-state", type=int, default=0)
    args = parser.parse_args()

    features, target = load_diabetes(return_X_y=True)
    forest = RandomForestRegressor(
        n_estimators=args.n_estimators,
        max_depth=args.max_depth,
        min_samples_leaf=args.min_samples_leaf,
        max_features=args.max_features,
        random_state=args.random_state,
    )
    scores = cross_val_score(forest, features, target, cv=5, scoring="neg_root_mean_squared_error")
    print(f"val_rmse: {-scores.mean():.4f}")


if __name__ == "__main__":
    main()
