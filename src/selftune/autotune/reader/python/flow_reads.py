"""What a visit of a function has read of the state that it shares with others, so that it need not be visited again."""

from __future__ import annotations

from dataclasses import dataclass, field

from selftune.autotune.reader.python.flow_values import NOTHING, Value

Items = dict[str, Value]


@dataclass(slots=True)
class Summary:
    """What is known of one function: its arguments so far and what it returns."""

    arguments: Items = field(default_factory=dict)
    returned: Value = NOTHING
    factors: frozenset[str] = frozenset()
    """Hyperparameters with which parts of a returned sum are multiplied."""
    visits: int = 0
    is_running: bool = False
    reads: Reads = field(default_factory=lambda: Reads())
    """Of the last visit."""


@dataclass(slots=True)
class Reads:
    """The shared state as one visit found it: where it still is the same, another visit would find nothing new."""

    single: list[tuple[Items, str, Value | None]] = field(default_factory=list)
    """(items, key, what stood there)."""
    whole: list[tuple[Items, Items]] = field(default_factory=list)
    """(items, a copy of them)."""
    results: list[tuple[Summary, Value, frozenset[str]]] = field(default_factory=list)
    """(a function that was called, what it returned, its factors)."""
    is_partial: bool = False
    """The visit left something out that another one may find: a call too deep, what stood under a condition."""

    def get(self, items: Items, key: str) -> Value | None:
        """`items.get(key)`, noted."""
        found = items.get(key)
        self.single.append((items, key, found))
        return found

    def all(self, items: Items) -> Items:
        """All of the items, noted."""
        self.whole.append((items, dict(items)))
        return items

    def result(self, summary: Summary) -> Value:
        """What a function has returned so far, noted."""
        self.results.append((summary, summary.returned, summary.factors))
        return summary.returned

    def are_current(self) -> bool:
        """Whether everything that the visit read is still as it was."""
        return (
            not self.is_partial
            and all(items.get(key) == found for items, key, found in self.single)
            and all(items == before for items, before in self.whole)
            and all((s.returned, s.factors) == (returned, factors) for s, returned, factors in self.results)
        )
