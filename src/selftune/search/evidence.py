"""What an ended training job says about its values: its loss, or what can be known where it was stopped early.

Where the early stopping rule ended a training job, the last value that it reported depends on when it was looked at and
on how long it took to end, not on its values alone. What the rule found does not: worse than the median, and no hope of
being the best. Such a training job counts as the median of the worse half of those that were measured. So nothing is
learnt from the moment of a stop, the same seed suggests the same, and a curve that is cut where it was low is no lure.

A training job that reached its run-time limit, or that a person stopped, keeps its last value: the rule had no say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING

from selftune.model.history import Observation

if TYPE_CHECKING:  # numpy is not loaded for this: a plan reads evidence, too
    from selftune.search.encoder import Encoder


def losses_as_evidence(ended: Iterable[Observation]) -> list[float | None]:
    """A loss for each ended training job, None where it failed; the last value of one stopped early does not count."""
    jobs = list(ended)
    hopeless = _median_of_worse_half([job.loss for job in jobs if job.loss is not None and not job.is_stopped_early])
    return [hopeless if job.is_stopped_early and job.loss is not None else job.loss for job in jobs]


def telling(encoder: Encoder, ended: Sequence[Observation]) -> list[Observation]:
    """Without failures beyond a range that has come back from them: moved to its end, they would forbid what works."""
    return [job for job in ended if job.loss is not None or encoder.contains(dict(job.values))]


def _median_of_worse_half(measured: Sequence[float]) -> float | None:
    """None where nothing was measured: then all that there is was stopped, and nothing tells one from another."""
    return median(sorted(measured)[len(measured) // 2 :]) if measured else None
