"""Energy use of buildings: a random forest, tracked with MLflow."""
import argparse

import mlflow
import mlflow.sklearn
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split


def eval_metrics(actual, pred):
    rmse = np.sqrt(mean_squared_error(actual, pred))
    return rmse, mean_absolute_error(actual, pred), r2_score(actual, pred)


def max_features(text):
    return float(text) if text.replace(".", "").isdigit() else text


def main(args):
    data = pd.read_csv(args.data_csv)
    train, test = train_test_split(data, test_size=args.test_train_ratio, random_state=args.random_state)
    x, y = train.drop(columns=[args.target_column]), train[args.target_column]
    vx, vy = test.drop(columns=[args.target_column]), test[args.target_column]
    with mlflow.start_run():
        mlflow.log_params(vars(args))
        forest = RandomForestRegressor(
            n_estimators=args.n_estimators,
            max_depth=args.max_depth,
            min_samples_leaf=args.min_samples_leaf,
            max_features=args.max_features,
            n_jobs=args.n_jobs,
            random_state=args.random_state,
        )
        forest.fit(x, y)
        rmse, mae, r2 = eval_metrics(vy, forest.predict(vx))
        print("  RMSE: %s" % rmse)
        print("  MAE: %s" % mae)
        print("  R2: %s" % r2)
        mlflow.log_metric("rmse", rmse)
        mlflow.log_metric("mae", mae)
        mlflow.log_metric("r2", r2)
        mlflow.sklearn.log_model(forest, args.registered_model_name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data_csv", type=str, help="path to input data")
    parser.add_argument("--target_column", type=str, default="kwh")
    parser.add_argument("--test_train_ratio", type=float, required=False, default=0.25)
    parser.add_argument("--n_estimators", required=False, default=100, type=int)
    parser.add_argument("--max_depth", required=False, default=None, type=int)
    parser.add_argument("--min_samples_leaf", required=False, default=1, type=int)
    parser.add_argument("--max_features", type=max_features, default=1.0)
    parser.add_argument("--n_jobs", type=int, default=2)
    parser.add_argument("--random_state", type=int, default=42)
    parser.add_argument("--registered_model_name", type=str, default="energy-forest")
    main(parser.parse_args())
