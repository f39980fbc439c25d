"""Hyperband without waiting: training jobs stop at rungs unless they are among the best that have come so far.

    rung k     low * eta^k reports of the objective (epochs, or whatever a line of the metric stands for), below `high`
    at a rung  a training job goes on if it is among the best 1/eta of those that were begun before it and came as far,
               itself among them; by the smallest loss up to the rung (asynchronous successive halving in its variant
               that stops: Li et al. 2020, arXiv:1810.05934, section 3.3)
    bracket    each training job belongs to one: in bracket s the first s rungs let it pass, so that values that begin
               slowly have their chance (Li et al. 2018, arXiv:1603.06560, algorithm 1); how many there are of each
               follows from the training job's number
    `high`     nobody reports more often than that

Only training jobs begun earlier count, so that nobody who has passed a rung is called back by those who come later, and
the answer follows from the history alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from selftune.model.history import History, Observation, Running
from selftune.model.values import counted
from selftune.stopping.rules import Continue, Stop, Verdict

MOST_BRACKETS = 3
"""More would leave too few training jobs to each in a search of usual size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HyperbandRule:
    """Decides at the rungs who goes on."""

    low: int = 1
    """Reports at the first rung."""
    high: int | None = None
    """Most reports of a training job; None: as many as it makes, in one bracket."""
    eta: int = 3

    def decide(self, history: History, training_job: Running) -> Verdict:
        """Judge a running training job by the losses that it has reported so far."""
        curve = training_job.curve
        if not curve:
            return Continue()
        if not math.isfinite(curve[-1]):
            return Stop(reason=f"Report {len(curve)} of the objective was {curve[-1]}: training has diverged.")
        if self.high is not None and len(curve) > self.high:
            return Stop(reason=f"It has used all of its resource, {counted(self.high, 'report')}.", is_complete=True)
        rung = self._last_rung(training_job.number, len(curve))
        return Continue() if rung is None else self._at(rung, training_job, history)

    def rungs(self, number: int) -> tuple[int, ...]:
        """At how many reports a training job is judged; endless without `high`, here as far as a million."""
        last = self.high if self.high is not None else 1_000_000
        found: list[int] = []
        level = self.low * self.eta ** self.bracket(number)
        while level < last:
            found.append(level)
            level *= self.eta
        return tuple(found)

    def bracket(self, number: int) -> int:
        """The bracket of a training job: how many of the first rungs let it pass."""
        sizes = self._bracket_sizes()
        position = (number - 1) % sum(sizes)
        for bracket, size in enumerate(sizes):
            if position < size:
                return bracket
            position -= size
        raise AssertionError("a position lies in some bracket")

    def _bracket_sizes(self) -> list[int]:
        """How many training jobs of a round go to each bracket: ceil((k + 1) / (k - s + 1) * eta^(k - s)), k rungs."""
        if self.high is None or self.high <= self.low:
            return [1]
        halvings = math.floor(math.log(self.high / self.low) / math.log(self.eta) + 1e-9)
        brackets = min(halvings, MOST_BRACKETS - 1) + 1
        return [math.ceil((halvings + 1) / (halvings - s + 1) * self.eta ** (halvings - s)) for s in range(brackets)]

    def _last_rung(self, number: int, reports: int) -> int | None:
        return max((rung for rung in self.rungs(number) if rung <= reports), default=None)

    def _at(self, rung: int, training_job: Running, history: History) -> Verdict:
        own = min(training_job.curve[:rung])
        rivals = _came_as_far(rung, training_job.number, [*history.ended, *history.running])
        allowed = max(1, (len(rivals) + 1) // self.eta)
        better = sum(loss < own for loss in rivals)
        if len(rivals) + 1 < self.eta or better < allowed:
            return Continue()
        return Stop(
            reason=f"After {counted(rung, 'report')}, {better} of the {len(rivals)} training jobs before it that came "
            f"as far were better, and only the best {_share(self.eta)} go on."
        )


def _came_as_far(rung: int, before: int, jobs: Sequence[Observation | Running]) -> list[float]:
    """The smallest losses up to a rung of the training jobs of lower number that reached it."""
    reached = [job.curve[:rung] for job in jobs if job.number < before and len(job.curve) >= rung]
    return [min(curve) for curve in reached if all(math.isfinite(loss) for loss in curve)]


def _share(eta: int) -> str:
    return {2: "half", 3: "third", 4: "quarter"}.get(eta, f"1/{eta}")
