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
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, overload

from selftune.model.codec import dumps, loads
from selftune.model.errors import InvalidRange, SelftuneError, SpaceExhausted, UnreadableInput
from selftune.model.events import RangeMove
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue
from selftune.sdk.keywords import word
from selftune.sdk.optimizer_parents import Results, parents_of, results_as_losses, results_of_state
from selftune.sdk.optimizer_space import PriorLike, RangeLike, Space, constraints_of, space_of
from selftune.sdk.optimizer_state import (
    VERSION,
    Job,
    OptimizerOutcome,
    OptimizerResult,
    OptimizerState,
    OptimizerSuggestion,
)
from selftune.sdk.optimizer_steps import asked, conditions_of, discarded, started_from, told
from selftune.sdk.optimizer_values import reached, whole_number
from selftune.search.grid import grid_size

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
        *,
        seed: int | None = None,
        strategy: str = "Bayesian",
        max_jobs: int | None = None,
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
            max_jobs: how many suggestions there will be, as far as is known; a hint, not a limit.
            first: start values, suggested before anything else, in order.
            soft_ranges: like `ranges`, but they go further where the best results pile up at an end.
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
        space = space_of(ranges or {}, soft_ranges or {}, hard_bounds or {}, priors or {})
        direction = word("objective_type", objective_type, DIRECTIONS) or Direction.MINIMIZE
        rows = [
            parent._told() if isinstance(parent, Optimizer) else results_as_losses(parent, direction)
            for parent in parents
        ]
        found, notes = parents_of(rows, space)
        chosen = word("strategy", strategy, STRATEGIES) or Strategy.BAYESIAN
        jobs = None if max_jobs is None else whole_number("max_jobs", max_jobs, at_least=1)
        state = OptimizerState(
            space=space,
            direction=direction,
            strategy=chosen,
            seed=secrets.randbelow(2**31) if seed is None else whole_number("seed", seed, at_least=0),
            max_jobs=jobs,
            constraints=constraints_of(constraints, space),
            conditions=tuple((conditions or {}).items()),
            parents=found,
            warnings=(*notes, *(_grid_notes(space, jobs) if chosen is Strategy.GRID else ())),
        )
        self._state = started_from(state, first)
        for warning in self._state.warnings:
            warnings.warn(warning, stacklevel=2)

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
        self._state, jobs = asked(self._state, wanted)
        made = [self._suggestion(job) for job in jobs]
        return made[0] if count is None else made

    def tell(
        self,
        suggestion: OptimizerSuggestion | Mapping[str, Any] | int,
        objective: float | None = None,
        *,
        failed: bool = False,
    ) -> OptimizerResult:
        """What values have reached.

        Args:
            suggestion: as `ask` gave it, or its number; or a dict of values: of a pending suggestion, or measured
                elsewhere, which adds a result with a number of its own.
            objective: what they reach; NaN and infinities count as failed.
            failed: nothing was reached.

        Raises:
            UsageError: the suggestion is not this optimizer's or has been told already, a value lies outside its range,
                or there is neither an objective nor a failure.
        """
        self._state, job = told(self._state, suggestion, reached(objective, failed=failed))
        return self._result(job)

    def discard(self, suggestion: OptimizerSuggestion | int) -> None:
        """Forget a pending suggestion that will never be told: nothing is learnt of it, and it is not made again."""
        self._state = discarded(self._state, suggestion)

    def run(self, function: Callable[[dict[str, HyperparameterValue]], float], jobs: int) -> OptimizerResult | None:
        """Ask, call `function` with the values, tell, so many times; the best of all results.

        An exception of the function passes on, after its values were told as failed. Fewer calls are made where a
        finite space is exhausted.

        Raises:
            NoValuesFound: as `ask`.
        """
        for _ in range(whole_number("jobs", jobs, at_least=1)):
            try:
                suggestion = self.ask()
            except SpaceExhausted:
                break
            try:
                objective = function(dict(suggestion))
            except BaseException:
                self.tell(suggestion, failed=True)
                raise
            self.tell(suggestion, objective)
        return self.best

    @property
    def best(self) -> OptimizerResult | None:
        """The best result, the first of equals; None where nothing has an objective yet."""
        ended = [result for result in self.results if result.objective is not None]
        return min(ended, key=lambda result: self._state.direction.loss(result.objective or 0.0), default=None)

    @property
    def results(self) -> tuple[OptimizerResult, ...]:
        """All that was told, by number."""
        kept = (OptimizerOutcome.COMPLETED, OptimizerOutcome.FAILED)
        return tuple(self._result(job) for job in self._state.jobs if job.outcome in kept)

    @property
    def pending(self) -> tuple[OptimizerSuggestion, ...]:
        """Suggestions that have not been told yet, also after a restart."""
        return tuple(self._suggestion(job) for job in self._state.jobs if job.outcome is OptimizerOutcome.PENDING)

    @property
    def ranges(self) -> dict[str, Range]:
        """What is searched now: as given, as far as soft ranges have moved."""
        return dict(self._state.current_space)

    @property
    def range_moves(self) -> tuple[RangeMove, ...]:
        """How soft ranges have moved, in order, each with its reason."""
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
            UnreadableInput: the text is no such JSON, or of another version.
        """
        try:
            state: OptimizerState = loads(OptimizerState, text)
            version = state.version
        except (ValueError, TypeError, KeyError, AttributeError, SelftuneError) as error:
            raise UnreadableInput(f"This is no optimizer as to_json() writes it: {error}.") from error
        if version != VERSION:
            raise UnreadableInput(f"This optimizer is of version {version}, but this selftune reads version {VERSION}.")
        made = cls.__new__(cls)
        made._state = state
        return made

    def __repr__(self) -> str:
        best = self.best
        shown = "" if best is None else f", best={best.objective!r}"
        names = ", ".join(dict(self._state.space))
        return f"Optimizer({names}: {len(self.results)} told, {len(self.pending)} pending{shown})"

    def _suggestion(self, job: Job) -> OptimizerSuggestion:
        shown = conditions_of(self._state).shown(job.values)
        return OptimizerSuggestion(number=job.number, pairs=shown, strategy=job.strategy, why=job.why)

    def _result(self, job: Job) -> OptimizerResult:
        return OptimizerResult(
            number=job.number,
            values=dict(conditions_of(self._state).shown(job.values)),
            objective=job.objective,
            outcome=job.outcome,
            strategy=job.strategy,
            why=job.why,
        )

    def _told(self) -> list[tuple[Mapping[str, Any], float]]:
        return results_of_state(self._state)


def _grid_notes(space: Space, max_jobs: int | None) -> list[str]:
    """What a user should know of a grid.

    Raises:
        InvalidRange: a range holds real numbers, of which there is no end.
    """
    try:
        points = grid_size(space)
    except InvalidRange as error:
        hint = "List its values, such as [0.001, 0.01, 0.1], or use strategy='Bayesian'."
        raise InvalidRange(error.message, hint=hint) from None
    if max_jobs is None or points <= max_jobs:
        return []
    return [f"The grid has {points} combinations, but max_jobs={max_jobs}: the last ones will not be tried."]
