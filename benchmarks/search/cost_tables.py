"""What suggestions cost, and what the training costs until a result is reached."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from comparison import Case, best_of, case_of, regrets, seconds_to_reach
from completeness import notes
from kept import Searches
from markdown import line, unmeasured, verdict
from rows import Row
from suites import AUTOTUNED, EXPERT, OURS, PEERS

LAST = 50
SHARE_OF_SECONDS = 0.5
TINY = 1e-12
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
    peers = [tool for tool in PEERS if searches.of(tool, EXPERT, "real")]
    pairs = [(setting, tool) for tool in peers for setting in (EXPERT, AUTOTUNED)]
    found = {pair: cost for pair in pairs if (cost := _cost_to_equal(searches, *pair)) is not None}
    if not found:
        return
    best = min(peers, key=lambda tool: fmean(searches.regrets(tool, EXPERT, "real", 50).values()))
    yield "\n### Real training: seconds to reach what the peer has after 50 jobs, over its own (target 6)\n"
    yield "| ours | peer, expert's ranges | cases | mean: jobs | mean: seconds | cases reached | median of cases |"
    yield "|---|---|---|---|---|---|---|"
    for (setting, tool), cost in found.items():
        name = f"{tool}{' (best)' if tool == best else ''}"
        of_mean = (_or_never(cost.jobs, 0), _or_never(cost.of_mean, 2))
        yield line([setting, name, str(cost.cases), *of_mean, f"{cost.reached:.0%}", _or_never(cost.median, 2)])
    settings = dict.fromkeys((OURS, setting) for setting, _ in found)
    yield from notes(searches, "real", [*settings, *((tool, EXPERT) for tool in peers)])
    yield ""
    of_best = [cost for (_, tool), cost in found.items() if tool == best]
    goal = "at most half of the best peer's seconds"
    for title, field in (("until the mean over cases is as good", "of_mean"), ("median of the cases", "median")):
        least = min(of_best, key=lambda cost: getattr(cost, field), default=None)
        if least is None:
            yield unmeasured(f"{goal}, {title}", "there is nothing to compare")
            continue
        share = getattr(least, field)
        reached = f"{least.reached:.0%} of the cases get there at all"
        yield verdict(f"{goal}, {title}", share <= SHARE_OF_SECONDS, f"{_or_never(share, 2)}; {reached}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """What ours spends until it equals a peer's last result; infinite where it never does."""

    cases: int
    jobs: float
    """Training jobs until our mean regret is that of the peer after all of its own."""
    of_mean: float
    """The seconds of so many of ours over those of the peer's until then."""
    reached: float
    """Share of cases in which the peer's best score is reached."""
    median: float
    """Of the cases' ratios of seconds."""


def _cost_to_equal(searches: Searches, setting: str, tool: str) -> _Cost | None:
    ours = {case_of(row): row for row in searches.of(OURS, setting, "real")}
    theirs = {case_of(row): row for row in searches.of(tool, EXPERT, "real")}
    cases = sorted(ours.keys() & theirs.keys())
    if not cases:
        return None
    mine, its = [ours[case] for case in cases], [theirs[case] for case in cases]
    goal = fmean(regrets(its, searches.anchors, LAST).values())
    jobs, their_jobs = (_jobs_until(rows, searches.anchors, goal) for rows in (mine, its))
    spent = _seconds_of(mine, jobs) / _seconds_of(its, their_jobs) if math.isfinite(jobs) else math.inf
    ratios = _ratios(mine, its)
    return _Cost(
        cases=len(cases),
        jobs=jobs,
        of_mean=spent,
        reached=fmean(math.isfinite(our_seconds) for our_seconds, _ in ratios),
        median=median(our_seconds / its_seconds for our_seconds, its_seconds in ratios),
    )


def _jobs_until(rows: Sequence[Row], anchors: Mapping[Case, tuple[float, float]], goal: float) -> float:
    """Training jobs until the mean regret is no higher than the goal."""
    means = (fmean(regrets(rows, anchors, jobs).values()) for jobs in range(1, LAST + 1))
    return next((jobs for jobs, mean in enumerate(means, start=1) if mean <= goal + TINY), math.inf)


def _seconds_of(rows: Iterable[Row], jobs: float) -> float:
    return sum(sum(row["job_seconds"][: int(jobs)]) for row in rows)


def _or_never(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "never"


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
