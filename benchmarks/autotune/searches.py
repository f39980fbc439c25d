"""What one search is asked and what is kept of it: one JSON line, whichever tool searched.

Imports neither selftune nor a peer, so that each can run in its own interpreter.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeAlias

from evaluation import DATA_SETS, LEARNERS, REFUSED, Evaluation, Values, evaluate_values

Row: TypeAlias = dict[str, Any]

FOLDER = Path(__file__).resolve().parent
CHECKPOINTS = (1, 10, 25, 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One hyperparameter's range as somebody else wrote it down."""

    name: str
    low: float
    high: float
    is_integer: bool = False
    is_log: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search to be carried out."""

    tool: str
    """Such as "optuna-gp"; with "+start" the first values are today's."""
    ranges: str
    """"expert", "aws" or "own"."""
    learner: str
    task: str
    """The data set."""
    seed: int
    """Of the tool and of the trainings."""
    jobs: int = 50

    @property
    def key(self) -> tuple[object, ...]:
        return self.tool, self.ranges, self.learner, self.task, self.seed


class Recorder:
    """Trains what a search asks for and remembers it in order; what diverges or is refused counts as a job."""

    def __init__(self, search: Search, data: Path) -> None:
        self._search, self._data = search, data
        self.tried: list[tuple[Values, Evaluation]] = []

    @property
    def is_full(self) -> bool:
        return len(self.tried) >= self._search.jobs

    def __call__(self, values: Values) -> float:
        """The validation loss of `values`; NaN where there is none."""
        try:
            found = evaluate_values(self._search.learner, values, self._data, self._search.seed)
        except Exception:  # what a library raises for values that it refuses is its own choice
            found = REFUSED
        self.tried.append((values, found))
        return found.valid


def ranges_of(kind: str, learner: str) -> list[Parameter]:
    """The ranges of `expert_ranges.toml` or `aws_ranges.toml` for a learner."""
    described = tomllib.loads((FOLDER / f"{kind}_ranges.toml").read_text())[learner]
    return [
        Parameter(
            name=name,
            low=found["low"],
            high=found["high"],
            is_integer=found.get("type") == "int",
            is_log=found.get("scale") == "log",
        )
        for name, found in described.items()
    ]


def row_of(search: Search, version: str, tried: Sequence[tuple[Values, Evaluation]], seconds: float) -> Row:
    """What is kept of a search; one that ends early keeps what it has found.

    Args:
        tried: hyperparameters and what came of them, in order.
        seconds: of processor time for the whole search; those of the trainings alone are kept beside them.
    """
    losses = [found.valid if math.isfinite(found.valid) else math.inf for _, found in tried]
    best = [losses.index(loss) for loss in accumulate(losses, min)]
    counts = [count for count in CHECKPOINTS if count <= search.jobs and tried]
    return {
        "tool": search.tool,
        "version": version,
        "ranges": search.ranges,
        "learner": search.learner,
        "task": search.task,
        "seed": search.seed,
        "jobs": len(tried),
        "valid": {str(count): _number(losses[best[min(count, len(best)) - 1]]) for count in counts},
        "test": {str(count): _number(tried[best[min(count, len(best)) - 1]][1].test) for count in counts},
        "final_test": _number(tried[best[-1]][1].test) if best else None,
        "best_values": tried[best[-1]][0] if best else {},
        "losses": [_number(loss) for loss in losses],
        "job_seconds": [round(found.seconds, 3) for _, found in tried],
        "training_seconds": round(sum(found.seconds for _, found in tried), 2),
        "seconds": round(seconds, 2),
    }


def rows_in(path: Path) -> list[Row]:
    """The searches that a file holds; none where there is no file, and a line cut off by a crash is left out."""
    if not path.exists():
        return []
    return list(_whole(path.read_text().splitlines()))


def missing(searches: Iterable[Search], rows: Iterable[Row]) -> list[Search]:
    """The searches that no row answers yet, so that a run that was broken off goes on."""
    done = {(row["tool"], row["ranges"], row["learner"], row["task"], row["seed"]) for row in rows}
    return [search for search in searches if search.key not in done]


def all_searches(
    tools: Sequence[tuple[str, str]],
    seeds: Iterable[int],
    jobs: int,
    learners: Sequence[str] = LEARNERS,
    tasks: Sequence[str] = DATA_SETS,
) -> list[Search]:
    """Seed-major, then tool by tool: a part of it is a balanced comparison.

    Args:
        tools: (tool, ranges).
    """
    return [
        Search(tool=tool, ranges=ranges, learner=learner, task=task, seed=seed, jobs=jobs)
        for seed in seeds
        for tool, ranges in tools
        for task in tasks
        for learner in learners
    ]


def append(path: Path, row: Row) -> None:
    """Add a row to a file as one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")


def _whole(lines: Iterable[str]) -> Iterator[Row]:
    for line in lines:
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


def _number(loss: float) -> float | None:
    return round(loss, 6) if math.isfinite(loss) else None
