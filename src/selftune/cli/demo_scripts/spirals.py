"""Train a small neural network, in plain Python, to tell two spirals apart, and print its accuracy."""

import argparse
import math
import random


def spirals(count: int, noise: float, rng: random.Random) -> list[tuple[tuple[float, float], int]]:
    """Points of two interleaved spirals with their class, 0 or 1."""
    points = []
    for index in range(count):
        label = index % 2
        turn = math.sqrt(rng.random()) * 2.2 * math.pi
        x = math.cos(turn + label * math.pi) * turn / 7 + rng.gauss(0, noise)
        y = math.sin(turn + label * math.pi) * turn / 7 + rng.gauss(0, noise)
        points.append(((x, y), label))
    return points


class Network:
    """One hidden layer of tanh units and a logistic output, trained by stochastic gradient descent with momentum."""

    def __init__(self, hidden: int, rng: random.Random) -> None:
        self.inner = [[rng.gauss(0, 2.0) for _ in range(3)] for _ in range(hidden)]
        self.outer = [rng.gauss(0, 0.5) for _ in range(hidden + 1)]
        self.inner_speed = [[0.0] * 3 for _ in range(hidden)]
        self.outer_speed = [0.0] * (hidden + 1)

    def forward(self, point: tuple[float, float]) -> tuple[list[float], float]:
        units = [math.tanh(a * point[0] + b * point[1] + c) for a, b, c in self.inner]
        total = self.outer[-1] + sum(weight * unit for weight, unit in zip(self.outer, units, strict=False))
        return units, 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))

    def learn(self, point: tuple[float, float], label: int, lr: float, momentum: float, l2: float) -> None:
        units, chance = self.forward(point)
        error = chance - label
        inputs = (point[0], point[1], 1.0)
        for unit, value in enumerate(units):
            slope = error * self.outer[unit] * (1 - value * value)
            weights, speeds = self.inner[unit], self.inner_speed[unit]
            for axis in range(3):
                speeds[axis] = momentum * speeds[axis] - lr * (slope * inputs[axis] + l2 * weights[axis])
                weights[axis] += speeds[axis]
        for unit, value in enumerate([*units, 1.0]):
            step = error * value + l2 * self.outer[unit]
            self.outer_speed[unit] = momentum * self.outer_speed[unit] - lr * step
            self.outer[unit] += self.outer_speed[unit]

    def accuracy(self, points: list[tuple[tuple[float, float], int]]) -> float:
        return sum((self.forward(point)[1] > 0.5) == bool(label) for point, label in points) / len(points)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=0.003, help="learning rate")
    parser.add_argument("--momentum", type=float, default=0.5, help="share of the last step that is kept")
    parser.add_argument("--hidden", type=int, default=8, help="units of the hidden layer")
    parser.add_argument("--l2", type=float, default=0.0001, help="weight decay")
    parser.add_argument("--epochs", type=int, default=40, help="passes over the training data")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    data = spirals(700, 0.04, random.Random(1))
    train, validation = data[:400], data[400:]
    rng = random.Random(args.seed)
    network = Network(args.hidden, rng)
    for epoch in range(1, args.epochs + 1):
        rng.shuffle(train)
        for point, label in train:
            network.learn(point, label, args.lr, args.momentum, args.l2)
        print(f"epoch {epoch} val_accuracy={network.accuracy(validation):.4f}", flush=True)


if __name__ == "__main__":
    main()
