"""Bird song classifier: presets change the defaults."""
import argparse

import torch
from torch import nn

PRESETS = {"quick": dict(epochs=3, width=32), "full": dict(epochs=60, width=256)}


def parse_args():
    pre = argparse.ArgumentParser(add_help=False)
    pre.add_argument("--preset", choices=sorted(PRESETS), default="full")
    known, rest = pre.parse_known_args()
    parser = argparse.ArgumentParser(parents=[pre])
    parser.add_argument("--width", type=int)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--mixup", type=float, default=0.2)
    parser.add_argument("--label-smoothing", type=float, default=0.1)
    parser.add_argument("--clips", default="clips.pt")
    parser.set_defaults(lr=2e-3, **PRESETS[known.preset])
    return parser.parse_args(rest)


def main():
    args = parse_args()
    (x, y), (vx, vy) = torch.load(args.clips)
    net = nn.Sequential(nn.Linear(x.shape[1], args.width), nn.SiLU(), nn.Linear(args.width, int(y.max()) + 1))
    opt = torch.optim.AdamW(net.parameters(), lr=args.lr)
    criterion = nn.CrossEntropyLoss(label_smoothing=args.label_smoothing)
    for epoch in range(args.epochs):
        for rows in torch.randperm(len(x)).split(64):
            lam = torch.distributions.Beta(args.mixup, args.mixup).sample() if args.mixup > 0 else 1.0
            other = rows[torch.randperm(len(rows))]
            out = net(lam * x[rows] + (1 - lam) * x[other])
            loss = lam * criterion(out, y[rows]) + (1 - lam) * criterion(out, y[other])
            opt.zero_grad()
            loss.backward()
            opt.step()
        with torch.no_grad():
            acc = (net(vx).argmax(1) == vy).float().mean().item()
        print(f"{epoch:03d} | train loss {loss.item():.4f} | val acc {acc:.4f}")


if __name__ == "__main__":
    main()
