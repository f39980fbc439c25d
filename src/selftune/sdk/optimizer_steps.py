"""What asking and telling do to an optimizer's memory: frozen states in, frozen states out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from selftune.model.acting import Conditions, Values
from selftune.model.errors import NoValuesFound, SelftuneError, SpaceExhausted, UsageError
from selftune.model.history import Exhausted, Suggestion
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.model.values import is_number, short_value
from selftune.sdk.optimizer_conditions import conditions_read
from selftune.sdk.optimizer_record import OptimizerOutcome, OptimizerRangeMove, OptimizerSuggestion
from selftune.sdk.optimizer_state import Job, OptimizerState
from selftune.sdk.optimizer_values import checked_values, whole_number
from selftune.sdk.values import plain
from selftune.search import suggest

Address: TypeAlias = OptimizerSuggestion | Mapping[str, Any] | int


def started_from(state: OptimizerState, start_values: Sequence[Mapping[str, Any]]) -> OptimizerState:
    """The state that suggests these values before anything else.

    Raises:
        UsageError: some are not of the space, or break a constraint; a condition cannot be read.
    """
    conditions_of(state)
    for given in start_values:
        state = queued(state, given)
    return state


def queued(state: OptimizerState, given: Mapping[str, Any]) -> OptimizerState:
    """The state that suggests these values before anything of its own, after those that wait already.

    What was told, is pending or waits already is not suggested again: that becomes a warning.

    Raises:
        UsageError: they are not of the space, or break a constraint.
    """
    conditions = conditions_of(state)
    values = checked_values(given, state.current_space, conditions)
    acting = dict(conditions.shown(values))
    broken = [constraint.text for constraint in state.constraints if not constraint.holds(acting)]
    if broken:
        raise UsageError(f"The start values {dict(given)} break what must hold: {' and '.join(broken)}.")
    if values in state.first:
        return _warned(state, f"The start values {acting} were given twice. They are suggested once.")
    twin = _known(state).get(values)
    if twin is not None:
        return _warned(state, f"The start values {acting} are those of number {twin}. They are not suggested again.")
    return replace(_widened(state, values), first=(*state.first, values))


def asked(state: OptimizerState, count: int) -> tuple[OptimizerState, list[Job]]:
    """(the state afterwards, at most `count` new pending jobs).

    Raises:
        SpaceExhausted: there is not one.
        NoValuesFound: there may be one, but constraints leave so little of the space that none was found.
    """
    made: list[Job] = []
    known = _known(state)
    waiting = tuple(values for values in state.first if values not in known)
    for values in waiting[:count]:
        state, job = _with_new(state, values, "start values", "These values were given to start with.")
        made.append(job)
    state = replace(state, first=waiting[count:])
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
    return _with_failed_fit(state, made), made


def _with_failed_fit(state: OptimizerState, made: Sequence[Job]) -> OptimizerState:
    """The state, with a warning where the model should have made these jobs and could not."""
    from selftune.search.bayesian import NO_MODEL

    without = [job for job in made if job.strategy == NO_MODEL]
    return _warned(state, f"Suggestion {without[0].number}: {without[0].why}") if without else state


def told(
    state: OptimizerState, address: Address, objective: float | None, seconds: float | None = None
) -> tuple[OptimizerState, Job]:
    """(the state afterwards, the job that has ended); no objective: it failed.

    Raises:
        UsageError: nothing of this state is meant, or it has ended already, or values are not of the space.
    """
    state, job = _addressed(state, address)
    outcome = OptimizerOutcome.FAILED if objective is None else OptimizerOutcome.COMPLETED
    ended = replace(job, outcome=outcome, objective=objective, seconds=seconds)
    return _with_moved_ranges(state.with_job(ended)), ended


def discarded(state: OptimizerState, address: OptimizerSuggestion | int) -> OptimizerState:
    """The state in which a pending job has ended and said nothing.

    Raises:
        UsageError: no pending job is meant.
    """
    if isinstance(address, Mapping) and not isinstance(address, OptimizerSuggestion):
        raise UsageError("Only a suggestion, or its number, can be discarded, not values.")
    state, job = _addressed(state, address, "discard() takes a suggestion or its number")
    return state.with_job(replace(job, outcome=OptimizerOutcome.DISCARDED))


def conditions_of(state: OptimizerState) -> Conditions:
    """When each hyperparameter acts."""
    return conditions_read(state.conditions, state.space)


def _with_new(state: OptimizerState, values: Values, strategy: str, why: str) -> tuple[OptimizerState, Job]:
    job = Job(number=len(state.jobs) + 1, values=values, strategy=strategy, why=why)
    return state.with_job(job), job


def _warned(state: OptimizerState, warning: str) -> OptimizerState:
    return replace(state, warnings=(*state.warnings, warning))


def _known(state: OptimizerState) -> dict[Values, int]:
    """Numbers of what was told or is pending, by values; what was discarded can be asked for again."""
    return {job.values: job.number for job in state.jobs if job.outcome is not OptimizerOutcome.DISCARDED}


def _addressed(
    state: OptimizerState, address: Address, expected: str = "tell() takes a suggestion, its number or a dict of values"
) -> tuple[OptimizerState, Job]:
    """The pending job that is meant; a new one for values from elsewhere."""
    if isinstance(address, OptimizerSuggestion):
        return state, _pending(state, address.number, address)
    if isinstance(address, Mapping):
        return _of_values(state, checked_values(address, state.current_space, conditions_of(state)))
    if is_number(plain(address)):
        return state, _pending(state, whole_number("The suggestion's number", address, at_least=1), None)
    raise UsageError(
        f"{expected}, not a {type(address).__name__}.",
        hint="Suggestions come from optimizer.ask(); optimizer.pending holds those that have not been told.",
    )


def _of_values(state: OptimizerState, values: Values) -> tuple[OptimizerState, Job]:
    pending = (job for job in state.jobs if job.outcome is OptimizerOutcome.PENDING)
    asked_for = next((job for job in pending if job.values == values), None)
    if asked_for is not None:
        return state, asked_for
    return _with_new(_widened(state, values), values, "elsewhere", "These values were measured elsewhere.")


def _pending(state: OptimizerState, number: int, suggestion: OptimizerSuggestion | None) -> Job:
    known = state.jobs[number - 1] if number <= len(state.jobs) else None
    if known is None or (suggestion is not None and dict(conditions_of(state).shown(known.values)) != suggestion):
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
    moves: list[OptimizerRangeMove] = []
    for (name, value), (_, range_) in zip(values, state.current_space, strict=True):
        if range_.contains(value) or not isinstance(range_, ContinuousRange | IntegerRange):
            continue
        number = float(value)
        after = range_.with_ends(min(range_.low, number), max(range_.high, number))
        reason = f"{name}={short_value(value)} was given, so the range now holds it."
        moves.append(OptimizerRangeMove(name=name, before=range_, after=after, reason=reason, results=state.results))
    return replace(state, moves=(*state.moves, *moves))


def _with_moved_ranges(state: OptimizerState) -> OptimizerState:
    """The state after a look at whether soft ranges should go further, or come back."""
    if not any(isinstance(r, ContinuousRange | IntegerRange) and r.may_expand for _, r in state.space):
        return state
    from selftune.autotune.expansion import review_ranges

    moves = [
        OptimizerRangeMove(
            name=move.name, before=move.before, after=move.after, reason=move.reason, results=state.results
        )
        for move in review_ranges(state.history(), state.moves, strategy=state.strategy)
    ]
    return replace(state, moves=(*state.moves, *moves))
