"""What a search of `searches.py` means to a peer in an interpreter of its own (`../interpreters/serving.py`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evaluation import today
from problem import Parameter, Problem
from searches import Recorder, Row, Search, ranges_of, row_of


def asked(request: Mapping[str, Any]) -> tuple[Problem, Callable[[str, float], Row]]:
    """The problem of a search, and what makes its row; "data" is the folder of data sets."""
    search = Search(**request["search"])
    recorder = Recorder(search, Path(request["data"]) / f"{search.task}.npz")
    problem = Problem(
        tool=search.tool,
        parameters=tuple(
            Parameter(name=p.name, kind="int" if p.is_integer else "float", low=p.low, high=p.high, is_log=p.is_log)
            for p in ranges_of(search.ranges, search.learner)
        ),
        loss=recorder,
        jobs=search.jobs,
        seed=search.seed,
        start=today(search.learner) if search.tool.endswith("+start") else None,
    )
    return problem, lambda version, seconds: row_of(search, version, recorder.tried, seconds)
