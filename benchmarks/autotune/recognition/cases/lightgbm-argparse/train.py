"""Forecast of sales with LightGBM."""
import argparse

import lightgbm as lgb
import pandas as pd


def get_parser():
    parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("train_path")
    parser.add_argument("valid_path")
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--num-leaves", type=int, default=63)
    parser.add_argument("--max-depth", type=int, default=-1)
    parser.add_argument("--min-data-in-leaf", type=int, default=50)
    parser.add_argument("--feature-fraction", type=float, default=0.8)
    parser.add_argument("--bagging-fraction", type=float, default=0.9)
    parser.add_argument("--bagging-freq", type=int, default=1)
    parser.add_argument("--lambda-l2", type=float, default=0.1)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--stop-after", type=int, default=100, help="rounds without a better validation score")
    parser.add_argument("--metric", default="rmse")
    parser.add_argument("--num-threads", type=int, default=4)
    parser.add_argument("--out", default="sales.txt")
    return parser


def main():
    args = get_parser().parse_args()
    train, valid = pd.read_parquet(args.train_path), pd.read_parquet(args.valid_path)
    dtrain = lgb.Dataset(train.drop(columns="sales"), train["sales"])
    dvalid = lgb.Dataset(valid.drop(columns="sales"), valid["sales"], reference=dtrain)
    params = dict(
        objective="regression",
        metric=args.metric,
        learning_rate=args.learning_rate,
        num_leaves=args.num_leaves,
        max_depth=args.max_depth,
        min_data_in_leaf=args.min_data_in_leaf,
        feature_fraction=args.feature_fraction,
        bagging_fraction=args.bagging_fraction,
        bagging_freq=args.bagging_freq,
        lambda_l2=args.lambda_l2,
        num_threads=args.num_threads,
    )
    booster = lgb.train(
        params, dtrain, num_boost_round=args.rounds, valid_sets=[dvalid], valid_names=["valid"],
        callbacks=[lgb.early_stopping(args.stop_after), lgb.log_evaluation(50)],
    )
    booster.save_model(args.out)


if __name__ == "__main__":
    main()
