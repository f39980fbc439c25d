"""Whether what earlier tuning jobs found holds here as well.

Two programs of one name need not be one program, and other data may want other values. So what an earlier tuning job
found good is held against the results at hand, each time anew from the history alone. It is set aside

    where the best of its values that have been tried is worse than the baseline, job 1, or failed where that did not;
    or, without a baseline that ended well, where its values lose to the other first training jobs more often than
    chance would have it: the share of pairs (earlier, other) in which the earlier one is better is below a half
    (Mann & Whitney 1947).

No more of its values are tried then. Once this has happened to all of which any was tried, the ranges take back the
priors that they had.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from selftune.model.history import History
from selftune.model.ranges import CategoricalRange, Prior, Range
from selftune.model.values import HyperparameterValue
from selftune.search.evidence import losses_as_evidence

BASELINE = 1
"""Number of the training job that runs today's values."""
FIRST_JOBS = 6
"""Training jobs with a number up to this are compared: later ones follow a model, and ought to be better."""
FEWEST_OTHERS = 3
"""Without a baseline that ended well, at least so many others are needed to speak against earlier values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the history says of the earlier tuning jobs, and the space that follows from it."""

    space: tuple[tuple[str, Range], ...]
    set_aside: tuple[str, ...] = ()
    """Sources of values that did worse here than where they come from."""
    refuted: tuple[int, ...] = ()
    """Numbers of the training jobs that ran such values."""
    against: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """The same of each source."""

    def noted(self, reason: str) -> str:
        """A suggestion's reason, with what it owes to the evidence."""
        if not self.set_aside:
            return reason
        return f"{reason} What {' and '.join(self.set_aside)} found good did worse here, so it is set aside."


@dataclass(slots=True)
class _Seen:
    """Losses of the first training jobs that have ended, infinite where they failed."""

    by_source: dict[str, dict[int, float]] = field(default_factory=dict)
    """Of values that earlier tuning jobs found, by the training job's number."""
    others: dict[int, float] = field(default_factory=dict)
    """Of all other values, by the training job's number."""


def evidence_of(history: History) -> Evidence:
    """The space to search, and which earlier tuning jobs mislead."""
    seen = _seen(history)
    lost = {source: losses for source, losses in seen.by_source.items() if _loses([*losses.values()], seen.others)}
    is_prior_refuted = bool(lost) and len(lost) == len(seen.by_source)
    before = dict(history.priors_before_learning) if is_prior_refuted else {}
    return Evidence(
        space=tuple((name, _with_prior(range_, before, name)) for name, range_ in history.space),
        set_aside=tuple(lost),
        refuted=tuple(number for losses in lost.values() for number in losses),
        against=tuple((source, tuple(losses)) for source, losses in lost.items()),
    )


def _seen(history: History) -> _Seen:
    sources = {spelled(history, good.values): good.source for good in history.portfolio if good.is_earlier}
    seen = _Seen()
    if not sources:
        return seen
    first = [job for job in history.evidence if job.number <= FIRST_JOBS]
    for job, loss in zip(first, losses_as_evidence(first), strict=True):
        source = sources.get(spelled(history, job.values))
        known = math.inf if loss is None or math.isnan(loss) else loss
        if source is None:
            seen.others[job.number] = known
        else:
            seen.by_source.setdefault(source, {})[job.number] = known
    return seen


def _loses(losses: Sequence[float], others: Mapping[int, float]) -> bool:
    if math.isfinite(others.get(BASELINE, math.inf)):
        return min(losses) > others[BASELINE]
    return len(others) >= FEWEST_OTHERS and _share_won(losses, others.values()) < 0.5


def _share_won(ours: Sequence[float], theirs: Collection[float]) -> float:
    """Share of pairs in which ours is the smaller; ties count half."""
    won = sum(1.0 if a < b else 0.5 if a == b else 0.0 for a in ours for b in theirs)
    return won / (len(ours) * len(theirs))


def spelled(
    history: History, values: Sequence[tuple[str, HyperparameterValue]]
) -> tuple[tuple[str, HyperparameterValue], ...]:
    """Values as the space spells them, so that 1 and 1.0 are one."""
    known = dict(values)
    return tuple((name, range_.nearest(known[name])) for name, range_ in history.space if name in known)


def _with_prior(range_: Range, priors: Mapping[str, Prior | None], name: str) -> Range:
    if name not in priors or isinstance(range_, CategoricalRange):
        return range_
    return replace(range_, prior=priors[name])
