"""Ours behind the same face, to be timed like the others: `selftune`. It is never asked for a whole search."""

from __future__ import annotations

from problem import Parameter, Problem, Values
from serving import serve, use_one_core

use_one_core()

import selftune  # noqa: E402  what is set above must be set before numpy is imported
from selftune.model.history import Exhausted, History, Observation, Outcome  # noqa: E402
from selftune.model.plan import Strategy  # noqa: E402
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType  # noqa: E402
from selftune.search import suggest  # noqa: E402


def search(problem: Problem) -> None:
    """Ours searches in the engine (`../search/our_search.py`), not here."""
    raise NotImplementedError(f"{problem.tool} is timed here and searches elsewhere.")


class Asked:
    """The Bayesian strategy, handed the whole history with every question, as the engine does."""

    def __init__(self, tool: str, parameters: tuple[Parameter, ...], seed: int) -> None:
        self._tool, self._seed = tool, seed
        self._space = tuple((parameter.name, _range(parameter)) for parameter in parameters)
        self._ended: list[Observation] = []

    def add(self, values: Values, loss: float) -> None:
        given = tuple((name, values[name]) for name, _ in self._space)
        number = len(self._ended) + 1
        self._ended.append(Observation(number=number, values=given, outcome=Outcome.COMPLETED, loss=loss))

    def ask(self) -> Values:
        jobs = len(self._ended) + 1_000
        history = History(space=self._space, ended=tuple(self._ended), max_jobs=jobs, seed=self._seed)
        found = suggest(Strategy.BAYESIAN, history, 1)
        assert not isinstance(found, Exhausted)
        self._values = dict(found[0].values)
        return self._values

    def tell(self, loss: float) -> None:
        self.add(self._values, loss)


def _range(parameter: Parameter) -> Range:
    if parameter.kind == "choice":
        return CategoricalRange(values=parameter.choices)
    scaling = ScalingType.LOG if parameter.is_log else ScalingType.LINEAR
    if parameter.kind == "int":
        return IntegerRange(low=int(parameter.low), high=int(parameter.high), scaling=scaling)
    return ContinuousRange(low=parameter.low, high=parameter.high, scaling=scaling)


if __name__ == "__main__":
    serve(f"selftune {selftune.__version__}", search, Asked)
