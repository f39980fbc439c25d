"""Where good values are expected within a range: around today's value, as far as that can be trusted.

A learning rate that is a hundred times off is a slip of the hand, and what is usual is better evidence then. So a value
is trusted inside the box in which good values usually lie, and the less the farther it lies outside.
"""

from __future__ import annotations

import math
from enum import Enum

from selftune.autotune.knowledge import KnowledgeEntry, ValueType
from selftune.model.ranges import Prior, ScalingType
from selftune.model.values import HyperparameterValue, is_number

EDGE_SHARE = 0.05
"""The outer part of a box, as a share of its width, in which a value is unusual."""
FAR_DECADES = 0.5
"""Beyond a box by more than this, a value is an outlier."""
REACH = 10.0
"""So many times what is usual, and as little of it, lies in the range around an unusual value."""
MIDDLE_SHARE = 0.5
"""The library's default says what is usual where it lies in this middle part of the box."""
_WIDEST_DECADES = 6.0
"""A box wider than this is a fence around what is possible, and tells nothing of a value inside or outside."""


class Standing(Enum):
    """How today's value stands to what is usual; the value is how far it is trusted."""

    USUAL = 1.0
    UNUSUAL = 0.5
    OUTLYING = 0.0


def standing(entry: KnowledgeEntry, value: float) -> Standing:
    """How a value stands to the box of an entry.

    Only rates, penalties and the like are judged: real numbers on a log scale whose box says where good values lie.
    A size is as large as somebody can afford, and a value next to the library's own default is meant.
    """
    if entry.type is not ValueType.FLOAT or entry.scale is not ScalingType.LOG or entry.affects_cost:
        return Standing.USUAL
    if value <= 0 or entry.low <= 0 or value == entry.default:
        return Standing.USUAL
    low, high, place = (math.log10(number) for number in (entry.low, entry.high, value))
    if high - low > _WIDEST_DECADES + 1e-9:
        return Standing.USUAL
    if is_meant(entry, value):
        return Standing.USUAL
    beyond = max(low - place, place - high)
    if beyond > FAR_DECADES:
        return Standing.OUTLYING
    is_relative = entry.factor is not None  # a box that is searched whole holds its own edges anyway
    edge = -EDGE_SHARE * (high - low) if is_relative else 0.0
    return Standing.UNUSUAL if beyond > edge + 1e-9 else Standing.USUAL


def is_meant(entry: KnowledgeEntry, value: float) -> bool:
    """Whether nobody types such a value by a slip of the hand: it is from a recipe of its own."""
    return entry.meant_from is not None and value >= entry.meant_from


def doubtful_range(entry: KnowledgeEntry, value: float) -> tuple[float, float] | None:
    """The range relative to a value that is not usual, inside the box: None is the whole box, for an outlying one.

    Around an unusual one it is what it would be otherwise, and reaches as far as what is usual: 1e-5 may be meant as
    the rate of a model that is trained already, or be a slip.
    """
    if entry.factor is None or standing(entry, value) is Standing.OUTLYING:
        return None
    down, up = entry.factor
    usual = _middle(entry, entry.low, entry.high, entry.scale)
    return min(value / down, usual / REACH), max(value * up, usual * REACH)


def doubt_about(entry: KnowledgeEntry, value: HyperparameterValue | None) -> str:
    """Why the range holds what is usual besides today's value, to be read after that; empty where it is usual."""
    if value is None or not is_number(value):
        return ""
    match standing(entry, float(value)):
        case Standing.UNUSUAL:
            return "is at the edge of where good values usually lie"
        case Standing.OUTLYING:
            return "is far from where good values usually lie"
        case _:
            return ""


def range_prior(
    entry: KnowledgeEntry, low: float, high: float, scale: ScalingType, value: float | None, *, is_smoke: bool = False
) -> Prior:
    """Where good values are expected between two ends: at today's value, else at what is usual, else in the middle.

    A quick test's value is no evidence, and neither is a default that nobody chose where the data say more. An outlying
    value is none either: the middle of the box is; with an unusual one it is half-way between the two, and wider.
    """
    is_chosen = value is not None and not is_smoke and (entry.usual is None or value != entry.default)
    spread = _spread(entry, low, high, scale)
    if value is None or not is_chosen or not _has_place(value, low, high, scale):
        return Prior(center=_usual(entry, low, high, scale, value), spread=spread)
    stands, usual = standing(entry, value), _middle(entry, low, high, scale)
    if stands is Standing.USUAL:
        return Prior(center=value, spread=spread)
    if stands is Standing.OUTLYING:
        return Prior(center=usual, spread=spread)
    one, other, width = scale.forward(value), scale.forward(usual), scale.forward(high) - scale.forward(low)
    center = scale.backward((one + other) / 2)
    between = abs(one - other) / 2 / width if width > 0 else 0.0
    return Prior(center=min(max(center, low), high), spread=min(0.5, max(spread, between)))


def _usual(entry: KnowledgeEntry, low: float, high: float, scale: ScalingType, value: float | None) -> float:
    """What is usual for such data or for the library, else today's value, else the middle."""
    candidates: tuple[HyperparameterValue | None, ...] = (entry.usual, entry.default, value)
    centers = [float(c) for c in candidates if c is not None and is_number(c) and low <= float(c) <= high]
    if centers and (scale is not ScalingType.LOG or centers[0] > 0):
        return centers[0]
    return _middle(entry, low, high, scale)


def _middle(entry: KnowledgeEntry, low: float, high: float, scale: ScalingType) -> float:
    """What is usual for such data, else the library's default, else the middle of the box, between two ends.

    A default near the edge of the box is none: boosting libraries' own rates suit few rounds.
    """
    if entry.usual is not None and low <= entry.usual <= high and (entry.usual > 0 or scale is not ScalingType.LOG):
        return entry.usual
    is_box = scale is entry.scale is ScalingType.LOG and 0 < entry.low < entry.high
    ends = (entry.low, entry.high) if is_box else (low, high)
    middle = scale.backward(sum(scale.forward(end) for end in ends) / 2)
    if is_box and is_number(entry.default or "") and float(entry.default or 0) > 0:
        default, width = float(entry.default or 0), math.log(entry.high / entry.low)
        middle = default if abs(math.log(default / middle)) <= MIDDLE_SHARE / 2 * width else middle
    return min(max(middle, low), high)


def _has_place(value: float, low: float, high: float, scale: ScalingType) -> bool:
    return low <= value <= high and (scale is not ScalingType.LOG or value > 0)


def _spread(entry: KnowledgeEntry, low: float, high: float, scale: ScalingType) -> float:
    """The prior's standard deviation as a share of the width: decades on a log scale, else a quarter of it."""
    if scale is not ScalingType.LOG or high <= low:
        return 0.25
    decades = math.log10(high / low)
    deviation = 1.0 if entry.has_zero else 0.4 if entry.type is ValueType.INT else 0.7
    return min(0.5, max(0.15, deviation / decades))
