"""The options that `run` and `plan` share, as one frozen value."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from selftune.autotune.budget import parse_budget
from selftune.cli.range_syntax import parse_named_range
from selftune.model.budget import Budget
from selftune.model.durations import parse_duration
from selftune.model.errors import UnknownName, UsageError
from selftune.model.objective import Direction
from selftune.model.plan import EarlyStopping, Strategy
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue, value_from_text
from selftune.sdk.names import checked_name

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_NEARLY = {
    **dict.fromkeys(("up", "higher", "high", "larger", "bigger", "greater", "maximum", "maximise", "increase"), "max"),
    **dict.fromkeys(("down", "lower", "low", "smaller", "less", "minimum", "minimise", "decrease"), "min"),
}
"""Words for a direction that are none of ours, and no metric's name either."""
_DIRECTIONS = {
    "min": Direction.MINIMIZE,
    "minimize": Direction.MINIMIZE,
    "max": Direction.MAXIMIZE,
    "maximize": Direction.MAXIMIZE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was typed. None, empty or false: left out."""

    metric: tuple[str, Direction | None] | None = None
    metric_regex: str | None = None
    hp: tuple[tuple[str, HyperparameterValue], ...] = ()
    ranges: tuple[tuple[str, Range], ...] = ()
    tune: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    only_listed: bool = False
    data: tuple[str, ...] = ()
    target: str | None = None
    max_jobs: int | None = None
    max_parallel: int | None = None
    max_runtime: float | None = None
    job_max_runtime: float | None = None
    budget: Budget | None = None
    price_per_hour: float | None = None
    probe: bool = False
    strategy: Strategy | None = None
    early_stopping: EarlyStopping | None = None
    seed: int | None = None
    python: str | None = None
    in_place: bool = False
    env: tuple[str, ...] = ()
    name: str | None = None
    backend: str = "local"
    autotune: bool = True
    plan_file: Path | None = None
    from_job: str | None = None
    learning: bool | None = None


def program_options(function: F) -> F:
    """Give a command the options of `run` and `plan`; it receives them as `given: Given`."""

    @functools.wraps(function)
    def collect(**arguments: Any) -> Any:
        given = Given(**{field.name: arguments.pop(field.name) for field in fields(Given)})
        return function(given=given, **arguments)

    for option in reversed(_PROGRAM_OPTIONS):
        collect = option(collect)
    return collect  # type: ignore[return-value]


def home_option(function: F) -> F:
    """`--home DIR`: where tuning jobs are kept."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="SELFTUNE_HOME",
        metavar="DIR",
        help="Where tuning jobs are kept (SELFTUNE_HOME; default ~/.selftune).",
    )(function)


def json_option(function: F) -> F:
    """`--json`: one JSON object on standard output, and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")(function)


def read_metric(text: str) -> tuple[str, Direction | None]:
    """Read `NAME[:min|:max]`; a colon inside the name (`validation:rmse`) is kept."""
    name, colon, suffix = text.rpartition(":")
    if colon and suffix.lower() in _DIRECTIONS:
        return _named(name), _DIRECTIONS[suffix.lower()]
    if colon and suffix.lower() in _NEARLY:
        raise UsageError(
            f"'{suffix}' is no way for {name} to go.", hint=f"Did you mean {name}:{_NEARLY[suffix.lower()]} ?"
        )
    return _named(text), None


def read_hyperparameter(text: str) -> tuple[str, HyperparameterValue]:
    """Read `NAME=VALUE`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"'{text}' gives no value.", hint="Write NAME=VALUE, such as max_depth=5.")
    return name.strip().lstrip("-"), value_from_text(value)


def _named(name: str) -> str:
    if not name.strip():
        raise UsageError("the metric has no name.", hint="Write NAME or NAME:min, such as val_loss:min.")
    return name.strip()


def _name(text: str) -> str:
    return checked_name(text, "--name ")


def _count(text: str) -> int:
    if not text.strip().isdigit() or int(text) < 1:
        raise UsageError(f"'{text}' is not a whole number above zero.", hint="Write one such as 20.")
    return int(text)


def _price(text: str) -> float:
    value = value_from_text(text)
    if isinstance(value, bool | str) or value <= 0:
        raise UsageError(f"'{text}' is not a price above zero.", hint="Write a number such as 1.25.")
    return float(value)


def _seed(text: str) -> int:
    if not text.strip().isdigit():
        raise UsageError(f"'{text}' is not a seed.", hint="Write a whole number, 0 or more.")
    return int(text)


def _choice_of(kind: str, choices: type[Strategy] | type[EarlyStopping]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return choices(text.strip().lower())
        except ValueError:
            raise UnknownName(kind, text, [choice.value for choice in choices]) from None

    return read


def _backend(text: str) -> str:
    if text != "local":
        raise UnknownName("backend", text, ["local"])
    return text


def _reads(option: str, read: Callable[[str], T]) -> Callable[[str], T]:
    """The reader of an option's text, whose complaints name the option."""

    def convert(text: str) -> T:
        try:
            return read(text)
        except UnknownName:
            raise
        except UsageError as error:
            raise UsageError(f"{option}: {error.message}", hint=error.hint) from None

    return convert


_MANY: dict[str, Any] = {"multiple": True}

_PROGRAM_OPTIONS = (
    click.option("--metric", type=_reads("--metric", read_metric), metavar="NAME[:min|:max]",
                 help="The objective metric; found by itself when left out."),
    click.option("--metric-regex", metavar="REGEX", help="Its first group is the objective's value."),
    click.option("--hp", type=_reads("--hp", read_hyperparameter), metavar="NAME=VALUE",
                 help="Today's value, for a built-in algorithm or to override the command.", **_MANY),
    click.option("--range", "ranges", type=parse_named_range,
                 metavar="NAME=LOW..HIGH[:SCALE]",
                 help="Your range, a wall. SCALE is linear, log or reverse-log; or NAME=a,b,c.", **_MANY),
    click.option("--tune", metavar="NAME", help="Tune this one, whatever selftune thinks of it.", **_MANY),
    click.option("--keep", metavar="NAME", help="Leave this one at today's value.", **_MANY),
    click.option("--only-listed", is_flag=True, help="Never tune a hyperparameter that you did not list."),
    click.option("--data", metavar="[CHANNEL=]PATH", help="Input data, as channel 'train' unless named.", **_MANY),
    click.option("--target", metavar="COLUMN", help="Label column of a built-in algorithm's data."),
    click.option("--max-jobs", type=_reads("--max-jobs", _count), metavar="N", help="At most so many training jobs."),
    click.option("--max-parallel", type=_reads("--max-parallel", _count), metavar="N", help="At most so many at once."),
    click.option("--max-runtime", type=_reads("--max-runtime", parse_duration), metavar="30m",
                 help="Limit of the whole tuning job."),
    click.option("--job-max-runtime", type=_reads("--job-max-runtime", parse_duration), metavar="5m",
                 help="Limit of each training job."),
    click.option("--budget", type=_reads("--budget", parse_budget), metavar="2h|20jobs|5usd",
                 help="Choose the plan to fit."),
    click.option("--price-per-hour", type=_reads("--price-per-hour", _price), metavar="X",
                 help="Price of a slot-hour."),
    click.option("--probe", is_flag=True,
                 help="Run the script's own argument parser, where reading it is not enough."),
    click.option("--strategy", type=_choice_of("strategy", Strategy),
                 metavar="bayesian|random|grid|hyperband", help="How the next values are found."),
    click.option("--early-stopping", type=_choice_of("early stopping", EarlyStopping),
                 metavar="auto|off", help="Whether hopeless training jobs are stopped."),
    click.option("--seed", type=_reads("--seed", _seed), metavar="N", help="The same seed repeats a search."),
    click.option("--python", metavar="PATH",
                 help="Interpreter of SCRIPT.py (default: the active or a neighbouring virtual environment)."),
    click.option("--in-place", is_flag=True, help="Run in this folder, not in a working folder for each job."),
    click.option("--env", metavar="NAME[=VALUE]", help="Pass an environment variable on.", **_MANY),
    click.option("--name", type=_reads("--name", _name), metavar="NAME", help="Name of the tuning job."),
    click.option("--backend", type=_reads("--backend", _backend), default="local", metavar="NAME", show_default=True,
                 help="Where training jobs run."),
    click.option("--no-autotune", "autotune", is_flag=True, flag_value=False, default=True,
                 help="Tune your own ranges only; infer nothing."),
    click.option("--plan", "plan_file", type=click.Path(path_type=Path), metavar="FILE",
                 help="A plan file from `selftune plan -o`; the lines that you edited are yours."),
    click.option("--from", "from_job", metavar="JOB",
                 help="The settings of JOB again, starting from the best values that it found."),
    click.option("--learning/--no-learning", "learning", default=None,
                 help="Learn from earlier tuning jobs of this program (default: yes, unless --seed is given)."),
)  # fmt: skip
