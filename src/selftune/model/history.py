"""The frozen view that a search strategy or a stopping rule sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
from selftune.model.ranges import Prior, Range
from selftune.model.values import HyperparameterValue

BASELINE = "baseline"
"""The strategy of the values of today."""


class Outcome(StrEnum):
    """How a training job ended, as search sees it."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    """Stopped early: its last objective is kept as evidence."""
    FAILED = "failed"
    """No usable objective: crashed, ran out of memory, NaN or infinite."""
    UNKNOWN = "unknown"
    """Ended from outside before its values could show anything: stopped by a person, or lost with its machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """An ended training job."""

    number: int
    values: tuple[tuple[str, HyperparameterValue], ...]
    outcome: Outcome
    loss: float | None
    """The final objective as a loss (always minimised, finite); None where it failed, or nothing is known of it."""
    strategy: str = ""
    """What made its values, as in its `Suggestion`; empty where that is not known."""
    curve: tuple[float, ...] = ()
    """Losses in the order reported; may hold NaN."""
    is_stopped_early: bool = False
    """True where the early stopping rule ended it: how far it came, and so its loss, depends on when that was."""
    duration_seconds: float | None = None
    """None unless the budget is time: seconds measured never enter a repeatable search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A training job without an end yet: its values are taken, its objective is not known."""

    number: int
    values: tuple[tuple[str, HyperparameterValue], ...]
    curve: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGood:
    """Values that were good elsewhere, and where that was."""

    values: tuple[tuple[str, HyperparameterValue], ...]
    """Of all hyperparameters of the space; values of others are ignored."""
    source: str
    """Such as "tuning job digits-1a2b" or "the knowledge base"."""
    is_earlier: bool = False
    """True where an earlier tuning job of the same program found them: evidence that may mislead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentResults:
    """What the training jobs of a parent, from which this tuning job makes a warm start, have shown."""

    tuning_job: str
    rows: tuple[tuple[tuple[tuple[str, HyperparameterValue], ...], float], ...]
    """(values, loss) of training jobs that ended with an objective, the best first. Losses compare inside one parent
    only: another may have had other data."""
    title: str = ""
    """How reasons name it where it is no tuning job."""

    @property
    def source(self) -> str:
        return self.title or f"tuning job {self.tuning_job}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSpent:
    """How far a budget of time is used up."""

    total_seconds: float
    spent_seconds: float

    @property
    def left_seconds(self) -> float:
        return max(self.total_seconds - self.spent_seconds, 0.0)

    @property
    def left_share(self) -> float:
        """From 1 at the beginning to 0."""
        return self.left_seconds / self.total_seconds if self.total_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that a strategy knows. The same history and generator give the same suggestions."""

    space: tuple[tuple[str, Range], ...]
    ended: tuple[Observation, ...] = ()
    """Ordered by training-job number."""
    running: tuple[Running, ...] = ()
    max_jobs: int = 1
    max_parallel: int = 1
    seed: int = 0
    portfolio: tuple[KnownGood, ...] = ()
    """Values known to be good elsewhere, best first: the first suggestions, where they lie inside the space."""
    most_from_portfolio: int | None = None
    """So many of them are tried at most; None: as many as a tuning job of `max_jobs` tries."""
    constraints: tuple[Constraint, ...] = ()
    """No suggestion breaks one of these."""
    conditions: tuple[tuple[str, Condition], ...] = ()
    """When a hyperparameter acts, by name; those of which nothing is said always do."""
    priors_before_learning: tuple[tuple[str, Prior | None], ...] = ()
    """Of the ranges whose prior earlier tuning jobs have shifted: what holds where their evidence misleads."""
    parents: tuple[ParentResults, ...] = ()
    time: TimeSpent | None = None
    """Of the whole tuning job, where the budget is time; None where the number of training jobs is."""

    @property
    def evidence(self) -> tuple[Observation, ...]:
        """The ended training jobs that say something of their values; the others have only taken them."""
        return tuple(job for job in self.ended if job.outcome is not Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Values to try next, with what made them."""

    values: tuple[tuple[str, HyperparameterValue], ...]
    strategy: str
    """What made it: "baseline", "sobol", "gp: log expected improvement" ..."""
    reason: str
    """One plain sentence for a person."""
    seen: int = 0
    """How many ended training jobs it had seen."""
    definition: int = 0
    """Which training job definition of its tuning job it is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """There are no untried values left to suggest, or none were found."""

    reason: str
    is_certain: bool = True
    """False where constraints leave so little of a space that the search for values that keep them gave up."""
