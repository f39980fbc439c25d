"""Train XGBoost with early stopping on one data set and print the loss on its validation part."""

import argparse

import numpy as np
import xgboost
from tabular import Tabular, load, loss_of


def parse_args(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--n-estimators", type=int, default=300)
    parser.add_argument("--learning-rate", type=float, default=0.3)
    parser.add_argument("--max-depth", type=int, default=6)
    parser.add_argument("--min-child-weight", type=float, default=1.0)
    parser.add_argument("--subsample", type=float, default=1.0)
    parser.add_argument("--colsample-bytree", type=float, default=1.0)
    parser.add_argument("--gamma", type=float, default=0.0)
    parser.add_argument("--reg-alpha", type=float, default=0.0)
    parser.add_argument("--reg-lambda", type=float, default=1.0)
    parser.add_argument("--early-stopping-rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def train(args, data: Tabular):
    """Train, print the validation loss, and return the function that predicts."""
    model_class = xgboost.XGBClassifier if data.classes else xgboost.XGBRegressor
    model = model_class(
        n_estimators=args.n_estimators,
        learning_rate=args.learning_rate,
        max_depth=args.max_depth,
        min_child_weight=args.min_child_weight,
        subsample=args.subsample,
        colsample_bytree=args.colsample_bytree,
        gamma=args.gamma,
        reg_alpha=args.reg_alpha,
        reg_lambda=args.reg_lambda,
        early_stopping_rounds=args.early_stopping_rounds,
        random_state=args.seed,
        n_jobs=1,
    )
    model.fit(data.x_train, data.y_train, eval_set=[(data.x_valid, data.y_valid)], verbose=False)
    predict = model.predict_proba if data.classes else model.predict
    print(f"val_loss={loss_of(np.asarray(predict(data.x_valid)), data.y_valid):.6f}")
    return predict


if __name__ == "__main__":
    arguments = parse_args()
    train(arguments, load(arguments.data))
