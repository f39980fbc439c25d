"""Which candidates are tuned, and how many: priorities against the budget.

A rule of thumb from tuning practice: about one hyperparameter for six training jobs. What matters most comes first, and
what the user listed comes before what the script merely accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import ValueType
from selftune.model.plan import Role
from selftune.model.values import counted

JOBS_FOR_EACH = 6
"""Training jobs that pay for one more hyperparameter."""
LISTED_ANYWAY = 3
"""So many that the user listed are tuned however few the training jobs."""
_BATCH = "batch_size"
_MANY_JOBS = 40
"""Below this many training jobs, hyperparameters of priority 1 that nobody listed stay static."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The names to tune, and why the other candidates are not."""

    tuned: frozenset[str]
    passed_over: dict[str, str]


def select(
    judgements: Sequence[Judgement],
    *,
    forced: Iterable[str],
    max_jobs: int | None,
    jobs_for: Callable[[int], int],
    scaling_loss: str | None = None,
    planned_jobs: Callable[[int], int] | None = None,
) -> Selection:
    """Choose what is tuned.

    Args:
        judgements: All hyperparameters, of which the candidates are chosen from.
        forced: Names that the user tunes; they count against the budget and are never passed over.
        max_jobs: The user's maximum of training jobs, None where Autotune chooses it.
        jobs_for: How many training jobs Autotune would plan for so many hyperparameters.
        scaling_loss: The objective's name where it is a loss, so that what scales a loss is left alone.
        planned_jobs: How many the plan will say, where that is not `jobs_for` (short ones of hyperband).
    """
    forced = frozenset(forced)
    candidates = [j for j in judgements if j.role is Role.TUNED and j.found.name not in forced]
    if not any(j.role is Role.RESOURCE for j in judgements):
        candidates = _without_weight_of_a_lone_batch(candidates)
    passed_over = {j.found.name: _scaling_reason(j, scaling_loss) for j in candidates if _scales(j, scaling_loss)}
    ladder = sorted((j for j in candidates if j.found.name not in passed_over), key=_rung)
    tuned = set(forced)
    unpaid: list[str] = []
    for judgement in ladder:
        name = judgement.found.name
        if _is_minor(judgement, max_jobs):
            passed_over[name] = _minor_reason(judgement)
        elif len(tuned) < _room(judgement, len(tuned), max_jobs, jobs_for):
            tuned.add(name)
        else:
            unpaid.append(name)
    jobs = max_jobs if max_jobs is not None else (planned_jobs or jobs_for)(len(tuned))
    passed_over |= {
        name: _unpaid_reason(name, len(tuned) + rank, len(tuned), jobs) for rank, name in enumerate(unpaid, start=1)
    }
    return Selection(tuned=frozenset(tuned), passed_over=passed_over)


def _without_weight_of_a_lone_batch(candidates: Sequence[Judgement]) -> list[Judgement]:
    """A batch size matters beside what trains: alone, without a length, it is that of a program which evaluates."""
    if any(j.priority > 1 and j.entry is not None and j.entry.name != _BATCH for j in candidates):
        return list(candidates)
    return [
        replace(j, entry=replace(j.entry, priority=1)) if j.entry is not None and j.entry.name == _BATCH else j
        for j in candidates
    ]


def telling_job_counts(first: int, last: int) -> list[int]:
    """The maxima of training jobs, of those from `first` to `last`, at which the selection may change."""
    return [n for n in range(first, last + 1) if n in (first, _MANY_JOBS) or n % JOBS_FOR_EACH == 0]


def _rung(judgement: Judgement) -> tuple[float, bool]:
    """Sort key: what the user listed gains a rung, so that its priority 2 stands beside an unlisted 3.

    A batch size comes after what matters as much for the fit: it mostly sets what a step costs.
    """
    is_listed = judgement.found.is_listed
    is_batch = judgement.entry is not None and judgement.entry.name == _BATCH
    return (-(judgement.priority + is_listed - is_batch / 2), not is_listed)


def _is_minor(judgement: Judgement, max_jobs: int | None) -> bool:
    """Whether it is too weak a candidate for so few training jobs."""
    is_minor = judgement.priority <= 1 and not (judgement.found.is_listed and _is_numeric(judgement))
    return is_minor and (max_jobs is None or max_jobs < _MANY_JOBS)


def _minor_reason(judgement: Judgement) -> str:
    name = judgement.found.name
    if judgement.is_guessed:
        return f"{name} is only guessed at ({judgement.meaning}), so it stays as it is; --tune {name} tunes it."
    what = f"{name} ({judgement.meaning})"
    return f"{what} rarely matters, so it costs more training jobs than it returns; --tune {name} tunes it."


def _room(judgement: Judgement, count: int, max_jobs: int | None, jobs_for: Callable[[int], int]) -> int:
    """How many hyperparameters the training jobs pay for that would be run with one more."""
    jobs = max_jobs if max_jobs is not None else jobs_for(count + 1)
    return max(jobs // JOBS_FOR_EACH, LISTED_ANYWAY if judgement.found.is_listed else 1)


def _unpaid_reason(name: str, place: int, tuned: int, jobs: int) -> str:
    """Why one more is not tuned, in the numbers of the finished plan."""
    pay = f"{counted(jobs, 'training job')} {'pays' if jobs == 1 else 'pay'} for {tuned}"
    return f"{name} would be number {place}, and {pay}; --tune {name} tunes it."


def _is_numeric(judgement: Judgement) -> bool:
    return judgement.entry is not None and judgement.entry.type is not ValueType.CATEGORICAL


def _scales(judgement: Judgement, scaling_loss: str | None) -> bool:
    return scaling_loss is not None and judgement.entry is not None and judgement.entry.scales_loss


def _scaling_reason(judgement: Judgement, scaling_loss: str | None) -> str:
    what = f"{judgement.found.name} ({judgement.meaning})"
    return f"{what} changes the scale of {scaling_loss} itself, so its best value there means nothing."
