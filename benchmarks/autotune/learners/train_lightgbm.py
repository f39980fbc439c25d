"""Train LightGBM for a fixed number of rounds on one data set and print the loss on its validation part."""

import argparse

import lightgbm as lgb
import numpy as np
from tabular import Tabular, load, loss_of


def parse_args(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--num-iterations", type=int, default=100)
    parser.add_argument("--learning-rate", type=float, default=0.1)
    parser.add_argument("--num-leaves", type=int, default=31)
    parser.add_argument("--min-data-in-leaf", type=int, default=20)
    parser.add_argument("--feature-fraction", type=float, default=1.0)
    parser.add_argument("--bagging-fraction", type=float, default=1.0)
    parser.add_argument("--bagging-freq", type=int, default=1)
    parser.add_argument("--lambda-l1", type=float, default=0.0)
    parser.add_argument("--lambda-l2", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def train(args, data: Tabular):
    """Train, print the validation loss, and return the function that predicts."""
    params = {
        "objective": "regression" if not data.classes else "binary" if data.classes == 2 else "multiclass",
        "learning_rate": args.learning_rate,
        "num_leaves": args.num_leaves,
        "min_data_in_leaf": args.min_data_in_leaf,
        "feature_fraction": args.feature_fraction,
        "bagging_fraction": args.bagging_fraction,
        "bagging_freq": args.bagging_freq,
        "lambda_l1": args.lambda_l1,
        "lambda_l2": args.lambda_l2,
        "seed": args.seed,
        "num_threads": 1,
        "verbosity": -1,
    }
    if data.classes > 2:
        params["num_class"] = data.classes
    booster = lgb.train(params, lgb.Dataset(data.x_train, data.y_train), num_boost_round=args.num_iterations)

    def predict(x):
        predicted = np.asarray(booster.predict(x))
        return np.column_stack([1 - predicted, predicted]) if data.classes == 2 else predicted

    print(f"val_loss={loss_of(predict(data.x_valid), data.y_valid):.6f}")
    return predict


if __name__ == "__main__":
    arguments = parse_args()
    train(arguments, load(arguments.data))
