"""Molecule properties; everything that is measured goes to a tracking service."""
import argparse

import torch
import wandb
from torch import nn
from torch_geometric.datasets import ZINC
from torch_geometric.loader import DataLoader
from torch_geometric.nn import GINConv, global_add_pool


class GIN(nn.Module):
    def __init__(self, dim, layers, dropout):
        super().__init__()
        self.emb = nn.Embedding(28, dim)
        mlp = lambda: nn.Sequential(nn.Linear(dim, dim), nn.BatchNorm1d(dim), nn.ReLU(), nn.Linear(dim, dim))
        self.convs = nn.ModuleList(GINConv(mlp()) for _ in range(layers))
        self.drop, self.out = nn.Dropout(dropout), nn.Linear(dim, 1)

    def forward(self, batch):
        h = self.emb(batch.x.squeeze(-1))
        for conv in self.convs:
            h = self.drop(conv(h, batch.edge_index).relu())
        return self.out(global_add_pool(h, batch.batch)).squeeze(-1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--project", default="zinc")
    parser.add_argument("--emb_dim", type=int, default=110)
    parser.add_argument("--num_layer", type=int, default=4)
    parser.add_argument("--drop_ratio", type=float, default=0.0)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--lr_reduce_factor", type=float, default=0.5)
    parser.add_argument("--lr_schedule_patience", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--batch_size", type=int, default=128)
    parser.add_argument("--eval_batch_size", type=int, default=1000)
    args = parser.parse_args()
    wandb.init(project=args.project, config=args)
    train = DataLoader(ZINC("data", subset=True, split="train"), args.batch_size, shuffle=True)
    val = DataLoader(ZINC("data", subset=True, split="val"), args.eval_batch_size)
    model = GIN(args.emb_dim, args.num_layer, args.drop_ratio)
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=args.lr_reduce_factor, patience=args.lr_schedule_patience)
    for epoch in range(args.epochs):
        model.train()
        for batch in train:
            loss = nn.functional.l1_loss(model(batch), batch.y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            mae = sum((model(b) - b.y).abs().sum().item() for b in val) / len(val.dataset)
        scheduler.step(mae)
        wandb.log({"train/loss": loss.item(), "val/mae": mae, "lr": optimizer.param_groups[0]["lr"]}, step=epoch)


if __name__ == "__main__":
    main()
