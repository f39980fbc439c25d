import torch
from torch import nn


def block(a, b):
    return nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(), nn.Conv2d(b, b, 3, padding=1), nn.ReLU())


class UNet(nn.Module):
    def __init__(self, inp, out, base):
        super().__init__()
        self.d1, self.d2 = block(inp, base), block(base, 2 * base)
        self.mid = block(2 * base, 4 * base)
        self.u2, self.u1 = block(6 * base, 2 * base), block(3 * base, base)
        self.head = nn.Conv2d(base, out, 1)

    def forward(self, x):
        a = self.d1(x)
        b = self.d2(nn.functional.max_pool2d(a, 2))
        c = self.mid(nn.functional.max_pool2d(b, 2))
        up = nn.functional.interpolate
        b = self.u2(torch.cat([up(c, scale_factor=2), b], 1))
        return self.head(self.u1(torch.cat([up(b, scale_factor=2), a], 1)))
