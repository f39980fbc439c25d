"""Values that were good elsewhere, as the first suggestions: after the baseline, and before anything else.

Earlier tuning jobs of the same program come before what the knowledge base offers. Only so many are tried that most of
the training jobs are left to the strategy itself. Which are next follows from the history alone.

Some change one hyperparameter of today's values, by a short step or a long one: a rate divided by three, by ten. Where
a step was no better than the baseline, a longer one the same way is not tried.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from selftune.model.history import History, KnownGood, Suggestion
from selftune.model.limits import most_from_elsewhere
from selftune.search.earlier import Evidence, baseline_of, spelled
from selftune.search.encoder import Array, Encoder
from selftune.search.evidence import losses_as_evidence
from selftune.search.untried import Untried


def most_from_portfolio(max_jobs: int) -> int:
    """How many training jobs of `max_jobs` may run values from elsewhere: one at least."""
    return most_from_elsewhere(max_jobs)


def from_portfolio(
    encoder: Encoder, untried: Untried, history: History, evidence: Evidence, count: int
) -> list[Suggestion]:
    """At most `count` suggestions from the portfolio, in its order; takes their points."""
    made: list[Suggestion] = []
    for good in _offered(encoder, untried, history, evidence):
        values = encoder.nearest(dict(good.values))
        point = encoder.cube([dict(values)])[0]
        if len(made) >= count or not untried.has(point):
            continue
        untried.take(point)
        made.append(
            Suggestion(
                values=values,
                strategy="portfolio",
                reason=evidence.noted(f"Values that were good elsewhere, from {good.source}."),
                seen=len(history.ended),
            )
        )
    return made


def from_elsewhere(history: History) -> int:
    """How many training jobs, ended or running, have values from the portfolio."""
    portfolio = {spelled(history, good.values) for good in history.portfolio}
    tried = [*(job.values for job in history.ended), *(job.values for job in history.running)] if portfolio else []
    return sum(spelled(history, values) in portfolio for values in tried)


def _offered(encoder: Encoder, untried: Untried, history: History, evidence: Evidence) -> list[KnownGood]:
    """As many as may be tried of those inside the space, tried or not; without what has turned out to mislead."""
    inside = [good for good in history.portfolio if encoder.contains(dict(good.values))]
    points = encoder.cube(dict(good.values) for good in inside)
    misleads = _longer_than_useless_steps(encoder, untried, history, points)
    misleads |= np.array([good.source in evidence.set_aside for good in inside], dtype=bool)
    offered = [
        good
        for good, point, is_misleading in zip(inside, points, misleads, strict=True)
        if untried.allowed.has(point) and not (is_misleading and untried.has(point))
    ]
    most = history.most_from_portfolio
    return offered[: most_from_portfolio(history.max_jobs) if most is None else most]


def _longer_than_useless_steps(
    encoder: Encoder, untried: Untried, history: History, points: Array
) -> NDArray[np.bool_]:
    """(n,): which points (n, d) lie beyond one that was no better than the baseline, on a line from there.

    The lines are those along one hyperparameter whose order means something.
    """
    beyond = np.zeros(len(points), dtype=bool)
    ended = history.evidence
    losses = dict(zip((job.number for job in ended), losses_as_evidence(ended), strict=True))
    baseline = baseline_of(history)
    today = None if baseline is None else losses[baseline.number]
    if baseline is None or today is None:
        return beyond
    places, start = untried.points_of(ended), untried.points_of([baseline])[0]
    longer = points - start
    for place, loss in zip(places, losses.values(), strict=True):
        axis = _only_axis(place - start, encoder.is_categorical)
        if axis is not None and (loss is None or loss >= today):
            is_same_line = (np.delete(longer, axis, axis=1) == 0).all(axis=1)
            beyond |= is_same_line & (longer[:, axis] / (place - start)[axis] > 1.0)
    return beyond


def _only_axis(step: Array, is_categorical: NDArray[np.bool_]) -> int | None:
    """The one axis along which a step (d,) goes; None where there are others, or where order means nothing."""
    axes = np.flatnonzero(step)
    return int(axes[0]) if len(axes) == 1 and not is_categorical[axes[0]] else None
