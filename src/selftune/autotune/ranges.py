"""From a knowledge entry and today's value to a range.

An inferred range is a prior and no wall: it is centred on today's value where that is usual, holds both it and what is
usual where it is not, always contains it, never leaves the hard bounds of the algorithm, and may expand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from selftune.autotune.knowledge import KnowledgeEntry, ValueType
from selftune.autotune.range_prior import doubt_about, doubtful_range, is_meant, range_prior
from selftune.model.ranges import (
    CategoricalRange,
    ContinuousRange,
    HardBounds,
    IntegerRange,
    Range,
    ScalingType,
)
from selftune.model.values import HyperparameterValue, is_number, text_from_value

_HALF_DECADE = 10**0.5
_DOWN_FROM_MEANT = 30.0
"""How far below a value of a recipe of its own the range reaches."""
_TWICE = 2.0
"""How far beyond a value at the edge of its box: a rate by half a decade, a size that costs by a factor of two."""
_MARGIN = 0.2
"""By how much of its width a linear box is stretched beyond a value that it leaves out."""
_LARGEST = 1e100
"""Numbers of this size and above, as small as its inverse, infinities and NaN leave no room for a range around them."""
_NEGLIGIBLE = 1e-9
"""An end of a linear box that is smaller than this share of the other is a zero that arithmetic missed."""
_MANY_CHOICES = 4
"""From so many neighbouring whole numbers on, choices are a range."""
_WORD_POINTS = 4
"""How many numbers stand beside a word such as "sqrt" among the choices."""


def inferred_range(
    entry: KnowledgeEntry, value: HyperparameterValue | None, *, declared_type: str | None = None
) -> Range | None:
    """The range that an entry gives around today's value; None where the value fits no range of its kind.

    Args:
        entry: What is known.
        value: Today's value, None where nobody knows it.
        declared_type: "int" keeps the range to whole numbers.
    """
    if entry.type is ValueType.CATEGORICAL:
        return _choices(entry, value)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _words_and_numbers(entry, value)
    if value is not None and value != 0 and not 1 / _LARGEST < abs(value) < _LARGEST:
        return None
    box = _box(entry, value)
    is_whole = _is_whole(entry, value, declared_type)
    found = _whole_range(entry, box, value) if is_whole else _real_range(entry, box, value)
    has_room = entry.room is None or found.low < found.high
    return found if has_room else None


def range_of_choices(choices: Sequence[HyperparameterValue], value: HyperparameterValue | None) -> Range | None:
    """Exactly what a program declares to take, today's value first; None where there is nothing to choose from.

    Neighbouring whole numbers are a range of them. A value of today that is not among the choices is left out.
    """
    distinct = {text_from_value(choice): choice for choice in choices}
    if len(distinct) < 2:
        return None
    whole = sorted(c for c in distinct.values() if isinstance(c, int) and not isinstance(c, bool))
    if len(whole) == len(distinct) >= _MANY_CHOICES and whole[-1] - whole[0] == len(whole) - 1:
        return IntegerRange(low=whole[0], high=whole[-1], hard_bounds=HardBounds(low=whole[0], high=whole[-1]))
    today = text_from_value(value) if value is not None else None
    ordered = sorted(distinct, key=lambda text: text != today)
    return CategoricalRange(values=tuple(distinct[text] for text in ordered))


def words_of_entry(entry: KnowledgeEntry, value: str) -> Range | None:
    """The words that an entry takes, today's first; None where that is none of them or the only one."""
    others = tuple(word for word in entry.words if word != value)
    return CategoricalRange(values=(value, *others)) if others and value in entry.words else None


def accepts(entry: KnowledgeEntry, value: HyperparameterValue | None) -> bool:
    """Whether a value is one that the entry's framework takes: text for a choice, a number within hard bounds."""
    if value is None or not is_number(value):
        return True
    return entry.bounds is None or entry.bounds.contains(float(value))


@dataclass(frozen=True, slots=True)
class _Box:
    low: float
    high: float
    scale: ScalingType
    bounds: HardBounds | None


def _is_whole(entry: KnowledgeEntry, value: float | None, declared_type: str | None) -> bool:
    if isinstance(value, float) and not value.is_integer():
        return False
    if declared_type == "int":
        return True
    return entry.type is ValueType.INT and (declared_type != "float" or isinstance(value, int))


def _box(entry: KnowledgeEntry, value: float | None) -> _Box:
    """The box of an entry, moved to the value, stretched so that the value is well inside, within hard bounds."""
    scale = _scale_for(entry, value)
    bounds = _bounds(entry, value)
    low, high = float(entry.low), float(entry.high)
    if value is None or (value == 0 and scale is ScalingType.LOG):
        return _Box(*_bounded(low, high, bounds), scale, bounds)
    if scale is not entry.scale:
        low, high = min(low, value), max(high, value)
    if is_meant(entry, float(value)):
        return _Box(*_bounded(value / _DOWN_FROM_MEANT, value * _HALF_DECADE, bounds), scale, bounds)
    if not is_smoke(entry, value):
        low, high = _stretched(low, high, float(value), scale, _TWICE if entry.affects_cost else _HALF_DECADE)
    is_doubtful = bool(doubt_about(entry, value))
    around = doubtful_range(entry, value) if is_doubtful else _around(entry, _center(entry, float(value)))
    if around is not None:
        low, high = max(low, around[0]), min(high, around[1])
    low, high = _bounded(low, high, bounds)
    return _Box(min(low, value), max(high, value), scale, bounds)


def _bounds(entry: KnowledgeEntry, value: float | None) -> HardBounds | None:
    """What the framework accepts, makes sense and the data leave room for; beyond that, today's value is the wall."""
    bounds = (entry.bounds if accepts(entry, value) else None) or HardBounds()
    low, high = bounds.low, bounds.high
    today = () if value is None else (float(value),)
    if entry.sense_min is not None:
        sense = min(entry.sense_min, *today) if today else entry.sense_min
        low = sense if low is None else max(low, sense)
    for limit in (entry.sense_max, entry.room):
        if limit is not None:
            limit = max(limit, *today) if today else limit
            high = limit if high is None else min(high, limit)
    if low is None and high is None:
        return None
    return HardBounds(low=low, high=high if high is None or low is None else max(high, low))


def is_smoke(entry: KnowledgeEntry, value: HyperparameterValue | None) -> bool:
    """Whether a value is that of a quick test: nothing is to be searched around it."""
    return entry.smoke is not None and value is not None and is_number(value) and 0 < float(value) <= entry.smoke


def _center(entry: KnowledgeEntry, value: float) -> float:
    """Around what a range lies that an entry gives relative to a value: today's, unless that is a quick test's."""
    usual = entry.default if entry.usual is None else entry.usual
    return float(usual) if is_smoke(entry, value) and usual is not None and is_number(usual) else value


def _scale_for(entry: KnowledgeEntry, value: float | None) -> ScalingType:
    """The entry's scale, or linear where the value cannot lie on it."""
    if value is None:
        return entry.scale
    if entry.scale is ScalingType.LOG and (value < 0 or (value == 0 and not entry.has_zero)):
        return ScalingType.LINEAR
    if entry.scale is ScalingType.REVERSE_LOG and not 0 <= value < 1:
        return ScalingType.LINEAR
    return entry.scale


def _around(entry: KnowledgeEntry, value: float) -> tuple[float, float] | None:
    """The range that an entry gives relative to a value."""
    if entry.factor is not None and value > 0:
        down, up = entry.factor
        return value / down, value * up
    if entry.step is not None:
        down, up = entry.step
        return value - down, value + up
    return None


def _stretched(low: float, high: float, value: float, scale: ScalingType, factor: float) -> tuple[float, float]:
    """The box stretched beyond a value that lies on its edge or outside: by a factor on a log scale.

    Where neither the box nor the value is negative, half the value is as far down as it goes on a linear scale.
    """
    if low < value < high:
        return low, high
    match scale:
        case ScalingType.LOG:
            return min(low, value / factor), max(high, value * factor)
        case ScalingType.REVERSE_LOG:
            distance = 1 - value
            return min(low, max(0.0, 1 - 2 * distance)), max(high, 1 - distance / 2)
        case _:
            margin = _MARGIN * max(high - low, abs(value - high), abs(low - value))
            below = value - margin if min(low, value) < 0 else max(value - margin, value / 2)
            return (
                min(low, below) if value <= low else low,
                max(high, value + margin) if value >= high else high,
            )


def _bounded(low: float, high: float, bounds: HardBounds | None) -> tuple[float, float]:
    if bounds is None:
        return low, high
    low, high = (end if bounds.low is None else max(end, bounds.low) for end in (low, high))
    high = high if bounds.high is None else min(high, bounds.high)
    return min(low, high), high


def _real_range(entry: KnowledgeEntry, box: _Box, value: float | None) -> ContinuousRange:
    low, high = _bounded(*_tidy_ends(box), box.bounds)
    scale = box.scale
    if scale is ScalingType.LOG and low <= 0:
        low = _smallest_positive(high)
    if scale is ScalingType.REVERSE_LOG and high >= 1:
        high = max(value or 0.0, 0.9999)
    if value is not None and not (value == 0 and scale is ScalingType.LOG):
        low, high = min(low, value), max(high, value)
    return ContinuousRange(
        low=low,
        high=high,
        scaling=scale,
        prior=range_prior(entry, low, high, scale, value, is_smoke=is_smoke(entry, value)),
        hard_bounds=box.bounds,
        may_expand=True,
        includes_zero=scale is ScalingType.LOG and entry.has_zero and _allows_zero(box.bounds),
    )


def _whole_range(entry: KnowledgeEntry, box: _Box, value: float | None) -> IntegerRange:
    low, high = math.ceil(box.low), math.floor(box.high)
    scale = box.scale
    if scale is ScalingType.REVERSE_LOG:
        scale = ScalingType.LINEAR
    if scale is ScalingType.LOG:
        low = max(low, 1)
    if value is not None:
        low, high = min(low, round(value)), max(high, round(value))
    if scale is ScalingType.LOG and low <= 0:
        scale = ScalingType.LINEAR
    high = max(low, high)
    return IntegerRange(
        low=low,
        high=high,
        scaling=scale,
        prior=range_prior(entry, low, high, scale, value, is_smoke=is_smoke(entry, value)),
        hard_bounds=box.bounds,
        may_expand=True,
    )


def _choices(entry: KnowledgeEntry, value: HyperparameterValue | None) -> Range | None:
    """The entry's choices with the value of today first; None where the value is of another kind."""
    values = entry.values
    if value is not None and values and _kind(value) is not _kind(values[0]):
        return None
    if value is None:
        return CategoricalRange(values=values) if values else None
    others = tuple(
        v for v in values if text_from_value(v) != text_from_value(value) and float_text(v) != float_text(value)
    )
    return CategoricalRange(values=(value, *others)) if others else None


def float_text(value: HyperparameterValue) -> str:
    """A value's text with 2 and 2.0 alike."""
    return repr(float(value)) if is_number(value) else text_from_value(value)


def _kind(value: HyperparameterValue) -> type:
    return bool if isinstance(value, bool) else float if is_number(value) else str


def _words_and_numbers(entry: KnowledgeEntry, value: str) -> Range | None:
    """A word that an entry takes (`sqrt`) beside a few numbers spread over its box."""
    if value not in entry.words:
        return None
    low, high = entry.scale.forward(entry.low), entry.scale.forward(entry.high)
    steps = [low + (high - low) * i / (_WORD_POINTS - 1) for i in range(_WORD_POINTS)]
    numbers = tuple(float(f"{entry.scale.backward(step):.2g}") for step in steps)
    return CategoricalRange(values=(value, *numbers))


def _tidy(number: float, *, down: bool) -> float:
    """A bound with three significant digits, rounded outwards."""
    rounded = float(f"{number:.2e}")
    if (rounded <= number) if down else (rounded >= number):
        return rounded
    digits, _, exponent = f"{number:.2e}".partition("e")
    step = -0.01 if down else 0.01
    return float(f"{float(digits) + step:.2f}e{exponent}")


def _tidy_ends(box: _Box) -> tuple[float, float]:
    """Both ends rounded; on a reverse-log scale it is the distance from one that keeps three digits."""
    if box.scale is ScalingType.REVERSE_LOG:
        far, near = (float(f"{1 - end:.9g}") for end in (box.low, box.high))  # without what arithmetic adds
        low, high = round(1 - _tidy(far, down=False), 12), round(1 - _tidy(near, down=True), 12)
        return max(low, 0.0) if box.low >= 0 else low, high
    negligible = _NEGLIGIBLE * max(abs(box.low), abs(box.high)) if box.scale is ScalingType.LINEAR else 0.0
    low, high = (0.0 if abs(end) < negligible else end for end in (box.low, box.high))
    return _tidy(low, down=True), _tidy(high, down=False)


def _smallest_positive(high: float) -> float:
    return _tidy(high / 1e6, down=True)


def _allows_zero(bounds: HardBounds | None) -> bool:
    return bounds is None or bounds.contains(0.0)
