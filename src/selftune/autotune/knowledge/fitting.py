"""Knowledge fitted to the data: boxes that follow the rows, what there is room for, what acts on such data at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from selftune.autotune.data_facts import DataFacts
from selftune.autotune.knowledge.entry import KnowledgeEntry
from selftune.autotune.knowledge.expressions import Expression
from selftune.model.ranges import ScalingType


def fitted(entry: KnowledgeEntry, facts: DataFacts) -> KnowledgeEntry:
    """An entry as it holds for these data; unchanged where it does not depend on them.

    The ends of the box never cross, and stay within what the framework accepts. What the data leave room for (`room`)
    is a wall for the range, unless today's value lies beyond it.
    """
    numbers = facts.numbers()
    by_data = {
        "low": _value(entry.low_by_data, numbers),
        "high": _value(entry.high_by_data, numbers),
        "room": _value(entry.max_by_data, numbers),
        "usual": _value(entry.usual_by_data, numbers),
    }
    known = {field: value for field, value in by_data.items() if value is not None}
    if not known:
        return entry
    low, high = known.get("low", entry.low), known.get("high", entry.high)
    room = known.get("room")
    high = high if room is None else min(high, room)
    if entry.scale is ScalingType.LOG:
        low, high = max(low, 1e-12), max(high, 1e-12)
    if (low, high, room, known.get("usual")) == (entry.low, entry.high, None, None):
        return entry
    around = {} if {"low", "high"} <= known.keys() else {"factor": entry.factor, "step": entry.step}
    observed = facts.words(_facts_used(entry)) if _is_felt(entry, low, high, room, known) else ""
    return replace(
        entry,
        low=min(low, high),
        high=high,
        factor=around.get("factor"),
        step=around.get("step"),
        room=room,
        usual=known.get("usual"),
        observed=observed,
    )


def _is_felt(entry: KnowledgeEntry, low: float, high: float, room: float | None, known: Mapping[str, float]) -> bool:
    """Whether the data change anything that a reader could see in the range."""
    return (low, high) != (entry.low, entry.high) or "usual" in known or (room is not None and room <= entry.high)


def _facts_used(entry: KnowledgeEntry) -> tuple[str, ...]:
    used = (entry.low_by_data, entry.high_by_data, entry.max_by_data, entry.usual_by_data)
    return tuple(name for expression in used if expression is not None for name in expression.names)


def _value(expression: Expression | None, numbers: Mapping[str, float]) -> float | None:
    return None if expression is None else expression.value(numbers)
