"""Neural collaborative filtering; settings from YAML and the command line."""
import sys

import numpy as np
import torch
from omegaconf import OmegaConf
from torch import nn

from interactions import Interactions


class NCF(nn.Module):
    def __init__(self, users, items, factors, layers, dropout):
        super().__init__()
        self.users, self.items = nn.Embedding(users, factors), nn.Embedding(items, factors)
        mods, n = [], 2 * factors
        for width in layers:
            mods += [nn.Linear(n, width), nn.ReLU(), nn.Dropout(dropout)]
            n = width
        self.mlp = nn.Sequential(*mods, nn.Linear(n, 1))

    def forward(self, u, i):
        return self.mlp(torch.cat([self.users(u), self.items(i)], -1)).squeeze(-1)


def hit_and_gain(model, held_out, k):
    hits, gains = [], []
    for user, candidates in held_out:
        scores = model(torch.full((len(candidates),), user), torch.tensor(candidates))
        rank = int((scores > scores[0]).sum())
        hits.append(rank < k)
        gains.append(1 / np.log2(rank + 2) if rank < k else 0.0)
    return np.mean(hits), np.mean(gains)


def main():
    cfg = OmegaConf.merge(OmegaConf.load("config.yaml"), OmegaConf.from_cli(sys.argv[1:]))
    torch.manual_seed(cfg.seed)
    data = Interactions(cfg.dataset.path, cfg.dataset.min_ratings)
    model = NCF(data.users, data.items, cfg.model.factors, cfg.model.layers, cfg.model.dropout)
    opt = torch.optim.Adam(model.parameters(), lr=cfg.train.learning_rate, weight_decay=cfg.train.reg)
    for epoch in range(cfg.train.epochs):
        losses = []
        for u, i, y in data.batches(cfg.train.batch_size, cfg.train.negatives):
            loss = nn.functional.binary_cross_entropy_with_logits(model(u, i), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            losses.append(loss.item())
        with torch.no_grad():
            hr, ndcg = hit_and_gain(model, data.held_out, cfg.eval.top_k)
        print(f"Epoch {epoch:3d} | loss {np.mean(losses):.4f} | HR {hr:.4f} | NDCG {ndcg:.4f}")


if __name__ == "__main__":
    main()
