"""Thousands of training jobs: is a better region found that shows itself late, and does the search go on to improve?

    python benchmarks/search/growth.py island [--jobs 5000] [--seeds 0 1 2] [--rim 0.15]   one result tells of a region
    python benchmarks/search/growth.py run [--jobs 1000] [--seeds 0 1]                     whole searches, random ones

The functions have 8 hyperparameters, two of them whole numbers and one a choice. `island`: `--jobs` training jobs lie
in and around a hollow; the last one lies on the rim of an island, far away, whose floor is lower. The rim itself is
worse than the hollow's best (unless `--rim` says otherwise), so that the island must be noticed by what lies around it.
"found" says after how many more training jobs the best loss is below the hollow's floor, "reached" after how many it
has covered half of the way from there to the island's floor. `run`: best loss after so many training jobs.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np

from selftune.model.history import Exhausted, History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.search import suggest
from selftune.search.encoder import Array, Encoder

SPACE = (
    *((f"rate{i}", ContinuousRange(low=1e-5, high=1.0, scaling=ScalingType.LOG)) for i in range(3)),
    ("units", IntegerRange(low=1, high=1000, scaling=ScalingType.LOG)),
    ("layers", IntegerRange(low=1, high=16)),
    ("kind", CategoricalRange(values=("a", "b", "c"))),
    ("share", ContinuousRange(low=0.0, high=1.0)),
    ("drop", ContinuousRange(low=0.0, high=0.9)),
)
ENCODER = Encoder(SPACE)
HOLLOW, ISLAND = np.full(8, 0.3), np.array([0.8, 0.75, 0.7, 0.8, 0.75, 0.5, 0.8, 0.7])
TOWARDS_RIM = np.array([1, -1, 1, -1, 1, 0, -1, 1]) / np.sqrt(7)
"""From the island's middle; the choice stays."""
FLOOR, STEEP = 0.1, 6.0
"""The lowest loss in the hollow, and how fast the island rises."""
Loss = Callable[[Array], Array]


def with_island(cube: Array) -> Array:
    """(m,) losses: a wide hollow with floor 0.1, and a narrow island with floor 0."""
    hollow = FLOOR + np.square(cube - HOLLOW).sum(axis=1)
    island = STEEP * np.square(cube - ISLAND).sum(axis=1)
    return np.minimum(hollow, island)


def rugged(cube: Array) -> Array:
    """(m,) losses of Rastrigin's kind, whose many hollows lead to one."""
    moved = cube - 0.62
    return np.square(moved).sum(axis=1) + 0.05 * (1 - np.cos(6 * np.pi * moved)).sum(axis=1)


def curved(cube: Array) -> Array:
    """(m,) losses of Rosenbrock's kind: a bent valley."""
    x = 2.4 * cube - 0.4
    return np.log1p((10 * np.square(x[:, 1:] - np.square(x[:, :-1])) + np.square(1 - x[:, :-1])).sum(axis=1))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of one of the two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["island", "run"])
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1])
    parser.add_argument("--more", type=int, default=100, help="training jobs after the island has shown itself")
    parser.add_argument("--rim", type=float, default=0.15, help="loss of the one training job on the island")
    options = parser.parse_args(arguments)
    for seed in options.seeds:
        if options.what == "island":
            _island(options.jobs or 5_000, seed, options.rim, options.more)
        else:
            _run(options.jobs or 1_000, seed)


def _island(jobs: int, seed: int, rim_loss: float, more: int) -> None:
    rng = np.random.default_rng(seed)
    spread = np.where(rng.random((jobs - 1, 1)) < 0.3, 1.0, 0.05 + 0.2 * rng.random((jobs - 1, 1)))
    points = np.clip(HOLLOW + spread * rng.standard_normal((jobs - 1, 8)), 0, 1)
    points = ENCODER.snap(points[np.square(points - ISLAND).sum(axis=1) > 0.3])
    rim = ENCODER.snap((ISLAND + np.sqrt(rim_loss / STEEP) * TOWARDS_RIM)[None, :])
    history = _history(np.vstack([points, rim]), with_island, seed)
    losses, seconds = _search(history, with_island, more)
    print(
        f"island seed {seed}: best in the hollow {with_island(points).min():.3f}, rim {with_island(rim)[0]:.3f}, "
        f"found after {_first_below(losses, FLOOR)}, reached after {_first_below(losses, FLOOR / 2)}, "
        f"best {min(losses):.4f}, {1e3 * seconds:.0f} ms a suggestion",
        flush=True,
    )


def _run(jobs: int, seed: int) -> None:
    for name, loss in (("rugged", rugged), ("curved", curved)):
        found, seconds = _search(_history(np.zeros((0, 8)), loss, seed), loss, jobs)
        random = loss(ENCODER.snap(np.random.default_rng(seed).random((jobs, 8))))
        marks = [mark for mark in (100, 300, 400, 500, 700, 1000, 2000) if mark <= jobs]
        ours = " ".join(f"@{mark} {min(found[:mark]):.4f}" for mark in marks)
        print(f"{name} seed {seed}: {ours}; random {random.min():.3f}; {1e3 * seconds:.0f} ms a suggestion", flush=True)


def _history(points: Array, loss: Loss, seed: int) -> History:
    losses = loss(points) if len(points) else []
    pairs = enumerate(zip(points, losses, strict=True), start=1)
    ended = tuple(_observation(number, point, float(value)) for number, (point, value) in pairs)
    return History(space=SPACE, ended=ended, max_jobs=100_000, seed=seed)


def _observation(number: int, point: Array, loss: float) -> Observation:
    return Observation(number=number, values=ENCODER.values(point), outcome=Outcome.COMPLETED, loss=loss)


def _search(history: History, loss: Loss, jobs: int) -> tuple[list[float], float]:
    """Losses of so many more training jobs, one at a time, and mean seconds of a suggestion."""
    ended, losses, spent = history.ended, [], 0.0
    for _ in range(jobs):
        began = time.perf_counter()
        made = suggest(Strategy.BAYESIAN, History(space=SPACE, ended=ended, max_jobs=100_000, seed=history.seed), 1)
        spent += time.perf_counter() - began
        assert not isinstance(made, Exhausted)
        point = ENCODER.cube([dict(made[0].values)])
        losses.append(float(loss(point)[0]))
        ended = (*ended, _observation(len(ended) + 1, point[0], losses[-1]))
    return losses, spent / jobs


def _first_below(losses: Sequence[float], goal: float) -> int | None:
    return next((count for count, loss in enumerate(losses, start=1) if loss < goal), None)


if __name__ == "__main__":
    main()
