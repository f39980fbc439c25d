"""Which candidates are tuned, and how many: priorities against the budget.

A rule of thumb from tuning practice: about one hyperparameter for six training jobs. What matters most comes first, and
what the user listed comes before what the script merely accepts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from selftune.autotune.knowledge import ValueType
from selftune.autotune.roles import Judgement
from selftune.model.plan import Role

JOBS_FOR_EACH = 6
"""Training jobs that pay for one more hyperparameter."""
LISTED_ANYWAY = 3
"""So many that the user listed are tuned however few the training jobs."""
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
) -> Selection:
    """Choose what is tuned.

    Args:
        judgements: All hyperparameters, of which the candidates are chosen from.
        forced: Names that the user tunes; they count against the budget and are never passed over.
        max_jobs: The user's maximum of training jobs, None where Autotune chooses it.
        jobs_for: How many training jobs Autotune would plan for so many hyperparameters.
        scaling_loss: The objective's name where it is a loss, so that what scales a loss is left alone.
    """
    forced = frozenset(forced)
    candidates = [j for j in judgements if j.role is Role.TUNED and j.found.name not in forced]
    passed_over = {j.found.name: _scaling_reason(j, scaling_loss) for j in candidates if _scales(j, scaling_loss)}
    ladder = sorted((j for j in candidates if j.found.name not in passed_over), key=_rung)
    tuned = set(forced)
    for judgement in ladder:
        refusal = _refusal(judgement, len(tuned), max_jobs, jobs_for)
        if refusal is None:
            tuned.add(judgement.found.name)
        else:
            passed_over[judgement.found.name] = refusal
    return Selection(tuned=frozenset(tuned), passed_over=passed_over)


def _rung(judgement: Judgement) -> tuple[int, bool]:
    """Sort key: what the user listed gains a rung, so that its priority 2 stands beside an unlisted 3."""
    is_listed = judgement.found.is_listed
    return (-(judgement.priority + is_listed), not is_listed)


def _refusal(judgement: Judgement, count: int, max_jobs: int | None, jobs_for: Callable[[int], int]) -> str | None:
    """Why one more hyperparameter is not tuned; None where it is."""
    name, is_listed = judgement.found.name, judgement.found.is_listed
    is_minor = judgement.priority <= 1 and not (is_listed and _is_numeric(judgement))
    if is_minor and (max_jobs is None or max_jobs < _MANY_JOBS):
        return f"{name} rarely matters, so it costs more training jobs than it returns; --tune {name} tunes it."
    jobs = max_jobs if max_jobs is not None else jobs_for(count + 1)
    room = max(jobs // JOBS_FOR_EACH, LISTED_ANYWAY if is_listed else 1)
    if count < room:
        return None
    return f"{name} would be number {count + 1}, and {jobs} training jobs pay for {room}; --tune {name} tunes it."


def _is_numeric(judgement: Judgement) -> bool:
    return judgement.entry is not None and judgement.entry.type is not ValueType.CATEGORICAL


def _scales(judgement: Judgement, scaling_loss: str | None) -> bool:
    return scaling_loss is not None and judgement.entry is not None and judgement.entry.scales_loss


def _scaling_reason(judgement: Judgement, scaling_loss: str | None) -> str:
    return f"{judgement.found.name} changes the scale of {scaling_loss} itself, so its best value there means nothing."
