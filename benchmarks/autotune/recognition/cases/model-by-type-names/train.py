"""Names, one character after another, by one of several small models."""
import argparse
from dataclasses import dataclass

import torch
from torch import nn

from letters import Letters, split


@dataclass
class Shape:
    vocabulary: int
    depth: int
    main: int
    second: int


class Attending(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.table = nn.Embedding(shape.vocabulary, shape.main)
        self.blocks = nn.ModuleList(
            [nn.TransformerEncoderLayer(shape.main, nhead=4, batch_first=True) for _ in range(shape.depth)]
        )
        self.head = nn.Linear(shape.main, shape.vocabulary)

    def forward(self, x):
        x = self.table(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


class Recurrent(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.table = nn.Embedding(shape.vocabulary, shape.main)
        self.cell = nn.GRU(shape.main, shape.second, batch_first=True)
        self.head = nn.Linear(shape.second, shape.vocabulary)

    def forward(self, x):
        return self.head(self.cell(self.table(x))[0])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="names")
    parser.add_argument("--names", type=str, default="names.txt", help="one in a line")
    parser.add_argument("--work", type=str, default="out")
    parser.add_argument("--steps", type=int, default=-1, help="how long to go on, -1 is for ever")
    parser.add_argument("--kind", type=str, default="attending", help="attending or recurrent")
    parser.add_argument("--depth", type=int, default=4, help="number of layers")
    parser.add_argument("--main", type=int, default=64, help="width of the model")
    parser.add_argument("--second", type=int, default=64, help="width elsewhere in the model")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--learning-rate", type=float, default=5e-4)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--top-k", type=int, default=-1, help="for sampling")
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    train, test = split(Letters(args.names))
    shape = Shape(vocabulary=train.size, depth=args.depth, main=args.main, second=args.second)
    if args.kind == "attending":
        net = Attending(shape)
    elif args.kind == "recurrent":
        net = Recurrent(shape)
    else:
        raise ValueError(f"there is no model {args.kind}")
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.learning_rate, weight_decay=args.weight_decay)
    step = 0
    while args.steps < 0 or step < args.steps:
        x, y = train.batch(args.batch_size)
        loss = nn.functional.cross_entropy(net(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 500 == 0:
            test_loss = test.loss(net)
            print(f"step {step} train loss: {loss.item():.4f} test loss: {test_loss:.4f}")
        step += 1
