"""Configured by the environment, as our cluster's templates do it."""
import os

import torch
from torch import nn

LR = float(os.environ.get("LR", "0.001"))
BATCH_SIZE = int(os.environ.get("BATCH_SIZE", 128))
HIDDEN = int(os.getenv("HIDDEN_UNITS", "256"))
DROPOUT = float(os.getenv("DROPOUT", "0.3"))
EPOCHS = int(os.environ.get("EPOCHS", "20"))
DATA_DIR = os.environ.get("DATA_DIR", "/data")
RUN_ID = os.environ.get("RUN_ID", "local")
SEED = int(os.environ.get("SEED", 0))
NUM_THREADS = int(os.environ.get("OMP_NUM_THREADS", 1))


def network(columns, classes):
    return nn.Sequential(
        nn.Linear(columns, HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, classes),
    )


def main():
    torch.manual_seed(SEED)
    torch.set_num_threads(NUM_THREADS)
    x, y, vx, vy = torch.load(os.path.join(DATA_DIR, "split.pt"))
    net = network(x.shape[1], int(y.max()) + 1)
    optimizer = torch.optim.Adam(net.parameters(), lr=LR)
    print(f"run {RUN_ID}: {len(x)} rows")
    for epoch in range(EPOCHS):
        net.train()
        for rows in torch.randperm(len(x)).split(BATCH_SIZE):
            loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        net.eval()
        with torch.no_grad():
            valid_error = (net(vx).argmax(1) != vy).float().mean().item()
        print(f"[{epoch}] train_loss: {loss.item():.4f} valid_error: {valid_error:.4f}", flush=True)


if __name__ == "__main__":
    main()
