"""Random search: scrambled Sobol points, two of three drawn towards the ranges' priors where they have one.

Sobol points cover the space more evenly than independent draws (Bergstra & Bengio 2012, section 5). The point of a
training job follows from the seed and the job's number alone, whatever the order in which results arrive. Values that
are known to be good elsewhere come first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from selftune.model.history import Exhausted, History, Suggestion
from selftune.search.earlier import Evidence, evidence_of
from selftune.search.encoder import Array, Encoder
from selftune.search.portfolio import from_portfolio
from selftune.search.sobol import sobol
from selftune.search.untried import Untried

HEDGE = 3
"""Each of so many points is spread evenly, whatever the priors say: where they mislead, something lies elsewhere."""


class RandomStrategy:
    """Suggests evenly spread values without regard to results."""

    def suggest(self, history: History, count: int, rng: np.random.Generator) -> Sequence[Suggestion] | Exhausted:  # noqa: ARG002
        evidence = evidence_of(history)
        encoder = Encoder(evidence.space, history.conditions)
        untried = Untried(encoder, history)
        if untried.remaining < 1:
            return untried.exhausted
        made = from_portfolio(encoder, untried, history, evidence, count)
        reason = f"Random search: {spread_how(encoder)}."
        made += fill(encoder, untried, history, evidence, count - len(made), "sobol", reason)
        return made or untried.exhausted


def fill(
    encoder: Encoder,
    untried: Untried,
    history: History,
    evidence: Evidence,
    count: int,
    strategy: str,
    reason: str,
) -> list[Suggestion]:
    """At most `count` space-filling suggestions; takes their points."""
    points = space_filling(encoder, untried, history, count)
    reason = evidence.noted(reason)
    return [
        Suggestion(values=encoder.values(point), strategy=strategy, reason=reason, seen=len(history.ended))
        for point in points
    ]


def space_filling(encoder: Encoder, untried: Untried, history: History, count: int) -> list[Array]:
    """The next points, each (d,), of the history's own Sobol sequence; takes them, and skips what is taken."""
    first = len(history.ended) + len(history.running)
    points = _hedged(encoder, sobol(encoder.dimension, history.seed, first, count), first)
    chosen: list[Array] = []
    for number, point in enumerate(points, start=first):
        if untried.remaining < 1:
            break
        fresh = point if untried.has(point) else untried.another(np.random.default_rng([abs(history.seed), number, 1]))
        if fresh is None:
            break
        untried.take(fresh)
        chosen.append(fresh)
    return chosen


def _hedged(encoder: Encoder, uniform: Array, first: int) -> Array:
    """(n, d) even draws, of which each third stays even and the others are drawn towards the priors."""
    is_even = np.arange(first, first + len(uniform)) % HEDGE == HEDGE - 1
    return np.where(is_even[:, None], encoder.snap(uniform), encoder.from_uniform(uniform))


def spread_how(encoder: Encoder) -> str:
    """How space-filling points lie, for a suggestion's reason."""
    return "spread evenly" + (", denser where good values are expected" if encoder.has_prior.any() else "")
