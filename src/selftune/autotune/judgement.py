"""What became of one hyperparameter that was found, and why: the outcome of judging it."""

from __future__ import annotations

from dataclasses import dataclass

from selftune.autotune.knowledge import KnowledgeEntry
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.plan import Role
from selftune.model.ranges import Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a hyperparameter is, and what may become of it."""

    found: FoundHyperparameter
    role: Role
    """TUNED: a candidate, if the budget allows it."""
    reason: str
    source: str
    entry: KnowledgeEntry | None = None
    range: Range | None = None
    """The inferred range of a candidate, and of what could be one if the user asked for it."""

    is_guessed: bool = False
    """True where only the words of its name or its value speak, and nothing is known of it."""
    asked_reason: str = ""
    """The reason of its range, where that is only for users who ask for it."""
    note: str = ""
    """What the user should know before anything runs, a sentence or two; empty for most."""

    @property
    def meaning(self) -> str:
        """What it does, or is taken to be."""
        return self.entry.meaning if self.entry is not None else "nothing is known of it"

    @property
    def priority(self) -> int:
        return self.entry.priority if self.entry is not None and self.role is Role.TUNED else 0


def kept(found: FoundHyperparameter, reason: str, source: str) -> Judgement:
    """The judgement of what stays as it is and of which nothing more is known."""
    return Judgement(found=found, role=Role.STATIC, reason=reason, source=source)
