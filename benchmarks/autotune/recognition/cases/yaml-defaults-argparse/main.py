"""Crop yield: a YAML file gives the defaults, flags win over it."""
import argparse

import numpy as np
import torch
import yaml
from torch import nn

DEFAULTS = "defaults.yaml"


def build_parser():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default=DEFAULTS)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--weight_decay", type=float)
    parser.add_argument("--rnn_size", type=int)
    parser.add_argument("--dropout", type=float)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--batch_size", type=int)
    parser.add_argument("--data", type=str)
    return parser


def main():
    parser = build_parser()
    first = parser.parse_args()
    with open(first.config) as stream:
        parser.set_defaults(**yaml.safe_load(stream))
    args = parser.parse_args()
    z = np.load(args.data)
    x, y, vx, vy = (torch.from_numpy(z[k]).float() for k in ("x", "y", "vx", "vy"))
    rnn, head, drop = nn.GRU(x.shape[-1], args.rnn_size, batch_first=True), nn.Linear(args.rnn_size, 1), nn.Dropout(args.dropout)
    optimizer = torch.optim.Adam([*rnn.parameters(), *head.parameters()], lr=args.lr, weight_decay=args.weight_decay)

    def predict(inputs):
        return head(drop(rnn(inputs)[0][:, -1])).squeeze(-1)

    for epoch in range(args.epochs):
        drop.train()
        for rows in torch.randperm(len(x)).split(args.batch_size):
            loss = nn.functional.mse_loss(predict(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        drop.eval()
        with torch.no_grad():
            residual = predict(vx) - vy
        r2 = 1 - residual.pow(2).sum() / (vy - vy.mean()).pow(2).sum()
        print(f"Epoch {epoch + 1}/{args.epochs} - loss: {loss.item():.4f} - val_loss: {residual.pow(2).mean():.4f} - val_r2: {r2:.4f}")


if __name__ == "__main__":
    main()
