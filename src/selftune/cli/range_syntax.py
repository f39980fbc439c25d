"""Ranges as they are typed: `NAME=LOW..HIGH[:scale]` and `NAME=a,b,c`.

Two whole bounds make an integer range (`8..256`), a dot or an exponent in either makes a continuous one (`0.0..1`).
`0 or LOW..HIGH:log` has an exact zero, which is off, beside a log scale.
`range_text` writes a range back in the same grammar, exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

from selftune.model.errors import InvalidRange, UnknownName, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import value_from_text

GRAMMAR = "NAME=LOW..HIGH[:linear|:log|:reverse-log] or NAME=a,b,c"
_ZERO = re.compile(r"0(?:\.0*)?\s+or\s+")
"""Before a range: an exact zero beside it."""
_WHOLE = re.compile(r"[+-]?\d+\Z")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_IS_NUMBER = re.compile(rf"{_NUMBER}\Z")
_MISTAKEN_PAIR = re.compile(rf"[\[(]?\s*({_NUMBER})\s*(?:[:;-]|\.\.\.|to)\s*({_NUMBER})\s*[\])]?\Z")


def parse_named_range(text: str) -> tuple[str, Range]:
    """Read one `--range` value.

    Raises:
        InvalidRange: the bounds are no numbers, leave no room, or do not fit the scale; the hint is a corrected option.
    """
    name, equals, specification = text.partition("=")
    name = name.strip().lstrip("-")
    if not equals or not name or not specification.strip():
        raise UsageError(
            f"--range {text} does not say over which values {name or 'a hyperparameter'} is tuned.",
            hint=f"Write {GRAMMAR}, such as --range lr=1e-5..0.1:log.",
        )
    return name, parse_range(name, specification.strip())


def parse_range(name: str, specification: str) -> Range:
    """Read `LOW..HIGH[:scale]` or `a,b,c` as the range of the hyperparameter `name`."""
    if ".." in specification:
        return _numeric_range(name, specification)
    choices = [choice.strip() for choice in specification.split(",")]
    if len(choices) == 1:
        _refuse_mistaken_pair(name, specification)
    if "" in choices:
        _refuse(name, f"'{specification}' has an empty choice.", f"Write --range {name}=a,b,c.")
    return _named(name, lambda: CategoricalRange(values=tuple(value_from_text(choice) for choice in choices)))


def range_text(range_: Range) -> str:
    """The range in the grammar of `--range`, without the name; reads back as an equal range."""
    if isinstance(range_, CategoricalRange):
        return str(range_)
    zero = "0 or " if isinstance(range_, ContinuousRange) and range_.includes_zero else ""
    bounds = f"{zero}{range_.low!r}..{range_.high!r}"
    return bounds if range_.scaling is ScalingType.LINEAR else f"{bounds}:{range_.scaling}"


def as_continuous(range_: IntegerRange) -> ContinuousRange:
    """The same bounds for a hyperparameter whose value today shows that it is no whole number."""
    return ContinuousRange(low=float(range_.low), high=float(range_.high), scaling=range_.scaling)


def _numeric_range(name: str, specification: str) -> Range:
    zero = _ZERO.match(specification)
    if zero:
        above = specification[zero.end() :]
        return _beside_zero(name, _numeric_range(name, above), above)
    low_text, _, rest = specification.partition("..")
    high_text, colon, scale_text = rest.partition(":")
    scaling = _scaling(name, scale_text) if colon else ScalingType.LINEAR
    low, high = _bound(name, low_text, "low", specification), _bound(name, high_text, "high", specification)
    _check_room(name, low_text.strip(), high_text.strip(), low, high, f":{scale_text}" if colon else "")
    _check_log_start(name, low_text.strip(), high_text.strip(), low, scaling)
    if isinstance(low, int) and isinstance(high, int):
        return _named(name, lambda: IntegerRange(low=low, high=high, scaling=scaling))
    return _named(name, lambda: ContinuousRange(low=float(low), high=float(high), scaling=scaling))


def _beside_zero(name: str, above: Range, specification: str) -> Range:
    if isinstance(above, CategoricalRange) or above.scaling is not ScalingType.LOG:
        ends, _, _ = specification.partition(":")
        _refuse(
            name,
            f"a zero stands only beside a log scale, and '{specification}' has none.",
            f'Write --range "{name}=0 or {ends}:log", or --range {name}=0..{ends.partition("..")[2]}.',
        )
    real = as_continuous(above) if isinstance(above, IntegerRange) else above
    return replace(real, includes_zero=True)


def _scaling(name: str, text: str) -> ScalingType:
    try:
        return ScalingType(text.strip().lower())
    except ValueError:
        raise UnknownName("scale", text, [scale.value for scale in ScalingType], where=f"the range of {name}") from None


def _bound(name: str, text: str, which: str, specification: str) -> int | float:
    stripped = text.strip()
    if not stripped:
        _refuse(
            name,
            f"'{specification}' has no {which} bound.",
            f"A range needs both, such as --range {name}=0.001..0.1:log.",
        )
    if _WHOLE.match(stripped):
        return int(stripped)
    if not _IS_NUMBER.match(stripped):
        _refuse(
            name,
            f"{which} bound '{stripped}' is not a finite number.",
            f"Write {GRAMMAR}, such as --range {name}=1e-5..0.1:log.",
        )
    return float(stripped)


def _check_room(name: str, low_text: str, high_text: str, low: float, high: float, scale: str) -> None:
    if low > high:
        _refuse(
            name,
            f"low {low_text} is above high {high_text}.",
            f"Did you mean --range {name}={high_text}..{low_text}{scale} ?",
        )
    if low == high:
        _refuse(
            name,
            f"low and high are both {low_text}, so there is nothing to tune.",
            f"To hold it there: --hp {name}={low_text} --keep {name}",
        )


def _check_log_start(name: str, low_text: str, high_text: str, low: float, scaling: ScalingType) -> None:
    if scaling is ScalingType.LOG and low <= 0:
        _refuse(
            name,
            f"a log scale cannot start at {low_text}.",
            f"Smallest useful value? e.g. --range {name}=1e-6..{high_text}:log, or drop :log.",
        )


def _refuse_mistaken_pair(name: str, specification: str) -> None:
    pair = _MISTAKEN_PAIR.match(specification)
    if pair:
        _refuse(
            name,
            f"'{specification}' is one value, not a range.",
            f"Did you mean --range {name}={pair[1]}..{pair[2]} ?",
        )


def _named(name: str, build: Callable[[], Range]) -> Range:
    try:
        return build()
    except InvalidRange as error:
        raise InvalidRange(f"Range of {name}: {error.message}", hint=error.hint) from None


def _refuse(name: str, cause: str, hint: str) -> NoReturn:
    raise InvalidRange(f"Range of {name}: {cause}", hint=hint)
