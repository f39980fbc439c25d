"""Real training that `../autotune` ran already, as rows of this comparison."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rows import Row, key_of, rows_in
from suites import TODAY

SETTINGS = {"expert": "expert", "aws": "aws-walls", "own": "autotuned"}


def taken_over(path: Path, known: Iterable[Row], tools: Iterable[str]) -> Iterator[Row]:
    """The rows of a file of `../autotune`, without those that are known already.

    Args:
        tools: which of them.
    """
    answered, wanted = {key_of(row) for row in known}, set(tools)
    for found in rows_in([path]):
        if found["tool"] in wanted:
            row = as_row(found, found["tool"])
            if key_of(row) not in answered:
                yield row


def as_row(found: Mapping[str, Any], tool: str) -> Row:
    """A row of `../autotune/searches.py`. Where it has no seconds by training, each gets its share of their sum."""
    jobs = len(found["losses"])
    share = found["training_seconds"] / max(jobs, 1)
    scores = [None if loss is None or not math.isfinite(loss) else -loss for loss in found["losses"]]
    return {
        "tool": tool,
        "version": found["version"],
        "setting": SETTINGS[found["ranges"]],
        "suite": "real",
        "task": f"{found['learner']}/{found['task']}",
        "seed": found["seed"],
        "zero": None,
        "one": scores[0] if tool == TODAY else None,
        "scores": scores,
        "seconds": found["seconds"],
        "job_seconds": found.get("job_seconds") or [share] * jobs,
        "date": found.get("date", ""),
        "machine": found.get("machine", ""),
    }
