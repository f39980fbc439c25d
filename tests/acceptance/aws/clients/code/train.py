"""A small network on a curve: what people train with PyTorch, in a second."""

import argparse
import os
from pathlib import Path

import torch
from layers import network

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.001)
parser.add_argument("--hidden", type=int, default=4)
parser.add_argument("--activation", choices=["relu", "tanh"], default="relu")
parser.add_argument("--epochs", type=int, default=6)
parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR", "."))
args = parser.parse_args()

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.linspace(-2, 2, 200).unsqueeze(1)
y = torch.sin(2 * x)
model = network(args.hidden, args.activation)
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
for epoch in range(args.epochs):
    for _ in range(20):
        loss = torch.nn.functional.mse_loss(model(x[::2]), y[::2])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        val_loss = torch.nn.functional.mse_loss(model(x[1::2]), y[1::2]).item()
    print(f"epoch {epoch} val_loss={val_loss:.6f}", flush=True)
saved = {"hidden": args.hidden, "activation": args.activation, "val_loss": val_loss, "weights": model.state_dict()}
torch.save(saved, Path(args.model_dir) / "model.pt")
