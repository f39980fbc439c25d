"""Ask and tell: `selftune.Optimizer`, for people who bring their own loop.

    optimizer = Optimizer({"lr": (1e-5, 0.1), "layers": (1, 6), "kernel": ["rbf", "poly"]}, "Maximize", seed=1)
    for _ in range(30):
        suggestion = optimizer.ask()
        optimizer.tell(suggestion, train(**suggestion))
    print(optimizer.best)

Nothing runs here, nothing is stored, and no engine is loaded: the same strategies that a tuning job has, face to face.
"""

from __future__ import annotations

import secrets
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, overload

from selftune.model.acting import Conditions
from selftune.model.codec import dumps
from selftune.model.errors import InvalidRange, SpaceExhausted
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import Range
from selftune.sdk.keywords import word
from selftune.sdk.optimizer_conditions import conditions_of_texts
from selftune.sdk.optimizer_given import listed
from selftune.sdk.optimizer_parents import Results, parents_of, results_as_losses, results_of_state
from selftune.sdk.optimizer_reading import state_from_json
from selftune.sdk.optimizer_record import (
    OptimizerOutcome,
    OptimizerRangeMove,
    OptimizerResult,
    OptimizerSuggestion,
)
from selftune.sdk.optimizer_space import PriorLike, RangeLike, constraints_of, space_of
from selftune.sdk.optimizer_state import Job, OptimizerState
from selftune.sdk.optimizer_steps import asked, conditions_of, discarded, queued, started_from, told
from selftune.sdk.optimizer_values import duration, reached, whole_number
from selftune.search.grid import grid_size, is_grid_larger

STRATEGIES = MappingProxyType({"Bayesian": Strategy.BAYESIAN, "Random": Strategy.RANDOM, "Grid": Strategy.GRID})
DIRECTIONS = MappingProxyType({"Minimize": Direction.MINIMIZE, "Maximize": Direction.MAXIMIZE})


class Optimizer:
    """Suggests values, is told what they reach, and remembers both.

    The same seed, the same calls: the same suggestions, also after `to_json` and `from_json`. Suggestions that have not
    been told yet are pending: others keep away from them, in whatever order the answers arrive. One optimizer belongs
    to one thread.
    """

    _state: OptimizerState

    def __init__(
        self,
        ranges: Mapping[str, RangeLike] | None = None,
        objective_type: str = "Minimize",
        seed: int | None = None,
        *,
        strategy: str = "Bayesian",
        max_jobs: int | None = None,
        max_seconds: float | None = None,
        first: Sequence[Mapping[str, Any]] = (),
        soft_ranges: Mapping[str, RangeLike] | None = None,
        hard_bounds: Mapping[str, tuple[float | None, float | None]] | None = None,
        priors: Mapping[str, PriorLike] | None = None,
        constraints: Sequence[str] = (),
        conditions: Mapping[str, str] | None = None,
        parents: Sequence[Optimizer | Results] = (),
    ) -> None:
        """An optimizer that has been told nothing.

        Args:
            ranges: by name, in any order: (low, high), (low, high, "Logarithmic"), a list of choices, or one of
                ContinuousParameter, IntegerParameter and CategoricalParameter. Two ints are whole numbers. Walls.
            objective_type: "Minimize" or "Maximize".
            seed: repeats a search; chosen, and readable as `seed`, when left out.
            strategy: "Bayesian", "Random" or "Grid".
            max_jobs: how many suggestions there will be, as far as is known; a hint, not a limit. It decides when many
                at once fill the space (more than a third of it), and how many values of parents are tried (half).
            max_seconds: how long all training jobs may take together, where that and not their number ends the search:
                improvement is then weighed against the seconds that are told. `run` ends there.
            first: start values, suggested before anything else, in order, unless they were told in the meantime.
            soft_ranges: like `ranges`, but they go further where the best results pile up at an end, and towards their
                hard bounds where nothing is gained inside them any more.
            hard_bounds: (low, high) of soft ranges, None for no bound: they never go further than this.
            priors: where good values are expected: a centre, or (centre, deviation as a share of the range's width).
            constraints: what must hold, such as "num_leaves <= 2 ** max_depth".
            conditions: when a hyperparameter acts, such as {"rate_drop": "booster == dart"}; otherwise a suggestion
                leaves it out.
            parents: earlier optimizers, or (values, objective) pairs of an earlier search each, for a warm start.

        Raises:
            InvalidRange: there is no range, or one is empty, upside down or not finite; a grid over real numbers.
            UsageError: another argument cannot be carried out; the message names it and what was expected.
        """
        space = space_of(ranges, soft_ranges, hard_bounds, priors)
        direction = word("objective_type", objective_type, DIRECTIONS) or Direction.MINIMIZE
        rows = [
            parent._told() if isinstance(parent, Optimizer) else results_as_losses(parent, direction)
            for parent in listed("parents", parents)
        ]
        found, notes = parents_of(rows, space)
        chosen = word("strategy", strategy, STRATEGIES) or Strategy.BAYESIAN
        jobs = None if max_jobs is None else whole_number("max_jobs", max_jobs, at_least=1)
        seconds = None if max_seconds is None else duration("max_seconds", max_seconds)
        state = OptimizerState(
            space=space,
            direction=direction,
            strategy=chosen,
            seed=secrets.randbelow(2**31) if seed is None else whole_number("seed", seed, at_least=0),
            max_jobs=jobs,
            max_seconds=seconds,
            constraints=constraints_of(constraints, space),
            conditions=conditions_of_texts(conditions, space),
            parents=found,
            warnings=notes,
        )
        self._state = replace(state, warnings=())
        started = started_from(state, listed("first", first))
        self._keep(_with_grid_note(started) if chosen is Strategy.GRID else started)

    @overload
    def ask(self) -> OptimizerSuggestion: ...
    @overload
    def ask(self, count: int) -> list[OptimizerSuggestion]: ...
    def ask(self, count: int | None = None) -> OptimizerSuggestion | list[OptimizerSuggestion]:
        """The next values to try; they are pending until they are told.

        Args:
            count: so many at once, as a list, each knowing of the others; left out: one, by itself.

        Raises:
            SpaceExhausted: a finite space has nothing left to suggest. A list may be shorter than asked for.
            NoValuesFound: the constraints leave so little of the space that nothing was found; there may be something.
        """
        wanted = 1 if count is None else whole_number("count", count, at_least=1)
        state, jobs = asked(self._state, wanted)
        self._keep(state)
        conditions = conditions_of(state)
        made = [self._suggestion(job, conditions) for job in jobs]
        return made[0] if count is None else made

    def enqueue(self, values: Mapping[str, Any]) -> None:
        """Suggest these values next, after those that wait already.

        Values that were told already, are pending, or wait are not suggested again: that is a warning.

        Raises:
            UsageError: a value is missing, unknown or outside its range, or they break a constraint.
        """
        self._keep(queued(self._state, values))

    def tell(
        self,
        suggestion: OptimizerSuggestion | Mapping[str, Any] | int,
        objective: float | None = None,
        *,
        failed: bool = False,
        seconds: float | None = None,
    ) -> OptimizerResult:
        """What values have reached.

        Args:
            suggestion: as `ask` gave it, or its number; or a dict of values: of a pending suggestion, or measured
                elsewhere, which adds a result with a number of its own.
            objective: what they reach; NaN and infinities count as failed.
            failed: nothing was reached.
            seconds: how long it took: kept, and with `max_seconds` it counts.

        Raises:
            UsageError: the suggestion is not this optimizer's or has been told already, a value lies outside its range,
                or there is neither an objective nor a failure.
        """
        took = None if seconds is None else duration("seconds", seconds)
        self._state, job = told(self._state, suggestion, reached(objective, failed=failed), took)
        return self._result(job, conditions_of(self._state))

    def discard(self, suggestion: OptimizerSuggestion | int) -> None:
        """Forget a pending suggestion that will never be told: nothing is learnt of it, and it is not made again."""
        self._state = discarded(self._state, suggestion)

    def run(self, function: Callable[[dict[str, Any]], float], jobs: int) -> OptimizerResult | None:
        """Ask, call `function` with the values, tell, so many times; the best of all results.

        An exception of the function passes on, after its values were told as failed. Fewer calls are made where a
        finite space is exhausted, or where `max_seconds` are used up: each call is then timed.

        Raises:
            NoValuesFound: as `ask`.
        """
        for _ in range(whole_number("jobs", jobs, at_least=1)):
            if self._state.is_out_of_time:
                break
            try:
                suggestion = self.ask()
            except SpaceExhausted:
                break
            begun = time.perf_counter()
            try:
                objective = function(dict(suggestion))
            except BaseException:
                self.tell(suggestion, failed=True, seconds=self._seconds_since(begun))
                raise
            self.tell(suggestion, objective, seconds=self._seconds_since(begun))
        return self.best

    @property
    def best(self) -> OptimizerResult | None:
        """The best result, the first of equals; None where nothing has an objective yet."""
        ended = [job for job in self._state.jobs if job.objective is not None]
        best = min(ended, key=lambda job: self._state.direction.loss(job.objective or 0.0), default=None)
        return None if best is None else self._result(best, conditions_of(self._state))

    @property
    def results(self) -> tuple[OptimizerResult, ...]:
        """All that was told, by number."""
        kept, conditions = (OptimizerOutcome.COMPLETED, OptimizerOutcome.FAILED), conditions_of(self._state)
        return tuple(self._result(job, conditions) for job in self._state.jobs if job.outcome in kept)

    @property
    def table(self) -> list[dict[str, Any]]:
        """All that was told as rows with the same columns, for `pandas.DataFrame(optimizer.table)`.

        The value of lr stands under "value_lr"; None where it does not act.
        """
        names = dict(self._state.space)
        return [
            {
                "number": result.number,
                "outcome": str(result.outcome),
                "objective": result.objective,
                "seconds": result.seconds,
                "strategy": result.strategy,
                **{f"value_{name}": result.values.get(name) for name in names},
            }
            for result in self.results
        ]

    @property
    def pending(self) -> tuple[OptimizerSuggestion, ...]:
        """Suggestions that have not been told yet, also after a restart."""
        conditions = conditions_of(self._state)
        return tuple(
            self._suggestion(job, conditions) for job in self._state.jobs if job.outcome is OptimizerOutcome.PENDING
        )

    @property
    def ranges(self) -> dict[str, Range]:
        """What is searched now: as given, as far as soft ranges have moved."""
        return dict(self._state.current_space)

    @property
    def range_moves(self) -> tuple[OptimizerRangeMove, ...]:
        """How soft ranges have moved, in order, each with its reason and the number of results told by then."""
        return self._state.moves

    @property
    def seed(self) -> int:
        """What repeats this search."""
        return self._state.seed

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was not as it should be, and was carried out all the same."""
        return self._state.warnings

    def to_json(self) -> str:
        """All that it knows, as JSON text."""
        return dumps(self._state)

    @classmethod
    def from_json(cls, text: str) -> Optimizer:
        """The optimizer that `to_json` wrote; it goes on as if there had been no break.

        Raises:
            UnreadableInput: the text is no such JSON, of another version, or holds what is not known.
        """
        made = cls.__new__(cls)
        made._state = state_from_json(text)
        return made

    def __repr__(self) -> str:
        state, best = self._state, self.best
        direction, strategy = _spelled(DIRECTIONS, state.direction), _spelled(STRATEGIES, state.strategy)
        names = ", ".join(dict(state.space))
        shown = "" if best is None else f", best={best.objective!r}"
        pending = sum(job.outcome is OptimizerOutcome.PENDING for job in state.jobs)
        told_so_far = f"{state.results} told, {pending} pending{shown}"
        return f"Optimizer({names}; {direction}, {strategy}, seed={state.seed}; {told_so_far})"

    def _keep(self, state: OptimizerState) -> None:
        """Go on from a state, and warn of what is new in its warnings."""
        new = state.warnings[len(self._state.warnings) :]
        self._state = state
        for warning in new:
            warnings.warn(warning, stacklevel=3)

    def _seconds_since(self, begun: float) -> float | None:
        return None if self._state.max_seconds is None else time.perf_counter() - begun

    @staticmethod
    def _suggestion(job: Job, conditions: Conditions) -> OptimizerSuggestion:
        shown = conditions.shown(job.values)
        return OptimizerSuggestion(dict(shown), number=job.number, strategy=job.strategy, why=job.why)

    @staticmethod
    def _result(job: Job, conditions: Conditions) -> OptimizerResult:
        return OptimizerResult(
            number=job.number,
            values=dict(conditions.shown(job.values)),
            objective=job.objective,
            outcome=job.outcome,
            strategy=job.strategy,
            why=job.why,
            seconds=job.seconds,
        )

    def _told(self) -> list[tuple[Mapping[str, Any], float]]:
        return results_of_state(self._state)


def _spelled(words: Mapping[str, Any], value: Any) -> str:
    """The word that an argument has for a value."""
    return next(word for word, meant in words.items() if meant is value)


def _with_grid_note(state: OptimizerState) -> OptimizerState:
    """The state, with a warning where a grid has more combinations than there will be suggestions.

    Raises:
        InvalidRange: a range holds real numbers, of which there is no end.
    """
    try:
        points = grid_size(state.space)
    except InvalidRange as error:
        hint = "List its values, such as [0.001, 0.01, 0.1], or use strategy='Bayesian'."
        raise InvalidRange(error.message, hint=hint) from None
    if state.max_jobs is None or not is_grid_larger(state.history(), state.max_jobs):
        return state
    count = f"more than {state.max_jobs}" if state.conditions or state.constraints else str(points)
    note = f"The grid has {count} combinations, but max_jobs={state.max_jobs}: the last ones will not be tried."
    return replace(state, warnings=(*state.warnings, note))
