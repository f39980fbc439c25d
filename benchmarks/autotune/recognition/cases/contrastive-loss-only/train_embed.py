"""Sentence pairs to vectors. Only the contrastive loss is printed."""
import argparse
import csv

import torch
import torch.nn as nn
import torch.nn.functional as F


class Encoder(nn.Module):
    def __init__(self, vocab, dim):
        super().__init__()
        self.emb = nn.EmbeddingBag(vocab, dim)
        self.out = nn.Linear(dim, dim)

    def forward(self, ids):
        return F.normalize(self.out(self.emb(ids).tanh()), dim=-1)


def hashed(text, buckets):
    return [hash(w) % buckets for w in text.lower().split()][:32] or [0]


def batches(path, size, buckets):
    pairs = [(hashed(a, buckets), hashed(b, buckets)) for a, b in csv.reader(open(path))]
    for i in range(0, len(pairs) - size + 1, size):
        for_side = [torch.nn.utils.rnn.pad_sequence([torch.tensor(p[s]) for p in pairs[i : i + size]], True) for s in (0, 1)]
        yield for_side


def loss_of(model, a, b, temperature):
    logits = model(a) @ model(b).T / temperature
    return F.cross_entropy(logits, torch.arange(len(a)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("train")
    parser.add_argument("dev")
    parser.add_argument("--buckets", type=int, default=100000, help="size of the hash table")
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--temperature", type=float, default=0.07)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    model = Encoder(args.buckets, args.dim)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        for a, b in batches(args.train, args.batch_size, args.buckets):
            loss = loss_of(model, a, b, args.temperature)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            dev = [loss_of(model, a, b, args.temperature).item() for a, b in batches(args.dev, 256, args.buckets)]
        print(f"epoch {epoch} train loss {loss.item():.4f} dev loss {sum(dev) / len(dev):.4f}")
    torch.save(model.state_dict(), "encoder.pt")


if __name__ == "__main__":
    main()
