"""Regret after equal seconds of training: a budget of time that search knows of, beside one that it does not.

    python benchmarks/search/in_time.py --tasks DIR [--seeds 0 1 2] [--times 15] [--weights 0.1 0]
    python benchmarks/search/in_time.py             a function whose duration has nothing to do with its score

With --tasks only those of lcbench, whose score also tells seconds (a method `seconds` of values): there the best train
long. The bound is so many times the mean duration
of random values. "by time" leaves the number of training jobs out, so that time is the budget, and weighs ln seconds
beside ln EI by each of the weights; "by count" sets it, to the same number, so that seconds do not enter the search.
All are stopped at the same bound.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

from comparison import TIE
from swapped import searching_by
from tasks import Parameter, Task, Values, load_tasks
from walls import range_of

from selftune.search.bayesian import BayesianStrategy
from selftune.search.bayesian_settings import BayesianSettings
from selftune.testing import simulate

MOST_JOBS = 20
"""What the plan chooses where nothing is set and Autotune is off."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row a task and seed, and the means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", type=Path, help="folder of surrogate tasks; left out: the function")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--times", type=float, default=12.0)
    parser.add_argument("--weights", type=float, nargs="+", default=[BayesianSettings().cost_weight])
    options = parser.parse_args(arguments)
    variants = [None, *options.weights]
    rows = []
    for task in _tasks(options.tasks):
        for seed in options.seeds:
            rows.append([_search(task, seed, options.times, weight) for weight in variants])
            shown = (
                f"{_named(weight)} {regret:.3f} ({jobs} jobs)"
                for weight, (regret, jobs) in zip(variants, rows[-1], strict=True)
            )
            print(f"{task.name} seed {seed}: {', '.join(shown)}", flush=True)
    for place, weight in enumerate(variants):
        regret, jobs = (fmean(row[place][part] for row in rows) for part in (0, 1))
        print(f"mean of {len(rows)}: {_named(weight)} {regret:.3f} ({jobs:.0f} jobs)")
    for one, other in ((0, place) for place in range(1, len(variants))):
        print(f"{_named(variants[other])} wins {_wins(rows, other, one):.0%} against {_named(variants[one])}")
    if len(variants) > 2:
        print(f"{_named(variants[1])} wins {_wins(rows, 1, 2):.0%} against {_named(variants[2])}")


class _Indifferent:
    """A bent valley of three hyperparameters, and a fourth that decides the duration alone, from 1 to 10 seconds."""

    def __call__(self, values: Values) -> float:
        x = [3.0 * float(values[name]) - 1.5 for name in ("x0", "x1", "x2")]
        bends = sum(100 * (after - before**2) ** 2 + (1 - before) ** 2 for before, after in itertools.pairwise(x))
        return -math.log(0.01 + bends)

    def seconds(self, values: Values) -> float:
        return float(10.0 ** float(values["size"]))


def _tasks(folder: Path | None) -> list[Task]:
    if folder is not None:
        return [task for task in load_tasks(folder).values() if task.name.startswith("lcbench")]
    score, draws = _Indifferent(), random.Random(0)
    parameters = tuple(Parameter(name=name, kind="float") for name in ("x0", "x1", "x2", "size"))
    found = sorted(score(_drawn(parameters, draws)) for _ in range(20_000))
    start = {parameter.name: 0.3 for parameter in parameters}
    zero, one = found[int(0.999 * len(found))], median(found)
    return [Task(name="indifferent", parameters=parameters, start=start, score=score, zero=zero, one=one)]


def _named(weight: float | None) -> str:
    return "by count" if weight is None else f"by time, weight {weight:g}"


def _wins(rows: Sequence[Sequence[tuple[float, int]]], one: int, other: int) -> float:
    """Share of the rows in which the one has less regret than the other; ties count half."""
    gaps = [row[one][0] - row[other][0] for row in rows]
    return fmean(0.5 if abs(gap) < TIE else float(gap < 0) for gap in gaps)


def _search(task: Task, seed: int, times: float, weight: float | None) -> tuple[float, int]:
    """(regret of the best that ended inside the bound, training jobs that did); no weight: by count."""
    names = {parameter.name: f"h{number}" for number, parameter in enumerate(task.parameters)}
    back = {new: old for old, new in names.items()}

    def values_of(renamed: Values) -> Values:
        return {**task.start, **{back[name]: value for name, value in renamed.items() if name in back}}

    seconds = task.score.seconds  # type: ignore[attr-defined]
    draws = random.Random(f"{task.name}")
    bound = times * fmean(seconds(_drawn(task.parameters, draws)) for _ in range(200))
    settings = BayesianSettings() if weight is None else BayesianSettings(cost_weight=weight)
    with searching_by(BayesianStrategy(settings)):
        done = simulate(
            lambda renamed: task.score(values_of(renamed)),
            hyperparameters={names.get(name, name): value for name, value in task.start.items()},
            ranges={names[parameter.name]: range_of(parameter) for parameter in task.parameters},
            autotune=False,
            objective_type="Maximize",
            max_jobs=MOST_JOBS if weight is None else None,
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
