"""Gradient boosting on a made-up regression: rounds and depth decide how long it takes."""

import argparse
import sys

sys.modules["sklearn"] = sys.modules["pandas"] = None  # xgboost imports them where it can, which takes a second

import numpy as np  # noqa: E402
import xgboost as xgb  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--n-estimators", type=int, default=100)
parser.add_argument("--max-depth", type=int, default=6)
parser.add_argument("--learning-rate", type=float, default=0.1)
parser.add_argument("--subsample", type=float, default=1.0)
parser.add_argument("--rows", type=int, default=500)
args = parser.parse_args()

rng = np.random.default_rng(0)
x = rng.normal(size=(args.rows, 8))
y = np.sin(x[:, 0]) + x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=args.rows)
half = args.rows // 2
params = {
    "eta": args.learning_rate,
    "max_depth": args.max_depth,
    "subsample": args.subsample,
    "nthread": 1,
}
booster = xgb.train(params, xgb.DMatrix(x[:half], y[:half]), num_boost_round=args.n_estimators)
error = float(np.sqrt(np.mean((booster.predict(xgb.DMatrix(x[half:])) - y[half:]) ** 2)))
print(f"validation rmse: {error:.5f}")
