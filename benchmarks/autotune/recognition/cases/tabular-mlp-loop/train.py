"""A multi-layer perceptron for a CSV of house prices; the options are declared in a table."""
import argparse

import numpy as np
import pandas as pd
import torch
from torch import nn

OPTIONS = [
    ("lr", float, 2e-3, "learning rate"),
    ("l2", float, 1e-5, "weight decay"),
    ("width", int, 96, "units of a hidden layer"),
    ("depth", int, 3, "hidden layers"),
    ("dropout", float, 0.1, "dropout after each hidden layer"),
    ("batch_size", int, 256, "rows per step"),
    ("epochs", int, 60, "passes over the rows"),
    ("seed", int, 0, "seed"),
]


def get_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", default="houses.csv")
    parser.add_argument("--target", default="price")
    for name, kind, default, text in OPTIONS:
        parser.add_argument(f"--{name}", type=kind, default=default, help=text)
    return parser.parse_args()


def network(columns, width, depth, dropout):
    layers, n = [], columns
    for _ in range(depth):
        layers += [nn.Linear(n, width), nn.GELU(), nn.Dropout(dropout)]
        n = width
    return nn.Sequential(*layers, nn.Linear(n, 1))


def load(args):
    frame = pd.read_csv(args.csv).sample(frac=1.0, random_state=args.seed)
    y = np.log1p(frame.pop(args.target).to_numpy(dtype="float32"))
    x = frame.select_dtypes("number").fillna(0.0).to_numpy(dtype="float32")
    x = (x - x.mean(0)) / (x.std(0) + 1e-6)
    cut = int(0.8 * len(x))
    as_t = torch.from_numpy
    return (as_t(x[:cut]), as_t(y[:cut])), (as_t(x[cut:]), as_t(y[cut:]))


def main():
    args = get_args()
    torch.manual_seed(args.seed)
    (x, y), (vx, vy) = load(args)
    net = network(x.shape[1], args.width, args.depth, args.dropout)
    opt = torch.optim.Adam(net.parameters(), lr=args.lr, weight_decay=args.l2)
    for epoch in range(args.epochs):
        net.train()
        for rows in torch.randperm(len(x)).split(args.batch_size):
            loss = nn.functional.mse_loss(net(x[rows]).squeeze(1), y[rows])
            opt.zero_grad()
            loss.backward()
            opt.step()
        net.eval()
        with torch.no_grad():
            rmse = (net(vx).squeeze(1) - vy).pow(2).mean().sqrt()
        print(f"epoch={epoch} train_loss={loss.item():.4f} val_rmse={rmse.item():.4f}")


if __name__ == "__main__":
    main()
