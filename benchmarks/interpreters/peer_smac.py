"""SMAC3 in its own interpreter: `smac`, the facade for hyperparameter optimization. `serving.py` says how it starts."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from problem import Parameter, Problem, Values, inside
from serving import serve, use_one_core

use_one_core()

from ConfigSpace import Categorical, Configuration, ConfigurationSpace, Float, Integer  # noqa: E402  one core first
from smac import HyperparameterOptimizationFacade, Scenario  # noqa: E402
from smac.runhistory import StatusType, TrialInfo, TrialValue  # noqa: E402

MANY = 1_000_000


def search(problem: Problem) -> None:
    """Let it train so many times; what gives no loss is a crashed trial to SMAC, at the worst cost so far."""
    if problem.start is not None:
        raise NotImplementedError(f"{problem.tool} takes no first values: {inside(problem.parameters, problem.start)}")
    worst = 0.0
    with _facade(problem.parameters, problem.seed, problem.jobs) as facade:
        for _ in range(problem.jobs):
            info = facade.ask()
            loss = problem.loss(_values(info.config, problem.parameters))
            if math.isfinite(loss):
                worst = max(worst, loss)
                facade.tell(info, TrialValue(cost=loss))
            else:
                facade.tell(info, TrialValue(cost=worst, status=StatusType.CRASHED))


class Asked:
    """A facade with default settings."""

    def __init__(self, tool: str, parameters: tuple[Parameter, ...], seed: int) -> None:
        assert tool == "smac"
        self._parameters = parameters
        self._open = _facade(parameters, seed, MANY)
        self._facade = self._open.__enter__()

    def add(self, values: Values, loss: float) -> None:
        config = Configuration(self._facade.scenario.configspace, values=values)
        self._facade.tell(TrialInfo(config=config, seed=0), TrialValue(cost=loss), save=False)

    def ask(self) -> Values:
        self._info = self._facade.ask()
        return _values(self._info.config, self._parameters)

    def tell(self, loss: float) -> None:
        self._facade.tell(self._info, TrialValue(cost=loss), save=False)


@contextmanager
def _facade(parameters: tuple[Parameter, ...], seed: int, jobs: int) -> Iterator[Any]:
    space = ConfigurationSpace(seed=seed)
    space.add([_hyperparameter(parameter) for parameter in parameters])
    with tempfile.TemporaryDirectory(prefix="smac-") as folder:
        scenario = Scenario(space, n_trials=jobs, deterministic=True, seed=seed, output_directory=folder)
        yield HyperparameterOptimizationFacade(scenario, _never_called, overwrite=True, logging_level=False)


def _never_called(config: Configuration, seed: int = 0) -> float:
    raise AssertionError(f"SMAC is asked and told, and does not evaluate {config} with {seed} itself.")


def _hyperparameter(parameter: Parameter) -> Any:
    if parameter.kind == "choice":
        return Categorical(parameter.name, list(parameter.choices))
    if parameter.kind == "int":
        return Integer(parameter.name, (int(parameter.low), int(parameter.high)), log=parameter.is_log)
    return Float(parameter.name, (float(parameter.low), float(parameter.high)), log=parameter.is_log)


def _values(config: Configuration, parameters: tuple[Parameter, ...]) -> Values:
    """Without the numpy types that ConfigSpace gives."""
    types = {"int": int, "float": float, "choice": lambda value: value}
    originals = {p.name: {str(choice): choice for choice in p.choices} for p in parameters}
    found = {p.name: types[p.kind](config[p.name]) for p in parameters}
    return {name: originals[name].get(str(value), value) for name, value in found.items()}


if __name__ == "__main__":
    serve(f"smac {version('smac')}", search, Asked)
