"""Runs Optuna on the learners. Started by peers.py in the peer's own interpreter, where selftune need not be installed.

Argument: the folder of data sets. Standard input: a search as a JSON line. Standard output: its row as a JSON line.
Tools: `optuna-tpe`, `optuna-gp`, each with `+start` where the first values are those that the script has today.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from evaluation import today, use_one_core
from searches import Parameter, Recorder, Search, ranges_of, row_of

use_one_core()

import optuna  # noqa: E402  what is set above must be set before numpy is imported


def main(folder: str) -> None:
    """Carry out the searches asked for on standard input."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for line in sys.stdin:
        search = Search(**json.loads(line))
        started = time.process_time()
        recorder = Recorder(search, Path(folder) / f"{search.task}.npz")
        run(search, recorder)
        row = row_of(search, f"optuna {optuna.__version__}", recorder.tried, time.process_time() - started)
        print(json.dumps(row), flush=True)


def run(search: Search, recorder: Recorder) -> None:
    """Let one tool train so many times; what gives no loss is a failed trial to Optuna."""
    parameters = ranges_of(search.ranges, search.learner)
    study = optuna.create_study(direction="minimize", sampler=_sampler(search.tool, search.seed))
    if search.tool.endswith("+start"):
        study.enqueue_trial(_inside(parameters, today(search.learner)))
    study.optimize(lambda trial: recorder({p.name: _suggested(p, trial) for p in parameters}), n_trials=search.jobs)


def _sampler(tool: str, seed: int) -> optuna.samplers.BaseSampler:
    if tool.startswith("optuna-gp"):
        return optuna.samplers.GPSampler(seed=seed)
    return optuna.samplers.TPESampler(seed=seed)


def _suggested(parameter: Parameter, trial: optuna.Trial) -> float:
    if parameter.is_integer:
        return trial.suggest_int(parameter.name, int(parameter.low), int(parameter.high), log=parameter.is_log)
    return trial.suggest_float(parameter.name, parameter.low, parameter.high, log=parameter.is_log)


def _inside(parameters: list[Parameter], values: dict[str, Any]) -> dict[str, Any]:
    """Today's values, or the nearest ones that the ranges allow."""
    return {p.name: min(max(values[p.name], p.low), p.high) for p in parameters}


if __name__ == "__main__":
    main(sys.argv[1])
