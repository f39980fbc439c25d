"""Whether the best known values of the surrogate tasks lie inside our inferred ranges, before and after expansion.

    python benchmarks/autotune/ranges_surrogates.py --tasks DIR

DIR is the folder of surrogate tasks that `benchmarks/search/regret.py` takes; that script compares the scores there
(tool `autotune` beside Optuna's in the expert's ranges). Here each task is planned from the values that a user has
today and nothing else, 50 training jobs in virtual time, and the best values known of it (`best_cfg` of
`reference.json`) are looked up in the ranges. As a surrogate's optimum often sits in a corner that real training does
not reach, the regret of the best known values moved to the nearest values inside is printed too: at or below 0 the
ranges hold something as good as the best of a thousand values drawn at random.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "search"))

from evaluation import use_one_core

use_one_core()

from autotuned import bounded  # noqa: E402  one core is set before numpy is imported
from tasks import Task, Values, load_tasks  # noqa: E402

from selftune.model.ranges import Range  # noqa: E402
from selftune.testing import Simulation, simulate  # noqa: E402


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the ranges of one search hold, (before, after) they went further."""

    inside: tuple[float, float]
    """Share of the tuned hyperparameters whose best known value lies inside."""
    regret: tuple[float, float]
    """Of the best known values, moved to the nearest inside."""
    outside: str
    """Which values lie outside in the end."""


def main(arguments: Sequence[str]) -> None:
    """Run every task with every seed and print a row a task."""
    options = _options(arguments)
    reference = json.loads((options.tasks / "reference.json").read_text())
    print(f"{'task':<20}{'inside: before':>15}{'after':>7}{'regret: before':>16}{'after':>8}   outside after")
    everything: list[Found] = []
    for name, task in load_tasks(options.tasks).items():
        if options.only and name not in options.only:
            continue
        found = [
            look_up(task, _searched(task, seed, options.jobs), reference[name]["best_cfg"])
            for seed in range(options.seeds)
        ]
        everything += found
        inside, regret = (_means([getattr(one, field) for one in found]) for field in ("inside", "regret"))
        print(f"{name:<20}{inside[0]:15.0%}{inside[1]:7.0%}{regret[0]:16.3f}{regret[1]:8.3f}   {found[0].outside}")
    _print_shares("values inside", [one.inside for one in everything])
    _print_shares("tasks with all values inside", [(one.inside[0] == 1, one.inside[1] == 1) for one in everything])
    _print_shares("tasks with regret <= 0 inside", [(one.regret[0] <= 0, one.regret[1] <= 0) for one in everything])


def look_up(task: Task, run: Simulation, best: Values) -> Found:
    """Look up the best known values in the ranges of a search."""
    before = run.plan.space
    after = before | {move.name: move.after for move in run.range_moves}
    missed = [f"{name} {best[name]:.3g} not in {after[name]}" for name in _outside(after, best)]
    return Found(
        inside=(_share(before, best), _share(after, best)),
        regret=(_regret(task, before, best), _regret(task, after, best)),
        outside=", ".join(missed),
    )


def _searched(task: Task, seed: int, jobs: int) -> Simulation:
    return simulate(
        bounded(task, task.score),
        hyperparameters=task.start,
        algorithm=task.library,
        objective_type="Maximize",
        max_jobs=jobs,
        seed=seed,
    )


def _outside(space: dict[str, Range], best: Values) -> list[str]:
    return [name for name, found in space.items() if not found.contains(_nudged(found, best[name]))]


def _nudged(space: Range, value: object) -> object:
    """The value, or the end of the range that it misses by rounding alone."""
    nearest = space.nearest(value)  # type: ignore[arg-type]
    if isinstance(value, float) and isinstance(nearest, float) and abs(nearest - value) <= 1e-9 * abs(value):
        return nearest
    return value


def _share(space: dict[str, Range], best: Values) -> float:
    return 1 - len(_outside(space, best)) / max(len(space), 1)


def _regret(task: Task, space: dict[str, Range], best: Values) -> float:
    """Of the best known values with each tuned one moved to the nearest inside, and what is static left at today's."""
    assert task.zero is not None
    assert task.one is not None
    values = {**task.start, **{name: found.nearest(best[name]) for name, found in space.items()}}
    return (task.zero - bounded(task, task.score)(values)) / (task.zero - task.one)


def _means(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return fmean(pair[0] for pair in pairs), fmean(pair[1] for pair in pairs)


def _print_shares(title: str, pairs: Sequence[tuple[float, float]]) -> None:
    before, after = _means(pairs)
    print(f"{title}: {before:.1%} before, {after:.1%} after")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Best known values of surrogate tasks inside our ranges.")
    parser.add_argument("--tasks", type=Path, required=True, help="folder of surrogate tasks")
    parser.add_argument("--only", nargs="*", default=[], help="names of tasks")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=50)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
