"""What learning from earlier tuning jobs brings, and what it costs where they mislead: surrogate tasks.

    python benchmarks/search/earlier.py --tasks DIR            all histories, four seeds
    python benchmarks/search/earlier.py --tasks DIR --quick    two seeds

Each search starts from today's values and knows nothing but them and, by history:

    none         nothing
    same         one tuning job of the same task with another seed
    other        one tuning job of another task of the same scenario, other data under the same learner
    others       three of them
    adversarial  one tuning job of the same task whose objective was negated: it looked for the worst values

Regret as in regret.py: 0 at the best thousandth of random values and 1 at their median; the mean over tasks and seeds
after 10, 25 and 50 training jobs, and the share of searches in which the earlier tuning jobs were set aside.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean, stdev

from autotuned import bounded
from tasks import Scorer, Task, load_tasks

from selftune.autotune.earlier_result import EarlierResult
from selftune.testing import Simulation, simulate

HISTORIES = ("none", "same", "other", "others", "adversarial")
CHECKPOINTS = (1, 2, 5, 10, 25, 50)
EARLIER_SEED = 1000
"""Added to a seed for the tuning jobs that are learnt from."""


def main(arguments: Sequence[str]) -> None:
    """Run the comparison and print its table."""
    options = _options(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    tasks = {name: task for name, task in load_tasks(options.tasks).items() if _separates(name)}
    earlier = _Earlier(tasks, options.earlier_jobs)
    rows: dict[str, list[tuple[list[float], bool]]] = {history: [] for history in options.histories}
    for seed in range(2 if options.quick else options.seeds):
        for name in tasks:
            for history in options.histories:
                rows[history].append(search(tasks[name], seed, options.jobs, earlier.of(history, name, seed)))
                if options.results:
                    line = {"history": history, "task": name, "seed": seed, "curve": rows[history][-1][0]}
                    with options.results.open("a") as file:
                        file.write(json.dumps(line) + "\n")
    print(table(rows, options.jobs, len(tasks)))


def search(task: Task, seed: int, jobs: int, earlier: Sequence[EarlierResult]) -> tuple[list[float], bool]:
    """(regret of the best so far after each training job, whether the earlier tuning jobs were set aside)."""
    scorer = Scorer(task, 0.0, seed)
    run = _simulated(task, scorer, seed, jobs, earlier)
    is_set_aside = any("set aside" in job.reason for job in run.training_jobs)
    curve, best = [], -float("inf")
    assert task.zero is not None
    assert task.one is not None
    for score in scorer.true:
        best = max(best, score)
        curve.append((task.zero - best) / (task.zero - task.one))
    return curve, is_set_aside


class _Earlier:
    """The tuning jobs that are learnt from, each run once."""

    def __init__(self, tasks: dict[str, Task], jobs: int) -> None:
        self._tasks, self._jobs = tasks, jobs
        self._made: dict[tuple[str, int, bool], EarlierResult] = {}

    def of(self, history: str, name: str, seed: int) -> list[EarlierResult]:
        scenario = [other for other in self._tasks if other.split("/")[0] == name.split("/")[0] and other != name]
        turned = scenario[seed % len(scenario) :] + scenario[: seed % len(scenario)]
        match history:
            case "same":
                return [self._result(name, seed, is_negated=False)]
            case "other":
                return [self._result(turned[0], seed, is_negated=False)]
            case "others":
                return [self._result(other, seed, is_negated=False) for other in turned[:3]]
            case "adversarial":
                return [self._result(name, seed, is_negated=True)]
        return []

    def _result(self, name: str, seed: int, *, is_negated: bool) -> EarlierResult:
        key = (name, seed, is_negated)
        if key not in self._made:
            task = self._tasks[name]
            shown = replace(task, score=lambda values: -task.score(values)) if is_negated else task
            run = _simulated(task, Scorer(shown, 0.0, seed), EARLIER_SEED + seed, self._jobs, ())
            assert run.to_learn_from is not None
            self._made[key] = replace(run.to_learn_from, tuning_job=f"{name.replace('/', '-')}-{seed}")
        return self._made[key]


def _simulated(task: Task, scorer: Scorer, seed: int, jobs: int, earlier: Sequence[EarlierResult]) -> Simulation:
    return simulate(
        bounded(task, scorer),
        hyperparameters=task.start,
        algorithm=task.library,
        objective_type="Maximize",
        max_jobs=jobs,
        seed=seed,
        earlier=earlier,
    )


def table(rows: dict[str, list[tuple[list[float], bool]]], jobs: int, tasks: int) -> str:
    """A row a history: mean regret at the checkpoints, the paired difference to none, how often it was set aside."""
    checkpoints = [count for count in CHECKPOINTS if count <= jobs]
    at = min(25, jobs)
    none = [curve for curve, _ in rows["none"]]
    lines = [
        f"Mean regret, {tasks} tasks, {len(none) // tasks} seeds",
        "history".ljust(13) + "".join(f"{'@' + str(c):>8}" for c in checkpoints) + f"   @{at} - none   set aside",
    ]
    for history, found in rows.items():
        means = "".join(f"{fmean(curve[c - 1] for curve, _ in found):8.3f}" for c in checkpoints)
        differences = [curve[at - 1] - other[at - 1] for (curve, _), other in zip(found, none, strict=True)]
        error = stdev(differences) / len(differences) ** 0.5 if len(differences) > 1 else 0.0
        aside = fmean(is_set_aside for _, is_set_aside in found)
        lines.append(f"{history.ljust(13)}{means}{fmean(differences):8.3f} +-{error:.3f}{aside:10.0%}")
    return "\n".join(lines)


def _separates(name: str) -> bool:
    """False for tasks on which any two searches end alike."""
    return not name.startswith("iaml_glmnet")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What learning from earlier tuning jobs brings.")
    parser.add_argument("--tasks", type=Path, required=True, help="folder of surrogate tasks")
    parser.add_argument("--histories", nargs="*", choices=HISTORIES, default=list(HISTORIES))
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--earlier-jobs", type=int, default=25, help="training jobs of each earlier tuning job")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--quick", action="store_true", help="two seeds")
    parser.add_argument("--results", type=Path, help="append each search to this file, as JSON lines")
    options = parser.parse_args(arguments)
    if "none" not in options.histories:
        options.histories.insert(0, "none")
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
