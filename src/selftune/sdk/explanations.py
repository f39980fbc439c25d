"""Decisions and their reasons, readable where they are shown and usable where they are not."""

from __future__ import annotations

from collections.abc import Iterable

from selftune.views.explain import Explanation


class Explanations(tuple[Explanation, ...]):
    """A tuple of explanations whose text is for people."""

    __slots__ = ()

    def __new__(cls, explanations: Iterable[Explanation]) -> Explanations:
        return super().__new__(cls, tuple(explanations))

    def __repr__(self) -> str:
        return "\n".join(_text(explanation) for explanation in self)


def _text(explanation: Explanation) -> str:
    lines = [
        f"{explanation.name}: {explanation.value}",
        f"  {explanation.reason} (by {explanation.by}, source: {explanation.source})",
        *(f"  {sentence}" for sentence in explanation.evidence),
    ]
    return "\n".join(lines)
