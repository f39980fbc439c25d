"""Values that were good elsewhere, as the first suggestions: after the baseline, and before anything else.

Earlier tuning jobs of the same program come before what the knowledge base offers. Only so many are tried that most of
the training jobs are left to the strategy itself. Which are next follows from the history alone.
"""

from __future__ import annotations

from selftune.model.history import History, KnownGood, Suggestion
from selftune.model.limits import most_from_elsewhere
from selftune.search.earlier import Evidence, spelled
from selftune.search.encoder import Encoder
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
    offered = [
        good
        for good, point in zip(inside, points, strict=True)
        if untried.allowed.has(point) and not (good.source in evidence.set_aside and untried.has(point))
    ]
    return offered[: most_from_portfolio(history.max_jobs)]
