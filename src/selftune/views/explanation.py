"""One decision explained: what, by whom, why, on what evidence, what else there was and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from selftune.model.errors import UnknownName
from selftune.model.plan import Chooser
from selftune.model.ranges import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One decision and what has been seen of it since."""

    name: str
    value: str
    """What was chosen, for people."""
    by: Chooser
    reason: str
    """One plain sentence."""
    source: str
    alternatives: tuple[str, ...]
    """What else was considered and why it was not chosen, a sentence each."""
    evidence: tuple[str, ...]
    """Sentences; empty before there is any."""
    would_change: tuple[str, ...]
    """What would make it another choice, a sentence each."""
    override: str
    """The flag that changes it, or how else to."""


HYPERPARAMETER = " (hyperparameter)"
"""Behind the name of a hyperparameter that a decision of the plan has as well."""


def moves_by_itself(space: Range) -> str:
    """What is said of an inferred range that may go further during the search."""
    return f"Best values that pile up at an end of {space} move that end while the search runs."


def named(explanations: Sequence[Explanation], name: str | None, *, where: str) -> tuple[Explanation, ...]:
    """All explanations, or those of one name; case, dashes and underscores do not count where that is clear.

    Raises:
        UnknownName: no hyperparameter and no setting of that name; names the nearest ones.
    """
    if name is None:
        return tuple(explanations)
    plain = _plain(name)
    found = tuple(e for e in explanations if e.name in (name, f"{name}{HYPERPARAMETER}")) or tuple(
        e for e in explanations if _plain(e.name) in (plain, f"{plain}{HYPERPARAMETER}")
    )
    if not found:
        raise UnknownName("hyperparameter or setting", name, [e.name for e in explanations], where=where)
    return found


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").strip("_")
