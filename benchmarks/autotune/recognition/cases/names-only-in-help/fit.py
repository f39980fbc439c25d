"""Two small networks against each other; short options, long explanations."""
import argparse

import torch
from torch import nn

from sines import curves

ap = argparse.ArgumentParser()
ap.add_argument("--a", type=float, default=0.002, help="learning rate of the first network")
ap.add_argument("--b", type=float, default=0.0004, help="learning rate of the second network")
ap.add_argument("--c", type=float, default=0.1, help="amount of dropout, between 0 and 0.6")
ap.add_argument("--d", type=int, default=64, help="number of hidden units")
ap.add_argument("--k", type=int, default=500, help="number of epochs")
ap.add_argument("--m", type=float, default=0.3, help="share of noise that is shown in the picture (0..1)")
ap.add_argument("--n", type=int, default=256, help="batch size")
ap.add_argument("--picture-frequency", type=int, default=50)
ap.add_argument("--model-save-step", type=int, default=1000)
o = ap.parse_args()

one = nn.Sequential(nn.Linear(1, o.d), nn.ReLU(), nn.Dropout(o.c), nn.Linear(o.d, 1))
two = nn.Sequential(nn.Linear(1, o.d), nn.ReLU(), nn.Linear(o.d, 1))
groups = [{"params": one.parameters(), "rate": o.a}, {"params": two.parameters(), "rate": o.b}]
train, held_out = curves(o.n)
for turn in range(o.k):
    for x, y in train:
        for group, net in zip(groups, (one, two)):
            loss = ((net(x) - y) ** 2).mean()
            grads = torch.autograd.grad(loss, list(net.parameters()))
            with torch.no_grad():
                for weight, grad in zip(net.parameters(), grads):
                    weight -= group["rate"] * grad
    if turn % o.picture_frequency == 0:
        curves.draw(one, noise=o.m)
    if turn % o.model_save_step == 0:
        torch.save(one.state_dict(), "one.pt")
    print("val_mse: %.5f" % ((one(held_out[0]) - held_out[1]) ** 2).mean())
