"""Runs Optuna on tasks. Started by regret.py in the peer's own interpreter, where selftune need not be installed.

Standard input: one JSON list of runs, `{"tool", "task", "seed", "jobs"}`. Standard output: one JSON line a run. Tools:
`optuna-tpe`, `optuna-gp`, each with `+start` where the first values are those that the user has today.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import optuna
from tasks import Parameter, Task, load_tasks


def main(folder: str) -> None:
    """Carry out the runs asked for on standard input."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tasks = load_tasks(Path(folder) if folder else None)
    for run in json.load(sys.stdin):
        started = time.perf_counter()
        scores = search(tasks[run["task"]], run["tool"], run["seed"], run["jobs"])
        seconds = time.perf_counter() - started
        print(
            json.dumps({**run, "version": f"optuna {optuna.__version__}", "scores": scores, "seconds": seconds}),
            flush=True,
        )


def search(task: Task, tool: str, seed: int, jobs: int) -> list[float]:
    """Scores in the order of evaluation."""
    study = optuna.create_study(direction="maximize", sampler=_sampler(tool, seed))
    if tool.endswith("+start"):
        study.enqueue_trial(task.start)
    study.optimize(lambda trial: task.score(_values(task, trial)), n_trials=jobs)
    return [trial.value for trial in study.trials]


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
