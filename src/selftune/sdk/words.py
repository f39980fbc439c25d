"""Options of the command line, where a message names one, as the arguments that a Python user has instead.

What is inferred, checked and explained below the SDK speaks of `--max-jobs 20`; a tuner takes `max_jobs=20`, and `tune`
has names of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from selftune.model.errors import SelftuneError
from selftune.model.values import value_from_text

_TEXT = r"'[^']*'|[^\s;)]*[^\s,;).]"
_OPTION = re.compile(rf"--(?P<option>[a-z][a-z-]*)(?:[ =](?P<value>(?!--){_TEXT}))?(?P<next> (?=--[a-z]))?")
_HOME = re.compile(r"--home(?: DIR)? or SELFTUNE_HOME")
_BOUNDS = re.compile(r"(?P<low>[^.:]+(?:\.\d+)?(?:e[-+]?\d+)?)\.\.(?P<high>[^:\[]+)(?::(?P<scale>[a-z-]+))?")
_SCALES = {"log": "Logarithmic", "reverse-log": "ReverseLogarithmic", "linear": "Linear"}
_DIRECTIONS = {"min": "Minimize", "max": "Maximize"}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The names that one way of calling selftune has for what the command line's options set."""

    names: tuple[tuple[str, str], ...]
    """Argument by option."""

    def of(self, text: str) -> str:
        """The text with every option replaced by its argument."""
        return _OPTION.sub(self._argument, _HOME.sub("the variable SELFTUNE_HOME", text))

    @contextmanager
    def in_errors(self) -> Iterator[None]:
        """While entered, an error that passes speaks in these words."""
        try:
            yield
        except SelftuneError as error:
            error.message, error.hint = self.of(error.message), self.of(error.hint)
            raise

    def _argument(self, match: re.Match[str]) -> str:
        option, value = match["option"], (match["value"] or "").strip("'")
        argument = dict(self.names).get(option)
        if argument is None:
            return match[0]
        if not re.fullmatch(_FORMS.get(option, ".+"), value):
            return argument + match[0].removeprefix(f"--{option}")  # a word of the sentence, no value
        return _READERS.get(option, _plainly)(argument, value) + (", " if match["next"] else "")


def _plainly(argument: str, value: str) -> str:
    return f"{argument}={value}"


def _quoted(argument: str, value: str) -> str:
    return f"{argument}={value!r}"


def _listed(argument: str, value: str) -> str:
    return f"{argument}=[{value!r}]"


def _one_of(argument: str, value: str) -> str:
    return f"{argument}=" + " or ".join(repr(word.capitalize()) for word in value.split("|"))


def _duration(argument: str, value: str) -> str:
    return f"{argument}={int(value[:-1]) * _SECONDS[value[-1]]}"


def _pair(argument: str, value: str) -> str:
    name, _, given = value.partition("=")
    return f"{argument}={{{name!r}: {given}}}"


def _channel(argument: str, value: str) -> str:
    name, _, path = value.partition("=")
    given = f"{{{name!r}: {path!r}}}"
    return f"{argument}({given})" if argument == "fit" else f"{argument}={given}"


def _metric(argument: str, value: str) -> str:
    name, _, way = value.partition("[")[0].rpartition(":") if ":m" in value else (value, "", "")
    direction = "direction" if argument == "metric" else "objective_type"
    named = f"{argument}={(name or value.partition('[')[0])!r}"
    return f"{named}, {direction}={_DIRECTIONS[way]!r}" if way in _DIRECTIONS else named


def _regex(argument: str, value: str) -> str:
    if argument == "metric_definitions":
        return f"{argument}=[{{'Name': 'NAME', 'Regex': {value!r}}}]"
    return f"{argument}={value!r}"


def _range(argument: str, value: str) -> str:
    name, _, given = value.partition("=")
    return f"{argument}={{{name!r}: {_parameter(given)}}}"


def _wanted(argument: str, value: str) -> str:
    return f"{argument}={{{value!r}: ...}}"


def _parameter(given: str) -> str:
    bounds = _BOUNDS.match(given)
    if bounds is None:
        return f"CategoricalParameter({[value_from_text(choice) for choice in given.split(',')]!r})"
    kind = "IntegerParameter" if bounds["low"].isdigit() and bounds["high"].isdigit() else "ContinuousParameter"
    scale = f", {_SCALES[bounds['scale']]!r}" if bounds["scale"] in _SCALES else ""
    return f"{kind}({bounds['low']}, {bounds['high']}{scale})"


_FORMS = {
    "budget": r"\d+[a-z]+(?:\|\d+[a-z]+)*",
    "data": ".+=.+",
    "early-stopping": "[a-z|]*(?:auto|off)[a-z|]*",
    "home": "DIR",
    "hp": ".+=.+",
    "job-max-runtime": r"\d+[smhd]",
    "learning": "(?!)",
    "max-jobs": r"\d+|N",
    "max-parallel": r"\d+|N",
    "max-runtime": r"\d+[smhd]",
    "name": "NAME",
    "no-learning": "(?!)",
    "range": ".+=.+",
    "price-per-hour": r"[\d.]+|X",
    "seed": r"\d+|N",
    "strategy": "[a-z|]*(?:bayesian|random|grid|hyperband)[a-z|]*",
}
"""What the value of an option looks like, where it is not any word."""

_READERS = {
    "budget": _quoted,
    "data": _channel,
    "early-stopping": _one_of,
    "hp": _pair,
    "job-max-runtime": _duration,
    "keep": _listed,
    "max-runtime": _duration,
    "metric": _metric,
    "metric-regex": _regex,
    "range": _range,
    "strategy": _one_of,
    "target": _quoted,
    "tune": _wanted,
}

TUNER_WORDS = Words(
    names=(
        ("budget", "budget"),
        ("data", "fit"),
        ("early-stopping", "early_stopping_type"),
        ("home", "SELFTUNE_HOME"),
        ("hp", "hyperparameters"),
        ("job-max-runtime", "max_run"),
        ("keep", "hyperparameters_to_keep_static"),
        ("learning", "learn_from_store=True"),
        ("max-jobs", "max_jobs"),
        ("max-parallel", "max_parallel_jobs"),
        ("max-runtime", "max_runtime_in_seconds"),
        ("metric", "objective_metric_name"),
        ("metric-regex", "metric_definitions"),
        ("name", "job_name"),
        ("no-learning", "learn_from_store=False"),
        ("price-per-hour", "price_per_hour"),
        ("range", "hyperparameter_ranges"),
        ("seed", "random_seed"),
        ("strategy", "strategy"),
        ("target", "target_column"),
        ("tune", "hyperparameter_ranges"),
    )
)
"""Those of HyperparameterTuner and its estimator."""

TUNE_WORDS = Words(
    names=(
        ("budget", "budget"),
        ("data", "data"),
        ("early-stopping", "early_stopping"),
        ("home", "SELFTUNE_HOME"),
        ("hp", "hyperparameters"),
        ("job-max-runtime", "job_max_runtime_seconds"),
        ("keep", "keep"),
        ("learning", "learn_from_store=True"),
        ("max-jobs", "max_jobs"),
        ("max-parallel", "max_parallel"),
        ("max-runtime", "max_runtime_seconds"),
        ("metric", "metric"),
        ("metric-regex", "metric_regex"),
        ("name", "name"),
        ("no-learning", "learn_from_store=False"),
        ("price-per-hour", "price_per_hour"),
        ("range", "ranges"),
        ("seed", "seed"),
        ("strategy", "strategy"),
        ("target", "target"),
        ("tune", "ranges"),
    )
)
"""Those of `tune`."""
