"""What else a plan might have been, and what would make it so: computed by the rules that made the plan.

For a hyperparameter the other choices are the ranges that the other layers of evidence give, and being tuned where it
is kept; for the objective the other metrics that were seen; for a limit what the rules say of its neighbours
(`other_limits`). Nothing here changes a choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from selftune.autotune.budget import within_budget
from selftune.autotune.heuristics import guess
from selftune.autotune.judgement import Judgement
from selftune.autotune.other_limits import LimitsOf, limits_with_other_choices
from selftune.autotune.ranges import inferred_range
from selftune.autotune.roles import range_on_request
from selftune.autotune.rules import jobs_for
from selftune.autotune.selection import select, telling_job_counts
from selftune.model.objective import Direction
from selftune.model.plan import Chooser, Plan, PlannedHyperparameter, PlannedObjective, Role
from selftune.model.ranges import Range
from selftune.model.request import TuningJobRequest
from selftune.model.values import HyperparameterValue, is_number, short_value
from selftune.training.metrics import direction_of, split_of
from selftune.views.explanation import moves_by_itself

_TRUST = ("validation", "test", None, "train")
_DATA = {
    "validation": "validation data",
    "test": "test data",
    "train": "training data",
    None: "data that it does not name",
}
_MOST_TO_JOIN = 200
"""What more training jobs than these would tune is not worth saying."""
_OTHER_VALUES = (0.1, 10.0, 0.01, 100.0)
"""By how much the value of today is moved to show what it means to its range."""


def with_other_choices(
    plan: Plan,
    request: TuningJobRequest,
    judged: Sequence[Judgement],
    *,
    slots: int,
    limits_of: LimitsOf,
) -> Plan:
    """The plan with what else was considered for each of its decisions, and what would change it.

    Args:
        plan: Complete but for these.
        request: What was asked for.
        judged: What was found of each hyperparameter.
        slots: How many training jobs the backend can run at once.
        limits_of: The limits that another request would have, its hyperparameters selected anew.
    """
    by_name = {j.found.name: j for j in judged}
    jobs_to_join = _jobs_to_join(plan, request, judged)
    plan = limits_with_other_choices(plan, request, slots=slots, limits_of=limits_of, joins=_joining(jobs_to_join))
    return replace(
        plan,
        objective=_objective(plan.objective),
        hyperparameters=tuple(
            _hyperparameter(h, by_name.get(h.name), plan, jobs_to_join) for h in plan.hyperparameters
        ),
    )


# --- hyperparameters


def _hyperparameter(
    planned: PlannedHyperparameter, judgement: Judgement | None, plan: Plan, jobs_to_join: Mapping[str, int]
) -> PlannedHyperparameter:
    if judgement is None:
        return planned
    if planned.role is Role.TUNED:
        considered = tuple(_other_ranges(planned, judgement))
        changes = tuple(_range_changes(planned, judgement))
    else:
        considered = tuple(_if_tuned(planned, judgement, plan))
        changes = tuple(_role_changes(planned, judgement, jobs_to_join))
    is_untellable = planned.role is not Role.TUNED and range_on_request(judgement) is None
    return replace(planned, considered=considered, would_change=changes, needs_range=is_untellable)


def _other_ranges(planned: PlannedHyperparameter, judgement: Judgement) -> Iterator[str]:
    """What the other layers of evidence say, the strongest first, and keeping it."""
    name, seen = planned.name, {str(planned.range)}
    for layer, other in _layers(judgement):
        if other is not None and str(other) not in seen:
            seen.add(str(other))
            yield f"{layer}: {other}."
    if planned.value is None:
        yield f"Keeping {name}: its value today is not known."
    elif planned.by is Chooser.USER:
        yield f"Keeping {name} at {short_value(planned.value)}: you asked for it to be tuned."
    else:
        yield f"Keeping {name} at {short_value(planned.value)}: {_why_tuned(planned)}."


def _why_tuned(planned: PlannedHyperparameter) -> str:
    ranks = {3: "it is among those that matter most", 2: "it often matters", 1: "the training jobs pay for it"}
    listed = " and you did not list it" if planned.is_added else ""
    return ranks.get(planned.priority, "its values differ enough to matter") + listed


def _layers(judgement: Judgement) -> Iterator[tuple[str, Range | None]]:
    found, entry = judgement.found, judgement.entry
    yield "What Autotune would infer", judgement.range
    if entry is not None and not judgement.is_guessed:
        usual = inferred_range(entry, None, declared_type=found.declared_type)
        yield f"Where good values of {entry.name} usually lie, whatever today's value", usual
    made_up = guess(found.telling_name, found.value)
    if made_up is not None and made_up.entry is not entry:
        by = "its name's words" if made_up.is_by_word else "its value alone"
        yield f"By {by}", inferred_range(made_up.entry, found.value, declared_type=found.declared_type)


def _range_changes(planned: PlannedHyperparameter, judgement: Judgement) -> Iterator[str]:
    if planned.by is Chooser.USER:
        yield f"Only you: leave out what you asked for {planned.name}, and it is inferred again."
        return
    moves = ((other, _range_at(judgement, other)) for other in _other_values(judgement))
    other, moved = next(((o, m) for o, m in moves if m is not None and str(m) != str(planned.range)), (None, None))
    if other is not None:
        yield f"A value of {short_value(other)} today would move it to {moved}."
    if planned.range is not None and getattr(planned.range, "may_expand", False):
        yield moves_by_itself(planned.range)


def _range_at(judgement: Judgement, value: HyperparameterValue) -> Range | None:
    """The range that would be inferred if this were today's value."""
    if judgement.entry is None:
        return None
    return inferred_range(judgement.entry, value, declared_type=judgement.found.declared_type)


def _other_values(judgement: Judgement) -> Iterator[HyperparameterValue]:
    """Other values for today that are allowed, further and further away."""
    value, entry = judgement.found.value, judgement.entry
    if entry is None or value is None or not is_number(value) or float(value) == 0:
        return
    for factor in _OTHER_VALUES:
        other = float(f"{float(value) * factor:.6g}")
        is_of_kind = isinstance(value, float) or other.is_integer()
        if is_of_kind and (entry.bounds is None or entry.bounds.contains(other)):
            yield other if isinstance(value, float) else int(other)


def _if_tuned(planned: PlannedHyperparameter, judgement: Judgement, plan: Plan) -> Iterator[str]:
    """What tuning it would mean."""
    if judgement.found.fixed_because:
        yield f"Tuning {planned.name} is not possible: it {judgement.found.fixed_because}."
        return
    over = range_on_request(judgement)
    if over is None:
        yield f"Tuning {planned.name}: no range can be told from what is known of it."
        return
    jobs = jobs_for(len(plan.tuned) + 1)
    cost = f", with {jobs} training jobs" if plan.max_jobs.by is Chooser.AUTOTUNE and plan.tuned else ""
    yield f"Tuning {planned.name} over {over}{cost}: {_why_not(planned, judgement)}."


def _why_not(planned: PlannedHyperparameter, judgement: Judgement) -> str:
    if planned.by is Chooser.USER:
        return "you keep it"
    if planned.role is Role.RESOURCE:
        return "longer training would win by its length alone"
    if judgement.is_guessed:
        return "what it does is only guessed at"
    if judgement.role is Role.TUNED:
        return "others matter more" if judgement.priority > 1 else "it rarely matters"
    return "it does not decide how good the fit is, or nobody knows that it does"


def _role_changes(
    planned: PlannedHyperparameter, judgement: Judgement, jobs_to_join: Mapping[str, int]
) -> Iterator[str]:
    name = planned.name
    if planned.by is Chooser.USER:
        yield f"Only you: without --keep {name}, it is judged like the others."
    elif name in jobs_to_join:
        yield f"--max-jobs {jobs_to_join[name]} would tune {name} too."
    elif judgement.found.fixed_because:
        yield f"A value for {name} where the command takes it would let it be tuned."
    elif range_on_request(judgement) is None:
        what = f" ({judgement.meaning})" if judgement.entry is not None else ""
        yield f"A range of yours for it{what}, --range {name}=LOW..HIGH; more training jobs leave it as it is."
    else:
        yield f"Only --tune {name} ({judgement.meaning}): more training jobs leave it as it is."


def _jobs_to_join(plan: Plan, request: TuningJobRequest, judged: Sequence[Judgement]) -> dict[str, int]:
    """How many training jobs would tune each of those that are passed over, where any number does."""
    settings = within_budget(request.settings)
    if not request.autotune:
        return {}
    tuned = {h.name for h in plan.tuned}
    open_ones = [
        j for j in judged if j.found.name not in settings.keep and (j.found.is_listed or not settings.only_listed)
    ]
    forced = [h.name for h in plan.tuned if h.by is Chooser.USER]
    joins: dict[str, int] = {}
    fewest = plan.max_jobs.value + 1
    for jobs in telling_job_counts(fewest, _MOST_TO_JOIN):
        selection = select(open_ones, forced=forced, max_jobs=jobs, jobs_for=jobs_for)
        for name in selection.tuned - tuned:
            joins.setdefault(name, jobs)
    return {h.name: joins[h.name] for h in plan.hyperparameters if h.name in joins}


def _joining(jobs_to_join: Mapping[str, int]) -> tuple[int, tuple[str, ...]] | None:
    """(the fewest training jobs that would add any hyperparameter, which)."""
    if not jobs_to_join:
        return None
    fewest = min(jobs_to_join.values())
    return fewest, tuple(name for name, jobs in jobs_to_join.items() if jobs == fewest)


# --- the objective


def _objective(objective: PlannedObjective) -> PlannedObjective:
    considered = tuple(_against(name, objective) for name in objective.alternatives)
    return replace(objective, considered=considered, would_change=tuple(_objective_changes(objective)))


def _against(name: str, objective: PlannedObjective) -> str:
    """What speaks against another metric, by the order in which they are ranked."""
    chosen = objective.name or ""
    mine, its = split_of(name), split_of(chosen)
    if _TRUST.index(mine) > _TRUST.index(its):
        return f"{name}: it is measured on {_DATA[mine]}, {chosen} on {_DATA[its]}."
    if direction_of(name) is None:
        return f"{name}: its name does not say which way is better."
    if "loss" in name.lower() and "loss" not in chosen.lower():
        return f"{name}: a loss, whose scale hyperparameters may change; {chosen} measures quality itself."
    if direction_of(name) is Direction.MINIMIZE and objective.direction is Direction.MAXIMIZE:
        return f"{name}: an error; {chosen} says the same of quality and comes first."
    return f"{name}: as good a choice as {chosen}, which is printed first or more plainly named."


def _objective_changes(objective: PlannedObjective) -> Iterator[str]:
    if objective.by is Chooser.USER:
        yield "Only you: without --metric, what the program prints decides."
    elif objective.is_provisional:
        yield "The first training job: where it does not print this metric, or prints a better one, that one is taken."
    else:
        yield f"Nothing by itself: {objective.name} is what this program always prints."
