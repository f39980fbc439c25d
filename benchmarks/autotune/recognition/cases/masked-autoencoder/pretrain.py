"""Masked autoencoder for satellite bands, in the manner of the published one."""
import argparse
import json
import math
import os
import time

import torch
from torch import nn


def get_args_parser():
    parser = argparse.ArgumentParser("MAE pre-training", add_help=False)
    parser.add_argument("--batch_size", default=64, type=int, help="Batch size per device")
    parser.add_argument("--epochs", default=400, type=int)
    parser.add_argument("--accum_iter", default=1, type=int, help="Accumulate gradient iterations")
    parser.add_argument("--input_size", default=64, type=int, help="images input size")
    parser.add_argument("--mask_ratio", default=0.75, type=float, help="Masking ratio (share of removed patches)")
    parser.add_argument("--norm_pix_loss", action="store_true", help="Use (per-patch) normalized pixels as targets")
    parser.add_argument("--embed_dim", default=192, type=int)
    parser.add_argument("--weight_decay", type=float, default=0.05)
    parser.add_argument("--lr", type=float, default=None, metavar="LR", help="learning rate (absolute lr)")
    parser.add_argument("--blr", type=float, default=1e-3, metavar="LR", help="base learning rate: absolute_lr = base_lr * total_batch_size / 256")
    parser.add_argument("--min_lr", type=float, default=0.0, metavar="LR")
    parser.add_argument("--warmup_epochs", type=int, default=40, metavar="N")
    parser.add_argument("--data_path", default="bands", type=str)
    parser.add_argument("--output_dir", default="./out")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", default=0, type=int)
    parser.add_argument("--start_epoch", default=0, type=int, metavar="N")
    parser.add_argument("--num_workers", default=10, type=int)
    parser.add_argument("--pin_mem", action="store_true")
    parser.add_argument("--no_pin_mem", action="store_false", dest="pin_mem")
    parser.set_defaults(pin_mem=True)
    return parser


class Masked(nn.Module):
    def __init__(self, patch, dim):
        super().__init__()
        self.enc = nn.Linear(patch, dim)
        self.mix = nn.TransformerEncoderLayer(dim, 4, batch_first=True)
        self.dec = nn.Linear(dim, patch)

    def forward(self, x, ratio):
        keep = torch.rand(x.shape[:2]) > ratio
        out = self.dec(self.mix(self.enc(x) * keep[..., None]))
        return (((out - x) ** 2).mean(-1) * ~keep).sum() / (~keep).sum().clamp(min=1)


def adjust(optimizer, epoch, args):
    if epoch < args.warmup_epochs:
        lr = args.lr * epoch / args.warmup_epochs
    else:
        done = (epoch - args.warmup_epochs) / (args.epochs - args.warmup_epochs)
        lr = args.min_lr + (args.lr - args.min_lr) * 0.5 * (1.0 + math.cos(math.pi * done))
    for group in optimizer.param_groups:
        group["lr"] = lr


def main(args):
    torch.manual_seed(args.seed)
    patches = torch.load(os.path.join(args.data_path, f"patches{args.input_size}.pt"))
    loader = torch.utils.data.DataLoader(patches, args.batch_size, shuffle=True, num_workers=args.num_workers, pin_memory=args.pin_mem)
    if args.lr is None:
        args.lr = args.blr * args.batch_size * args.accum_iter / 256
    model = Masked(patches.shape[-1], args.embed_dim).to(args.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, betas=(0.9, 0.95), weight_decay=args.weight_decay)
    started = time.time()
    for epoch in range(args.start_epoch, args.epochs):
        total = 0.0
        for i, x in enumerate(loader):
            if i % args.accum_iter == 0:
                adjust(optimizer, epoch + i / len(loader), args)
            loss = model(x, args.mask_ratio) / args.accum_iter
            loss.backward()
            if (i + 1) % args.accum_iter == 0:
                optimizer.step()
                optimizer.zero_grad()
            total += loss.item()
        stats = {"train_loss": total / len(loader), "epoch": epoch}
        print(json.dumps(stats))
        with open(os.path.join(args.output_dir, "log.txt"), "a") as f:
            f.write(json.dumps(stats) + "\n")
    print("Training time", time.time() - started)


if __name__ == "__main__":
    main(get_args_parser().parse_args())
