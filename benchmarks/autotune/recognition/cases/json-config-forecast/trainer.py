import numpy as np
import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, window, horizon, channels, kernel_size, num_blocks, dropout):
        super().__init__()
        layers, n = [], 1
        for i in range(num_blocks):
            layers += [nn.Conv1d(n, channels, kernel_size, padding="same", dilation=2 ** i), nn.ReLU(), nn.Dropout(dropout)]
            n = channels
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(channels * window, horizon)

    def forward(self, x):
        return self.head(self.body(x[:, None]).flatten(1))


class Trainer:
    def __init__(self, config, device):
        self.config = config
        torch.manual_seed(config["seed"])
        m = config["model"]
        self.model = Forecaster(m["window"], m["horizon"], m["channels"], m["kernel_size"], m["num_blocks"], m["dropout"]).to(device)
        o = config["optimizer"]
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=o["lr"], weight_decay=o["weight_decay"])
        self.device = device

    def windows(self, series, step=1):
        m = self.config["model"]
        w, h = m["window"], m["horizon"]
        starts = range(0, len(series) - w - h, step)
        return torch.stack([series[i : i + w] for i in starts]), torch.stack([series[i + w : i + w + h] for i in starts])

    def run(self):
        series = torch.from_numpy(np.load(self.config["data"]["file"]).astype("float32"))
        cut = int(len(series) * self.config["data"]["train_share"])
        x, y = self.windows(series[:cut])
        vx, vy = self.windows(series[cut:])
        for epoch in range(self.config["epochs"]):
            self.model.train()
            for rows in torch.randperm(len(x)).split(self.config["batch_size"]):
                loss = nn.functional.l1_loss(self.model(x[rows]), y[rows])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            self.model.eval()
            with torch.no_grad():
                error = self.model(vx) - vy
            print("Epoch: {0} | Train Loss: {1:.5f} Vali MAE: {2:.5f} Vali MSE: {3:.5f}".format(
                epoch + 1, loss.item(), error.abs().mean().item(), error.pow(2).mean().item()))
