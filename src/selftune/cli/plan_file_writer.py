"""A plan as a TOML file that a person can edit: every choice on a line of its own, below the reason for it."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from selftune.cli.range_syntax import range_text
from selftune.model.durations import written_duration
from selftune.model.plan import Decision, Plan, PlannedHyperparameter
from selftune.model.ranges import CategoricalRange
from selftune.model.request import AlgorithmRequest, CommandRequest, ProgramRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue, counted
from selftune.views.durations import rough

TomlValue: TypeAlias = "HyperparameterValue | list[HyperparameterValue] | dict[str, str]"

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")
_HEADER = """\
A plan of selftune for {title}. Edit any line, then run it:

    selftune run --plan THIS_FILE

What this file says is what runs. A line that you change becomes yours: a range of yours is a wall.
A hyperparameter whose section you delete stays at its value. What you leave unchanged stays Autotune's choice.
Ranges are written LOW..HIGH, LOW..HIGH:log or LOW..HIGH:reverse-log; whole bounds mean whole numbers.
"0 or LOW..HIGH:log" has an exact zero beside the range. A choice is a list."""


def plan_file_text(request: TuningJobRequest, plan: Plan) -> str:
    """The text of the plan file; `plan_file_reader` reads it back."""
    blocks = [
        _comment(_HEADER.format(title=plan.program.title)),
        _program(request),
        _objective(plan),
        *(_hyperparameter(planned) for planned in plan.hyperparameters),
        _limits(plan),
        _search(plan),
        *(_comment(f"Always kept: {kept.text}  ({kept.reason})") for kept in plan.constraints),
        *(_comment(f"Note: {warning}") for warning in plan.warnings),
    ]
    return "\n\n".join(block.rstrip() for block in blocks) + "\n"


def toml_value(value: TomlValue) -> str:
    """A scalar, list or inline table in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(item)}" for key, item in value.items()) + " }"


def toml_key(name: str) -> str:
    """A key in TOML, quoted where it must be."""
    return name if _BARE_KEY.match(name) else toml_value(name)


def _program(request: TuningJobRequest) -> str:
    entries = _program_entries(request.program)
    settings = request.settings
    optional: dict[str, TomlValue | None] = {
        "target": settings.target_column,
        "channels": {channel.name: channel.path for channel in request.channels} or None,
        "environment": dict(request.environment) or None,
        "in_place": request.is_in_place or None,
        "price_per_hour": settings.price_per_hour,
        "autotune": None if request.autotune else False,
        "run_baseline": None if request.run_baseline else False,
    }
    return _section("program", {**entries, **optional})


def _program_entries(program: ProgramRequest) -> dict[str, TomlValue | None]:
    match program:
        case CommandRequest():
            return {"command": list(program.argv), "folder": program.folder}
        case AlgorithmRequest():
            return {"algorithm": program.name}
        case _:
            return {
                "script": program.entry_point,
                "folder": program.folder,
                "python": program.python,
                "framework": program.framework,
            }


def _objective(plan: Plan) -> str:
    objective = plan.objective
    others = f" Others seen: {', '.join(objective.alternatives)}." if objective.alternatives else ""
    why = _reason(objective.reason, objective.source) + others
    entries = {"name": objective.name, "type": objective.direction.value, "regex": objective.regex}
    return _section("objective", entries, why)


def _hyperparameter(planned: PlannedHyperparameter) -> str:
    range_: TomlValue | None = None
    if isinstance(planned.range, CategoricalRange):
        range_ = list(planned.range.values)
    elif planned.range is not None:
        range_ = range_text(planned.range)
    entries: dict[str, TomlValue | None] = {
        "role": planned.role.value,
        "value": planned.value,
        "range": range_,
        "added": True if planned.is_added else None,
    }
    return _section(f"hyperparameters.{toml_key(planned.name)}", entries, _reason(planned.reason, planned.source))


def _limits(plan: Plan) -> str:
    lines = ["[limits]"]
    lines += _decided("max_jobs", plan.max_jobs, plan.max_jobs.value)
    lines += _decided("max_parallel", plan.max_parallel, plan.max_parallel.value)
    lines += _decided("max_runtime", plan.max_runtime_seconds, written_duration(plan.max_runtime_seconds.value))
    lines += _decided(
        "job_max_runtime", plan.job_max_runtime_seconds, written_duration(plan.job_max_runtime_seconds.value)
    )
    bound = plan.bound
    price = "" if bound.price is None else f", {bound.price:.2f} at the given price"
    jobs = counted(bound.jobs, "training job")
    summary = f"At most {jobs}, {rough(bound.seconds)}, {rough(bound.slot_seconds)} of computing{price}."
    return "\n".join([*lines, _comment(summary)])


def _search(plan: Plan) -> str:
    completion = plan.completion.value
    lines = ["[search]"]
    lines += _decided("strategy", plan.strategy, plan.strategy.value.value)
    lines += _decided("early_stopping", plan.early_stopping, plan.early_stopping.value.value)
    lines += _decided("retry", plan.retry, plan.retry.value)
    lines += _decided("complete_on_convergence", plan.completion, completion.complete_on_convergence)
    lines += _entries({
        "max_jobs_not_improving": completion.max_jobs_not_improving,
        "target_objective": completion.target_objective,
    })  # fmt: skip
    if plan.learning is not None:
        lines += _decided("learning", plan.learning, plan.learning.value.is_on)
    return "\n".join([*lines, "# The same seed repeats a search.", f"seed = {plan.seed}"])


def _section(title: str, entries: Mapping[str, TomlValue | None], why: str = "") -> str:
    return "\n".join([f"[{title}]", *([_comment(why)] if why else []), *_entries(entries)])


def _decided(key: str, decision: Decision[Any], value: TomlValue) -> Iterator[str]:
    yield _comment(_reason(decision.reason, decision.source))
    yield f"{key} = {toml_value(value)}"


def _entries(entries: Mapping[str, TomlValue | None]) -> Iterable[str]:
    return [f"{toml_key(key)} = {toml_value(value)}" for key, value in entries.items() if value is not None]


def _reason(reason: str, source: str) -> str:
    return f"{reason} ({source})" if source else reason


def _comment(text: str) -> str:
    """Every line of the text behind a `#`, wrapped at the repository's own line length."""
    lines: list[str] = []
    for line in text.splitlines() or [""]:
        indent = re.match(r" *", line)
        lines += textwrap.wrap(line, 118, subsequent_indent=indent[0] if indent else "") or [""]
    return "\n".join(f"# {line}".rstrip() for line in lines)
