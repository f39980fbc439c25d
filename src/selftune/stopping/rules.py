"""What a stopping rule answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from selftune.model.history import History, Running


@dataclass(frozen=True, slots=True)
class Continue:
    """Let the training job run on."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the training job now."""

    reason: str
    is_complete: bool = False
    """True: it has done all that it was to do, so that its last value is its result."""


@dataclass(frozen=True, slots=True)
class Completion:
    """The whole search has done enough."""

    reason: str


Verdict: TypeAlias = Continue | Stop


class EarlyStoppingRule(Protocol):
    """Decides about one running training job after each value that it reports."""

    def decide(self, history: History, training_job: Running) -> Verdict: ...


class CompletionCriterion(Protocol):
    """Decides about the whole search after each training job that ends."""

    def met(self, history: History, now: float) -> Completion | None: ...
