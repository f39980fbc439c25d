"""Rents: extra trees, judged by cross-validation; arguments through a small class of our own."""
import argparse

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.model_selection import KFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder


class Settings(argparse.Namespace):
    rents: str
    trees: int
    leaf: int
    features: float
    folds: int


def settings() -> Settings:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rents", default="rents.csv")
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--leaf", type=int, default=3, help="rows in a leaf, at least")
    parser.add_argument("--features", type=float, default=0.4, help="share of the columns tried at a split")
    parser.add_argument("--folds", type=int, default=5)
    return parser.parse_args(namespace=Settings())


def main() -> None:
    s = settings()
    frame = pd.read_csv(s.rents)
    y = frame.pop("rent")
    text = list(frame.select_dtypes("object"))
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), text), remainder="passthrough"),
        ExtraTreesRegressor(n_estimators=s.trees, min_samples_leaf=s.leaf, max_features=s.features, n_jobs=-1, random_state=0),
    )
    folds = KFold(s.folds, shuffle=True, random_state=0)
    result = cross_validate(model, frame, y, cv=folds, scoring=("neg_mean_absolute_error", "r2"))
    print(f"mae {-result['test_neg_mean_absolute_error'].mean():.2f}")
    print(f"r2 {result['test_r2'].mean():.4f}")


if __name__ == "__main__":
    main()
