"""A linear model trained by gradient descent in plain Python: a fraction of a second, most of it the interpreter's."""

import argparse
import math
import random

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.03)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--batch-size", type=int, default=16)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--rows", type=int, default=400)
args = parser.parse_args()

draw = random.Random(0)
rows = [[draw.gauss(0, 1) for _ in range(8)] for _ in range(args.rows)]
truth = [draw.gauss(0, 1) for _ in range(8)]
targets = [sum(map(float.__mul__, row, truth)) + 0.3 * draw.gauss(0, 1) for row in rows]
half = args.rows // 2
weights, speed = [0.0] * 8, [0.0] * 8

for epoch in range(args.epochs):
    for start in range(0, half, args.batch_size):
        batch = range(start, min(start + args.batch_size, half))
        slope = [args.weight_decay * weight for weight in weights]
        for index in batch:
            error = sum(map(float.__mul__, rows[index], weights)) - targets[index]
            slope = [old + 2 * error * x / len(batch) for old, x in zip(slope, rows[index], strict=True)]
        speed = [args.momentum * old - args.lr * new for old, new in zip(speed, slope, strict=True)]
        weights = [weight + step for weight, step in zip(weights, speed, strict=True)]
    errors = [sum(map(float.__mul__, rows[i], weights)) - targets[i] for i in range(half, args.rows)]
    print(f"epoch {epoch}: val_loss={math.fsum(error**2 for error in errors) / half:.6f}", flush=True)
