"""Whether what earlier tuning jobs found holds here as well.

Two programs of one name need not be one program, and other data may want other values. So what an earlier tuning job
found good is held against the results at hand, each time anew from the history alone. It is set aside

    where the best of its values that have been tried is worse than the baseline, or failed where that did not;
    or, without a baseline that ended well, where its values lose more often than chance would have it to those that no
    result has led to (the even spread, the knowledge base's): the share of pairs (earlier, other) in which the earlier
    one is better is below a half (Mann & Whitney 1947).

What a model suggests is no such other: it follows what was found earlier, and ought to be better. Nor are a user's own
values in an `Optimizer`, who knows more than chance does.

No more of its values are tried then. Once this has happened to all of which any was tried, the ranges take back the
priors that they had. What a parent of a warm start says of the rest of the space is another matter, which its agreement
with all results decides (`warm_start`): its best values may lie a little off, and its trend hold.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from selftune.model.history import BASELINE, History, Observation
from selftune.model.ranges import CategoricalRange, Prior, Range
from selftune.model.values import HyperparameterValue
from selftune.search.evidence import losses_as_evidence

NOT_LED = (BASELINE, "sobol", "portfolio")
"""How the names of the strategies begin whose values no result has led to."""
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
        whose = "its" if len(self.set_aside) == 1 else "their"
        names = " and ".join(self.set_aside)
        return f"{reason} What {names} found good did worse here, so {whose} values are set aside."


@dataclass(slots=True)
class _Seen:
    """Losses of training jobs that have ended, infinite where they failed."""

    by_source: dict[str, dict[int, float]] = field(default_factory=dict)
    """Of values that earlier tuning jobs found, by the training job's number."""
    others: list[float] = field(default_factory=list)
    """Of values that no result has led to, the baseline's among them."""
    baseline: float = math.inf


def evidence_of(history: History) -> Evidence:
    """The space to search, and which earlier tuning jobs mislead."""
    seen = _seen(history)
    lost = {source: losses for source, losses in seen.by_source.items() if _loses([*losses.values()], seen)}
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
    for job, loss in zip(history.evidence, losses_as_evidence(history.evidence), strict=True):
        source = sources.get(spelled(history, job.values))
        known = math.inf if loss is None or math.isnan(loss) else loss
        if source is not None:
            seen.by_source.setdefault(source, {})[job.number] = known
        elif job.strategy.startswith(NOT_LED):
            seen.others.append(known)
            seen.baseline = known if job.strategy == BASELINE else seen.baseline
    return seen


def baseline_of(history: History) -> Observation | None:
    """The training job that ran the values of today, once it has ended; None where there is none."""
    return next((job for job in history.evidence if job.strategy == BASELINE), None)


def _loses(losses: Sequence[float], seen: _Seen) -> bool:
    if math.isfinite(seen.baseline):
        return min(losses) > seen.baseline
    return len(seen.others) >= FEWEST_OTHERS and _share_won(losses, seen.others) < 0.5


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
