"""Ask and tell with several trainings at once, failures, and a loop that is interrupted: `python own_loop.py`.

Each training is a small neural network on two interleaved spirals, in NumPy alone. No slot waits for another: whichever
training ends is told at once, and the next one starts in its place. Run it twice, or interrupt it: the next run goes on
where the last one ended, from search.json.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import numpy as np

from selftune import Optimizer, OptimizerSuggestion

MEMORY = Path("search.json")
SLOTS, TRAININGS = 3, 9


def new_search() -> Optimizer:
    """What is searched; `momentum` acts only with the solver that has one."""
    return Optimizer(
        {
            "lr": (1e-3, 10.0),
            "units": (4, 64),
            "solver": ["momentum", "plain"],
            "momentum": (0.5, 0.99, "ReverseLogarithmic"),
        },
        "Maximize",
        seed=1,
        conditions={"momentum": "solver == momentum"},
        first=[{"lr": 0.1, "units": 16, "solver": "plain"}],
    )


def spirals(seed: int) -> tuple[Any, Any]:
    """400 noisy points of two spirals, and to which of them each belongs."""
    rng = np.random.default_rng(seed)
    turn, side = rng.uniform(0.3, 1.0, 400), rng.integers(0, 2, 400)
    angle = 10.0 * turn + np.pi * side
    points = turn[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return points + 0.03 * rng.standard_normal(points.shape), side


def train(values: Mapping[str, Any]) -> float | None:
    """The accuracy on fresh points; None where training breaks down."""
    rng, (points, side) = np.random.default_rng(0), spirals(seed=0)
    weights = [rng.normal(0, 2, (2, values["units"])), rng.normal(0, 1, values["units"])]
    weights += [rng.normal(0, 2, values["units"]), np.zeros(())]
    speeds = [np.zeros_like(weight) for weight in weights]

    def scores(at: Any) -> tuple[Any, Any]:
        hidden = np.maximum(at @ weights[0] + weights[1], 0.0)
        return hidden, np.tanh((hidden @ weights[2] + weights[3]) / 2)

    for _ in range(600):
        hidden, output = scores(points)
        error = (output + 1 - 2 * side) / len(side)
        back = np.outer(error, weights[2]) * (hidden > 0)
        slopes = [points.T @ back, back.sum(axis=0), hidden.T @ error, error.sum()]
        for weight, speed, slope in zip(weights, speeds, slopes, strict=True):
            speed *= values.get("momentum", 0.0)
            speed -= values["lr"] * slope
            weight += speed
        if not all(np.abs(weight).max() < 100 for weight in weights):
            return None
    fresh, truth = spirals(seed=1)
    return float(np.mean((scores(fresh)[1] > 0) == (truth == 1)))


optimizer = Optimizer.from_json(MEMORY.read_text()) if MEMORY.exists() else new_search()
with ThreadPoolExecutor(SLOTS) as pool:
    running: dict[Future[float | None], OptimizerSuggestion] = {}

    def start(suggestion: OptimizerSuggestion) -> None:
        """Train with these values in a free slot."""
        running[pool.submit(train, suggestion)] = suggestion

    for interrupted in optimizer.pending:
        start(interrupted)
    left = TRAININGS - len(running)
    while running or left > 0:
        while len(running) < SLOTS and left > 0:
            start(optimizer.ask())
            left -= 1
        MEMORY.write_text(optimizer.to_json())
        for done in wait(running, return_when=FIRST_COMPLETED).done:
            told, accuracy = running.pop(done), done.result()
            optimizer.tell(told, accuracy, failed=accuracy is None)
            shown = "failed" if accuracy is None else f"{accuracy:.4f}"
            print(f"{told.number:3} {shown}  {told.strategy:28} {dict(told)}")
    MEMORY.write_text(optimizer.to_json())
best = optimizer.best
print("Best:" if best else "Nothing was reached.", best.objective if best else "", best.values if best else "")
