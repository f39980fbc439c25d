"""Distributed training of a scene classifier: torchrun --nproc_per_node 4 train_ddp.py ..."""
import argparse
import os

import torch
import torch.distributed as dist
import torchvision
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler


def parse(argv=None):
    p = argparse.ArgumentParser(description="Scenes, distributed")
    p.add_argument("--data-path", default="places")
    p.add_argument("--model", default="resnet50")
    p.add_argument("-b", "--batch-size", default=64, type=int, help="images per device")
    p.add_argument("--epochs", default=90, type=int)
    p.add_argument("--opt", default="sgd", type=str)
    p.add_argument("--lr", default=0.1, type=float)
    p.add_argument("--momentum", default=0.9, type=float)
    p.add_argument("--wd", "--weight-decay", default=1e-4, type=float, dest="weight_decay")
    p.add_argument("--norm-weight-decay", default=None, type=float)
    p.add_argument("--label-smoothing", default=0.0, type=float, dest="label_smoothing")
    p.add_argument("--lr-scheduler", default="steplr", type=str)
    p.add_argument("--lr-step-size", default=30, type=int)
    p.add_argument("--lr-gamma", default=0.1, type=float)
    p.add_argument("--print-freq", default=10, type=int)
    p.add_argument("--output-dir", default=".")
    p.add_argument("--resume", default="")
    p.add_argument("--sync-bn", dest="sync_bn", action="store_true")
    p.add_argument("--test-only", dest="test_only", action="store_true")
    p.add_argument("--dist-url", default="env://")
    p.add_argument("--random-erase", default=0.0, type=float)
    p.add_argument("--model-ema-decay", type=float, default=0.99998)
    p.add_argument("--val-resize-size", default=256, type=int)
    return p.parse_args(argv)


def evaluate(model, loader):
    model.eval()
    hits = total = 0
    with torch.inference_mode():
        for x, y in loader:
            hits += (model(x).argmax(1) == y).sum().item()
            total += len(y)
    acc1 = 100.0 * hits / max(total, 1)
    print(f"Test: Acc@1 {acc1:.3f}")
    return acc1


def main(args):
    dist.init_process_group("gloo", init_method=args.dist_url)
    train, val = torch.load(os.path.join(args.data_path, "sets.pt"))
    sampler = DistributedSampler(train)
    loader = DataLoader(train, args.batch_size, sampler=sampler)
    model = torchvision.models.get_model(args.model, num_classes=365)
    if args.sync_bn:
        model = torch.nn.SyncBatchNorm.convert_sync_batchnorm(model)
    ddp = DistributedDataParallel(model)
    optimizer = torch.optim.SGD(ddp.parameters(), lr=args.lr, momentum=args.momentum, weight_decay=args.weight_decay)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, args.lr_step_size, args.lr_gamma)
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=args.label_smoothing)
    if args.test_only:
        evaluate(model, DataLoader(val, 256))
        return
    for epoch in range(args.epochs):
        sampler.set_epoch(epoch)
        ddp.train()
        for i, (x, y) in enumerate(loader):
            loss = criterion(ddp(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            if i % args.print_freq == 0:
                print(f"Epoch: [{epoch}][{i}/{len(loader)}] loss {loss.item():.4f}")
        scheduler.step()
        evaluate(model, DataLoader(val, 256))
        torch.save(model.state_dict(), os.path.join(args.output_dir, f"model_{epoch}.pth"))


if __name__ == "__main__":
    main(parse())
