"""What the edge rule recovers where the first ranges miss the optimum: surrogate tasks in boxes that are cut.

    python benchmarks/search/expansion.py --tasks DIR            three seeds
    python benchmarks/search/expansion.py --tasks DIR --quick    one seed

The box of each important hyperparameter is cut to the half of its range, on its scale, that the best known value does
not lie in. Nothing is known of good values; each search begins with space-filling points.

    walls     the cut box as the user's own ranges: they never move
    soft      the cut box as inferred ranges, hard bounds where the expert's range ends: the edge rule may move them
    cliff     the same, but training fails beyond the cut box, as beside a divergence
    whole     the expert's ranges
    soft whole  the expert's ranges as inferred ones, with room of half their width on either side: nothing to gain

Regret as in regret.py, the mean over tasks and seeds after 10, 25 and 50 training jobs, and moves a search.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from autotuned import bounded
from boxes import cut
from tasks import Parameter, Scorer, Task, Values, load_tasks
from walls import anonymous, behind, range_of, renamed

from selftune.model.ranges import CategoricalRange, HardBounds, Range
from selftune.testing import simulate

BOXES = ("walls", "soft", "cliff", "whole", "soft whole")
CHECKPOINTS = (10, 25, 50)


class Diverged(Exception):
    """Training outside the cut box."""


def main(arguments: Sequence[str]) -> None:
    """Run the comparison and print its table."""
    options = _options(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    reference = json.loads((options.tasks / "reference.json").read_text())
    tasks = {name: task for name, task in load_tasks(options.tasks).items() if not name.startswith("iaml_glmnet")}
    seeds = range(1 if options.quick else options.seeds)
    print(f"Mean regret, {len(tasks)} tasks, {len(seeds)} seeds")
    print("box".ljust(12) + "".join(f"{'@' + str(count):>9}" for count in CHECKPOINTS) + "    moves")
    for box in options.boxes:
        found = [search(task, reference[name], box, seed) for name, task in tasks.items() for seed in seeds]
        means = "".join(f"{fmean(curve[count - 1] for curve, _ in found):9.3f}" for count in CHECKPOINTS)
        print(f"{box.ljust(12)}{means}{fmean(moves for _, moves in found):9.1f}", flush=True)


def search(task: Task, reference: Values, box: str, seed: int) -> tuple[list[float], int]:
    """(regret of the best so far after each training job, how many ranges moved)."""
    scorer = Scorer(task, 0.0, seed)
    boxes = {p.name: p if "whole" in box else cut(p, reference) for p in task.parameters}
    ranges = {name: range_of(parameter) for name, parameter in boxes.items()}
    if box not in ("walls", "whole"):
        ranges = {p.name: _soft(ranges[p.name], p, beyond=box == "soft whole") for p in task.parameters}
    score, names = bounded(task, scorer), anonymous(boxes)
    ranges = {names[name]: space for name, space in ranges.items()}
    run = simulate(
        behind((lambda values: _stable(values, boxes, score)) if box == "cliff" else score, names),
        hyperparameters=renamed(task.start, names),
        soft_ranges={} if box in ("walls", "whole") else ranges,
        ranges=ranges if box in ("walls", "whole") else {},
        autotune=False,
        objective_type="Maximize",
        max_jobs=CHECKPOINTS[-1],
        seed=seed,
    )
    assert task.zero is not None
    assert task.one is not None
    curve, best = [], -float("inf")
    for job in run.training_jobs:
        best = best if job.objective is None else max(best, job.objective)
        curve.append((task.zero - best) / (task.zero - task.one))
    return curve, len(run.range_moves)


def _soft(space: Range, parameter: Parameter, *, beyond: bool) -> Range:
    """The range with hard bounds: the expert's ends, or half of the width beyond them."""
    if isinstance(space, CategoricalRange):
        return space
    room = 0.5 if beyond else 0.0
    low, high = space.scaling.forward(parameter.low), space.scaling.forward(parameter.high)
    ends = (space.scaling.backward(end) for end in (low - room * (high - low), high + room * (high - low)))
    lowest, highest = ends
    return replace(space, hard_bounds=HardBounds(low=lowest, high=highest))


def _stable(values: Values, boxes: dict[str, Parameter], score: Callable[[Values], float]) -> float:
    """The score inside the cut box.

    Raises:
        Diverged: outside of it.
    """
    outside = [
        name
        for name, parameter in boxes.items()
        if parameter.kind != "choice" and not parameter.low * (1 - 1e-9) <= values[name] <= parameter.high * (1 + 1e-9)
    ]
    if outside:
        raise Diverged(", ".join(outside))
    return score(values)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What the edge rule recovers where the first ranges miss the optimum.")
    parser.add_argument("--tasks", type=Path, required=True, help="folder of surrogate tasks")
    parser.add_argument("--boxes", nargs="*", choices=BOXES, default=list(BOXES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one seed")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
