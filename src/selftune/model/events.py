"""What happens to a tuning job: past participles in, imperatives out.

The lifecycle turns (state, event) into (state, effects). An event carries its own time, so that replaying it gives the
same state; effects are carried out after the transaction that stored them, and are idempotent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from selftune.model.history import Suggestion
from selftune.model.objective import MetricPoint, Objective
from selftune.model.ranges import Range

# --- events


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobCreated:
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsMade:
    """The answer to `Suggest`; fewer than asked for with `is_exhausted` means that the space has no more."""

    at: float
    suggestions: tuple[Suggestion, ...]
    is_exhausted: bool = False
    definition: int = 0
    """Of which training job definition the space has no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionFailed:
    """The strategy broke down; the tuning job cannot go on."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopFailed:
    """The loop itself broke down, and nobody will go on with it."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobStarted:
    at: float
    number: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobNotStarted:
    """The backend could not start it; no process ran."""

    at: float
    number: int
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsReported:
    """A batch of metric points read from a training job's output, up to byte `log_offset`, or from its files."""

    at: float
    number: int
    attempt: int
    points: tuple[MetricPoint, ...]
    objective_values: tuple[float, ...]
    """Those of the points that are the objective metric, in order."""
    log_offset: int
    file_points: int = 0
    """How many points of files have been taken in with this batch."""


class EndedHow(StrEnum):
    """How the process of a training job ended."""

    EXITED = "exited"
    """By itself; the exit code tells success."""
    STOPPED = "stopped"
    """After it was told to stop."""
    TIMED_OUT = "timed out"
    LOST = "lost"
    """Its supervisor died with it: a fault that is not the script's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobEnded:
    at: float
    number: int
    attempt: int
    how: EndedHow
    exit_code: int | None = None
    failure_reason: str | None = None
    """For people: the last lines of its output, or what `output/failure` said."""
    results_failure: str | None = None
    """Why what it left could not be kept where the user wants it; such a training job has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveConfirmed:
    """A training job's output has shown which metric is the objective."""

    at: float
    number: int
    """Of the training job whose output decided."""
    objective: Objective
    reason: str
    objective_values: tuple[float, ...]
    """What that training job had reported of it so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveNotFound:
    """A training job ended and printed nothing that could be compared."""

    at: float
    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeMove:
    """An inferred range that goes further, as evidence piles up at an edge or nothing is gained inside any more.

    Or one that comes back from failures.
    """

    name: str
    before: Range
    after: Range
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RangesMoved:
    """Inferred ranges have moved; the bound and all results stay as they are."""

    at: float
    seen: int
    """How many ended training jobs the decision had seen."""
    moves: tuple[RangeMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimitLowered:
    """The first training job has shown how long one takes; the bound stays as it is."""

    at: float
    seconds: float
    """For a training job with the first one's values; others may take longer, none longer than the plan allows."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyStopDecided:
    at: float
    number: int
    attempt: int
    reason: str
    is_complete: bool = False
    """True: it has used all that it was given, so that its last value is its result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionReached:
    at: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequested:
    at: float
    reason: str = "Stopped by the user."


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobStopRequested:
    at: float
    number: int
    reason: str = "Stopped by the user."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeElapsed:
    """The clock has reached a time that `WakeAt` asked for."""

    at: float


Event: TypeAlias = (
    TuningJobCreated
    | SuggestionsMade
    | SuggestionFailed
    | LoopFailed
    | TrainingJobStarted
    | TrainingJobNotStarted
    | MetricsReported
    | TrainingJobEnded
    | ObjectiveConfirmed
    | ObjectiveNotFound
    | RangesMoved
    | JobLimitLowered
    | EarlyStopDecided
    | CompletionReached
    | StopRequested
    | TrainingJobStopRequested
    | TimeElapsed
)

# --- effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest:
    """Ask the strategy for values."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTrainingJob:
    number: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTrainingJob:
    number: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmObjective:
    """Compare the planned objective with what a training job has printed."""

    number: int
    has_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeTrainingJob:
    """Ask the early stopping rule about a running training job."""

    number: int
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckCompletion:
    """Ask the completion criteria about the whole search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRanges:
    """Ask whether inferred ranges should go further, or come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewJobLimit:
    """Ask whether training jobs may take less time than the plan allows, now that the first has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeAt:
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Nothing is left to do; the controller may let go."""

    reason: str


Effect: TypeAlias = (
    Suggest
    | StartTrainingJob
    | StopTrainingJob
    | ConfirmObjective
    | JudgeTrainingJob
    | CheckCompletion
    | ReviewRanges
    | ReviewJobLimit
    | WakeAt
    | Finish
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as the store returns it, with what followed from it."""

    sequence: int
    event: Event
    effects: tuple[Effect, ...]
