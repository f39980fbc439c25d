"""Train a multilayer perceptron with Adam on one data set and print the validation loss after each epoch."""

import argparse

import numpy as np
import torch
from tabular import Tabular, loss_of
from tabular import load_dense as load
from torch import nn


def parse_args(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--hidden-size", type=int, default=64)
    parser.add_argument("--num-layers", type=int, default=2)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(argv)


def build(args, columns, outputs):
    layers, width = [], columns
    for _ in range(args.num_layers):
        layers += [nn.Linear(width, args.hidden_size), nn.ReLU(), nn.Dropout(args.dropout)]
        width = args.hidden_size
    return nn.Sequential(*layers, nn.Linear(width, outputs))


def train(args, data: Tabular):
    """Train, print the validation loss of each epoch, and return the function that predicts."""
    torch.manual_seed(args.seed)
    x, y = torch.from_numpy(data.x_train), torch.from_numpy(data.y_train)
    model = build(args, x.shape[1], data.classes or 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
    criterion = nn.CrossEntropyLoss() if data.classes else nn.MSELoss()

    def predict(features):
        model.eval()
        with torch.no_grad():
            output = model(torch.from_numpy(features))
            return torch.softmax(output, dim=1).numpy() if data.classes else output[:, 0].numpy()

    for epoch in range(args.epochs):
        model.train()
        for batch in torch.randperm(len(x)).split(args.batch_size):
            optimizer.zero_grad()
            output = model(x[batch])
            loss = criterion(output if data.classes else output[:, 0], y[batch])
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1} val_loss={loss_of(np.asarray(predict(data.x_valid)), data.y_valid):.6f}")
    return predict


if __name__ == "__main__":
    arguments = parse_args()
    torch.set_num_threads(1)
    train(arguments, load(arguments.data))
