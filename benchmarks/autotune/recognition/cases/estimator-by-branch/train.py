"""Regression by one of several estimators, each with values of its own."""
import argparse

from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.preprocessing import PolynomialFeatures

from houses import read

parser = argparse.ArgumentParser()
parser.add_argument("--csv", default="houses.csv")
parser.add_argument("--estimator", default="boosting", choices=["ridge", "forest", "boosting"])
parser.add_argument("--degree", type=int, default=2)
parser.add_argument("--strength", type=float, default=1.0)
parser.add_argument("--trees", type=int, default=200)
parser.add_argument("--leaf", type=int, default=3)
parser.add_argument("--shrinkage", type=float, default=0.1)
parser.add_argument("--levels", type=int, default=3)
parser.add_argument("--random-state", type=int, default=3)
a = parser.parse_args()

x_train, x_val, y_train, y_val = read(a.csv)
if a.estimator == "ridge":
    widened = PolynomialFeatures(a.degree).fit(x_train)
    x_train, x_val = widened.transform(x_train), widened.transform(x_val)
    model = Ridge(a.strength)
elif a.estimator == "forest":
    model = RandomForestRegressor(a.trees, min_samples_leaf=a.leaf, random_state=a.random_state)
else:
    model = GradientBoostingRegressor(
        n_estimators=a.trees, learning_rate=a.shrinkage, max_depth=a.levels, random_state=a.random_state
    )
model.fit(x_train, y_train)
print(f"validation mse: {mean_squared_error(y_val, model.predict(x_val)):.4f}")
