"""Nothing has a default: the job scheduler gives every value."""
import argparse
import sys

import torch
from torch import nn


def parser():
    p = argparse.ArgumentParser()
    for name in ("--train", "--dev", "--checkpoint"):
        p.add_argument(name, required=True)
    p.add_argument("--lr", type=float, required=True)
    p.add_argument("--hidden-size", type=int, required=True)
    p.add_argument("--dropout", type=float, required=True)
    p.add_argument("--weight-decay", type=float)
    p.add_argument("--epochs", type=int, required=True)
    p.add_argument("--batch-size", type=int, required=True)
    p.add_argument("--clip-norm", type=float)
    return p


def main(argv):
    o = parser().parse_args(argv)
    x, y = torch.load(o.train)
    dx, dy = torch.load(o.dev)
    net = nn.Sequential(nn.Linear(x.shape[1], o.hidden_size), nn.Tanh(), nn.Dropout(o.dropout), nn.Linear(o.hidden_size, 2))
    opt = torch.optim.RMSprop(net.parameters(), lr=o.lr, weight_decay=o.weight_decay or 0.0)
    best = 0.0
    for _ in range(o.epochs):
        for rows in torch.randperm(len(x)).split(o.batch_size):
            loss = nn.functional.cross_entropy(net.train()(x[rows]), y[rows])
            opt.zero_grad()
            loss.backward()
            if o.clip_norm:
                nn.utils.clip_grad_norm_(net.parameters(), o.clip_norm)
            opt.step()
        with torch.no_grad():
            p = net.eval()(dx).argmax(1)
        tp = ((p == 1) & (dy == 1)).sum().item()
        f1 = 2 * tp / max(1, (p == 1).sum().item() + (dy == 1).sum().item())
        best = max(best, f1)
        print(f"dev_f1: {f1:.4f}", file=sys.stderr)
    torch.save(net, o.checkpoint)
    print(f"best_dev_f1: {best:.4f}")


if __name__ == "__main__":
    main(sys.argv[1:])
