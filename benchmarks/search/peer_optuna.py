"""Runs Optuna on tasks. Started by regret.py in the peer's own interpreter, where selftune need not be installed.

Standard input: one JSON list of runs, `{"tool", "task", "seed", "jobs", "noise"}`. Standard output: one JSON line each.
Tools: `optuna-tpe`, `optuna-gp`, each with `+start` where the first values are those that the user has today.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import optuna
from tasks import Parameter, Scorer, Task, load_tasks


def main(folder: str) -> None:
    """Carry out the runs asked for on standard input."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tasks = load_tasks(Path(folder) if folder else None)
    for run in json.load(sys.stdin):
        started = time.perf_counter()
        scorer = Scorer(tasks[run["task"]], run["noise"], run["seed"])
        search(tasks[run["task"]], scorer, run["tool"], run["seed"], run["jobs"])
        found = {"scores": scorer.true, "shown": scorer.shown, "seconds": time.perf_counter() - started}
        print(json.dumps({**run, "version": f"optuna {optuna.__version__}", **found}), flush=True)


def search(task: Task, scorer: Scorer, tool: str, seed: int, jobs: int) -> None:
    """Let one tool evaluate so many values; the scorer remembers them in order."""
    study = optuna.create_study(direction="maximize", sampler=_sampler(tool, seed))
    if tool.endswith("+start"):
        study.enqueue_trial(task.start)
    study.optimize(lambda trial: scorer(_values(task, trial)), n_trials=jobs)


def _sampler(tool: str, seed: int) -> optuna.samplers.BaseSampler:
    if tool.startswith("optuna-gp"):
        return optuna.samplers.GPSampler(seed=seed)
    return optuna.samplers.TPESampler(seed=seed)


def _values(task: Task, trial: optuna.Trial) -> dict[str, Any]:
    return {parameter.name: _suggested(parameter, trial) for parameter in task.parameters}


def _suggested(parameter: Parameter, trial: optuna.Trial) -> Any:
    if parameter.kind == "choice":
        return trial.suggest_categorical(parameter.name, parameter.choices)
    if parameter.kind == "int":
        return trial.suggest_int(parameter.name, int(parameter.low), int(parameter.high), log=parameter.is_log)
    return trial.suggest_float(parameter.name, parameter.low, parameter.high, log=parameter.is_log)


if __name__ == "__main__":
    main(sys.argv[1])
