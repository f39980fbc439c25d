"""What is kept of a search: one JSON line by tool, version, setting, task and seed. Standard library alone."""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]

RESULTS = Path(__file__).resolve().parent / "results"
SUITES = ("surrogates", "tables", "real")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search to be carried out."""

    tool: str
    setting: str
    """Ranges, start and parallelism: "expert", "autotuned", "miss-walls" ..."""
    suite: str
    task: str
    seed: int
    jobs: int = 50

    @property
    def key(self) -> tuple[object, ...]:
        return self.tool, self.setting, self.suite, self.task, self.seed


class Recorder:
    """Shows a search the scores and remembers them, with the processor time of each, in the order asked for."""

    def __init__(self, score: Callable[[Any], float]) -> None:
        self._score = score
        self.scores: list[float] = []
        self.seconds: list[float] = []

    def __call__(self, values: Any) -> float:
        began = time.process_time()
        score = self._score(values)
        self.seconds.append(time.process_time() - began)
        self.scores.append(score)
        return score


def row_of(
    search: Search, version: str, recorder: Recorder, seconds: float, anchors: tuple[float | None, float | None]
) -> Row:
    """What is kept; a training that gave no score is null.

    Args:
        seconds: of processor time for the whole search, scores included.
        anchors: the scores at regret 0 and 1, as far as they are known.
    """
    row = {
        "tool": search.tool,
        "version": version,
        "setting": search.setting,
        "suite": search.suite,
        "task": search.task,
        "seed": search.seed,
        "zero": anchors[0],
        "one": anchors[1],
        "scores": [_short(score) for score in recorder.scores],
        "seconds": round(seconds, 2),
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
    }
    if search.suite == "real":
        row["job_seconds"] = [round(spent, 3) for spent in recorder.seconds]
    return row


def key_of(row: Row) -> tuple[object, ...]:
    """What a row answers, as `Search.key`."""
    return row["tool"], row["setting"], row["suite"], row["task"], row["seed"]


def rows_in(paths: Iterable[Path]) -> list[Row]:
    """All whole lines of the files that exist; one that a crash cut off is left out."""
    found = []
    for path in paths:
        for line in path.read_text().splitlines() if path.exists() else ():
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return found


def append(path: Path, row: Row) -> None:
    """Add a row to a file as one line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")


def missing(searches: Iterable[Search], rows: Iterable[Row]) -> list[Search]:
    """The searches that no row answers yet, so that a run that was broken off goes on."""
    done = {key_of(row) for row in rows}
    return [search for search in searches if search.key not in done]


def all_searches(
    tools: Sequence[tuple[str, str]], tasks: dict[str, Sequence[str]], seeds: dict[str, int], jobs: int
) -> list[Search]:
    """Seed by seed, then task by task: a part of it is a balanced comparison.

    Args:
        tools: (tool, setting).
        tasks: names by suite.
        seeds: how many, by suite.
    """
    return [
        Search(tool=tool, setting=setting, suite=suite, task=task, seed=seed, jobs=jobs)
        for seed in range(max(seeds.values(), default=0))
        for suite, names in tasks.items()
        if seed < seeds[suite]
        for task in names
        for tool, setting in tools
    ]


def machine() -> str:
    """Processor and Python, as a reader of the results needs to know them."""
    return f"{_processor()}, Python {platform.python_version()}"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text().splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _short(score: float) -> float | None:
    return float(f"{score:.7g}") if math.isfinite(score) else None
