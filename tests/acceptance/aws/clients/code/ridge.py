"""Another algorithm for the same curve: polynomials, solved at once."""

import argparse
import os
from pathlib import Path

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--degree", type=int, default=1)
parser.add_argument("--alpha", type=float, default=1.0)
args = parser.parse_args()

x = torch.linspace(-2, 2, 200)
y = torch.sin(2 * x)
columns = torch.stack([x**power for power in range(args.degree + 1)], dim=1)
seen, held = columns[::2], columns[1::2]
weights = torch.linalg.solve(seen.T @ seen + args.alpha * torch.eye(args.degree + 1), seen.T @ y[::2])
print(f"val_loss={torch.mean((held @ weights - y[1::2]) ** 2).item():.6f}", flush=True)
torch.save({"weights": weights}, Path(os.environ["SM_MODEL_DIR"]) / "model.pt")
