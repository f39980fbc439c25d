"""Optuna in its own interpreter: `optuna-tpe`, `optuna-gp`, `optuna-random`. `serving.py` says how it is started."""

from __future__ import annotations

from typing import Any

from problem import Parameter, Problem, Values, inside
from serving import serve, use_one_core

use_one_core()

import optuna  # noqa: E402  what is set above must be set before numpy is imported
from optuna.distributions import (  # noqa: E402
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)


def search(problem: Problem) -> None:
    """Let it train so many times; what gives no loss is a failed trial to Optuna."""
    study = optuna.create_study(direction="minimize", sampler=_sampler(problem.tool, problem.seed))
    if problem.start is not None:
        study.enqueue_trial(inside(problem.parameters, problem.start))
    study.optimize(
        lambda trial: problem.loss({p.name: _suggested(p, trial) for p in problem.parameters}), n_trials=problem.jobs
    )


class Asked:
    """A study with the default settings of a sampler."""

    def __init__(self, tool: str, parameters: tuple[Parameter, ...], seed: int) -> None:
        self._study = optuna.create_study(direction="minimize", sampler=_sampler(tool, seed))
        self._space = {parameter.name: _distribution(parameter) for parameter in parameters}

    def add(self, values: Values, loss: float) -> None:
        self._study.add_trial(optuna.create_trial(params=values, distributions=self._space, value=loss))

    def ask(self) -> Values:
        self._trial = self._study.ask(self._space)
        return dict(self._trial.params)

    def tell(self, loss: float) -> None:
        self._study.tell(self._trial, loss)


def _sampler(tool: str, seed: int) -> optuna.samplers.BaseSampler:
    if tool.startswith("optuna-gp"):
        return optuna.samplers.GPSampler(seed=seed)
    if tool.startswith("optuna-random"):
        return optuna.samplers.RandomSampler(seed=seed)
    return optuna.samplers.TPESampler(seed=seed)


def _suggested(parameter: Parameter, trial: optuna.Trial) -> Any:
    if parameter.kind == "choice":
        return trial.suggest_categorical(parameter.name, parameter.choices)
    if parameter.kind == "int":
        return trial.suggest_int(parameter.name, int(parameter.low), int(parameter.high), log=parameter.is_log)
    return trial.suggest_float(parameter.name, parameter.low, parameter.high, log=parameter.is_log)


def _distribution(parameter: Parameter) -> BaseDistribution:
    if parameter.kind == "choice":
        return CategoricalDistribution(parameter.choices)
    if parameter.kind == "int":
        return IntDistribution(int(parameter.low), int(parameter.high), log=parameter.is_log)
    return FloatDistribution(parameter.low, parameter.high, log=parameter.is_log)


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    serve(f"optuna {optuna.__version__}", search, Asked)
