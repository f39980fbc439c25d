"""Handwriting recognition; lists and choices on the command line."""
import argparse
import logging

import torch
from torch import nn

OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
log = logging.getLogger()


def positive(text):
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be positive")
    return value


def get_parser():
    ap = argparse.ArgumentParser(fromfile_prefix_chars="@")
    ap.add_argument("--images", nargs="+", required=True, help="files of lines")
    ap.add_argument("--hidden", nargs="+", type=int, default=[256, 256], help="units of each layer")
    ap.add_argument("--betas", nargs=2, type=float, default=[0.9, 0.999])
    ap.add_argument("--opt", choices=sorted(OPTIMIZERS), default="adam")
    ap.add_argument("--lr", type=positive, default=positive("8e-4"))
    ap.add_argument("--cell", choices=["lstm", "gru"], default="lstm")
    ap.add_argument("--dropout", type=float, default=0.4, choices=[0.0, 0.2, 0.4, 0.6])
    ap.add_argument("--norm", choices=["none", "layer", "batch"], default="none")
    ap.add_argument("--height", type=int, default=48, choices=[32, 48, 64])
    ap.add_argument("--epochs", type=int, default=50)
    ap.add_argument("--batch-size", type=int, default=16, choices=[8, 16, 32, 64])
    ap.add_argument("--precision", choices=["32", "16", "bf16"], default="32")
    ap.add_argument("-v", "--verbose", action="count", default=0)
    return ap


def cer(guess, truth):
    return sum(a != b for a, b in zip(guess, truth)) / max(len(truth), 1)


def main():
    args = get_parser().parse_args()
    logging.basicConfig(level=logging.DEBUG if args.verbose else logging.INFO, format="%(message)s")
    train = [s for f in args.images for s in torch.load(f)]
    valid = train[:: 10]
    rnn = nn.LSTM if args.cell == "lstm" else nn.GRU
    layers = nn.ModuleList(rnn(a, b, batch_first=True) for a, b in zip([args.height, *args.hidden], args.hidden))
    head = nn.Sequential(nn.Dropout(args.dropout), nn.Linear(args.hidden[-1], 97))
    params = [*layers.parameters(), *head.parameters()]
    optimizer = OPTIMIZERS[args.opt](params, lr=args.lr, **({} if args.opt == "sgd" else {"betas": tuple(args.betas)}))
    for epoch in range(args.epochs):
        for x, y in train:
            h = x
            for layer in layers:
                h = layer(h)[0]
            loss = nn.functional.ctc_loss(head(h).log_softmax(-1), y, (h.shape[0],), (len(y),))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        rate = sum(cer(x.argmax(-1).tolist(), y.tolist()) for x, y in valid) / len(valid)
        log.info("epoch: {:3d}  loss: {:.4f}  valid_cer: {:.4f}".format(epoch, loss.item(), rate))


if __name__ == "__main__":
    main()
