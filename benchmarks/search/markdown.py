"""Lines of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean

from comparison import Case


def mean(values: Mapping[Case, float]) -> str:
    return f"{fmean(values.values()):.3f}" if values else "-"


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def verdict(what: str, is_reached: bool, found: str, *, is_chance: bool = False) -> str:
    """Whether a target is reached in the mean.

    Args:
        is_chance: the interval holds the target's limit, so that other tasks might as well say the opposite.
    """
    doubt = ", not beyond chance" if is_chance else ""
    return f"- {'Reached' if is_reached else 'Not reached'}{doubt}: {what} ({found})."


def unmeasured(what: str, why: str) -> str:
    return f"- Not measured: {what} ({why})."
