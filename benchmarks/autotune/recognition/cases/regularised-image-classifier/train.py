"""Image classification with the usual regularisers, each behind its own condition."""
import argparse

import torch
from timm.data import Mixup
from timm.loss import LabelSmoothingCrossEntropy, SoftTargetCrossEntropy
from timm.models import create_model
from timm.optim import create_optimizer

from pictures import loaders


def get_args():
    p = argparse.ArgumentParser("pictures")
    p.add_argument("--model", default="vit_tiny_patch16_224")
    p.add_argument("--data-path", default="pictures/")
    p.add_argument("--batch-size", type=int, default=128)
    p.add_argument("--epochs", type=int, default=100)
    p.add_argument("--opt", default="adamw")
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--momentum", type=float, default=0.9)
    p.add_argument("--weight-decay", type=float, default=0.05)
    p.add_argument("--drop-path", type=float, default=0.1)
    p.add_argument("--smoothing", type=float, default=0.1, help="label smoothing")
    p.add_argument("--mixup", type=float, default=0.8, help="mixup alpha, mixup enabled if > 0.")
    p.add_argument("--cutmix", type=float, default=1.0, help="cutmix alpha, cutmix enabled if > 0.")
    p.add_argument("--mixup-mode", default="batch")
    p.add_argument("--teacher", default="")
    p.add_argument("--distillation", default="none", choices=["none", "soft", "hard"])
    p.add_argument("--distillation-alpha", type=float, default=0.5)
    p.add_argument("--distillation-tau", type=float, default=1.0)
    p.add_argument("--ema", action="store_true")
    p.add_argument("--ema-decay", type=float, default=0.9999)
    p.add_argument("--eval", action="store_true")
    p.add_argument("--num-workers", type=int, default=8)
    p.add_argument("--seed", type=int, default=0)
    return p.parse_args()


def distilled(loss, out, teacher_out, kind, alpha, tau):
    if kind == "none":
        return loss
    if kind == "soft":
        soft = torch.nn.functional.kl_div((out / tau).log_softmax(1), (teacher_out / tau).softmax(1))
        return loss * (1 - alpha) + soft * alpha
    return loss * (1 - alpha) + torch.nn.functional.cross_entropy(out, teacher_out.argmax(1)) * alpha


def main(args):
    torch.manual_seed(args.seed)
    train, val = loaders(args.data_path, args.batch_size, args.num_workers)
    model = create_model(args.model, drop_path_rate=args.drop_path)
    mixing = args.mixup > 0 or args.cutmix > 0
    mix = Mixup(mixup_alpha=args.mixup, cutmix_alpha=args.cutmix, mode=args.mixup_mode, label_smoothing=args.smoothing)
    criterion = SoftTargetCrossEntropy() if mixing else LabelSmoothingCrossEntropy(smoothing=args.smoothing)
    optimizer = create_optimizer(args, model)
    teacher = create_model(args.teacher, pretrained=True) if args.distillation != "none" else None
    average = None
    if args.ema:
        average = torch.optim.swa_utils.AveragedModel(model, avg_fn=lambda a, b, n: args.ema_decay * a + b)
    if args.eval:
        print("accuracy on %d pictures" % len(val))
        return
    for epoch in range(args.epochs):
        for x, y in train:
            x, y = mix(x, y)
            out = model(x)
            told = teacher(x) if teacher is not None else None
            loss = distilled(
                criterion(out, y), out, told, args.distillation, args.distillation_alpha, args.distillation_tau
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        hits = sum((model(x).argmax(1) == y).sum().item() for x, y in val)
        print(f"epoch {epoch} val acc@1: {100 * hits / len(val.dataset):.2f}")


if __name__ == "__main__":
    main(get_args())
