"""What a run of `regret.py` means to Optuna in an interpreter of its own (`../interpreters/serving.py`)."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from problem import Problem
from tasks import Scorer, Task, load_tasks


def asked(run: Mapping[str, Any]) -> tuple[Problem, Callable[[str, float], dict[str, Any]]]:
    """The problem of a run, and what makes its result."""
    task = _tasks(run["folder"])[run["task"]]
    scorer = Scorer(task, run["noise"], run["seed"])
    began = time.perf_counter()
    problem = Problem(
        tool=run["tool"],
        parameters=task.parameters,
        loss=lambda values: -scorer(values),
        jobs=run["jobs"],
        seed=run["seed"],
        start=task.start if run["tool"].endswith("+start") else None,
    )
    about = {name: run[name] for name in ("tool", "task", "seed", "jobs", "noise")}

    def result(version: str, _: float) -> dict[str, Any]:
        seconds = time.perf_counter() - began
        return {**about, "version": version, "scores": scorer.true, "shown": scorer.shown, "seconds": seconds}

    return problem, result


@functools.lru_cache(maxsize=1)
def _tasks(folder: str | None) -> dict[str, Task]:
    return load_tasks(Path(folder) if folder else None)
