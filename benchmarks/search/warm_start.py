"""What a warm start brings, and what it costs where the parent misleads: surrogate tasks, `selftune.Optimizer`.

    python benchmarks/search/warm_start.py --tasks DIR --results FILE            three seeds
    python benchmarks/search/warm_start.py --tasks DIR --results FILE --quick    one seed

Each search knows the expert's ranges and, by parent:

    none        nothing
    same        a search of the same task with another seed, its scores in another unit (identical data and algorithm)
    other       a search of another task of the same scenario: other data under the same learner (transfer learning)
    inverted    a search of the same task for its worst values, told as if they were the best

Results are kept as JSON lines: a run that was cut short goes on where it was. Regret is 0 at the best thousandth of
random values and 1 at their median. "jobs" says after how many training jobs the mean curve is as good as that of
`none` after all of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from tasks import Parameter, Task, load_tasks

from selftune import Optimizer

PARENTS = ("none", "same", "other", "inverted")
CHECKPOINTS = (2, 5, 10, 15, 25)
PARENT_SEED = 1000
"""Added to a seed for the searches that are learnt from."""


def main(arguments: Sequence[str]) -> None:
    """Run what is missing and print the table."""
    options = _options(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    tasks = {name: task for name, task in load_tasks(options.tasks).items() if "glmnet" not in name}
    rows = [json.loads(line) for line in options.results.read_text().splitlines()] if options.results.exists() else []
    done = {(row["parent"], row["task"], row["seed"]) for row in rows}
    ends = time.monotonic() + options.seconds
    for seed in range(1 if options.quick else options.seeds):
        for name in tasks:
            for parent in PARENTS:
                if (parent, name, seed) in done or time.monotonic() > ends:
                    continue
                row = {"parent": parent, "task": name, "seed": seed, "curve": curve(tasks, name, parent, seed, options)}
                rows.append(row)
                with options.results.open("a") as file:
                    file.write(json.dumps(row) + "\n")
    print(table(rows, options.jobs))


def curve(tasks: dict[str, Task], name: str, parent: str, seed: int, options: argparse.Namespace) -> list[float]:
    """Regret of the best so far after each training job."""
    optimizer = search(tasks[name], seed, options.jobs, parents_of(tasks, name, parent, seed, options.parent_jobs))
    best, found = float("inf"), []
    for result in optimizer.results:
        best = min(best, regret(tasks[name], float(result.objective or 0.0)))
        found.append(best)
    return found


def parents_of(tasks: dict[str, Task], name: str, parent: str, seed: int, jobs: int) -> list[Any]:
    """The results that a search starts from."""
    if parent == "none":
        return []
    if parent == "other":
        scenario = [other for other in tasks if other.split("/")[0] == name.split("/")[0]]
        name = scenario[(scenario.index(name) + 1) % len(scenario)]
    sought = "Minimize" if parent == "inverted" else "Maximize"
    results = search(tasks[name], seed + PARENT_SEED, jobs, [], sought).results
    unit = -1.0 if parent == "inverted" else 1000.0
    return [[(result.values, unit * float(result.objective or 0.0)) for result in results]]


def search(task: Task, seed: int, jobs: int, parents: list[Any], sought: str = "Maximize") -> Optimizer:
    """One search, one training job at a time."""
    ranges = {parameter.name: range_of(parameter) for parameter in task.parameters}
    optimizer = Optimizer(ranges, sought, seed=seed, max_jobs=jobs, parents=parents)
    optimizer.run(task.score, jobs)
    return optimizer


def range_of(parameter: Parameter) -> Any:
    """A range as the optimizer takes it."""
    if parameter.kind == "choice":
        return list(parameter.choices)
    kind = int if parameter.kind == "int" else float
    return kind(parameter.low), kind(parameter.high), "Logarithmic" if parameter.is_log else "Linear"


def regret(task: Task, score: float) -> float:
    """0 at the best thousandth of random values, 1 at their median."""
    assert task.zero is not None
    assert task.one is not None
    return (task.zero - score) / (task.zero - task.one)


def table(rows: Sequence[dict[str, Any]], jobs: int) -> str:
    """Mean regret at the checkpoints, and how far it differs from the search without a parent, search by search."""
    by_parent = {p: {(r["task"], r["seed"]): r["curve"] for r in rows if r["parent"] == p} for p in PARENTS}
    common = set.intersection(*(set(curves) for curves in by_parent.values()))
    if len(common) < 2:
        return "Too few searches are there yet."
    means = {p: [fmean(curves[key][at] for key in common) for at in range(jobs)] for p, curves in by_parent.items()}
    lines = [f"{len(common)} searches a row", f"{'parent':10}" + "".join(f"{at:>8}" for at in CHECKPOINTS) + "    jobs"]
    for parent, curves in by_parent.items():
        apart = [curves[key][jobs - 1] - by_parent["none"][key][jobs - 1] for key in common]
        equal = next((at for at, mean in enumerate(means[parent], start=1) if mean <= means["none"][-1]), None)
        shown = "".join(f"{means[parent][at - 1]:8.3f}" for at in CHECKPOINTS)
        error = stdev(apart) / len(apart) ** 0.5
        lines.append(f"{parent:10}{shown}{equal or '-':>8}   {fmean(apart):+.3f} ± {error:.3f} at {jobs}")
    return "\n".join(lines)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=Path, required=True, help="folder of surrogate tasks")
    parser.add_argument("--results", type=Path, required=True, help="JSON lines, added to")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=25)
    parser.add_argument("--parent-jobs", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no search after so long")
    parser.add_argument("--quick", action="store_true", help="one seed")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
