"""python -m pricing.train --alpha 1.0"""
import argparse
import logging

import numpy as np
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics import mean_absolute_percentage_error

from pricing.data import load


def main():
    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
    p = argparse.ArgumentParser(prog="pricing.train")
    p.add_argument("--alpha", type=float, default=1.0)
    p.add_argument("--rbf-gamma", type=float, default=0.1)
    p.add_argument("--year", type=int, default=2023, help="year of the prices")
    p.add_argument("--holdout-months", type=int, default=3)
    a = p.parse_args()
    x, y, vx, vy = load(a.year, a.holdout_months)
    model = KernelRidge(alpha=a.alpha, gamma=a.rbf_gamma, kernel="rbf").fit(x, np.log(y))
    mape = mean_absolute_percentage_error(vy, np.exp(model.predict(vx)))
    logging.info("holdout MAPE: %.3f", mape)


if __name__ == "__main__":
    main()
