"""Fine-tune a residual network; runs inside a training container and on a laptop."""
import argparse
import json
import logging
import os
import sys

import torch
import torch.nn as nn
import torch.optim as optim
from torchvision import datasets, models, transforms

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)
logger.addHandler(logging.StreamHandler(sys.stdout))


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backbone", type=str, default="resnet34")
    parser.add_argument("--batch-size", type=int, default=32, metavar="N", help="input batch size for training")
    parser.add_argument("--test-batch-size", type=int, default=256, metavar="N")
    parser.add_argument("--epochs", type=int, default=12, metavar="N")
    parser.add_argument("--lr", type=float, default=3e-4, metavar="LR")
    parser.add_argument("--beta1", type=float, default=0.9)
    parser.add_argument("--weight-decay", type=float, default=0.02)
    parser.add_argument("--label-smoothing", type=float, default=0.0)
    parser.add_argument("--freeze-backbone", type=bool, default=False)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-interval", type=int, default=50)
    parser.add_argument("--hosts", type=list, default=json.loads(os.environ.get("SM_HOSTS", "[]")))
    parser.add_argument("--current-host", type=str, default=os.environ.get("SM_CURRENT_HOST", ""))
    parser.add_argument("--model-dir", type=str, default=os.environ.get("SM_MODEL_DIR", "model"))
    parser.add_argument("--train", type=str, default=os.environ.get("SM_CHANNEL_TRAIN", "data/train"))
    parser.add_argument("--validation", type=str, default=os.environ.get("SM_CHANNEL_VALIDATION", "data/val"))
    parser.add_argument("--num-gpus", type=int, default=int(os.environ.get("SM_NUM_GPUS", 0)))
    return parser.parse_args()


def build(args, classes):
    net = getattr(models, args.backbone)(weights="DEFAULT")
    if args.freeze_backbone:
        for p in net.parameters():
            p.requires_grad = False
    net.fc = nn.Linear(net.fc.in_features, classes)
    return net


def evaluate(net, loader, device):
    net.eval()
    loss, right, seen = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            out = net(x.to(device))
            loss += nn.functional.cross_entropy(out, y.to(device), reduction="sum").item()
            right += (out.argmax(1).cpu() == y).sum().item()
            seen += len(y)
    return loss / seen, right / seen


def train(args):
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if args.num_gpus > 0 else "cpu")
    tf = transforms.Compose([transforms.Resize((224, 224)), transforms.ToTensor()])
    train_set = datasets.ImageFolder(args.train, tf)
    val_set = datasets.ImageFolder(args.validation, tf)
    train_loader = torch.utils.data.DataLoader(train_set, batch_size=args.batch_size, shuffle=True)
    val_loader = torch.utils.data.DataLoader(val_set, batch_size=args.test_batch_size)
    net = build(args, len(train_set.classes)).to(device)
    optimizer = optim.AdamW(net.parameters(), lr=args.lr, betas=(args.beta1, 0.999), weight_decay=args.weight_decay)
    criterion = nn.CrossEntropyLoss(label_smoothing=args.label_smoothing)
    for epoch in range(1, args.epochs + 1):
        net.train()
        for i, (x, y) in enumerate(train_loader):
            optimizer.zero_grad()
            loss = criterion(net(x.to(device)), y.to(device))
            loss.backward()
            optimizer.step()
            if i % args.log_interval == 0:
                logger.info("Train Epoch: {} [{}/{}] Loss: {:.6f}".format(epoch, i, len(train_loader), loss.item()))
        val_loss, val_acc = evaluate(net, val_loader, device)
        logger.info("Validation loss: {:.4f}, Validation accuracy: {:.4f}".format(val_loss, val_acc))
    torch.save(net.state_dict(), os.path.join(args.model_dir, "model.pth"))


if __name__ == "__main__":
    train(parse_args())
