"""What a search means to a peer in an interpreter of its own (`../interpreters/serving.py`)."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from boxes import missing_the_optimum, within
from problem import Problem
from real import printed_by_aws, real_task
from rows import Recorder, Row, Search, row_of
from suites import AWS_SOFT
from tables import table_task
from tasks import Parameter, Task, tasks_in


def asked(request: Mapping[str, Any]) -> tuple[Problem, Callable[[str, float], Row]]:
    """The problem of a search, and what makes its row.

    Args:
        request: "search", and "folders" of the suites.
    """
    search = Search(**request["search"])
    task = task_of(search, request["folders"])
    recorder = Recorder(task.score)
    problem = Problem(
        tool=search.tool,
        parameters=parameters_of(task, search, request["folders"]),
        loss=lambda values: -recorder(values),
        jobs=search.jobs,
        seed=search.seed,
    )
    return problem, lambda version, seconds: row_of(search, version, recorder, seconds, (task.zero, task.one))


def task_of(search: Search, folders: Mapping[str, str]) -> Task:
    """The task of a search, in the expert's ranges."""
    folder = Path(folders[search.suite])
    if search.suite == "real":
        return real_task(folder, search.task, search.seed)
    return _surrogates(folder)[search.task] if search.suite == "surrogates" else _table(folder, search.task)


def parameters_of(task: Task, search: Search, folders: Mapping[str, str]) -> tuple[Parameter, ...]:
    """The ranges that a setting gives: those that miss the optimum, those that AWS prints, or else the expert's."""
    if search.setting.startswith("miss"):
        return missing_the_optimum(task, _reference(Path(folders[search.suite]))[search.task])
    if not search.setting.startswith("aws"):
        return task.parameters
    printed = printed_by_aws(search.task.partition("/")[0])
    return within(printed, domain_of(task, search)) if search.setting == AWS_SOFT else printed


def domain_of(task: Task, search: Search) -> tuple[Parameter, ...]:
    """How far soft ranges may go: the expert's ranges, and for what the expert leaves alone, the printed range."""
    if search.setting != AWS_SOFT:
        return task.parameters
    known = {parameter.name: parameter for parameter in task.parameters}
    return tuple(known.get(p.name, p) for p in printed_by_aws(search.task.partition("/")[0]))


@functools.lru_cache(maxsize=1)
def _surrogates(folder: Path) -> dict[str, Task]:
    return {task.name: task for task in tasks_in(folder)}


@functools.lru_cache(maxsize=8)
def _table(folder: Path, name: str) -> Task:
    return table_task(folder, name)


@functools.lru_cache(maxsize=1)
def _reference(folder: Path) -> Any:
    return json.loads((folder / "reference.json").read_text())
