"""Classify photographs of leaves with a small convolutional network."""
import argparse
import os
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

parser = argparse.ArgumentParser(description="Leaf disease classification")
parser.add_argument("data", metavar="DIR", help="folder with train/ and val/")
parser.add_argument("-b", "--batch-size", default=48, type=int, help="images per step")
parser.add_argument("--val-batch-size", default=200, type=int)
parser.add_argument("--epochs", default=35, type=int, help="number of passes over the training images")
parser.add_argument("--lr", "--learning-rate", default=0.03, type=float, dest="lr", help="initial learning rate")
parser.add_argument("--momentum", default=0.9, type=float)
parser.add_argument("--wd", "--weight-decay", default=5e-4, type=float, dest="weight_decay")
parser.add_argument("--lr-step", default=15, type=int, help="epochs between two drops of the learning rate")
parser.add_argument("--lr-drop", default=0.1, type=float, help="factor of a drop")
parser.add_argument("--crop", default=160, type=int, help="side of the input in pixels")
parser.add_argument("-j", "--workers", default=4, type=int)
parser.add_argument("--print-every", default=25, type=int)
parser.add_argument("--resume", default="", help="checkpoint to go on from")
parser.add_argument("--evaluate", action="store_true", help="only evaluate")
parser.add_argument("--seed", default=17, type=int)
parser.add_argument("--no-cuda", action="store_true")
args = parser.parse_args()


class LeafNet(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.c1 = nn.Conv2d(3, 32, 5, stride=2)
        self.c2 = nn.Conv2d(32, 64, 3)
        self.head = nn.Linear(64, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 2)
        x = F.relu(self.c2(x)).mean((2, 3))
        return self.head(x)


def loaders():
    train_t = transforms.Compose([transforms.RandomResizedCrop(args.crop), transforms.ToTensor()])
    val_t = transforms.Compose([transforms.Resize(args.crop), transforms.CenterCrop(args.crop), transforms.ToTensor()])
    train = datasets.ImageFolder(os.path.join(args.data, "train"), train_t)
    val = datasets.ImageFolder(os.path.join(args.data, "val"), val_t)
    return (DataLoader(train, args.batch_size, shuffle=True, num_workers=args.workers),
            DataLoader(val, args.val_batch_size, num_workers=args.workers), len(train.classes))


def train_epoch(model, loader, optimizer, device, epoch):
    model.train()
    started = time.time()
    for step, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % args.print_every == 0:
            print("epoch %d step %d train loss %.4f (%.1f s)" % (epoch, step, loss.item(), time.time() - started))


@torch.no_grad()
def validate(model, loader, device):
    model.eval()
    right = total = 0
    for x, y in loader:
        right += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
        total += len(y)
    return 100.0 * right / total


def main():
    torch.manual_seed(args.seed)
    device = "cpu" if args.no_cuda or not torch.cuda.is_available() else "cuda"
    train, val, classes = loaders()
    model = LeafNet(classes).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum, weight_decay=args.weight_decay)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, args.lr_step, gamma=args.lr_drop)
    if args.resume:
        model.load_state_dict(torch.load(args.resume))
    if args.evaluate:
        print("val accuracy %.2f" % validate(model, val, device))
        return
    best = 0.0
    for epoch in range(args.epochs):
        train_epoch(model, train, optimizer, device, epoch)
        accuracy = validate(model, val, device)
        scheduler.step()
        best = max(best, accuracy)
        print("epoch %d val accuracy %.2f best %.2f" % (epoch, accuracy, best))


if __name__ == "__main__":
    main()
