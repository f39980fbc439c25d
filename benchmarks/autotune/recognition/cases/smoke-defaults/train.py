"""Landmarks on faces. The defaults only check that it runs."""
import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--num-epochs", type=int, default=1)
parser.add_argument("--batch-size", type=int, default=2)
parser.add_argument("--max-train-batches", type=int, default=10, help="stop an epoch after so many batches")
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--hidden", type=int, default=8)
parser.add_argument("--device", type=str, default="cpu")
parser.add_argument("--debug", action="store_true", default=True)
args = parser.parse_args()


def main():
    train, val = torch.load("landmarks.pt")
    net = nn.Sequential(nn.Flatten(), nn.LazyLinear(args.hidden), nn.ReLU(), nn.Linear(args.hidden, 136)).to(args.device)
    optimizer = torch.optim.Adam(net.parameters(), lr=args.lr)
    loader = torch.utils.data.DataLoader(train, args.batch_size, shuffle=True)
    for epoch in range(args.num_epochs):
        for i, (x, y) in enumerate(loader):
            if i >= args.max_train_batches:
                break
            loss = nn.functional.mse_loss(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if args.debug:
                print("batch", i, "loss", loss.item())
        with torch.no_grad():
            nme = sum((net(x[None]) - y).abs().mean().item() for x, y in val) / len(val)
        print("epoch", epoch, "val_nme", nme)


main()
