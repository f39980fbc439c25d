"""A plain PyTorch script: a network on scikit-learn's digits, with its hyperparameters as argparse options."""

import argparse

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01, help="learning rate of SGD")
parser.add_argument("--momentum", type=float, default=0.5)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--hidden", type=int, default=32, help="units of the hidden layer")
parser.add_argument("--dropout", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()

torch.manual_seed(args.seed)
images, digits = load_digits(return_X_y=True)
train_x, val_x, train_y, val_y = train_test_split(images / 16.0, digits, test_size=0.25, random_state=0)
train_x, val_x = (torch.tensor(x, dtype=torch.float32) for x in (train_x, val_x))
train_y, val_y = torch.tensor(train_y), torch.tensor(val_y)

model = torch.nn.Sequential(
    torch.nn.Linear(64, args.hidden),
    torch.nn.ReLU(),
    torch.nn.Dropout(args.dropout),
    torch.nn.Linear(args.hidden, 10),
)
optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum, weight_decay=args.weight_decay)
for epoch in range(args.epochs):
    model.train()
    for batch in torch.randperm(len(train_x)).split(args.batch_size):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(train_x[batch]), train_y[batch])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracy = (model(val_x).argmax(dim=1) == val_y).float().mean().item()
    print(f"epoch={epoch} train_loss={loss.item():.4f} val_accuracy={accuracy:.4f}")

torch.save(model.state_dict(), "checkpoint.pt")
