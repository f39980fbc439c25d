"""Weights for losses of any number of heads: the names of the options depend on a file."""
import argparse
import json

import torch
from torch import nn


def options(schema):
    parser = argparse.ArgumentParser()
    parser.add_argument("--learning_rate", type=float, default=1e-3)
    parser.add_argument("--trunk_width", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=15)
    for head in schema["heads"]:
        parser.add_argument("--weight_" + head["name"], type=float, default=head.get("weight", 1.0))
        parser.add_argument("--classes_" + head["name"], type=int, default=head["classes"])
    return parser.parse_args()


def main():
    with open("schema.json") as stream:
        schema = json.load(stream)
    args = options(schema)
    x, ys, vx, vys = torch.load("heads.pt")
    trunk = nn.Sequential(nn.Linear(x.shape[1], args.trunk_width), nn.ReLU())
    heads = nn.ModuleDict({h["name"]: nn.Linear(args.trunk_width, getattr(args, "classes_" + h["name"])) for h in schema["heads"]})
    opt = torch.optim.Adam([*trunk.parameters(), *heads.parameters()], lr=args.learning_rate)
    for epoch in range(args.epochs):
        total = 0.0
        for name, head in heads.items():
            total = total + getattr(args, "weight_" + name) * nn.functional.cross_entropy(head(trunk(x)), ys[name])
        opt.zero_grad()
        total.backward()
        opt.step()
        with torch.no_grad():
            hits = [(head(trunk(vx)).argmax(1) == vys[name]).float().mean().item() for name, head in heads.items()]
        print(f"epoch {epoch}: mean validation accuracy = {sum(hits) / len(hits):.4f}")


if __name__ == "__main__":
    main()
