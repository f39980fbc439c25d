"""FLAML in its own interpreter: `flaml-blendsearch`, `flaml-cfo`. `serving.py` says how it is started."""

from __future__ import annotations

import logging
import math
from typing import Any

from problem import Parameter, Problem, Values, inside
from serving import serve, use_one_core

use_one_core()

import flaml  # noqa: E402  what is set above must be set before numpy is imported
from flaml import CFO, BlendSearch, tune  # noqa: E402

DIVERGED = 1e3
"""What FLAML is told where there is no loss: it knows no failed training."""


def search(problem: Problem) -> None:
    """Let it train so many times."""
    kind = CFO if problem.tool.startswith("flaml-cfo") else BlendSearch
    start = None if problem.start is None else [inside(problem.parameters, problem.start)]
    space = {parameter.name: _domain(parameter) for parameter in problem.parameters}
    algorithm = kind(metric="loss", mode="min", space=space, points_to_evaluate=start, seed=problem.seed)

    def objective(values: dict[str, Any]) -> dict[str, float]:
        loss = problem.loss(_typed(problem.parameters, values))
        return {"loss": loss if math.isfinite(loss) else DIVERGED}

    tune.run(objective, metric="loss", mode="min", search_alg=algorithm, num_samples=problem.jobs, verbose=0)


class Asked:
    """A searcher with default settings. What it did not suggest is handed over as evaluated points."""

    def __init__(self, tool: str, parameters: tuple[Parameter, ...], seed: int) -> None:
        self._kind = CFO if tool.startswith("flaml-cfo") else BlendSearch
        self._parameters, self._seed = parameters, seed
        self._added: list[tuple[Values, float]] = []
        self._searcher: Any = None
        self._number = 0

    def add(self, values: Values, loss: float) -> None:
        self._added.append((values, loss))

    def ask(self) -> Values:
        if self._searcher is None:
            self._searcher = self._kind(
                metric="loss",
                mode="min",
                space={parameter.name: _domain(parameter) for parameter in self._parameters},
                points_to_evaluate=[values for values, _ in self._added],
                evaluated_rewards=[loss for _, loss in self._added],
                seed=self._seed,
            )
        self._number += 1
        self._asked = self._searcher.suggest(str(self._number))
        return _typed(self._parameters, self._asked)

    def tell(self, loss: float) -> None:
        result = {"loss": loss, **{f"config/{name}": value for name, value in self._asked.items()}}
        self._searcher.on_trial_complete(str(self._number), {**result, "config": self._asked})


def _typed(parameters: tuple[Parameter, ...], values: dict[str, Any]) -> Values:
    types = {"int": int, "float": float, "choice": lambda value: value}
    return {p.name: types[p.kind](values[p.name]) for p in parameters}


def _domain(parameter: Parameter) -> Any:
    low, high = parameter.low, parameter.high
    if parameter.kind == "choice":
        return tune.choice(list(parameter.choices))
    if parameter.kind == "int":  # FLAML leaves the upper end out
        return tune.lograndint(int(low), int(high) + 1) if parameter.is_log else tune.randint(int(low), int(high) + 1)
    return tune.loguniform(low, high) if parameter.is_log else tune.uniform(low, high)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    serve(f"flaml {flaml.__version__}", search, Asked)
