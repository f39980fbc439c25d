"""How long a tuning job will take in all, with an 80 % interval that narrows as training jobs end.

The first training job says how long one takes today; the others have other values, and each that ends says more. Their
durations are taken for log-normal about a mean that lies near the first one's: how near, and how far they spread, is
a prior that what has been seen outweighs (the sums of a normal distribution with unknown mean and variance, so that
few training jobs give Student's wide tails). The machine itself becomes slower and faster for minutes at a time, which
more training jobs do not average out; and where the search may end itself, it may take fewer of them.

What the loop itself takes between training jobs is most of the time where these are short: processes start, values are
suggested, and once a process that suggests and once the libraries of a model have to be loaded. How long that takes is
a prior too, scaled by how long this machine took to start the first training job.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import median

from selftune.model.jobs import TrainingJob, TrainingJobStatus, TuningJobRecord, current_space
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, Plan, Strategy
from selftune.model.ranges import CategoricalRange, Range, count_of_values
from selftune.views.as_of import as_of
from selftune.views.durations import rough, rough_span
from selftune.views.results import is_usable, loss_of
from selftune.views.spent import SECONDS_PER_HOUR, Spent, run_seconds, spent_so_far

USUAL_SPREAD = 0.22
"""Standard deviation of log seconds between training jobs, where no hyperparameter is known to change the cost."""
ELASTICITY = 0.35
"""By how much the logarithm of the cost may follow that of a hyperparameter which changes it."""
FIXED_SECONDS = 0.4
"""Of a training job's time, what starts an interpreter and imports libraries: no hyperparameter changes it."""
SHIFT_OF_SPREAD = 0.65
"""How far the mean of the others lies from the first one, as a share of their spread."""
WEIGHT_OF_SPREAD = 5.0
"""Training jobs that must end before what they say of the spread outweighs the prior."""
GOOD_SHARE, WEIGHT_OF_GOOD = 0.34, 3.0
"""The best third of the training jobs counts so many times for how long those to come will take."""
DRIFT, DRIFT_OF_SPREAD = 0.15, 0.75
"""How far the mean of those to come lies from the mean of those that ended: the machine becomes slower or faster, and
the search goes elsewhere; the second as a share of the spread."""
JITTER_SECONDS = 0.04
"""By how much the seconds of a short training job vary by themselves: how long a process takes to start and to end."""
LARGEST_JITTER = 0.4
"""The same as a share of its seconds, at most."""
USUAL_START_SECONDS = 0.065
"""From the wish to start the first training job until it runs, on a machine of usual speed."""
START_ELASTICITY = 0.5
"""By how much the logarithm of what the loop takes follows that of the first start."""
USUAL_GAP_SECONDS = 0.085
"""Between two training jobs, where none has been seen yet: values are suggested and a process starts."""
FIRST_SUGGESTION_SECONDS = 0.42
"""The process that suggests values starts once, after the first training job."""
FIRST_MODEL_SECONDS = 0.42
"""What a model needs is loaded once, where values come from one."""
MODEL = "gp"
"""How the strategy of a suggestion that came from a model begins."""
SPREAD_OF_LOOP = 0.35
"""Standard deviation of the logarithm of what the loop takes, before anything of it is seen."""
CHANCE_OF_AN_EARLY_END = 0.3
"""That a search which may end itself does."""
_NORMAL_10_PERCENT = 1.2816


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The whole tuning job, from creation to its end; each interval holds the truth in four of five cases."""

    seconds: float
    low_seconds: float
    high_seconds: float
    slot_seconds: float
    """Sum of the training jobs' times."""
    low_slot_seconds: float
    high_slot_seconds: float
    price: float | None
    """Money, where a price of a slot-hour is known."""
    low_price: float | None
    high_price: float | None
    ended: int
    """Training jobs that had ended: what the expectation rests on."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """A positive quantity: its middle, and how far its logarithm may be off (one standard deviation)."""

    middle: float
    spread: float

    def at(self, deviations: float) -> float:
        return self.middle * math.exp(deviations * self.spread)


def expectation_of(record: TuningJobRecord, spent: Spent) -> Expectation | None:
    """What the whole tuning job will take; None before a training job has ended well. Never above its bound.

    Args:
        record: the tuning job as it stands.
        spent: what it has cost so far.
    """
    state, plan = record.state, record.job.plan
    ended = _ended(state.training_jobs)
    if state.status.is_terminal:
        return _exactly(spent, len(ended))
    if not _tells_length(ended):
        return None
    now = record.job.created_at + spent.seconds
    left = _jobs_left(plan, current_space(plan, state), len(ended))
    if state.ending is not None:
        left = _Amount(float(len(state.running)), 0.0)
    one = _seconds_of_one(plan, ended, left.middle, _towards(ended, state.objective.direction))
    done = sum(min(run_seconds(job, now), one.middle) for job in state.running)
    work = max(left.middle * one.middle - done, 0.1 * one.middle * len(state.running))
    spread = math.hypot(one.spread, left.spread)
    deviations = _student(len(ended))
    points = [_Amount(work, spread).at(z) for z in (0.0, -deviations, deviations)]
    computing = _Amount(_computing_seconds(plan, work, one.middle, left.middle), spread)
    wall = _sum(computing, _loop_seconds(record, left.middle))
    seconds = [min(spent.seconds + wall.at(z), plan.bound.seconds) for z in (0.0, -deviations, deviations)]
    slots = [min(spent.slot_seconds + work, plan.bound.slot_seconds) for work in points]
    return _expectation(seconds, slots, record.job.request.settings.price_per_hour, len(ended))


def expectation_after_the_first(record: TuningJobRecord) -> Expectation | None:
    """What was expected once the first training job had ended well, whatever came later; None where none has."""
    ended = _ended(record.state.training_jobs)
    if not _tells_length(ended) or ended[0].ended_at is None:
        return None
    then = as_of(record, ended[0].ended_at)
    return None if then is record else expectation_of(then, spent_so_far(then, ended[0].ended_at))


def expectation_text(expectation: Expectation) -> str:
    """For people: "4 min (3-6 min)"; just "4 min" where it is no longer open."""
    middle, low, high = expectation.seconds, expectation.low_seconds, expectation.high_seconds
    return rough(middle) if rough(low) == rough(high) else f"{rough(middle)} ({rough_span(low, high)})"


def _ended(jobs: Sequence[TrainingJob]) -> list[TrainingJob]:
    """Training jobs that ran and have ended, in the order of their ends, those that failed behind the others.

    So the first, on whose length all rests, is one that came to an end of its own.
    """
    return sorted(
        (j for j in jobs if j.duration_seconds is not None), key=lambda j: (_has_failed(j), j.ended_at or 0.0)
    )


def _tells_length(ended: Sequence[TrainingJob]) -> bool:
    """Whether one of them says how long a training job takes: how soon one fails does not."""
    return bool(ended) and not _has_failed(ended[0])


def _has_failed(job: TrainingJob) -> bool:
    return job.status is TrainingJobStatus.FAILED


def _exactly(spent: Spent, ended: int) -> Expectation:
    return Expectation(
        seconds=spent.seconds,
        low_seconds=spent.seconds,
        high_seconds=spent.seconds,
        slot_seconds=spent.slot_seconds,
        low_slot_seconds=spent.slot_seconds,
        high_slot_seconds=spent.slot_seconds,
        price=spent.price,
        low_price=spent.price,
        high_price=spent.price,
        ended=ended,
    )


def _expectation(seconds: Sequence[float], slots: Sequence[float], rate: float | None, ended: int) -> Expectation:
    prices = [None if rate is None else slot / SECONDS_PER_HOUR * rate for slot in slots]
    return Expectation(
        seconds=seconds[0],
        low_seconds=seconds[1],
        high_seconds=seconds[2],
        slot_seconds=slots[0],
        low_slot_seconds=slots[1],
        high_slot_seconds=slots[2],
        price=prices[0],
        low_price=prices[1],
        high_price=prices[2],
        ended=ended,
    )


def _jobs_left(plan: Plan, space: Mapping[str, Range], ended: int) -> _Amount:
    """How many training jobs are still to end, those that run among them."""
    counts = [count_of_values(each) for each in space.values()]
    combinations = [] if None in counts else [max(math.prod(filter(None, counts)), ended)]
    most = min(plan.max_jobs.value, *combinations) - ended if combinations else plan.max_jobs.value - ended
    if plan.completion.value == CompletionCriteria() or most < 2:
        return _Amount(float(most), 0.0)
    fewest = max(min(most + ended, 20) - ended, 1)
    middle = most - CHANCE_OF_AN_EARLY_END * (most - fewest) / 2
    return _Amount(middle, math.log(most / fewest) * CHANCE_OF_AN_EARLY_END)


def _towards(ended: Sequence[TrainingJob], direction: Direction) -> list[float]:
    """How much each of the others counts for what comes: a search goes where the good ones lie."""
    others = ended[1:]
    good = sorted((job for job in others if is_usable(job)), key=lambda job: loss_of(job, direction))
    best = {job.number for job in good[: math.ceil(len(good) * GOOD_SHARE)]}
    return [WEIGHT_OF_GOOD if job.number in best else 1.0 for job in others]


def _seconds_of_one(plan: Plan, ended: Sequence[TrainingJob], left: float, weights: Sequence[float]) -> _Amount:
    """The mean duration of the training jobs that are left, all attempts together."""
    logs = [math.log(max((j.duration_seconds or 0.0) + j.earlier_seconds, 1e-3)) for j in ended]
    usual = _usual_spread(plan, math.exp(logs[0]))
    shift = SHIFT_OF_SPREAD * usual
    first, others = logs[0] - _jitter(math.exp(logs[0])) / 2, logs[1:]  # a first start finds nothing loaded yet
    mean = sum(map(mul, weights, others)) / sum(weights) if others else first
    squares = sum((log - mean) ** 2 for log in others)
    variance = (WEIGHT_OF_SPREAD * usual**2 + squares) / (WEIGHT_OF_SPREAD + max(len(others) - 1, 0))
    precision = 1 / shift**2 + len(others) / variance
    middle = (first / shift**2 + len(others) * mean / variance) / precision
    about = math.expm1(min(variance, 4.0)) / max(left, 1.0)
    drift = DRIFT**2 + DRIFT_OF_SPREAD**2 * variance
    return _Amount(math.exp(middle + variance / 2), math.sqrt(1 / precision + math.log1p(about) + drift))


def _usual_spread(plan: Plan, first_seconds: float) -> float:
    """How far log seconds spread over the ranges, before anything is seen but the first training job."""
    elasticity = ELASTICITY * first_seconds / (first_seconds + FIXED_SECONDS)
    widths = [_log_width(h.range) for h in plan.tuned if h.affects_cost and h.range is not None]
    return math.hypot(USUAL_SPREAD, _jitter(first_seconds), *(elasticity * width / math.sqrt(12) for width in widths))


def _jitter(seconds: float) -> float:
    """Of a training job that takes so long, as a share of it."""
    return min(JITTER_SECONDS / max(seconds, 1e-3), LARGEST_JITTER)


def _log_width(range: Range) -> float:
    """Of a range of positive numbers, the logarithm of how many times its high is its low; 1 for any other."""
    if isinstance(range, CategoricalRange) or range.low <= 0:
        return 1.0
    return math.log(range.high / range.low)


def _computing_seconds(plan: Plan, work: float, one: float, left: float) -> float:
    """Wall-clock time of so much computing on the plan's slots."""
    slots = max(min(plan.max_parallel.value, left), 1.0)
    return work / slots + 0.5 * one * (slots - 1) / slots  # the last ones do not end together


def _loop_seconds(record: TuningJobRecord, left: float) -> _Amount:
    """What passes between the training jobs that are left, of wall-clock time."""
    state, plan = record.state, record.job.plan
    gaps, slots = _gaps(record), max(min(plan.max_parallel.value, left), 1.0)
    unstarted = max(left - len(state.running), 0.0)
    has_modelled = any(map(_is_from_model, state.training_jobs))
    is_model_due = plan.strategy.value is Strategy.BAYESIAN and not has_modelled and unstarted > 1
    once = (len(state.training_jobs) < 2) * FIRST_SUGGESTION_SECONDS + is_model_due * FIRST_MODEL_SECONDS
    slow = _slowness(state.training_jobs)
    gap = median(gaps) if gaps else slow * USUAL_GAP_SECONDS
    return _Amount(slow * once + unstarted * gap / slots, SPREAD_OF_LOOP / math.sqrt(1 + 0.5 * len(gaps)))


def _slowness(jobs: Sequence[TrainingJob]) -> float:
    """How slow this machine is now, by how long the first training job took to start."""
    first = jobs[0]
    start = USUAL_START_SECONDS if first.started_at is None else first.started_at - first.created_at
    return min(max(math.pow(max(start, 0.0) / USUAL_START_SECONDS, START_ELASTICITY), 0.5), 5.0)


def _sum(one: _Amount, other: _Amount) -> _Amount:
    """Of two quantities that err independently."""
    middle = one.middle + other.middle
    return _Amount(middle, math.hypot(one.middle * one.spread, other.middle * other.spread) / max(middle, 1e-9))


def _gaps(record: TuningJobRecord) -> list[float]:
    """From the end of a training job to the start of the next, without those that waited for what is loaded once:
    the first after the first, and the first of each strategy."""
    jobs, parallel = record.state.training_jobs, record.job.plan.max_parallel.value
    ends = [job.ended_at for job in jobs if job.ended_at is not None]
    loading = {job.suggestion.strategy: job.created_at for job in reversed(jobs)}
    gaps = []
    for job in jobs[1 + parallel :]:
        before = [end for end in ends if end <= job.created_at]
        if before and job.started_at is not None and job.created_at > loading[job.suggestion.strategy]:
            gaps.append(job.started_at - max(before))
    return gaps


def _is_from_model(job: TrainingJob) -> bool:
    return job.suggestion.strategy.startswith(MODEL)


def _student(ended: int) -> float:
    """How many standard deviations hold four cases of five, judged by so few training jobs (Student's t)."""
    freedom, z = WEIGHT_OF_SPREAD + ended - 1, _NORMAL_10_PERCENT
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
