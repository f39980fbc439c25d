"""Node classification with a graph convolution; a dataclass becomes the command line."""
import argparse
from dataclasses import asdict, dataclass, fields

import torch
import torch.nn.functional as F
from torch_geometric.datasets import Planetoid
from torch_geometric.nn import GCNConv


@dataclass
class Config:
    dataset: str = "Cora"
    root: str = "./data"
    hidden_channels: int = 16
    num_layers: int = 2
    dropout: float = 0.5
    lr: float = 0.01
    weight_decay: float = 5e-4
    epochs: int = 200
    runs: int = 5
    device: int = 0


def parse() -> Config:
    parser = argparse.ArgumentParser()
    for field in fields(Config):
        parser.add_argument(f"--{field.name}", type=field.type, default=field.default)
    return Config(**vars(parser.parse_args()))


class GCN(torch.nn.Module):
    def __init__(self, inp, hidden, out, layers, dropout):
        super().__init__()
        sizes = [inp] + [hidden] * (layers - 1) + [out]
        self.convs = torch.nn.ModuleList(GCNConv(a, b) for a, b in zip(sizes, sizes[1:]))
        self.dropout = dropout

    def forward(self, x, edges):
        for conv in self.convs[:-1]:
            x = F.dropout(conv(x, edges).relu(), p=self.dropout, training=self.training)
        return self.convs[-1](x, edges)


def accuracy(out, data, mask):
    return (out[mask].argmax(-1) == data.y[mask]).float().mean().item()


def main():
    cfg = parse()
    print(asdict(cfg))
    device = f"cuda:{cfg.device}" if torch.cuda.is_available() else "cpu"
    dataset = Planetoid(cfg.root, cfg.dataset)
    data = dataset[0].to(device)
    results = []
    for run in range(cfg.runs):
        model = GCN(dataset.num_features, cfg.hidden_channels, dataset.num_classes, cfg.num_layers, cfg.dropout)
        model = model.to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=cfg.lr, weight_decay=cfg.weight_decay)
        best_val = best_test = 0.0
        for epoch in range(1, cfg.epochs + 1):
            model.train()
            optimizer.zero_grad()
            loss = F.cross_entropy(model(data.x, data.edge_index)[data.train_mask], data.y[data.train_mask])
            loss.backward()
            optimizer.step()
            model.eval()
            with torch.no_grad():
                out = model(data.x, data.edge_index)
            val, test = accuracy(out, data, data.val_mask), accuracy(out, data, data.test_mask)
            if val > best_val:
                best_val, best_test = val, test
            if epoch % 50 == 0:
                print(f"Run: {run:02d}, Epoch: {epoch:03d}, Loss: {loss:.4f}, Val: {val:.4f}, Test: {test:.4f}")
        results.append(best_test)
        print(f"Run: {run:02d}, Best val acc: {best_val:.4f}, Test acc: {best_test:.4f}")
    print(f"Final test: {torch.tensor(results).mean():.4f} +- {torch.tensor(results).std():.4f}")


if __name__ == "__main__":
    main()
