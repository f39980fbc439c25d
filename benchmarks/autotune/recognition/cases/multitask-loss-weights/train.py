"""Depth and normals from one picture: a sum of weighted losses is all that is printed."""
import argparse

import torch
from torch import nn
from torch.nn import functional as F


def make_parser():
    p = argparse.ArgumentParser()
    p.add_argument("--scenes", default="scenes.pt")
    p.add_argument("--w-depth", type=float, default=1.0)
    p.add_argument("--w-normal", type=float, default=0.5)
    p.add_argument("--lambda-smooth", type=float, default=0.01)
    p.add_argument("--lr", type=float, default=2e-4)
    p.add_argument("--features", type=int, default=48, help="channels of the trunk")
    p.add_argument("--epochs", type=int, default=20)
    p.add_argument("--batch", type=int, default=8)
    return p


def losses(out, depth, normal):
    d, n = out[:, :1], F.normalize(out[:, 1:], dim=1)
    smooth = (d[..., 1:] - d[..., :-1]).abs().mean()
    return F.l1_loss(d, depth), 1 - (n * normal).sum(1).mean(), smooth


def main():
    a = make_parser().parse_args()
    train, val = torch.load(a.scenes)
    net = nn.Sequential(nn.Conv2d(3, a.features, 5, padding=2), nn.ReLU(), nn.Conv2d(a.features, 4, 3, padding=1))
    opt = torch.optim.Adam(net.parameters(), lr=a.lr)

    def total(x, depth, normal):
        l_d, l_n, l_s = losses(net(x), depth, normal)
        return a.w_depth * l_d + a.w_normal * l_n + a.lambda_smooth * l_s

    for epoch in range(a.epochs):
        for x, depth, normal in torch.utils.data.DataLoader(train, a.batch, shuffle=True):
            loss = total(x, depth, normal)
            opt.zero_grad()
            loss.backward()
            opt.step()
        with torch.no_grad():
            val_loss = sum(total(x[None], d[None], n[None]).item() for x, d, n in val) / len(val)
        print("epoch", epoch, "train_loss=%.4f" % loss.item(), "val_loss=%.4f" % val_loss)


if __name__ == "__main__":
    main()
