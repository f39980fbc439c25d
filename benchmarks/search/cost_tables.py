"""What suggestions cost, and what the training costs until a result is reached."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean, median

from comparison import best_of, case_of, seconds_to_reach
from kept import Searches
from markdown import line, verdict
from rows import Row
from suites import AUTOTUNED, EXPERT, OURS, PEERS

SHARE_OF_SECONDS = 0.5
MOST_SECONDS = {100: 0.03, 1_000: 0.1, 10_000: 0.2}
"""Of a suggestion, by how many training jobs have finished."""
MOST_MEMORY_MB = 300


def latency_table(rows: Sequence[Row]) -> Iterator[str]:
    """Seconds of a suggestion and memory, by how many training jobs have finished."""
    if not rows:
        return
    counts = sorted({row["observations"] for row in rows})
    by_tool: dict[str, dict[int, Row]] = {}
    for row in rows:
        by_tool.setdefault(row["tool"], {})[row["observations"]] = row
    yield "\n### A suggestion with 8 hyperparameters: time and memory (target 5)\n"
    yield "| tool | " + " | ".join(f"{count:,} jobs" for count in counts) + " |"
    yield "|---" * (len(counts) + 1) + "|"
    for tool in (OURS, *PEERS):
        if tool in by_tool:
            yield line([tool, *(_time_and_memory(by_tool[tool].get(count)) for count in counts)])
    yield ""
    for count, row in by_tool.get(OURS, {}).items():
        seconds, memory = row["suggestion_seconds"], row["memory_mb"]
        if count in MOST_SECONDS and seconds is not None:
            is_reached = seconds <= MOST_SECONDS[count] and memory < MOST_MEMORY_MB
            goal = f"{MOST_SECONDS[count] * 1000:.0f} ms and {MOST_MEMORY_MB} MB after {count:,} training jobs"
            yield verdict(f"at most {goal}", is_reached, f"{seconds * 1000:.0f} ms, {memory:.0f} MB")


def seconds_table(searches: Searches) -> Iterator[str]:
    """Training seconds until the result is reached that a peer has after all of its training jobs."""
    lines = []
    best = min(
        (tool for tool in PEERS if searches.of(tool, EXPERT, "real")),
        key=lambda tool: fmean(searches.regrets(tool, EXPERT, "real", 50).values()),
        default=None,
    )
    for tool in PEERS:
        for setting in (EXPERT, AUTOTUNED):
            ratios = _ratios(searches.of(OURS, setting, "real"), searches.of(tool, EXPERT, "real"))
            if ratios:
                total = sum(mine for mine, _ in ratios) / sum(theirs for _, theirs in ratios)
                reached = fmean(math.isfinite(mine) for mine, _ in ratios)
                middle = median(mine / theirs for mine, theirs in ratios)
                shown = "never" if math.isinf(middle) else f"{middle:.2f}"
                name = f"{tool}{' (best)' if tool == best else ''}"
                capped = "-" if math.isinf(total) else f"{total:.2f}"
                lines.append((tool, middle, line([setting, name, str(len(ratios)), f"{reached:.0%}", shown, capped])))
    if lines:
        yield "\n### Real training: seconds to reach what the peer has after 50 jobs, over its own (target 6)\n"
        yield "| ours | peer, expert's ranges | cases | reached | median ratio | ratio of sums |"
        yield "|---|---|---|---|---|---|"
        yield from (shown for _, _, shown in lines)
        yield ""
        least = min(middle for tool, middle, _ in lines if tool == best)
        yield verdict("at most half of the best peer's seconds", least <= SHARE_OF_SECONDS, f"median {least:.2f}")


def _ratios(ours: Iterable[Row], theirs: Iterable[Row]) -> list[tuple[float, float]]:
    """(our seconds, its seconds) until its best score, case by case."""
    mine = {case_of(row): row for row in ours}
    pairs = []
    for row in theirs:
        goal = best_of(row["scores"])
        if case_of(row) in mine and math.isfinite(goal):
            pairs.append((seconds_to_reach(mine[case_of(row)], goal), seconds_to_reach(row, goal)))
    return pairs


def _time_and_memory(row: Row | None) -> str:
    if row is None:
        return "not run"
    if row["suggestion_seconds"] is None:
        return f"over {row['time_limit']:.0f} s"
    return f"{row['suggestion_seconds'] * 1000:,.0f} ms, {row['memory_mb']:.0f} MB"
