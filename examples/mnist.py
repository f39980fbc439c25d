"""Handwritten digits with PyTorch: a training script as it is written for SageMaker's PyTorch container.

It takes each hyperparameter as `--name value`, finds its folders in SM_* variables where they are set, and prints
`validation:rmse=...` once an epoch. The digits come with scikit-learn, so nothing is downloaded.
"""

import argparse
import json
import os
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train a small network on handwritten digits.")
    parser.add_argument("--epochs", type=int, default=3, help="passes over the training data")
    parser.add_argument("--batch-size", type=int, default=64, help="images a step")
    parser.add_argument("--lr", type=float, default=0.001, help="Adam's learning rate")
    parser.add_argument("--beta1", type=float, default=0.9, help="decay of Adam's running mean")
    parser.add_argument("--beta2", type=float, default=0.999, help="decay of Adam's running variance")
    parser.add_argument("--hidden", type=int, default=64, help="units of the hidden layer")
    parser.add_argument("--backend", type=str, default="gloo", help="how several hosts would talk to each other")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model-dir", type=str, default=os.environ.get("SM_MODEL_DIR", "."))
    return parser.parse_args()


def load_data() -> tuple[TensorDataset, TensorDataset]:
    images, digits = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(images / 16.0, digits, test_size=0.2, random_state=0)
    return (
        TensorDataset(torch.tensor(train_x, dtype=torch.float32), torch.tensor(train_y)),
        TensorDataset(torch.tensor(test_x, dtype=torch.float32), torch.tensor(test_y)),
    )


def root_mean_squared_error(model: nn.Module, data: TensorDataset) -> float:
    """Between the predicted probabilities and the digits as one-hot vectors."""
    images, digits = data.tensors
    with torch.no_grad():
        probabilities = model(images).softmax(dim=1)
    return float((probabilities - nn.functional.one_hot(digits, 10)).pow(2).mean().sqrt())


def main() -> None:
    args = parse_arguments()
    torch.manual_seed(args.seed)
    if len(json.loads(os.environ.get("SM_HOSTS", "[]"))) > 1:
        torch.distributed.init_process_group(backend=args.backend)

    train_data, validation_data = load_data()
    loader = DataLoader(train_data, batch_size=args.batch_size, shuffle=True)
    model = nn.Sequential(nn.Linear(64, args.hidden), nn.ReLU(), nn.Linear(args.hidden, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, betas=(args.beta1, args.beta2))
    for epoch in range(1, args.epochs + 1):
        for images, digits in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(images), digits)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: validation:rmse={root_mean_squared_error(model, validation_data):.6f}")
    torch.save(model.state_dict(), Path(args.model_dir) / "model.pt")


if __name__ == "__main__":
    main()
