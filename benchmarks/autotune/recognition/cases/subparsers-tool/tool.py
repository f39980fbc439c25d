"""One program for training and for prediction."""
import argparse
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score


def train(args):
    data = np.load(args.data)
    model = HistGradientBoostingClassifier(
        learning_rate=args.rate, max_iter=args.rounds, max_leaf_nodes=args.max_leaf_nodes,
        l2_regularization=args.l2, min_samples_leaf=args.min_samples_leaf, early_stopping=False,
    )
    model.fit(data["x"], data["y"])
    auc = roc_auc_score(data["vy"], model.predict_proba(data["vx"])[:, 1])
    print(f"auc_valid {auc:.5f}")
    return 0


def predict(args):
    print(np.load(args.data)["x"].shape, args.threshold, args.model)
    return 0


def main():
    parser = argparse.ArgumentParser(prog="tool")
    commands = parser.add_subparsers(dest="command", required=True)
    t = commands.add_parser("train", help="fit a model")
    t.add_argument("--data", default="train.npz")
    t.add_argument("--rate", type=float, default=0.1)
    t.add_argument("--rounds", type=int, default=200)
    t.add_argument("--max-leaf-nodes", type=int, default=31)
    t.add_argument("--min-samples-leaf", type=int, default=20)
    t.add_argument("--l2", type=float, default=0.0)
    t.set_defaults(run=train)
    p = commands.add_parser("predict", help="use a model")
    p.add_argument("--data", default="new.npz")
    p.add_argument("--model", default="model.bin")
    p.add_argument("--threshold", type=float, default=0.5)
    p.set_defaults(run=predict)
    args = parser.parse_args()
    return args.run(args)


if __name__ == "__main__":
    sys.exit(main())
