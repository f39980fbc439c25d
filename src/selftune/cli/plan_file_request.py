"""From a plan file to a request: each line that differs from Autotune's own choice becomes the user's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from selftune.autotune.limit_checks import MOST_JOBS_ASKED, MOST_PARALLEL_ASKED
from selftune.cli.plan_file_reader import PlanFile, read_plan_file
from selftune.cli.program import title
from selftune.cli.range_syntax import parse_range, range_text
from selftune.cli.request import Planner
from selftune.model.durations import parse_duration
from selftune.model.errors import UnknownName, UnreadableInput, UsageError
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, EarlyStopping, Plan, PlannedHyperparameter, Role, Strategy
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.request import (
    AlgorithmRequest,
    Channel,
    CommandRequest,
    ProgramRequest,
    ScriptRequest,
    TuningJobRequest,
    UserSettings,
)
from selftune.model.values import HyperparameterValue, is_number, text_from_value
from selftune.sdk.names import new_name

T = TypeVar("T")

_PASSES = 4
"""A changed line may move what Autotune chooses elsewhere; the file holds there too, so it is compared again."""


def request_from_plan_file(path: Path, plan_of: Planner) -> TuningJobRequest:
    """The request that runs what the file says.

    Raises:
        UnreadableInput: nonsense, with the number of its line.
        UnknownName: a section, key or hyperparameter that is not known, with the nearest.
    """
    file = read_plan_file(path)
    request = _bare_request(file)
    bare = _planned(file, request, plan_of)
    for _ in range(_PASSES):
        settings = _with_differences(file, request.settings, _planned(file, request, plan_of), bare)
        if settings == request.settings:
            break
        request = replace(request, settings=settings)
    return request


def _planned(file: PlanFile, request: TuningJobRequest, plan_of: Planner) -> Plan:
    """The plan of what was read so far; a complaint about a hyperparameter names its line."""
    try:
        return plan_of(request)
    except UsageError as error:
        named = [name for name in file.hyperparameters if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", error.message)]
        if not named:
            raise
        raise file.refused(error, "hyperparameters", max(named, key=len)) from None


def _bare_request(file: PlanFile) -> TuningJobRequest:
    """The program without a single choice of the user's: what Autotune is compared on."""
    program = _program(file)
    channels: dict[str, str] = file.get("program", "channels") or {}
    environment: dict[str, str] = file.get("program", "environment") or {}
    return TuningJobRequest(
        name=new_name(title(program)),
        program=program,
        settings=UserSettings(
            seed=file.get("search", "seed"),
            target_column=file.get("program", "target"),
            price_per_hour=file.get("program", "price_per_hour"),
            learn_from_store=file.get("search", "learning"),
        ),
        channels=tuple(Channel(name=name, path=path) for name, path in channels.items()),
        autotune=file.get("program", "autotune") is not False,
        run_baseline=file.get("program", "run_baseline") is not False,
        is_in_place=bool(file.get("program", "in_place")),
        environment=tuple(environment.items()),
    )


def _program(file: PlanFile) -> ProgramRequest:
    command, algorithm = file.get("program", "command"), file.get("program", "algorithm")
    script, folder = file.get("program", "script"), file.get("program", "folder")
    if algorithm is not None:
        return AlgorithmRequest(name=algorithm, hyperparameters=_listed(file))
    if folder is None or (command is None and script is None):
        raise UnreadableInput(
            f"{file.where('program')}: [program] does not say what is run.",
            hint="It needs a command and its folder, or an algorithm.",
        )
    if command is not None:
        return CommandRequest(argv=tuple(command), folder=folder)
    return ScriptRequest(
        entry_point=script,
        folder=folder,
        python=file.get("program", "python") or "python3",
        hyperparameters=_listed(file),
        framework=file.get("program", "framework"),
    )


def _listed(file: PlanFile) -> tuple[tuple[str, HyperparameterValue], ...]:
    """What the user listed: every hyperparameter with a value that Autotune did not add."""
    return tuple((name, entries["value"]) for name, entries in file.hyperparameters.items() if _is_listed(entries))


def _is_listed(entries: Mapping[str, Any]) -> bool:
    return "value" in entries and not entries.get("added")


def _with_differences(file: PlanFile, settings: UserSettings, plan: Plan, bare: Plan) -> UserSettings:
    settings = _hyperparameter_differences(file, settings, plan, bare)
    settings = _objective_differences(file, settings, plan)
    return _limit_differences(file, settings, plan)


def _hyperparameter_differences(file: PlanFile, settings: UserSettings, plan: Plan, bare: Plan) -> UserSettings:
    ranges, values = dict(settings.ranges), dict(settings.values)
    tune, keep = set(settings.tune), set(settings.keep)
    for name, entries in file.hyperparameters.items():
        planned = plan.hyperparameter(name)
        role = _role(file, name, entries, planned)
        if role is Role.TUNED and (planned is None or planned.role is not Role.TUNED):
            tune.add(name)
        if role is not Role.TUNED and planned is not None and planned.role is Role.TUNED:
            keep.add(name)
        if planned is None:
            values.update({name: entries["value"]} if _is_listed(entries) else {})
            continue
        if role is Role.TUNED and "range" in entries and not _is_chosen(entries["range"], planned, bare):
            ranges[name] = _range(file, name, entries["range"])
        if "value" in entries and not _is_same_value(entries["value"], planned.value):
            _check_kind(file, name, entries["value"], planned.value)
            values[name] = entries["value"]
    keep |= {h.name for h in plan.tuned if h.name not in file.hyperparameters}
    return replace(
        settings,
        ranges=tuple(ranges.items()),
        values=tuple(values.items()),
        tune=frozenset(tune),
        keep=frozenset(keep),
    )


def _objective_differences(file: PlanFile, settings: UserSettings, plan: Plan) -> UserSettings:
    name, regex = file.get("objective", "name"), file.get("objective", "regex")
    kind = _one_of(file, Direction, "objective", "type")
    planned = plan.objective
    if name is not None and name != planned.name:
        settings = replace(settings, objective_name=name, objective_direction=kind)
    if kind is not None and kind is not planned.direction:
        settings = replace(settings, objective_name=name or planned.name, objective_direction=kind)
    if regex is not None and regex != planned.regex:
        settings = replace(settings, objective_regex=regex)
    return settings


def _limit_differences(file: PlanFile, settings: UserSettings, plan: Plan) -> UserSettings:
    chosen: dict[str, tuple[Any, Any]] = {
        "max_jobs": (_count(file, "limits", "max_jobs", most=MOST_JOBS_ASKED), plan.max_jobs.value),
        "max_parallel": (_count(file, "limits", "max_parallel", most=MOST_PARALLEL_ASKED), plan.max_parallel.value),
        "max_runtime_seconds": (_duration(file, "max_runtime"), plan.max_runtime_seconds.value),
        "job_max_runtime_seconds": (_duration(file, "job_max_runtime"), plan.job_max_runtime_seconds.value),
        "strategy": (_one_of(file, Strategy, "search", "strategy"), plan.strategy.value),
        "early_stopping": (_one_of(file, EarlyStopping, "search", "early_stopping"), plan.early_stopping.value),
        "retry": (_count(file, "search", "retry", fewest=0), plan.retry.value),
        "completion": (_completion(file), plan.completion.value),
    }
    differing = {key: value for key, (value, planned) in chosen.items() if value is not None and value != planned}
    return replace(settings, **differing)


def _completion(file: PlanFile) -> CompletionCriteria | None:
    if "search" not in file.document:
        return None
    return CompletionCriteria(
        target_objective=file.get("search", "target_objective"),
        max_jobs_not_improving=_count(file, "search", "max_jobs_not_improving"),
        complete_on_convergence=bool(file.get("search", "complete_on_convergence")),
    )


def _role(file: PlanFile, name: str, entries: Any, planned: PlannedHyperparameter | None) -> Role:
    """The role that the line says; a section without one keeps Autotune's, unless a range asks for tuning."""
    if "role" not in entries:
        return Role.TUNED if "range" in entries or planned is None else planned.role
    return _one_of(file, Role, "hyperparameters", name, "role") or Role.STATIC


def _is_chosen(written: str | list[Any], planned: PlannedHyperparameter, bare: Plan) -> bool:
    """Whether the range is Autotune's own; where it would not tune the name any more, the one of its first plan."""
    first = bare.hyperparameter(planned.name)
    chosen = planned if planned.role is Role.TUNED or first is None else first
    if isinstance(chosen.range, CategoricalRange):
        return written in (list(chosen.range.values), range_text(chosen.range))
    return chosen.range is not None and written == range_text(chosen.range)


def _range(file: PlanFile, name: str, written: str | list[Any]) -> Range:
    def read() -> Range:
        return CategoricalRange(values=tuple(written)) if isinstance(written, list) else parse_range(name, written)

    return _read(file, read, "hyperparameters", name, "range")


def _check_kind(file: PlanFile, name: str, written: HyperparameterValue, planned: HyperparameterValue | None) -> None:
    if isinstance(written, bool) and is_number(planned):
        raise UnreadableInput(
            f"{file.where('hyperparameters', name, 'value')}: value of {name} must be a number, "
            f"but is {text_from_value(written)}."
        )


def _is_same_value(written: HyperparameterValue, planned: HyperparameterValue | None) -> bool:
    return written == planned and isinstance(written, bool) == isinstance(planned, bool)


def _duration(file: PlanFile, key: str) -> float | None:
    written = file.get("limits", key)
    return None if written is None else _read(file, lambda: parse_duration(str(written)), "limits", key)


def _count(file: PlanFile, section: str, key: str, *, fewest: int = 1, most: int | None = None) -> int | None:
    count: int | None = file.get(section, key)
    if count is not None and (count < fewest or (most is not None and count > most)):
        wanted = f"at least {fewest}" if count < fewest else f"at most {most}"
        raise UnreadableInput(f"{file.where(section, key)}: {key} must be {wanted}, but is {count}.")
    return count


def _one_of(file: PlanFile, choices: Callable[[str], T], *path: str) -> T | None:
    """The member of an enumeration that a line names."""
    entry: Any = file.document
    for key in path:
        entry = entry.get(key, {})
    if entry == {}:
        return None
    try:
        return choices(entry)
    except ValueError:
        known = [choice.value for choice in choices]  # type: ignore[attr-defined]
        raise UnknownName(path[-1], str(entry), known, where=file.where(*path)) from None


def _read(file: PlanFile, read: Callable[[], T], *path: str) -> T:
    try:
        return read()
    except UsageError as error:
        raise file.refused(error, *path) from None
