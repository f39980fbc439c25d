"""All that an `Optimizer` knows, as one frozen value that travels as JSON, and the history that search sees in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from selftune.model.acting import Values
from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
from selftune.model.history import History, KnownGood, Observation, Outcome, ParentResults, Running, TimeSpent
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import Range
from selftune.sdk.optimizer_record import OptimizerOutcome, OptimizerRangeMove

VERSION = 1
JOBS_WITHOUT_HINT = 100
"""Taken as the number of training jobs to come where nobody says how many there will be."""
BEST_OF_PARENTS = 1
"""So many of the best results of each parent are tried again: a second one would tell little more."""
LARGEST_SHARE_OF_PARENTS = 0.5
"""Of the suggestions to come, as far as their number is known: the others are the search's own."""


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
    seconds: float | None = None
    """How long it took, where that was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerState:
    """The memory of an optimizer; the same state suggests the same."""

    space: tuple[tuple[str, Range], ...]
    """As it was given; `current_space` is what is searched now."""
    direction: Direction
    strategy: Strategy
    seed: int
    max_jobs: int | None = None
    max_seconds: float | None = None
    """What all training jobs may take together; None: time does not matter."""
    first: tuple[Values, ...] = ()
    """Start values that have not been suggested yet."""
    constraints: tuple[Constraint, ...] = ()
    conditions: tuple[tuple[str, str], ...] = ()
    parents: tuple[ParentResults, ...] = ()
    jobs: tuple[Job, ...] = ()
    moves: tuple[OptimizerRangeMove, ...] = field(default=())
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

    @property
    def seconds(self) -> float:
        """What all that was told has taken together."""
        return sum(job.seconds or 0.0 for job in self.jobs)

    @property
    def is_out_of_time(self) -> bool:
        """True where there is a budget of seconds, and what was told has used it up."""
        return self.max_seconds is not None and self.seconds >= self.max_seconds

    @property
    def results(self) -> int:
        """How many results have been told."""
        kept = (OptimizerOutcome.COMPLETED, OptimizerOutcome.FAILED)
        return sum(job.outcome in kept for job in self.jobs)

    def history(self, count: int = 1) -> History:
        """What search sees when `count` suggestions are asked for."""
        pending = [job for job in self.jobs if job.outcome is OptimizerOutcome.PENDING]
        at_once = len(pending) + count
        return History(
            space=self.current_space,
            ended=tuple(self._observation(job) for job in self.jobs if job.outcome is not OptimizerOutcome.PENDING),
            running=tuple(Running(number=job.number, values=job.values) for job in pending),
            max_jobs=self.max_jobs or max(JOBS_WITHOUT_HINT, 2 * len(self.jobs)),
            max_parallel=at_once,
            seed=self.seed,
            portfolio=tuple(self._known_good()),
            most_from_portfolio=self._most_of_parents,
            constraints=self.constraints,
            conditions=tuple((name, Condition.read(text)) for name, text in self.conditions),
            parents=self._titled_parents,
            time=self._time_spent(at_once),
        )

    @property
    def _titled_parents(self) -> tuple[ParentResults, ...]:
        """The parents as reasons name them: none was a tuning job."""
        return tuple(replace(parent, title=parent.tuning_job) for parent in self.parents)

    @property
    def _most_of_parents(self) -> int:
        """How many values of parents are tried: all, or half of the suggestions that will be made."""
        given = BEST_OF_PARENTS * len(self.parents)
        return given if self.max_jobs is None else min(given, max(1, int(LARGEST_SHARE_OF_PARENTS * self.max_jobs)))

    def _time_spent(self, at_once: int) -> TimeSpent | None:
        """The budget on a clock: training jobs that run at once share the seconds that all may take together."""
        if self.max_seconds is None:
            return None
        return TimeSpent(total_seconds=self.max_seconds / at_once, spent_seconds=self.seconds / at_once)

    def _observation(self, job: Job) -> Observation:
        outcomes = {OptimizerOutcome.COMPLETED: Outcome.COMPLETED, OptimizerOutcome.FAILED: Outcome.FAILED}
        return Observation(
            number=job.number,
            values=job.values,
            outcome=outcomes.get(job.outcome, Outcome.UNKNOWN),
            loss=None if job.objective is None else self.direction.loss(job.objective),
            strategy=job.strategy,
            duration_seconds=None if self.max_seconds is None else job.seconds,
        )

    def _known_good(self) -> Iterator[KnownGood]:
        for rank in range(BEST_OF_PARENTS):
            for parent in self._titled_parents:
                for values, _ in parent.rows[rank : rank + 1]:
                    yield KnownGood(values=values, source=parent.source, is_earlier=True)
