import sys

import torch
from torch import nn

lr, dropout, epochs, seed = float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
torch.manual_seed(seed)
(x, y), (vx, vy) = torch.load("sensor.pt")
net = nn.Sequential(nn.Linear(x.shape[1], 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 1))
opt = torch.optim.Adam(net.parameters(), lr=lr)
for epoch in range(epochs):
    loss = nn.functional.mse_loss(net.train()(x).squeeze(1), y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    with torch.no_grad():
        print("epoch %d val_mse %.5f" % (epoch, nn.functional.mse_loss(net.eval()(vx).squeeze(1), vy)))
