"""The portfolio as `knowledge/portfolio.toml` states it: configurations that did well together on many data sets.

`benchmarks/portfolio/` learns the file from real training; `docs/research/portfolio.md` has the evidence.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from selftune.model.values import HyperparameterValue

_FILE = Path(__file__).parent / "knowledge" / "portfolio.toml"


@dataclass(frozen=True, slots=True)
class Times:
    """Today's value times a factor, where good values depend on the program and not on the framework alone."""

    factor: float


Aim: TypeAlias = HyperparameterValue | Times
Configuration: TypeAlias = tuple[tuple[str, Aim], ...]
"""(the knowledge base's name, what it is set to)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntPortfolio:
    """The configurations of one learner, best first."""

    framework: str
    """Such as "xgboost", "dl.adam"."""
    also: tuple[str, ...]
    """Frameworks whose knowledge entries mean the same hyperparameters: those that it extends."""
    title: str
    """For people: "XGBoost"."""
    data_sets: int
    """On so many it was learnt."""
    core: frozenset[str]
    """What a configuration is worth nothing without; the others may stay at today's value."""
    configurations: tuple[Configuration, ...]
    """With boosting rounds where there are some: where others are run, the rate makes up for the difference."""
    rounds: str | None = None
    """The knowledge base's name of the boosting rounds; None for other learners."""
    rate: str = "learning_rate"
    """What trades against the rounds: half as many rounds want twice the rate."""
    early: tuple[Configuration, ...] = ()
    """Where each training job stops at its best number of rounds."""
    needs_evidence: bool = False
    """Whether imports or calls must show its framework: a name such as `lr` is no evidence of a network."""

    @property
    def frameworks(self) -> frozenset[str]:
        return frozenset((self.framework, *self.also))

    @property
    def source(self) -> str:
        """Where its configurations come from, as a clause."""
        return f"the portfolio of {self.title} (learnt on {self.data_sets} data sets)"


@functools.cache
def learnt_portfolios() -> tuple[LearntPortfolio, ...]:
    """All that ship with selftune, in the order of the file."""
    return portfolios_from_text(_FILE.read_text(encoding="utf-8"))


def portfolios_from_text(text: str) -> tuple[LearntPortfolio, ...]:
    """The portfolios of a file.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML.
        KeyError: a portfolio lacks a field.
    """
    return tuple(_portfolio(item) for item in tomllib.loads(text).get("portfolio", ()))


def _portfolio(item: Mapping[str, Any]) -> LearntPortfolio:
    return LearntPortfolio(
        framework=item["framework"],
        also=tuple(item.get("also", ())),
        title=item["title"],
        data_sets=item["data_sets"],
        core=frozenset(item["core"]),
        configurations=_configurations(item["configurations"]),
        rounds=item.get("rounds"),
        early=_configurations(item.get("early", ())),
        needs_evidence=item.get("needs_evidence", False),
    )


def _configurations(items: Any) -> tuple[Configuration, ...]:
    return tuple(tuple((name, _aim(value)) for name, value in item.items()) for item in items)


def _aim(value: Any) -> Aim:
    return Times(float(value["times"])) if isinstance(value, dict) else value
