"""Image retrieval; metrics and meters live in a package."""
import argparse

import torch

from lib.engine import evaluate, train_one_epoch
from lib.model import build_model


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--root", default="stanford")
    ap.add_argument("--emb-size", type=int, default=128)
    ap.add_argument("--lr", type=float, default=1e-4)
    ap.add_argument("--head-lr", type=float, default=1e-3)
    ap.add_argument("--weight-decay", type=float, default=1e-4)
    ap.add_argument("--triplet-margin", type=float, default=0.2)
    ap.add_argument("--ids-per-batch", type=int, default=16)
    ap.add_argument("--images-per-id", type=int, default=4)
    ap.add_argument("--epochs", type=int, default=40)
    ap.add_argument("--eval-period", type=int, default=5)
    ap.add_argument("--log-period", type=int, default=20)
    args = ap.parse_args()
    model = build_model(args.emb_size)
    groups = [{"params": model.trunk.parameters(), "lr": args.lr}, {"params": model.head.parameters(), "lr": args.head_lr}]
    optimizer = torch.optim.Adam(groups, weight_decay=args.weight_decay)
    for epoch in range(args.epochs):
        train_one_epoch(model, optimizer, args, epoch)
        if (epoch + 1) % args.eval_period == 0:
            evaluate(model, args.root)


if __name__ == "__main__":
    main()
