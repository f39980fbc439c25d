"""The time limit of one training job, lowered once the first has shown how long one takes.

A training job that hangs should not use up a day where the others take a minute. The lowered limit is a multiple of the
first one's time, scaled up for what another training job changes: never by a guess that something makes it cheaper. It
is wide on purpose, since a limit that is too low throws a good result away. It never rises above the one that the plan
was made with, never holds for the first training job, and gives way to a limit that the user set.
"""

from __future__ import annotations

from collections.abc import Mapping

from selftune.model.plan import Chooser, Plan, PlannedHyperparameter
from selftune.model.ranges import IntegerRange, ScalingType
from selftune.model.values import HyperparameterValue, is_number
from selftune.views.durations import rough

TIMES_THE_FIRST = 5.0
SHORTEST_LIMIT_SECONDS = 60.0
"""Below it, a slow start or a busy machine is no sign that a training job hangs."""
POWER = 2.0
"""A network twice as wide may take four times as long."""
DOUBLED_BY_ONE = 2.0
"""A tree one level deeper may take twice as long."""
OTHER_CHOICE = 4.0
"""What another choice, or a zero, may do to the time where nothing else tells."""
FREE_CHOICE = 2.0
"""The same where it is not known to matter."""
MOST_TIMES = 1e6


def lowered_job_limit(plan: Plan, first_seconds: float) -> tuple[float, str] | None:
    """The limit for a training job with the first one's values, in seconds, and why; None where none is lower.

    Args:
        plan: whose limit on a training job holds so far.
        first_seconds: how long the first training job took.
    """
    limit = plan.job_max_runtime_seconds
    lowered = max(TIMES_THE_FIRST * first_seconds, SHORTEST_LIMIT_SECONDS)
    if limit.by is Chooser.USER or plan.baseline is None or lowered >= limit.value:
        return None
    floor = f", but no less than {rough(SHORTEST_LIMIT_SECONDS)}" if lowered == SHORTEST_LIMIT_SECONDS else ""
    costly = [h.name for h in plan.tuned if h.affects_cost]
    more = f"; more where {', '.join(costly)} may make it slower" if costly else ""
    return lowered, (
        f"The first training job took {rough(first_seconds)}, so the others may take {rough(lowered)}, "
        f"{TIMES_THE_FIRST:g} times as long{floor}{more}."
    )


def allowed_seconds(plan: Plan, values: Mapping[str, HyperparameterValue], lowered: float | None) -> float:
    """How long a training job with these values may run, all attempts together."""
    limit = plan.job_max_runtime_seconds.value
    if lowered is None or plan.baseline is None:
        return limit
    today, times = dict(plan.baseline), 1.0
    for planned in plan.tuned:
        if planned.name in values and planned.name in today:
            times = min(times * _times(planned, today[planned.name], values[planned.name]), MOST_TIMES)
    return min(lowered * times, limit)


def _times(planned: PlannedHyperparameter, today: HyperparameterValue, value: HyperparameterValue) -> float:
    """How much longer a training job may take with this value than with today's, at most; never below one."""
    if value == today:
        return 1.0
    is_costly = planned.affects_cost or "knowledge" not in planned.source
    if not is_number(today) or not is_number(value):
        return OTHER_CHOICE if is_costly else FREE_CHOICE
    if not is_costly:
        return 1.0
    before, after = float(today), float(value)
    ratio = max(after / before, before / after) ** POWER if before * after > 0 else OTHER_CHOICE
    if isinstance(planned.range, IntegerRange) and planned.range.scaling is ScalingType.LINEAR:
        ratio = max(ratio, DOUBLED_BY_ONE ** min(abs(after - before), 20.0))
    return ratio
