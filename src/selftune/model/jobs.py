"""Tuning jobs and training jobs: what was asked, what is planned, and how far it has come."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from selftune.model.events import RangeMove, TrainingJobEnded
from selftune.model.history import Suggestion
from selftune.model.objective import Objective
from selftune.model.plan import Plan, Role
from selftune.model.ranges import Range
from selftune.model.request import CommandRequest, JobKind, TuningJobRequest
from selftune.model.values import HyperparameterValue

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SET = re.compile(r"\{([^{}]*)\}")


def _in_order(printed: re.Match[str]) -> str:
    return "{" + ", ".join(sorted(printed[1].split(", "))) + "}"


class TuningJobStatus(StrEnum):
    """Status of a tuning job; a terminal one never changes."""

    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    COMPLETED = "Completed"
    STOPPED = "Stopped"
    FAILED = "Failed"

    @property
    def is_terminal(self) -> bool:
        return self in (TuningJobStatus.COMPLETED, TuningJobStatus.STOPPED, TuningJobStatus.FAILED)


class TrainingJobStatus(StrEnum):
    """Status of a training job; a terminal one never changes."""

    STARTING = "Starting"
    IN_PROGRESS = "InProgress"
    STOPPING = "Stopping"
    COMPLETED = "Completed"
    STOPPED = "Stopped"
    FAILED = "Failed"

    @property
    def is_terminal(self) -> bool:
        return self in (TrainingJobStatus.COMPLETED, TrainingJobStatus.STOPPED, TrainingJobStatus.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJob:
    """A tuning job as created: it never changes afterwards."""

    name: str
    request: TuningJobRequest
    plan: Plan
    created_at: float
    """Seconds since the epoch."""
    folder: str
    """Absolute path of the tuning job's own folder."""
    warnings: tuple[str, ...] = ()
    """What the snapshot could not keep apart, for the user."""
    environment: tuple[tuple[str, str], ...] = ()
    """The variables that decide which program a command is, as they were at creation: PATH and the like."""

    definition: int = 0
    """Which of several training job definitions this is."""
    alternatives: tuple[TuningJob, ...] = ()
    """The other definitions: the same tuning job with another program, objective, space and data."""

    def of(self, definition: int) -> TuningJob:
        """The tuning job as one of its definitions has it."""
        return self.alternatives[definition - 1] if definition else self

    @property
    def static_values(self) -> dict[str, HyperparameterValue]:
        """What each training job is given unchanged.

        The defaults that were read from a script in script mode are not among them: it sets them itself, and may take
        them from where it runs (`os.environ.get("SM_MODEL_DIR", ".")`).
        """
        given = dict(self.plan.program.static_values)
        if not isinstance(self.request.program, CommandRequest):
            return given
        planned = self.plan.hyperparameters
        return {**{h.name: h.value for h in planned if h.role is not Role.TUNED and h.value is not None}, **given}

    @property
    def is_training_job(self) -> bool:
        """True for a training job of its own: one process, no search, and no objective that it must print."""
        return self.request.kind is JobKind.TRAINING


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """One training job and how far it has come."""

    number: int
    """1, 2, 3, ... in the order of creation."""
    name: str
    suggestion: Suggestion
    created_at: float
    status: TrainingJobStatus = TrainingJobStatus.STARTING
    attempt: int = 1
    """1 for the first start; one more after each fault that was not the script's."""
    started_at: float | None = None
    ended_at: float | None = None
    objective: float | None = None
    """The last value of the objective metric that it reported; final once it has ended."""
    report_count: int = 0
    """How many values of the objective metric it reported."""
    metric_count: int = 0
    """How many metric points of any name it reported."""
    log_offset: int = 0
    """Up to which byte its output has been read."""
    file_points: int = 0
    """How many metric points of files of results have been taken in."""
    exit_code: int | None = None
    stop_reason: str | None = None
    is_stopped_early: bool = False
    """True where the early stopping rule ended it, not a limit or a person."""
    failure_reason: str | None = None
    is_baseline: bool = False
    earlier_seconds: float = 0.0
    """How long the attempts before this one ran."""
    is_lost: bool = False
    """True where it failed for a fault that is not the script's: its machine or its supervisor was lost."""

    @property
    def values(self) -> dict[str, HyperparameterValue]:
        return dict(self.suggestion.values)

    @property
    def definition(self) -> int:
        """Which training job definition it runs."""
        return self.suggestion.definition

    @property
    def failure_cause(self) -> str:
        """The failure reason without what differs from job to job: its name, numbers, the order of a printed set."""
        reason = _SET.sub(_in_order, (self.failure_reason or "").replace(self.name, "#"))
        return _NUMBER.sub("#", reason)

    @property
    def duration_seconds(self) -> float | None:
        if self.started_at is None or self.ended_at is None:
            return None
        return max(self.ended_at - self.started_at, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningState:
    """The moving part of a tuning job: what the lifecycle steps from event to event."""

    status: TuningJobStatus
    objective: Objective
    status_reason: str = ""
    training_jobs: tuple[TrainingJob, ...] = ()
    """Ordered by number."""
    suggestions_requested: int = 0
    """How many suggestions are outstanding."""
    is_exhausted: bool = False
    range_moves: tuple[RangeMove, ...] = ()
    """Every expansion of an inferred range, in order."""
    ranges_moved_at: int = 0
    """How many training jobs had ended when ranges last moved."""
    ending: TuningJobStatus | None = None
    """Set: no training job is started any more, and this becomes the status once the running ones have ended."""
    pending_end: TrainingJobEnded | None = None
    """The end of a training job that waits until its output has told which metric is the objective."""
    updated_at: float = 0.0
    ended_at: float | None = None
    first_started_at: float | None = None
    job_limit_seconds: float | None = None
    """Lowered limit of a training job that has the first one's values; None: the plan's holds."""
    job_limit_reason: str = ""
    exhausted: tuple[int, ...] = ()
    """Training job definitions whose spaces have no untried values."""

    @property
    def running(self) -> tuple[TrainingJob, ...]:
        return tuple(job for job in self.training_jobs if not job.status.is_terminal)

    @property
    def ended_count(self) -> int:
        return sum(t.status.is_terminal for t in self.training_jobs)

    def training_job(self, number: int) -> TrainingJob:
        return self.training_jobs[number - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """How many training jobs of a tuning job have this status, with or without a finite objective."""

    status: str
    has_objective: bool
    number: int


def objective_of(job: TuningJob, state: TuningState, definition: int) -> Objective:
    """The objective of one training job definition; with several of them, all are given by the user."""
    if definition == 0:
        return state.objective
    planned = job.of(definition).plan.objective
    return Objective(name=planned.name, direction=planned.direction, regex=planned.regex, is_confirmed=True)


def current_space(plan: Plan, state: TuningState) -> dict[str, Range]:
    """The ranges that are searched now: the plan's, as far as they have expanded."""
    return {**plan.space, **{move.name: move.after for move in state.range_moves}}


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobRecord:
    """A tuning job as the store returns it."""

    job: TuningJob
    state: TuningState
    version: int = 0
    """Counts the transactions; a reader that sees the same version has missed nothing."""
