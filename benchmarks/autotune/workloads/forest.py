"""A random forest of scikit-learn: trees and the size of their leaves decide how long it takes."""

import argparse

import numpy as np
from sklearn.ensemble import RandomForestRegressor

parser = argparse.ArgumentParser()
parser.add_argument("--n-estimators", type=int, default=50)
parser.add_argument("--max-depth", type=int, default=10)
parser.add_argument("--min-samples-leaf", type=int, default=1)
parser.add_argument("--max-features", type=float, default=1.0)
parser.add_argument("--rows", type=int, default=800)
args = parser.parse_args()

rng = np.random.default_rng(0)
x = rng.normal(size=(args.rows, 8))
y = np.sin(x[:, 0]) + x[:, 1] * x[:, 2] + 0.3 * rng.normal(size=args.rows)
half = args.rows // 2
model = RandomForestRegressor(
    n_estimators=args.n_estimators,
    max_depth=args.max_depth,
    min_samples_leaf=args.min_samples_leaf,
    max_features=args.max_features,
    random_state=0,
)
model.fit(x[:half], y[:half])
error = float(np.sqrt(np.mean((model.predict(x[half:]) - y[half:]) ** 2)))
print(f"validation rmse: {error:.5f}")
