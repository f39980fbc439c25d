"""Traffic signs. Grew out of another project: half of its options do nothing any more."""
import argparse

import torch
import torch.nn.functional as F
import torchvision

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.001)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--gamma", type=float, default=0.1)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--dropout", type=float, default=0.5)
parser.add_argument("--alpha", type=float, default=0.99)
parser.add_argument("--num-classes", type=int, default=43)
parser.add_argument("--epochs", type=int, default=12)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--anchor-scale", type=float, default=8.0)
parser.add_argument("--log-dir", type=str, default="runs")
args = parser.parse_args()

train, val = torch.load("signs.pt")
net = torchvision.models.mobilenet_v3_small(num_classes=args.num_classes, dropout=args.dropout)
optimizer = torch.optim.Adam(net.parameters(), lr=args.lr, weight_decay=args.weight_decay)
loader = torch.utils.data.DataLoader(train, args.batch_size, shuffle=True)
for epoch in range(args.epochs):
    net.train()
    for x, y in loader:
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()
    net.eval()
    right = total = 0
    with torch.no_grad():
        for x, y in torch.utils.data.DataLoader(val, 256):
            right += (net(x).argmax(1) == y).sum().item()
            total += len(y)
    print("Epoch {}/{}\tValidation Accuracy: {:.4f}".format(epoch + 1, args.epochs, right / total))
