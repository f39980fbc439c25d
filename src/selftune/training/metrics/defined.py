"""Metrics that the user defines beside the objective: a name, and an expression whose first group is the value."""

from __future__ import annotations

from collections.abc import Sequence

from selftune.training.metrics.custom import RegexReader
from selftune.training.metrics.lines import plain_lines


class DefinedMetrics:
    """Reads the values of several definitions, each within the time limit of a user's expression.

    Args:
        definitions: (name, regular expression) of each.

    Raises:
        UsageError: an expression does not compile or has no group.
    """

    def __init__(self, definitions: Sequence[tuple[str, str]]) -> None:
        self._readers = [(name, RegexReader(text)) for name, text in definitions]

    @property
    def names(self) -> frozenset[str]:
        """Those defined."""
        return frozenset(name for name, _ in self._readers)

    def read(self, text: str) -> list[tuple[str, float]]:
        """(name, value) of each match in a text of complete lines, in the order of the lines."""
        budgets = [(name, reader.start()) for name, reader in self._readers]
        return [
            (name, value) for line in plain_lines(text) for name, budget in budgets for value in budget.values(line)
        ]
