import torch
from torch.nn import functional as F

from .meters import MetricLogger


def train_one_epoch(model, optimizer, args, epoch):
    logger = MetricLogger()
    for i, (a, p, n) in enumerate(torch.load(f"{args.root}/triplets.pt")):
        loss = F.triplet_margin_loss(model(a), model(p), model(n), margin=args.triplet_margin)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        logger.update(loss=loss.item(), lr=optimizer.param_groups[0]["lr"])
        if i % args.log_period == 0:
            print(f"Epoch: [{epoch}] {logger}")


@torch.no_grad()
def evaluate(model, root):
    x, y = torch.load(f"{root}/query.pt")
    z = model(x)
    sim = z @ z.T - 2 * torch.eye(len(z))
    recall = (y[sim.argmax(1)] == y).float().mean().item()
    logger = MetricLogger()
    logger.update(recall_at_1=100 * recall)
    print("Val:", logger)
    return recall
