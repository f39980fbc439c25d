"""Lines of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import fmean

from comparison import Case


def mean(values: Mapping[Case, float]) -> str:
    return f"{fmean(values.values()):.3f}" if values else "-"


def line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def verdict(what: str, is_reached: bool, found: str) -> str:
    return f"- {'Reached' if is_reached else 'Not reached'}: {what} ({found})."
