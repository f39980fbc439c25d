"""After the start phase the model decides: hardly anything is random, and what is says why."""

from __future__ import annotations

from collections import Counter

from selftune.model.history import History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange
from selftune.search import suggest

SPACE = (
    ("rate", ContinuousRange(low=0.0, high=1.0)),
    ("depth", IntegerRange(low=1, high=12)),
    ("kind", CategoricalRange(values=("a", "b"))),
)


def test_under_five_in_a_hundred_are_random_after_the_start():
    ended: list[Observation] = []
    made_by: list[str] = []
    for number in range(1, 61):
        (made,) = suggest(Strategy.BAYESIAN, History(space=SPACE, ended=tuple(ended), max_jobs=60, seed=5), 1)
        values = dict(made.values)
        loss = None if number % 9 == 0 else (values["rate"] - 0.3) ** 2 + values["depth"] / 50
        outcome = Outcome.FAILED if loss is None else Outcome.COMPLETED
        ended.append(Observation(number=number, values=made.values, outcome=outcome, loss=loss))
        made_by.append(made.strategy)
    after_start = Counter(made_by[5:])
    assert after_start["gp: log expected improvement"] > 0.95 * after_start.total()
