"""Each strategy passes the strategies' contract."""

from __future__ import annotations

from selftune.model.plan import Strategy
from selftune.search import strategy_named
from selftune.search.strategy import SearchStrategy
from selftune.testing.strategy_contract import StrategyContract


class TestRandomStrategy(StrategyContract):
    def make_strategy(self) -> SearchStrategy:
        return strategy_named(Strategy.RANDOM)


class TestGridStrategy(StrategyContract):
    is_finite_only = True

    def make_strategy(self) -> SearchStrategy:
        return strategy_named(Strategy.GRID)


class TestBayesianStrategy(StrategyContract):
    def make_strategy(self) -> SearchStrategy:
        return strategy_named(Strategy.BAYESIAN)
