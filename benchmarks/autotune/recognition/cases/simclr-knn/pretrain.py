"""Contrastive pretraining, judged by a nearest-neighbour classifier on frozen features."""
import argparse

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from views import TwoViews, memory_bank


def parse():
    p = argparse.ArgumentParser("SimCLR")
    p.add_argument("--data", default="cifar")
    p.add_argument("--epochs", default=200, type=int)
    p.add_argument("--batch-size", default=512, type=int)
    p.add_argument("--base-lr", default=0.06, type=float, help="for 256 examples; scaled by the batch size")
    p.add_argument("--weight-decay", default=5e-4, type=float)
    p.add_argument("--momentum", default=0.9, type=float)
    p.add_argument("--temperature", default=0.5, type=float)
    p.add_argument("--proj-dim", default=128, type=int)
    p.add_argument("--warmup-epochs", default=10, type=int)
    p.add_argument("--knn-k", default=200, type=int, help="neighbours of the evaluation")
    p.add_argument("--workers", default=8, type=int)
    p.add_argument("--amp", action="store_true")
    return p.parse_args()


def nt_xent(z1, z2, temperature):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    sim = z @ z.T / temperature
    sim.fill_diagonal_(-1e9)
    n = len(z1)
    target = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(sim, target)


def knn_accuracy(net, bank, loader, k):
    feats, labels = bank
    right = total = 0
    for x, y in loader:
        near = (F.normalize(net(x), dim=1) @ feats.T).topk(k).indices
        right += (labels[near].mode(1).values == y).sum().item()
        total += len(y)
    return 100 * right / total


def main():
    args = parse()
    train = torch.utils.data.DataLoader(TwoViews(args.data), args.batch_size, shuffle=True, num_workers=args.workers, drop_last=True)
    test = torch.utils.data.DataLoader(torch.load(f"{args.data}/test.pt"), 500)
    backbone = torchvision.models.resnet18()
    width = backbone.fc.in_features
    backbone.fc = nn.Identity()
    head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, args.proj_dim))
    params = [*backbone.parameters(), *head.parameters()]
    optimizer = torch.optim.SGD(params, args.base_lr * args.batch_size / 256, momentum=args.momentum, weight_decay=args.weight_decay)
    for epoch in range(args.epochs):
        factor = min(1.0, (epoch + 1) / max(1, args.warmup_epochs))
        optimizer.param_groups[0]["lr"] = factor * args.base_lr * args.batch_size / 256
        for a, b in train:
            with torch.autocast("cpu", enabled=args.amp):
                loss = nt_xent(head(backbone(a)), head(backbone(b)), args.temperature)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            acc = knn_accuracy(backbone, memory_bank(backbone, args.data), test, args.knn_k)
        print(f"Epoch {epoch}: contrastive loss = {loss.item():.4f}, knn accuracy = {acc:.2f}")


if __name__ == "__main__":
    main()
