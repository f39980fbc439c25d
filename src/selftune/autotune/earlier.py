"""What earlier tuning jobs of the same program say: values to try early, and where good ones are to be expected.

The weakest layer of evidence: it shifts and tightens the priors of inferred ranges, never their hard bounds, never a
range that the user gave, and it takes nothing from a box but may stretch one to hold what was good. Which tuning jobs
were used is on the record; whether they mislead is seen in the results (`search.earlier`). The numbers are measured in
`docs/research/learning-from-the-store.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from selftune.model.plan import Chooser, Decision, EarlierValues, Learning, Plan
from selftune.model.ranges import Prior
from selftune.model.request import TuningJobRequest
from selftune.training.metrics import same_metric

if TYPE_CHECKING:
    from selftune.autotune.earlier_result import EarlierResult

MOST_JOBS = 5
"""So many earlier tuning jobs are used, the newest; those of the same folder speak first."""
NAMES_IN_COMMON = 0.5
"""Two programs are one where their titles are the same and they share this part of all their argument names."""


def learnt(
    plan: Plan, earlier: Iterable[EarlierResult], *, parent: str | None = None, is_wanted: bool | None = None
) -> Plan:
    """The plan with what earlier tuning jobs say of its program.

    Args:
        plan: as it is without them.
        earlier: those of the store, newest first; no more of them are asked for than are used.
        parent: the tuning job that this one starts from, which is used whatever its program.
        is_wanted: what the user set; only the record depends on it.
    """
    known = (result for result in earlier if result.tuning_job == parent or is_same_program(plan, result))
    left_out: dict[str, str] = {}
    used = sorted(
        islice(_unrefuted(known, parent, left_out), MOST_JOBS),
        key=lambda result: (result.tuning_job != parent, result.folder != plan.program.folder),
    )
    if not used:
        return replace(plan, learning=_nothing("No earlier tuning job of this program and objective is in the store."))
    from selftune.autotune.earlier_priors import shifted  # here, since most plans learn from none
    from selftune.autotune.earlier_values import worth_a_try

    moved = {planned.name: found for planned in plan.hyperparameters if (found := shifted(planned, used)) is not None}
    hyperparameters = tuple(moved[h.name].planned if h.name in moved else h for h in plan.hyperparameters)
    plan = replace(plan, hyperparameters=hyperparameters)
    priors_before = tuple((name, found.prior_before) for name, found in moved.items())
    return replace(plan, learning=_decision(used, worth_a_try(plan, used), priors_before, is_wanted, left_out))


def _unrefuted(
    newest_first: Iterable[EarlierResult], parent: str | None, left_out: dict[str, str]
) -> Iterator[EarlierResult]:
    """Those that misled none of the newer ones used; fills `left_out` with the others, and which they misled."""
    misled: dict[str, str] = {}
    for result in newest_first:
        if result.tuning_job in misled and result.tuning_job != parent:
            left_out[result.tuning_job] = misled[result.tuning_job]
            continue
        misled |= {name: result.tuning_job for name in result.refuted if name not in misled}
        yield result


def why_not_learnt(request: TuningJobRequest) -> str | None:
    """Why a request takes nothing from earlier tuning jobs; None where it does."""
    settings = request.settings
    if settings.learn_from_store is False:
        return "You said that nothing is to be learnt from earlier tuning jobs."
    if not request.autotune:
        return "Autotune is off, so nothing is learnt from earlier tuning jobs."
    if settings.seed is not None and settings.learn_from_store is None:
        return "You gave a seed, and one seed means one search, whatever was tuned before; --learning learns still."
    return None


def not_learnt(plan: Plan, *, because: str) -> Plan:
    """The plan with the reason why nothing is taken from earlier tuning jobs."""
    return replace(
        plan, learning=Decision(value=Learning(is_on=False), by=Chooser.USER, reason=because, source="your settings")
    )


def is_same_program(plan: Plan, earlier: EarlierResult) -> bool:
    """Whether an earlier tuning job tuned this program for this objective, wherever its folder lay.

    A built-in algorithm is known by its name; everything else by its title and the names of its arguments. Data and
    values may differ.
    """
    objective = plan.objective
    is_same_objective = objective.name is None or (
        same_metric(objective.name, earlier.objective) and objective.direction is earlier.direction
    )
    if not is_same_objective or not any(h.name in dict(ranked.values) for ranked in earlier.best for h in plan.tuned):
        return False
    if plan.program.algorithm is not None or earlier.algorithm is not None:
        return plan.program.algorithm == earlier.algorithm
    names = {h.name for h in plan.hyperparameters}
    return plan.program.title == earlier.title and len(names & earlier.names) >= NAMES_IN_COMMON * len(
        names | earlier.names
    )


# --- on the record


def _nothing(because: str) -> Decision[Learning]:
    return Decision(value=Learning(), by=Chooser.AUTOTUNE, reason=because, source="rule: earlier tuning jobs")


def _decision(
    used: Sequence[EarlierResult],
    values: tuple[EarlierValues, ...],
    priors_before: tuple[tuple[str, Prior | None], ...],
    is_wanted: bool | None,
    left_out: Mapping[str, str],
) -> Decision[Learning]:
    names = tuple(result.tuning_job for result in used)
    early = _tried_early(len(values))
    shifted_names = [name for name, _ in priors_before]
    priors = f", and good values of {_listed(shifted_names)} are expected near theirs" if priors_before else ""
    left = [f" {name} is left out, because what it found good did worse in {by}." for name, by in left_out.items()]
    return Decision(
        value=Learning(tuning_jobs=names, values=values, priors_before=priors_before),
        by=Chooser.USER if is_wanted else Chooser.AUTOTUNE,
        reason=f"This program was tuned before, in {_listed(names)}: {early}{priors}; --no-learning ignores that."
        + "".join(left),
        source="earlier tuning jobs",
    )


def _tried_early(count: int) -> str:
    if count == 0:
        return "nothing that was good there is new"
    best = "best configuration" if count == 1 else f"{count} best configurations"
    return f"the {best} found there {'is' if count == 1 else 'are'} tried early"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
