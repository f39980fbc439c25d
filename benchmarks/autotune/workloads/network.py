"""A network of one hidden layer, trained by Adam: width and batch size decide how long it takes."""

import argparse

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--hidden-size", type=int, default=64)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--rows", type=int, default=600)
args = parser.parse_args()

rng = np.random.default_rng(0)
x = rng.normal(size=(args.rows, 10))
y = np.sin(2 * x[:, :1]) + x[:, 1:2] * x[:, 2:3] + 0.2 * rng.normal(size=(args.rows, 1))
half = args.rows // 2
weights = [
    rng.normal(size=(10, args.hidden_size)) / 3,
    np.zeros(args.hidden_size),
    rng.normal(size=(args.hidden_size, 1)) / args.hidden_size**0.5,
    np.zeros(1),
]
first, second, step = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights], 0

for epoch in range(args.epochs):
    for batch in np.array_split(rng.permutation(half), max(half // args.batch_size, 1)):
        hidden = np.maximum(x[batch] @ weights[0] + weights[1], 0)
        slope = 2 * (hidden @ weights[2] + weights[3] - y[batch]) / len(batch)
        inner = (slope @ weights[2].T) * (hidden > 0)
        gradients = [x[batch].T @ inner, inner.sum(0), hidden.T @ slope, slope.sum(0)]
        step += 1
        for i, gradient in enumerate(gradients):
            first[i] = 0.9 * first[i] + 0.1 * gradient
            second[i] = 0.999 * second[i] + 0.001 * gradient**2
            weights[i] = weights[i] - args.lr * (
                first[i] / (1 - 0.9**step) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-8)
                + args.weight_decay * weights[i]
            )
    loss = np.mean((np.maximum(x[half:] @ weights[0] + weights[1], 0) @ weights[2] + weights[3] - y[half:]) ** 2)
    print(f"epoch {epoch}: val_loss={loss:.5f}", flush=True)
