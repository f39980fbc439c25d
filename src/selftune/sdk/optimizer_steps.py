"""What asking and telling do to an optimizer's memory: frozen states in, frozen states out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from selftune.model.errors import NoValuesFound, SelftuneError, SpaceExhausted, UsageError
from selftune.model.events import RangeMove
from selftune.model.history import Exhausted, Suggestion
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.model.values import is_number, short_value
from selftune.sdk.optimizer_conditions import Conditions, Values
from selftune.sdk.optimizer_state import Job, OptimizerOutcome, OptimizerState, OptimizerSuggestion
from selftune.sdk.optimizer_values import checked_values, whole_number
from selftune.search import suggest

Address: TypeAlias = OptimizerSuggestion | Mapping[str, Any] | int


def started_from(state: OptimizerState, start_values: Sequence[Mapping[str, Any]]) -> OptimizerState:
    """The state that suggests these values before anything else.

    Raises:
        UsageError: some are not of the space, or break a constraint; a condition cannot be read.
    """
    conditions = conditions_of(state)
    for given in start_values:
        values = checked_values(given, state.current_space, conditions)
        acting = dict(conditions.shown(values))
        broken = [constraint.text for constraint in state.constraints if not constraint.holds(acting)]
        if broken:
            raise UsageError(f"The start values {dict(given)} break what must hold: {' and '.join(broken)}.")
        state = replace(_widened(state, values), first=(*state.first, values))
    return state


def asked(state: OptimizerState, count: int) -> tuple[OptimizerState, list[Job]]:
    """(the state afterwards, at most `count` new pending jobs).

    Raises:
        SpaceExhausted: there is not one.
        NoValuesFound: there may be one, but constraints leave so little of the space that none was found.
    """
    made: list[Job] = []
    for values in state.first[:count]:
        state, job = _with_new(state, values, "start values", "These values were given to start with.")
        made.append(job)
    state = replace(state, first=state.first[count:])
    if len(made) < count:
        found = suggest(state.strategy, state.history(count - len(made)), count - len(made))
        if not isinstance(found, Exhausted):
            state, searched = _with_suggestions(state, found)
            made += searched
        elif not made:
            raise _nothing_left(found)
    return state, made


def _nothing_left(why: Exhausted) -> SelftuneError:
    if why.is_certain:
        return SpaceExhausted(why.reason, hint="Widen a range, or look at optimizer.best.")
    hint = "Tell or give as `first` some values that keep what must hold: the search goes on from there."
    return NoValuesFound(why.reason, hint=hint)


def _with_suggestions(state: OptimizerState, found: Sequence[Suggestion]) -> tuple[OptimizerState, list[Job]]:
    """(the state afterwards, the new jobs of the strategy)."""
    made: list[Job] = []
    conditions = conditions_of(state)
    for suggestion in found:
        settled = conditions.settled(dict(suggestion.values))
        state, job = _with_new(state, settled, suggestion.strategy, suggestion.reason)
        made.append(job)
    return state, made


def told(state: OptimizerState, address: Address, objective: float | None) -> tuple[OptimizerState, Job]:
    """(the state afterwards, the job that has ended); no objective: it failed.

    Raises:
        UsageError: nothing of this state is meant, or it has ended already, or values are not of the space.
    """
    state, job = _addressed(state, address)
    outcome = OptimizerOutcome.FAILED if objective is None else OptimizerOutcome.COMPLETED
    ended = replace(job, outcome=outcome, objective=objective)
    return _with_moved_ranges(state.with_job(ended)), ended


def discarded(state: OptimizerState, address: OptimizerSuggestion | int) -> OptimizerState:
    """The state in which a pending job has ended and said nothing.

    Raises:
        UsageError: no pending job is meant.
    """
    if isinstance(address, Mapping) and not isinstance(address, OptimizerSuggestion):
        raise UsageError("Only a suggestion, or its number, can be discarded, not values.")
    state, job = _addressed(state, address)
    return state.with_job(replace(job, outcome=OptimizerOutcome.DISCARDED))


def conditions_of(state: OptimizerState) -> Conditions:
    """When each hyperparameter acts."""
    return Conditions.read(dict(state.conditions), state.space)


def _with_new(state: OptimizerState, values: Values, strategy: str, why: str) -> tuple[OptimizerState, Job]:
    job = Job(number=len(state.jobs) + 1, values=values, strategy=strategy, why=why)
    return state.with_job(job), job


def _addressed(state: OptimizerState, address: Address) -> tuple[OptimizerState, Job]:
    """The pending job that is meant; a new one for values from elsewhere."""
    if isinstance(address, OptimizerSuggestion):
        return state, _pending(state, address.number, address)
    if isinstance(address, Mapping):
        return _of_values(state, checked_values(address, state.current_space, conditions_of(state)))
    if is_number(address):
        return state, _pending(state, whole_number("The suggestion's number", address, at_least=1), None)
    raise UsageError(
        f"tell() takes a suggestion, its number or a dict of values, not a {type(address).__name__}.",
        hint="Such as: suggestion = optimizer.ask(); optimizer.tell(suggestion, 0.83)",
    )


def _of_values(state: OptimizerState, values: Values) -> tuple[OptimizerState, Job]:
    pending = (job for job in state.jobs if job.outcome is OptimizerOutcome.PENDING)
    asked_for = next((job for job in pending if job.values == values), None)
    if asked_for is not None:
        return state, asked_for
    return _with_new(_widened(state, values), values, "elsewhere", "These values were measured elsewhere.")


def _pending(state: OptimizerState, number: int, suggestion: OptimizerSuggestion | None) -> Job:
    known = state.jobs[number - 1] if number <= len(state.jobs) else None
    if known is None or (suggestion is not None and conditions_of(state).shown(known.values) != suggestion.pairs):
        pending = [str(job.number) for job in state.jobs if job.outcome is OptimizerOutcome.PENDING]
        raise UsageError(
            f"Suggestion {number} is not of this optimizer.",
            hint=f"Pending: {', '.join(pending) or 'none'}. Values that were measured elsewhere are told as a dict.",
        )
    if known.outcome is OptimizerOutcome.DISCARDED:
        raise UsageError(f"Suggestion {number} was discarded.", hint="Its result can be told as a dict of values.")
    if known.outcome is not OptimizerOutcome.PENDING:
        was = "failed" if known.objective is None else known.objective
        raise UsageError(
            f"Suggestion {number} has been told already: {was}.",
            hint="A second measurement of the same values is told as a dict: tell(dict(suggestion), objective).",
        )
    return known


def _widened(state: OptimizerState, values: Values) -> OptimizerState:
    """Soft ranges hold what was measured, or is to be measured, beyond them."""
    moves: list[RangeMove] = []
    for (name, value), (_, range_) in zip(values, state.current_space, strict=True):
        if range_.contains(value) or not isinstance(range_, ContinuousRange | IntegerRange):
            continue
        number = float(value)
        after = range_.with_ends(min(range_.low, number), max(range_.high, number))
        reason = f"{name}={short_value(value)} was given, so the range now holds it."
        moves.append(RangeMove(name=name, before=range_, after=after, reason=reason))
    return replace(state, moves=(*state.moves, *moves))


def _with_moved_ranges(state: OptimizerState) -> OptimizerState:
    """The state after a look at whether soft ranges should go further, or come back."""
    if not any(isinstance(r, ContinuousRange | IntegerRange) and r.may_expand for _, r in state.space):
        return state
    from selftune.autotune.expansion import review_ranges

    return replace(state, moves=(*state.moves, *review_ranges(state.history(), state.moves)))
