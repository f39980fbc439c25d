"""A whole search in virtual time: the strategies against a function instead of training jobs."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from selftune.model.history import Exhausted, History, Observation, Outcome, Running, Suggestion
from selftune.model.objective import Direction
from selftune.model.plan import Strategy
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue
from selftune.search import suggest

TrainingFunction: TypeAlias = Callable[[dict[str, HyperparameterValue]], float | Sequence[float]]
"""Values to the final objective, or to the objective's values in the order reported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedRun:
    """What a simulated tuning job tried and found, in the order of training jobs."""

    values: tuple[dict[str, HyperparameterValue], ...]
    objectives: tuple[float, ...]
    """The final objective each; NaN where the training job failed."""
    suggestions: tuple[Suggestion, ...]
    suggest_seconds: tuple[float, ...]
    """Real seconds that each call of the strategy took."""
    direction: Direction
    is_exhausted: bool = False

    @property
    def best_so_far(self) -> tuple[float, ...]:
        """The best objective up to and including each training job; NaN until one has succeeded."""
        best, values = math.nan, []
        for objective in self.objectives:
            if math.isfinite(objective) and (math.isnan(best) or self.direction.is_better(objective, best)):
                best = objective
            values.append(best)
        return tuple(values)


def simulate(
    objective: TrainingFunction,
    space: Mapping[str, Range],
    *,
    baseline: Mapping[str, HyperparameterValue] | None = None,
    strategy: Strategy = Strategy.BAYESIAN,
    max_jobs: int,
    max_parallel: int = 1,
    seed: int = 0,
    direction: Direction = Direction.MINIMIZE,
) -> SimulatedRun:
    """Run `strategy` against `objective`; each training job takes equally long, `max_parallel` run at once.

    A training job that returns NaN or an infinite number, or raises ArithmeticError or ValueError, has failed.
    """
    loop = _Loop(
        objective, History(space=tuple(space.items()), max_jobs=max_jobs, max_parallel=max_parallel, seed=seed)
    )
    if baseline is not None:
        values = tuple((name, baseline[name]) for name in space)
        loop.start([Suggestion(values=values, strategy="baseline", reason="Today's values.")])
    while loop.go_on(strategy, direction):
        pass
    return loop.result(direction)


class _Loop:
    """The moving part: which training jobs run, and what the ended ones have shown."""

    def __init__(self, objective: TrainingFunction, history: History) -> None:
        self._objective = objective
        self._settings = history
        self._running: deque[tuple[int, Suggestion]] = deque()
        self._ended: list[Observation] = []
        self._objectives: list[float] = []
        self._started: list[Suggestion] = []
        self._seconds: list[float] = []
        self._is_exhausted = False

    def start(self, suggestions: Sequence[Suggestion]) -> None:
        for suggestion in suggestions:
            self._started.append(suggestion)
            self._running.append((len(self._started), suggestion))

    def go_on(self, strategy: Strategy, direction: Direction) -> bool:
        """Fill the free slots, end the training job that has run longest; False when nothing is left to do."""
        settings = self._settings
        free = min(settings.max_jobs - len(self._started), settings.max_parallel - len(self._running))
        if free > 0 and not self._is_exhausted:
            self._suggest(strategy, free)
        if not self._running:
            return False
        self._end(*self._running.popleft(), direction)
        return True

    def result(self, direction: Direction) -> SimulatedRun:
        return SimulatedRun(
            values=tuple(dict(suggestion.values) for suggestion in self._started),
            objectives=tuple(self._objectives),
            suggestions=tuple(self._started),
            suggest_seconds=tuple(self._seconds),
            direction=direction,
            is_exhausted=self._is_exhausted,
        )

    def _suggest(self, strategy: Strategy, count: int) -> None:
        before = time.perf_counter()
        made = suggest(strategy, self._history(), count)
        self._seconds.append(time.perf_counter() - before)
        if isinstance(made, Exhausted):
            self._is_exhausted = True
        else:
            self.start(made)

    def _history(self) -> History:
        settings = self._settings
        return History(
            space=settings.space,
            ended=tuple(self._ended),
            running=tuple(Running(number=number, values=made.values) for number, made in self._running),
            max_jobs=settings.max_jobs,
            max_parallel=settings.max_parallel,
            seed=settings.seed,
        )

    def _end(self, number: int, suggestion: Suggestion, direction: Direction) -> None:
        curve = _curve(self._objective, dict(suggestion.values))
        final = curve[-1] if curve else math.nan
        has_succeeded = math.isfinite(final)
        self._objectives.append(final)
        self._ended.append(
            Observation(
                number=number,
                values=suggestion.values,
                outcome=Outcome.COMPLETED if has_succeeded else Outcome.FAILED,
                loss=direction.loss(final) if has_succeeded else None,
                curve=tuple(direction.loss(value) for value in curve),
            )
        )


def _curve(objective: TrainingFunction, values: dict[str, HyperparameterValue]) -> tuple[float, ...]:
    try:
        reported = objective(values)
    except (ArithmeticError, ValueError):
        return ()
    return tuple(map(float, reported)) if isinstance(reported, Sequence) else (float(reported),)
