"""Values of a quick test: one epoch, a batch of two, ten rounds. Kept within the rules, and the plan says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from selftune.autotune.judgement import Judgement
from selftune.autotune.ranges import inferred_range, is_smoke
from selftune.model.plan import PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange
from selftune.model.values import counted, short_value

_LENGTH = 2
"""A training length up to this is a quick test's, whatever it is counted in."""


def without_smoke_centers(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements, no range of a quick test's run centred on what only a quick test takes (a batch of two)."""
    if not any(_is_short(judgement) for judgement in judgements):
        return list(judgements)
    return [_recentred(judgement) for judgement in judgements]


def smoke_warnings(
    judgements: Iterable[Judgement], planned: Sequence[PlannedHyperparameter], max_jobs: int
) -> tuple[str, ...]:
    """What the plan says of a quick test's values, and what would be done with more time.

    Args:
        judgements: What was found of each hyperparameter.
        planned: What becomes of it.
        max_jobs: How many training jobs are planned.
    """
    plan = {h.name: h for h in planned}
    return tuple(said for j in judgements if j.found.name in plan for said in _said(j, plan[j.found.name], max_jobs))


def _said(judgement: Judgement, planned: PlannedHyperparameter, max_jobs: int) -> Iterator[str]:
    if planned.value is None:
        return
    name, value = planned.name, short_value(planned.value)
    if planned.role is Role.RESOURCE and _is_short(judgement):
        yield (
            f"{name}={value} looks like a smoke run: what wins after so little training may lose after more. "
            f"It is kept, and nothing is asked. Give {name} the length that you mean, and a limit such as "
            f"--budget 2h: then as many of the {counted(max_jobs, 'training job')} run as fit into it."
        )
    is_tuned = planned.role is Role.TUNED and judgement.entry is not None
    if is_tuned and is_smoke(judgement.entry, planned.value) and not isinstance(planned.range, CategoricalRange):  # type: ignore[arg-type]
        yield (
            f"{name}={value} looks like a smoke run: job 1 runs it, later ones go up to "
            f"{short_value(planned.range.high) if planned.range is not None else value}, which takes longer; "
            "--budget 2h or --budget 20jobs bounds that."
        )


def _is_short(judgement: Judgement) -> bool:
    """Whether this is a training length that only a quick test has; fine-tuning for one epoch is none."""
    entry, value = judgement.entry, judgement.found.value
    if judgement.role is not Role.RESOURCE or entry is None:
        return False
    return is_smoke(replace(entry, smoke=_LENGTH) if entry.framework == "words" else entry, value)


def _recentred(judgement: Judgement) -> Judgement:
    entry, found = judgement.entry, judgement.found
    if entry is None or entry.smoke_beside is None or judgement.role is not Role.TUNED or found.choices:
        return judgement
    unmeant = replace(entry, smoke=entry.smoke_beside)
    if found.value is None or not is_smoke(unmeant, found.value):
        return judgement
    inferred = inferred_range(unmeant, found.value, declared_type=found.declared_type)
    if inferred is None:
        return judgement
    reason = (
        f"{found.name} ({entry.meaning}) is tried over {inferred}, as usual, and not around "
        f"{short_value(found.value)}, which looks like a quick test's."
    )
    return replace(judgement, entry=unmeant, range=inferred, reason=reason)
