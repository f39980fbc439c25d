"""All that an `Optimizer` knows, as one frozen value that travels as JSON, and the history that search sees in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
from selftune.model.events import RangeMove
from selftune.model.history import History, KnownGood, Observation, Outcome, ParentResults, Running
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue
from selftune.sdk.optimizer_conditions import Values

VERSION = 1
JOBS_WITHOUT_HINT = 100
"""Taken as the number of training jobs to come where nobody says how many there will be."""
BEST_OF_PARENTS = 1
"""So many of the best results of each parent are tried again: a second one would tell little more."""


class OptimizerOutcome(StrEnum):
    """What is known of a suggestion."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerSuggestion(Mapping[str, HyperparameterValue]):
    """Values to try, by name like a dict (`suggestion["lr"]`, `train(**suggestion)`), and what made them."""

    number: int
    """Counted from one, measured elsewhere or suggested; `tell` takes it in place of the suggestion."""
    pairs: Values
    strategy: str
    """What made it: "start values", "sobol", "gp: log expected improvement" ..."""
    why: str
    """One plain sentence for a person."""

    def __getitem__(self, name: str) -> HyperparameterValue:
        return dict(self.pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerResult:
    """What was told of one suggestion, or of values that were measured elsewhere."""

    number: int
    values: dict[str, HyperparameterValue]
    objective: float | None
    """None where it failed."""
    outcome: OptimizerOutcome
    strategy: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One row of an optimizer's memory."""

    number: int
    values: Values
    """Of the whole space."""
    strategy: str
    why: str
    outcome: OptimizerOutcome = OptimizerOutcome.PENDING
    objective: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerState:
    """The memory of an optimizer; the same state suggests the same."""

    space: tuple[tuple[str, Range], ...]
    """As it was given; `current_space` is what is searched now."""
    direction: Direction
    strategy: Strategy
    seed: int
    max_jobs: int | None = None
    first: tuple[Values, ...] = ()
    """Start values that have not been suggested yet."""
    constraints: tuple[Constraint, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    parents: tuple[ParentResults, ...] = ()
    jobs: tuple[Job, ...] = ()
    moves: tuple[RangeMove, ...] = field(default=())
    """Soft ranges that went further, in order."""
    warnings: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def current_space(self) -> tuple[tuple[str, Range], ...]:
        """The ranges that are searched now: as given, as far as soft ones have moved."""
        moved = {move.name: move.after for move in self.moves}
        return tuple((name, moved.get(name, range_)) for name, range_ in self.space)

    def with_job(self, job: Job) -> OptimizerState:
        """The state with a job added, or with what is known of one of the same number replaced."""
        before, after = self.jobs[: job.number - 1], self.jobs[job.number :]
        return replace(self, jobs=(*before, job, *after))

    def history(self, count: int = 1) -> History:
        """What search sees when `count` suggestions are asked for."""
        pending = [job for job in self.jobs if job.outcome is OptimizerOutcome.PENDING]
        return History(
            space=self.current_space,
            ended=tuple(self._observation(job) for job in self.jobs if job.outcome is not OptimizerOutcome.PENDING),
            running=tuple(Running(number=job.number, values=job.values) for job in pending),
            max_jobs=self.max_jobs or max(JOBS_WITHOUT_HINT, 2 * len(self.jobs)),
            max_parallel=len(pending) + count,
            seed=self.seed,
            portfolio=tuple(self._known_good()),
            constraints=self.constraints,
            conditions=tuple((name, Condition.read(text)) for name, text in self.conditions),
            parents=self.parents,
        )

    def _observation(self, job: Job) -> Observation:
        outcomes = {OptimizerOutcome.COMPLETED: Outcome.COMPLETED, OptimizerOutcome.FAILED: Outcome.FAILED}
        return Observation(
            number=job.number,
            values=job.values,
            outcome=outcomes.get(job.outcome, Outcome.UNKNOWN),
            loss=None if job.objective is None else self.direction.loss(job.objective),
            strategy=job.strategy,
        )

    def _known_good(self) -> Iterator[KnownGood]:
        for rank in range(BEST_OF_PARENTS):
            for parent in self.parents:
                for values, _ in parent.rows[rank : rank + 1]:
                    yield KnownGood(values=values, source=parent.source, is_earlier=True)
