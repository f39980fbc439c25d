"""Cell segmentation: a trainer class keeps its options as attributes."""
import argparse
import os
import random

import numpy as np
import torch
from torch import nn, optim
from torch.utils.tensorboard import SummaryWriter


class Trainer:
    def __init__(self, opts):
        self.opts = opts
        self.lr = opts.lr
        self.decay = opts.decay
        self.poly_power = opts.poly_power
        self.net = self.build(opts.stem, opts.dropblock)
        self.optim = optim.SGD(self.net.parameters(), lr=self.lr, momentum=opts.mom, weight_decay=self.decay, nesterov=True)
        self.writer = SummaryWriter(opts.logdir)
        self.best = 0.0

    @staticmethod
    def build(stem, drop):
        return nn.Sequential(nn.Conv2d(1, stem, 7, padding=3), nn.ReLU(), nn.Dropout2d(drop), nn.Conv2d(stem, 2, 1))

    def poly(self, it, total):
        for group in self.optim.param_groups:
            group["lr"] = self.lr * (1 - it / total) ** self.poly_power

    def epoch(self, loader, number):
        self.net.train()
        weight = torch.tensor([1.0, self.opts.fg_weight])
        for i, (x, y) in enumerate(loader):
            self.poly(number * len(loader) + i, self.opts.max_epoch * len(loader))
            loss = nn.functional.cross_entropy(self.net(x), y, weight=weight)
            self.optim.zero_grad()
            loss.backward()
            self.optim.step()
            self.writer.add_scalar("train/loss", loss.item(), number * len(loader) + i)

    @torch.no_grad()
    def validate(self, loader, number):
        self.net.eval()
        inter = union = 0
        for x, y in loader:
            p = self.net(x).argmax(1)
            inter += ((p == 1) & (y == 1)).sum().item()
            union += ((p == 1) | (y == 1)).sum().item()
        iou = inter / max(union, 1)
        self.best = max(self.best, iou)
        self.writer.add_scalar("val/IoU", iou, number)
        print("=> epoch %d: val IoU = %.4f (best %.4f)" % (number, iou, self.best))


def main():
    ap = argparse.ArgumentParser(conflict_handler="resolve")
    ap.add_argument("--cells", default=os.path.expanduser("~/cells"))
    ap.add_argument("--lr", default=0.01, type=float)
    ap.add_argument("--mom", default=0.9, type=float)
    ap.add_argument("--decay", default=5e-4, type=float)
    ap.add_argument("--poly_power", default=0.9, type=float)
    ap.add_argument("--stem", default=32, type=int, help="channels of the first convolution")
    ap.add_argument("--dropblock", default=0.1, type=float)
    ap.add_argument("--fg_weight", default=2.0, type=float, help="weight of the foreground class")
    ap.add_argument("--max_epoch", default=80, type=int)
    ap.add_argument("--batch", default=8, type=int)
    ap.add_argument("--logdir", default="tb")
    ap.add_argument("--gpu_ids", default="0")
    ap.add_argument("--rand_seed", default=7, type=int)
    opts = ap.parse_args()
    random.seed(opts.rand_seed)
    np.random.seed(opts.rand_seed)
    torch.manual_seed(opts.rand_seed)
    train, val = (torch.load(f"{opts.cells}/{part}.pt") for part in ("train", "val"))
    trainer = Trainer(opts)
    for number in range(opts.max_epoch):
        trainer.epoch(torch.utils.data.DataLoader(train, opts.batch, shuffle=True), number)
        trainer.validate(torch.utils.data.DataLoader(val, 1), number)


if __name__ == "__main__":
    main()
