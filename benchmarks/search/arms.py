"""The variants of the search that an ablation compares, and what they are compared on."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from failing import NAMES as FAILING
from failing import failing_task
from rows import Search
from suites import AUTOTUNED, EXPERT, SURROGATES
from swapped import Swap
from tasks import Parameter, Task, load_tasks
from walls import range_of

from selftune.model.ranges import CategoricalRange, IntegerRange, Prior, Range
from selftune.search.acquisition import Array
from selftune.search.bayesian import BayesianStrategy
from selftune.search.bayesian_settings import BayesianSettings
from selftune.search.feasibility import FeasibilitySettings
from selftune.search.gaussian_process import ParameterPrior, climbed
from selftune.search.maximizer import Effort
from selftune.search.random import RandomStrategy
from selftune.search.strategy import SearchStrategy

GOOD, BAD = "good priors", "bad priors"
"""Priors a fifth of the range wide at the best known values, and on the other side of every range."""
FAILS = "fails in places"
WIDE = "expert x25"
SPREAD = 0.2
LCBENCH = tuple(name for name in SURROGATES if name.startswith("lcbench"))
"""Those of which the knowledge base has values that were good elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One variant of the search in one setting."""

    name: str
    setting: str = EXPERT
    strategy: SearchStrategy = field(default_factory=BayesianStrategy, compare=False)
    swaps: tuple[Swap, ...] = field(default=(), compare=False)

    @property
    def suite(self) -> str:
        return FAILS if self.setting == FAILS else "surrogates"

    def problem(self, search: Search, folder: Path) -> tuple[Task, dict[str, Range] | None]:
        """The task of a search and its walls; no walls where Autotune chooses the ranges."""
        if self.setting == FAILS:
            task = failing_task(search.task)
            return task, {parameter.name: range_of(parameter) for parameter in task.parameters}
        task = _tasks(folder)[search.task]
        if self.setting == AUTOTUNED:
            return task, None
        best = json.loads((folder / "reference.json").read_text())[search.task]["best_cfg"]
        return task, {p.name: _with_prior(p, best[p.name], self.setting) for p in task.parameters}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Variants that are compared with one reference on the same tasks."""

    name: str
    title: str
    reference: Arm
    arms: tuple[Arm, ...]
    """The reference among them where its own regrets are to be shown."""
    tasks: tuple[str, ...] = SURROGATES
    checkpoints: tuple[int, ...] = (10, 25, 50)
    seeds: int = 3


class UnscaledPrior(ParameterPrior):
    """The same prior of a length scale for one hyperparameter as for ten."""

    def of(self, dimension: int) -> tuple[Array, Array]:
        mean, deviation = ParameterPrior().of(dimension)
        mean[:dimension] = self.length[0]
        return mean, deviation


def standardised(losses: Any) -> Array:
    """(n,) losses of mean 0 and deviation 1, and no more."""
    raw = np.array(losses, dtype=float)
    return np.asarray((raw - raw.mean()) / (raw.std() or 1.0))


def independent(dimension: int, seed: int, first: int, count: int) -> Array:
    """(count, dimension) draws that know nothing of each other, in the place of a Sobol sequence."""
    draws = [np.random.default_rng([abs(seed), number]).random(dimension) for number in range(first, first + count)]
    return np.array(draws).reshape(count, dimension)


@functools.cache
def _tasks(folder: Path) -> dict[str, Task]:
    return load_tasks(folder)


def _with_prior(parameter: Parameter, best: Any, setting: str) -> Range:
    space = range_of(parameter)
    if isinstance(space, CategoricalRange) or setting not in (GOOD, BAD):
        return space
    place = space.place(best)
    place = 0.5 if place is None else place
    if setting == BAD:
        place = 1.0 - place if abs(place - 0.5) > SPREAD else (0.05 if place > 0.5 else 0.95)
    center = space.at(place)
    return replace(
        space, prior=Prior(center=round(center) if isinstance(space, IntegerRange) else center, spread=SPREAD)
    )


def _with(**settings: Any) -> BayesianStrategy:
    return BayesianStrategy(BayesianSettings(**settings))


def _swapped(name: str, replacement: Any, module: str = "surrogate") -> tuple[Swap, ...]:
    return (Swap(module=f"selftune.search.{module}", name=name, replacement=replacement),)


def _never(*_: Any) -> bool:
    return False


def _full_trust(encoder: Any, *_: Any) -> Array:
    return np.ones(encoder.dimension)


def _no_step_is_useless(encoder: Any, untried: Any, history: Any, points: Array) -> Any:  # noqa: ARG001
    return np.zeros(len(points), dtype=bool)


def _none_known(_: Any) -> tuple[()]:
    return ()


WHOLE = Arm(name="the whole engine")


def _whole_in(setting: str) -> Arm:
    return replace(WHOLE, setting=setting)


def _prior_group(setting: str) -> Group:
    name = setting.replace(" ", "-")
    no_trust = Arm(name="trust off", setting=setting, swaps=_swapped("trust_in_priors", _full_trust))
    no_weight = Arm(name="no weight of priors in the acquisition", setting=setting, strategy=_with(prior_weight=0.0))
    no_hedge = Arm(name="no even points in the start", setting=setting, swaps=_swapped("HEDGE", 10**9, "random"))
    return Group(
        name=name,
        title=f"{setting.capitalize()}, expert's ranges",
        reference=_whole_in(setting),
        arms=(_whole_in(setting), WHOLE, no_weight, no_trust, no_hedge),
        checkpoints=(10, 25, 50),
        seeds=2,
    )


GROUPS = (
    Group(
        name="model",
        title="Expert's ranges, no prior",
        reference=WHOLE,
        arms=(
            WHOLE,
            Arm(name="random search", strategy=RandomStrategy()),
            Arm(name="half-rank warp off", swaps=_swapped("warped", standardised)),
            Arm(name="one draw in the place of 32", strategy=_with(draws=1)),
            Arm(name="one climb of the likelihood", swaps=_swapped("fit", climbed)),
            Arm(name="no local steps", strategy=_with(effort=Effort(steps=()))),
            Arm(name="length prior not scaled", strategy=_with(parameter_prior=UnscaledPrior())),
            Arm(name="start of 10", strategy=_with(start_jobs=10)),
            Arm(name="start of 4, drawn independently", swaps=_swapped("sobol", independent, "random")),
        ),
    ),
    Group(
        name="failing",
        title="Functions that fail in places",
        reference=_whole_in(FAILS),
        arms=(
            _whole_in(FAILS),
            Arm(
                name="feasibility off",
                setting=FAILS,
                strategy=_with(feasibility=FeasibilitySettings(weight=0.0)),
            ),
        ),
        tasks=FAILING,
        checkpoints=(10, 20, 30),
    ),
    Group(
        name="elsewhere",
        title="From today's values, Autotune's ranges (lcbench)",
        reference=_whole_in(AUTOTUNED),
        arms=(
            _whole_in(AUTOTUNED),
            Arm(
                name="portfolio off",
                setting=AUTOTUNED,
                swaps=(Swap(module="selftune.engine.history", name="known_good", replacement=_none_known),),
            ),
            Arm(name="no weight of priors in the acquisition", setting=AUTOTUNED, strategy=_with(prior_weight=0.0)),
            Arm(
                name="a longer useless step is tried",
                setting=AUTOTUNED,
                swaps=_swapped("_longer_than_useless_steps", _no_step_is_useless, "portfolio"),
            ),
        ),
        tasks=LCBENCH,
    ),
    Group(
        name="wide",
        title="25 at once of 50, durations that vary tenfold",
        reference=_whole_in(WIDE),
        arms=(
            _whole_in(WIDE),
            Arm(name="no space filling", setting=WIDE, swaps=_swapped("is_space_filling", _never, "bayesian")),
        ),
        seeds=2,
    ),
    _prior_group(BAD),
    _prior_group(GOOD),
)
"""In the order of their importance."""
