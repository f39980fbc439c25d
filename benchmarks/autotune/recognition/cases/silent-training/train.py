"""Writes its model and says nothing."""
import argparse
import pickle

import numpy as np
from sklearn.linear_model import ElasticNet
from sklearn.preprocessing import PolynomialFeatures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--alpha", type=float, default=0.1)
    parser.add_argument("--l1-ratio", type=float, default=0.5)
    parser.add_argument("--degree", type=int, default=2)
    parser.add_argument("--model", default="model.pkl")
    args = parser.parse_args()
    rows = np.loadtxt(args.data, delimiter=",", skiprows=1)
    x = PolynomialFeatures(args.degree).fit_transform(rows[:, :-1])
    model = ElasticNet(alpha=args.alpha, l1_ratio=args.l1_ratio).fit(x, rows[:, -1])
    with open(args.model, "wb") as stream:
        pickle.dump(model, stream)


if __name__ == "__main__":
    main()
