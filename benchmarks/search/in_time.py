"""Regret after equal seconds of training: a budget of time that search knows of, beside one that it does not.

    python benchmarks/search/in_time.py --tasks DIR [--seeds 0 1 2] [--times 15]

Only tasks whose score also tells seconds (a method `seconds` of values). The bound is so many times the mean duration
of random values. "by time" leaves the number of training jobs out, so that time is the budget; "by count" sets it, to
the same number, so that seconds do not enter the search; both are stopped at the same bound.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from regret import range_of
from tasks import Parameter, Task, Values, load_tasks

from selftune.testing import simulate

MOST_JOBS = 20
"""What the plan chooses where nothing is set and Autotune is off."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row a task and seed, and the means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--times", type=float, default=12.0)
    options = parser.parse_args(arguments)
    rows = []
    for task in load_tasks(options.tasks).values():
        if hasattr(task.score, "seconds") and task.name.startswith("lcbench"):
            for seed in options.seeds:
                rows.append([_search(task, seed, options.times, is_known=known) for known in (True, False)])
                (by_time, jobs_time), (by_count, jobs_count) = rows[-1]
                shown = f"by time {by_time:.3f} ({jobs_time} jobs), by count {by_count:.3f} ({jobs_count} jobs)"
                print(f"{task.name} seed {seed}: {shown}", flush=True)
    means = [(fmean(row[i][0] for row in rows), fmean(row[i][1] for row in rows)) for i in (0, 1)]
    won = fmean(0.5 if row[0][0] == row[1][0] else float(row[0][0] < row[1][0]) for row in rows)
    print(
        f"mean: by time {means[0][0]:.3f} ({means[0][1]:.0f} jobs), by count {means[1][0]:.3f} ({means[1][1]:.0f} jobs)"
    )
    print(f"by time wins {won:.0%} of {len(rows)}")


def _search(task: Task, seed: int, times: float, *, is_known: bool) -> tuple[float, int]:
    """(regret of the best that ended inside the bound, training jobs that did)."""
    names = {parameter.name: f"h{number}" for number, parameter in enumerate(task.parameters)}
    back = {new: old for old, new in names.items()}

    def values_of(renamed: Values) -> Values:
        return {**task.start, **{back[name]: value for name, value in renamed.items() if name in back}}

    seconds = task.score.seconds  # type: ignore[attr-defined]
    draws = random.Random(f"{task.name}")
    bound = times * fmean(seconds(_drawn(task.parameters, draws)) for _ in range(200))
    done = simulate(
        lambda renamed: task.score(values_of(renamed)),
        hyperparameters={names.get(name, name): value for name, value in task.start.items()},
        ranges={names[parameter.name]: range_of(parameter) for parameter in task.parameters},
        autotune=False,
        objective_type="Maximize",
        max_jobs=None if is_known else MOST_JOBS,
        max_runtime_seconds=bound,
        cost=lambda renamed: seconds(values_of(renamed)),
        seed=seed,
    )
    ended = [job.objective for job in done.training_jobs if job.status == "Completed" and job.objective is not None]
    assert task.zero is not None
    assert task.one is not None
    return (task.zero - max(ended)) / (task.zero - task.one), len(ended)


def _drawn(parameters: Sequence[Parameter], draws: random.Random) -> Values:
    found: Values = {}
    for parameter in parameters:
        if parameter.kind == "choice":
            found[parameter.name] = draws.choice(parameter.choices)
            continue
        place, low, high = draws.random(), float(parameter.low), float(parameter.high)
        value = low * (high / low) ** place if parameter.is_log else low + place * (high - low)
        found[parameter.name] = round(value) if parameter.kind == "int" else value
    return found


if __name__ == "__main__":
    main()
