"""Values of a quick test: one epoch, a batch of two, ten rounds. Kept within the rules, and the plan says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import KnowledgeEntry
from selftune.autotune.ranges import inferred_range, is_smoke
from selftune.model.plan import PlannedHyperparameter, Role
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.model.values import counted, short_value

_LENGTH = 2
"""A training length up to this is a quick test's, whatever it is counted in."""


def without_smoke_centers(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements, no range of a quick test's run centred on what only a quick test takes (a batch of two)."""
    if not any(_is_short(judgement) for judgement in judgements):
        return list(judgements)
    return [_recentred(judgement) for judgement in judgements]


def smoke_warnings(
    judgements: Iterable[Judgement], planned: Sequence[PlannedHyperparameter], max_jobs: int, *, is_bounded: bool
) -> tuple[str, ...]:
    """What the plan says of a quick test's values, and what would be done with more time.

    Args:
        judgements: What was found of each hyperparameter.
        planned: What becomes of it.
        max_jobs: How many training jobs are planned.
        is_bounded: The user bounds what all of them take, so that nobody need say how.
    """
    plan = {h.name: h for h in planned}
    limit = None if is_bounded else counted(max_jobs, "training job")
    return tuple(said for j in judgements if j.found.name in plan for said in _said(j, plan[j.found.name], limit))


def _said(judgement: Judgement, planned: PlannedHyperparameter, to_limit: str | None) -> Iterator[str]:
    """What is said of one value; with how to limit these training jobs, where the user did not."""
    if planned.value is None:
        return
    name, value = planned.name, short_value(planned.value)
    if planned.role is Role.RESOURCE and _is_short(judgement):
        limit = f", and a limit such as --budget 2h: then as many of the {to_limit} run as fit into it"
        yield (
            f"{name}={value} looks like a smoke run: what wins after so little training may lose after more. "
            f"It is kept, and nothing is asked. Give {name} the length that you mean{limit if to_limit else ''}."
        )
    entry, space = judgement.entry, planned.range
    if not isinstance(space, ContinuousRange | IntegerRange) or planned.role is not Role.TUNED:
        return
    if entry is not None and is_smoke(entry, planned.value):
        limit = "; --budget 2h or --budget 20jobs bounds that" if to_limit else ""
        longer = f", which takes longer{limit}" if _is_a_length(entry) else ""
        most = short_value(space.high)
        yield f"{name}={value} looks like a smoke run: job 1 runs it, later ones go up to {most}{longer}."


def _is_a_length(entry: KnowledgeEntry) -> bool:
    """Whether more of it takes longer, as rounds and trees do; a batch, which only may be a quick test's, does not."""
    return entry.smoke_beside is None


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
