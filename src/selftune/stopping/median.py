"""Early stopping of training jobs: the median rule with guards against false stops.

A training job is stopped when its running average is worse than the median of those of earlier training jobs at the
same step (the service's Auto; Golovin et al. 2017, section 3.2.2), and only if all guards agree:

    the baseline (training job 1) is never stopped, and nobody is before `min_ended` training jobs have completed
    grace: the first reports say little; none is acted upon before a share of the usual length
    hope: with the largest gain that any completed training job made from this step on, it would still not be the best
    order: values at this step have ranked the completed training jobs much like their final ones

A value that is no finite number ends a training job at once: it has diverged.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from selftune.model.history import History, Observation, Outcome, Running
from selftune.stopping.rules import Continue, Stop, Verdict


@dataclass(frozen=True, slots=True)
class NeverStop:
    """Early stopping is off."""

    def decide(self, history: History, training_job: Running) -> Verdict:  # noqa: ARG002
        return Continue()


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianRule:
    """Stops a training job that is worse than the median of the earlier ones and cannot hope to be the best."""

    min_ended: int = 5
    """Completed training jobs before anybody is stopped."""
    grace_reports: int = 3
    grace_share: float = 0.1
    """Share of the usual number of reports in which nobody is stopped."""
    min_order: float = 0.5
    """Smallest rank correlation of values at this step with final ones under which the step counts as evidence."""

    def decide(self, history: History, training_job: Running) -> Verdict:
        """Judge a running training job by the losses that it has reported so far."""
        curve = training_job.curve
        if training_job.number == 1 or not curve:
            return Continue()
        if not math.isfinite(curve[-1]):
            return Stop(reason=f"Report {len(curve)} of the objective was {curve[-1]}: training has diverged.")
        peers = [job for job in history.ended if _is_complete(job)]
        if len(peers) < self.min_ended or len(curve) <= self._grace(peers):
            return Continue()
        return self._compare(curve, [job for job in peers if len(job.curve) >= len(curve)])

    def _grace(self, peers: Sequence[Observation]) -> float:
        return max(self.grace_reports, self.grace_share * median(len(job.curve) for job in peers))

    def _compare(self, curve: Sequence[float], peers: Sequence[Observation]) -> Verdict:
        step = len(curve)
        if len(peers) < self.min_ended or not self._is_ordered(peers, step):
            return Continue()
        own, usual = fmean(curve), median(fmean(job.curve[:step]) for job in peers)
        hoped = min(curve) - max(_gain_after(job, step) for job in peers)
        if own <= usual or hoped <= min(_final(job) for job in peers):
            return Continue()
        return Stop(
            reason=f"After {step} reports its running average was worse than the median of {len(peers)} earlier "
            "training jobs, and the largest gain seen from there on would not have made it the best."
        )

    def _is_ordered(self, peers: Sequence[Observation], step: int) -> bool:
        return (
            rank_correlation([job.curve[step - 1] for job in peers], [_final(job) for job in peers]) >= self.min_order
        )


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's correlation of two sequences; 1 where one of them is constant and there is nothing to contradict."""
    ranks, others = _ranks(first), _ranks(second)
    mean, other_mean = fmean(ranks), fmean(others)
    covariance = sum((a - mean) * (b - other_mean) for a, b in zip(ranks, others, strict=True))
    variance = sum((a - mean) ** 2 for a in ranks) * sum((b - other_mean) ** 2 for b in others)
    return covariance / math.sqrt(variance) if variance > 0 else 1.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 0; equal values share the mean of theirs."""
    return [sum(other < value for other in values) + (values.count(value) - 1) / 2 for value in values]


def _is_complete(job: Observation) -> bool:
    return job.outcome is Outcome.COMPLETED and job.loss is not None and bool(job.curve) and _is_finite(job.curve)


def _is_finite(curve: Sequence[float]) -> bool:
    return all(math.isfinite(value) for value in curve)


def _final(job: Observation) -> float:
    assert job.loss is not None
    return job.loss


def _gain_after(job: Observation, step: int) -> float:
    """By how much the loss fell below its value at `step`, at its later best."""
    return job.curve[step - 1] - min(job.curve[step - 1 :])
