"""Predict delivery times with CatBoost."""
import argparse

import pandas as pd
from catboost import CatBoostRegressor, Pool


def main(args):
    train, valid = pd.read_csv(args.train), pd.read_csv(args.valid)
    cats = args.cat_features
    pool = Pool(train.drop(columns="minutes"), train["minutes"], cat_features=cats)
    eval_pool = Pool(valid.drop(columns="minutes"), valid["minutes"], cat_features=cats)
    model = CatBoostRegressor(
        iterations=args.iterations,
        learning_rate=args.learning_rate,
        depth=args.depth,
        l2_leaf_reg=args.l2_leaf_reg,
        random_strength=args.random_strength,
        bagging_temperature=args.bagging_temperature,
        loss_function=args.loss_function,
        eval_metric="MAE",
        od_type="Iter",
        od_wait=args.od_wait,
        thread_count=args.thread_count,
        random_seed=args.random_seed,
        task_type=args.task_type,
    )
    model.fit(pool, eval_set=eval_pool, verbose=100)
    scores = model.get_best_score()["validation"]
    print(f"best_iteration={model.get_best_iteration()} validation_mae={scores['MAE']:.4f}")
    model.save_model(args.model_file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", default="train.csv")
    parser.add_argument("--valid", default="valid.csv")
    parser.add_argument("--cat-features", nargs="*", default=["city", "courier"])
    parser.add_argument("--iterations", type=int, default=3000)
    parser.add_argument("--learning-rate", type=float, default=0.06)
    parser.add_argument("--depth", type=int, default=7)
    parser.add_argument("--l2-leaf-reg", type=float, default=3.0)
    parser.add_argument("--random-strength", type=float, default=1.0)
    parser.add_argument("--bagging-temperature", type=float, default=1.0)
    parser.add_argument("--loss-function", default="RMSE", choices=["RMSE", "MAE", "Quantile:alpha=0.5"])
    parser.add_argument("--od-wait", type=int, default=150)
    parser.add_argument("--thread-count", type=int, default=4)
    parser.add_argument("--random-seed", type=int, default=0)
    parser.add_argument("--task-type", default="CPU", choices=["CPU", "GPU"])
    parser.add_argument("--model-file", default="delivery.cbm")
    main(parser.parse_args())
