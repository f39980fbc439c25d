"""What is still to be run of a table, and which state of ours it shows: said under each table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kept import Searches
from suites import EXPERT, OURS, SEEDS, tasks_of


def notes(searches: Searches, suite: str, shown: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Sentences on what a table of (tool, setting) shows; until all is run, what is said of it may change."""
    whole = len(tasks_of(suite)) * SEEDS[suite]
    counts = {pair: len(searches.of(pair[0], pair[1], suite)) for pair in shown}
    parts = [f"{_named(*pair)} {count}" for pair, count in counts.items() if count < whole]
    ours = {row["version"] for tool, setting in shown if tool == OURS for row in searches.of(tool, setting, suite)}
    if parts:
        yield f"\nOf {whole} searches each, some are still to be run, and a verdict may change: {', '.join(parts)}."
    if ours:
        yield f"\nOurs: {', '.join(sorted(ours))}."


def _named(tool: str, setting: str) -> str:
    return tool if setting == EXPERT else f"{tool} ({setting})"
