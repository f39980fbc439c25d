"""An `Optimizer` from the JSON text that it wrote: read whole, or refused with what is wrong.

What is not understood is refused here, since a search that goes on without it would go elsewhere than it says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

from selftune.model.acting import Values
from selftune.model.codec import from_json, to_json
from selftune.model.errors import SelftuneError, UnreadableInput, UsageError
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import is_finite_number, is_number
from selftune.sdk.optimizer_conditions import conditions_of_texts
from selftune.sdk.optimizer_given import refuse_unknown_names
from selftune.sdk.optimizer_record import OptimizerOutcome
from selftune.sdk.optimizer_state import VERSION, Job, OptimizerState
from selftune.sdk.optimizer_values import duration, whole_number
from selftune.sdk.values import shown


def state_from_json(text: Any) -> OptimizerState:
    """The memory that `Optimizer.to_json` wrote.

    Raises:
        UnreadableInput: it is no such JSON, of another version, holds what this selftune does not know, or what no
            optimizer could have written.
    """
    document = _document(text)
    try:
        state: OptimizerState = from_json(OptimizerState, document)
        _refuse_unread(document, to_json(state), "")
        _check(state)
    except SelftuneError as error:
        raise _unreadable(error.message) from error
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise _unreadable(f"A part of it cannot be read ({type(error).__name__}: {error}).") from error
    return state


def _document(text: Any) -> Mapping[str, Any]:
    """The JSON object, of this version and with all that must be in it."""
    try:
        document = json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise _unreadable(f"It is no JSON ({error}).") from error
    if not isinstance(document, dict):
        raise _unreadable("It is no JSON object.")
    version = document.get("version")
    if version is None:
        raise _unreadable("It has no version.")
    if version != VERSION:
        raise UnreadableInput(
            f"This optimizer is of version {shown(version)}, but this selftune reads version {VERSION}.",
            hint="Read it with the selftune that wrote it.",
        )
    needed = (field.name for field in fields(OptimizerState) if field.default is field.default_factory is MISSING)
    missing = [name for name in needed if name not in document]
    if missing:
        raise _unreadable(f"It lacks {', '.join(missing)}.")
    return document


def _unreadable(problem: str) -> UnreadableInput:
    return UnreadableInput(f"This is no optimizer as to_json() writes it. {problem}")


def _refuse_unread(given: Any, kept: Any, place: str) -> None:
    """All that the document holds must have been read: reading drops what it does not know."""
    if given == kept:
        return
    if isinstance(given, dict) and isinstance(kept, dict):
        for name, value in given.items():
            where = f"{place}.{name}" if place else str(name)
            if name not in kept and name != "kind":
                raise UnreadableInput(f"It holds '{where}', which this selftune does not know.")
            if name != "kind":
                _refuse_unread(value, kept[name], where)
    elif isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        for number, (one, other) in enumerate(zip(given, kept, strict=True)):
            _refuse_unread(one, other, f"{place}[{number}]")
    else:
        raise UnreadableInput(f"It has {shown(given)} as '{place}', which cannot be read.")


def _check(state: OptimizerState) -> None:
    """Raise UsageError for what no optimizer could have written."""
    space = dict(state.space)
    if not space or len(space) < len(state.space):
        raise UsageError("It has no ranges, or two of one name.")
    whole_number("The seed", state.seed, at_least=0)
    if state.max_jobs is not None:
        whole_number("max_jobs", state.max_jobs, at_least=1)
    if state.max_seconds is not None:
        duration("max_seconds", state.max_seconds)
    conditions_of_texts(dict(state.conditions), state.space)
    for constraint in state.constraints:
        refuse_unknown_names(f"the constraint '{constraint.text}'", constraint.names, space, "the ranges")
    refuse_unknown_names("moves", (move.name for move in state.moves), space, "the ranges")
    if [job.number for job in state.jobs] != list(range(1, len(state.jobs) + 1)):
        raise UsageError("Its jobs are not numbered from 1 on.")
    for job in state.jobs:
        _check_objective(job)
        _check_values(f"Job {job.number}", job.values, space)
    for values in state.first:
        _check_values("A start value", values, space)
    for parent in state.parents:
        _check_rows(parent.tuning_job, parent.rows, space)


def _check_objective(job: Job) -> None:
    has_objective = job.outcome is OptimizerOutcome.COMPLETED
    if is_finite_number(job.objective) is not has_objective or (job.objective is not None and not has_objective):
        raise UsageError(f"Job {job.number} is {job.outcome} with the objective {shown(job.objective)}.")
    if job.seconds is not None:
        duration(f"The seconds of job {job.number}", job.seconds)


def _check_rows(parent: str, rows: Iterable[tuple[Values, float]], space: Mapping[str, Range]) -> None:
    for values, loss in rows:
        if not is_finite_number(loss):
            raise UsageError(f"The {parent} has the loss {shown(loss)}.")
        _check_values(f"A result of {parent}", values, space)


def _check_values(whose: str, values: Values, space: Mapping[str, Range]) -> None:
    if [name for name, _ in values] != list(space):
        raise UsageError(f"{whose} has other hyperparameters than the ranges.")
    for name, value in values:
        range_ = space[name]
        is_its_kind = range_.contains(value) if isinstance(range_, CategoricalRange) else is_finite_number(value)
        if not is_its_kind or not (isinstance(value, bool | str) or is_number(value)):
            raise UsageError(f"{whose} has {shown(value)} as '{name}'.")
