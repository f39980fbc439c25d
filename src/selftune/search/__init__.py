"""Which values next: the registry of strategies and the one call that makes suggestions.

Nothing here imports numpy: the controller's process stays light, and the worker process pays for what it uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from selftune.model.history import Exhausted, History, Suggestion
from selftune.model.plan import Strategy

if TYPE_CHECKING:
    from selftune.model.ranges import Range
    from selftune.search.strategy import SearchStrategy

_STRATEGIES: Mapping[Strategy, tuple[str, str]] = MappingProxyType(
    {
        Strategy.BAYESIAN: ("selftune.search.bayesian", "BayesianStrategy"),
        Strategy.RANDOM: ("selftune.search.random", "RandomStrategy"),
        Strategy.GRID: ("selftune.search.grid", "GridStrategy"),
        # How long a training job runs is for Hyperband's rungs to say (stopping/hyperband.py); which values it runs is
        # the Gaussian process's choice as ever.
        Strategy.HYPERBAND: ("selftune.search.bayesian", "BayesianStrategy"),
    }
)


def strategy_named(strategy: Strategy) -> SearchStrategy:
    """The implementation of a strategy; its module is imported at the first call."""
    module, name = _STRATEGIES[strategy]
    return cast("SearchStrategy", getattr(import_module(module), name)())


def suggest(strategy: Strategy, history: History, count: int) -> Sequence[Suggestion] | Exhausted:
    """At most `count` suggestions. The same history gives the same suggestions: the generator follows from it.

    The order in which the hyperparameters are given does not matter, but to a grid, whose last one moves fastest:
    strategies see them sorted by name.

    Raises:
        UsageError: the strategy cannot search this space (a grid over real numbers).
    """
    import numpy as np

    jobs = len(history.ended) + len(history.running)
    seen = history if strategy is Strategy.GRID else replace(history, space=tuple(sorted(history.space, key=_name)))
    made = strategy_named(strategy).suggest(seen, count, np.random.default_rng([abs(history.seed), jobs]))
    return made if isinstance(made, Exhausted) else [_as_given(suggestion, history) for suggestion in made]


def _name(hyperparameter: tuple[str, Range]) -> str:
    return hyperparameter[0]


def _as_given(suggestion: Suggestion, history: History) -> Suggestion:
    """The suggestion with its values in the order in which the space was given."""
    values = dict(suggestion.values)
    return replace(suggestion, values=tuple((name, values[name]) for name, _ in history.space))
