"""One search of ours in a setting of the comparison, by the product's own engine in virtual time."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from asked import domain_of, parameters_of, task_of
from autotuned import bounded
from rows import Recorder, Row, Search, row_of
from source_state import version
from suites import AUTOTUNED, AWS_SOFT, MISS_SOFT
from taken_over import as_row
from tasks import Parameter, Task, Values
from walls import anonymous, behind, range_of

from selftune.model.ranges import CategoricalRange, HardBounds, Range
from selftune.testing import Simulation, simulate

SOFT = (AWS_SOFT, MISS_SOFT)
SLOWEST_OVER_FASTEST = 10.0
"""Durations of training jobs that run side by side vary so much."""


def our_row(search: Search, folders: Mapping[str, str]) -> Row:
    """Carry out a search and keep what came of it."""
    if search.suite == "real" and search.setting == AUTOTUNED:
        return _planned_from_the_script(search, Path(folders["real"]))
    task = task_of(search, folders)
    if search.setting == AUTOTUNED:
        return carried_out(search, task, None)
    ranges = {p.name: range_of(p) for p in parameters_of(task, search, folders)}
    if search.setting in SOFT:
        domain = {parameter.name: parameter for parameter in domain_of(task, search)}
        ranges = {name: _soft(space, domain[name]) for name, space in ranges.items()}
    return carried_out(search, task, ranges)


def carried_out(search: Search, task: Task, ranges: Mapping[str, Range] | None) -> Row:
    """The row of a search in these ranges, without their names; None: from today's values, in Autotune's ranges."""
    recorder = Recorder(task.score)
    began = time.process_time()
    run = _autotuned(task, recorder, search) if ranges is None else _in_ranges(ranges, recorder, search)
    seconds = time.process_time() - began
    ended = sorted(zip(run.training_jobs, recorder.seconds, strict=True), key=lambda pair: pair[0].ended_seconds)
    recorder.scores = [math.nan if job.objective is None else job.objective for job, _ in ended]
    recorder.seconds = [spent for _, spent in ended]
    row = row_of(search, version(), recorder, seconds, (task.zero, task.one))
    return {**row, "moves": len(run.range_moves), **(_side_by_side(run, _slots(search)) if _slots(search) > 1 else {})}


def _autotuned(task: Task, score: Recorder, search: Search) -> Simulation:
    return simulate(
        bounded(task, score),
        hyperparameters=task.start,
        algorithm=task.library,
        objective_type="Maximize",
        max_jobs=search.jobs,
        seed=search.seed,
    )


def _in_ranges(ranges: Mapping[str, Range], score: Recorder, search: Search) -> Simulation:
    is_soft = search.setting in SOFT
    names = anonymous(ranges)
    shown = {names[name]: space for name, space in ranges.items()}
    return simulate(
        behind(score, names),
        hyperparameters={name: _any_value(space) for name, space in shown.items()},
        soft_ranges=shown if is_soft else {},
        ranges={} if is_soft else shown,
        autotune=False,
        objective_type="Maximize",
        max_jobs=search.jobs,
        max_parallel=_slots(search),
        seed=search.seed,
        cost=duration if _slots(search) > 1 else None,
    )


def _slots(search: Search) -> int:
    _, _, slots = search.setting.partition(" x")
    return int(slots or 1)


def _soft(space: Range, domain: Parameter) -> Range:
    if isinstance(space, CategoricalRange):
        return space
    return replace(space, hard_bounds=HardBounds(low=domain.low, high=domain.high))


def _any_value(space: Range) -> Any:
    return space.values[0] if isinstance(space, CategoricalRange) else space.low


def duration(values: Values) -> float:
    """Virtual seconds of a training job: as if drawn from 1 to 10 on a logarithmic scale, always the same."""
    digest = hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).digest()
    return SLOWEST_OVER_FASTEST ** (int.from_bytes(digest[:8], "big") / 2**64)


def _side_by_side(run: Simulation, slots: int) -> dict[str, Any]:
    """How busy the slots were until the last training job started, and how many pairs ran at once with equal values."""
    jobs = run.training_jobs
    last_start = max(job.started_seconds for job in jobs)
    busy = sum(min(job.ended_seconds, last_start) - job.started_seconds for job in jobs)
    coincide = sum(
        first.hyperparameters == second.hyperparameters
        and first.started_seconds < second.ended_seconds
        and second.started_seconds < first.ended_seconds
        for number, first in enumerate(jobs)
        for second in jobs[number + 1 :]
    )
    share = busy / (slots * last_start) if last_start > 0 else 1.0  # all began at once
    return {"busy": round(share, 4), "coincide": coincide}


def _planned_from_the_script(search: Search, data: Path) -> Row:
    """Nothing is set but the number of training jobs and the seed: what `../autotune/ranges.py` measures."""
    import ours as autotune  # not at the top: it lies in ../autotune
    import searches

    learner, _, name = search.task.partition("/")
    about = searches.Search(
        tool=search.tool, ranges="own", learner=learner, task=name, seed=search.seed, jobs=search.jobs
    )
    found = as_row(autotune.our_row(about, data / f"{name}.npz"), search.tool)
    return {**found, "version": version()}
