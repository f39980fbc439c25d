"""What a hyperparameter may be when nothing is known of its name as a whole: by the words in it, then by its value.

The result is a knowledge entry like any other, weaker in priority and centred on the value of today.
"""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any

from selftune.autotune.knowledge import KnowledgeEntry, ValueType
from selftune.autotune.names import is_of_schedule, word_set, words_of
from selftune.model.ranges import HardBounds, ScalingType
from selftune.model.values import HyperparameterValue, is_number, short_number

_REGULARISERS = word_set("decay wd l1 l2 reg regularization penalty")
_PERHAPS_REGULARISERS = word_set("alpha lambda")
_FRACTIONS = word_set("prob probability p ratio frac fraction rate share pct")
_NEAR_ONE = word_set("beta beta1 beta2 gamma momentum ema tau discount lam decay")
_FACTORS = word_set("factor decay gamma mult multiplier reduce reduction drop shrink")
_WIDTHS = word_set("dim dims hidden units width channels filters neurons")
_DEPTHS = word_set("layers depth blocks heads layer block")
_LAYERS = word_set("lin linear fc dense hidden layer lstm gru rnn mlp ff ffn")
"""Kinds of layers, numbered or not, whose size is a width: `lin1_size`."""
_LENGTHS = word_set("epoch epochs iter iters iterations step steps round rounds")
_PASSES = word_set("epoch epochs round rounds")
_OF_LENGTH = word_set("num number n of max maximum total train training learn learning inner outer gradient the no")
"""Words beside which steps and iterations are the training length: `lr_update_step` and `sample_step` are none."""
_DATES = word_set("start starts begin idx index from after every freq frequency interval update decay")
"""Words of when something happens within the training length."""
_ENSEMBLES = word_set("estimators trees")
_LEAST = word_set("min minimum least")
_LARGEST_PENALTY = 100.0
_WEIGHTS = word_set("weight coef coeff lambda")


@dataclass(frozen=True, slots=True)
class Guess:
    """An entry made up from a name's words or a value, and whether words had a part in it."""

    entry: KnowledgeEntry
    is_by_word: bool
    is_by_help: bool = False


def guess(name: str, value: HyperparameterValue | None, *, is_penalty: bool = False) -> Guess | None:
    """What a number under this name may be; None where neither says anything.

    Args:
        name: The hyperparameter's name.
        value: Today's value; only numbers are guessed about.
        is_penalty: Its help says that it is the strength of a regularisation.
    """
    if value is None or not is_number(value) or not math.isfinite(float(value)):
        return None
    number = float(value)
    words = words_of(name)
    if _is_rate(frozenset(words)) and number <= 0:
        return None  # a negative learning rate is no learning rate
    by_word = _by_words(name, words, number, is_whole=isinstance(value, int))
    if by_word is not None and (by_word.priority > 1 or not is_penalty):
        return Guess(by_word, is_by_word=True)
    if is_penalty and 0 < number < _LARGEST_PENALTY:
        meaning = "a strength of regularisation by its help"
        return Guess(_log(name, meaning, (30, 30), low=1e-8, high=1e3, has_zero=True), is_by_word=True, is_by_help=True)
    by_value = _by_whole_number(name, number) if isinstance(value, int) else _by_number(name, number)
    return Guess(by_value, is_by_word=False) if by_value is not None else None


def _by_words(name: str, words: Sequence[str], value: float, *, is_whole: bool) -> KnowledgeEntry | None:
    present = frozenset(words)
    if is_whole and value >= 1:
        return _whole_by_words(name, present, value)
    if is_whole:
        return None
    is_rate = _is_rate(present)
    if is_rate and present & _FACTORS:
        return _fraction(name, "a factor on the learning rate by its name", 0.05, 0.95) if 0 < value < 1 else None
    if is_rate:
        priority = 1 if is_of_schedule(name) else 3
        return _log(name, "a learning rate by its name", (30, 30), low=1e-7, high=10, priority=priority)
    if present & _REGULARISERS and 0 <= value < 0.5:
        meaning, priority = "a strength of regularisation by its name", 2 if value > 0 else 1
        return _log(name, meaning, (100, 100), low=1e-8, high=10, has_zero=True, priority=priority)
    if present & _PERHAPS_REGULARISERS and 0 < value < 0.5:
        return _log(name, "perhaps a strength of regularisation", (100, 100), low=1e-8, high=10, priority=1)
    if any("drop" in word for word in words) and 0 <= value < 1:
        return _fraction(name, "a dropout rate by its name", 0.0, 0.5, high_bound=0.95)
    if present & _NEAR_ONE and 0.8 <= value < 1:
        return _near_one(name, value)
    if present & _FRACTIONS and 0 <= value <= 1:
        return _fraction(name, "a fraction by its name", max(0.0, value - 0.4), min(1.0, value + 0.4), priority=1)
    if present & _WEIGHTS and value > 0:
        return _log(
            name, "a weight in the loss by its name", (30, 30), low=1e-9, high=1e9, priority=1, scales_loss=True
        )
    return None


def _is_rate(present: Set[str]) -> bool:
    return "lr" in present or {"learning", "rate"} <= present


def _whole_by_words(name: str, present: frozenset[str], value: float) -> KnowledgeEntry | None:
    if "batch" in present:
        return _size(name, "a batch size by its name", (4, 2), priority=1)
    is_length = bool(present & _PASSES) or present - _LENGTHS <= _OF_LENGTH
    if present & _LENGTHS and is_length and not present & _DATES and "per" not in present:
        return _size(name, "a training length by its name", (1, 4), priority=0, is_resource=True)
    if present & _ENSEMBLES:
        return _size(name, "a number of trees by its name", (4, 4), priority=2)
    if "size" in present and value >= 8 and any(word.rstrip("0123456789") in _LAYERS for word in present):
        return _size(name, "the width of a layer by its name", (4, 4), priority=2)
    if present & _DEPTHS:
        return _whole(name, "a depth by its name", max(1.0, value - 2), value + 3, priority=2)
    if present & _WIDTHS and value > 4:
        return _size(name, "a width by its name", (4, 4), priority=2)
    if present & _LEAST and value >= 2:
        return _size(name, "a least number by its name", (8, 8), priority=1, affects_cost=False)
    return None


def _by_number(name: str, value: float) -> KnowledgeEntry | None:
    if value == 0:
        return None
    size = abs(value)
    is_power_of_ten = math.isclose(10 ** round(math.log10(size)), size, rel_tol=1e-9)
    text = short_number(value)
    if value > 0 and (is_power_of_ten or size < 0.01 or size > 100):
        return _log(name, f"a positive number of the size of {text}", (10, 10), low=1e-300, high=1e300, priority=1)
    if 0.8 <= value < 1:
        return _near_one(name, value, priority=1, meaning=f"a number close to one: {text}")
    low, high = sorted((value / 2, value * 2))
    if 0 < value < 1:
        high = min(high, 1.0)
    return _linear(name, f"a number around {text}", low, high)


def _by_whole_number(name: str, value: float) -> KnowledgeEntry | None:
    if value in (-1, 0, 1) or value < 0:
        return None
    if value >= 32:
        return _size(name, f"a whole number of the size of {value:.0f}", (2, 2), priority=1, affects_cost=False)
    return _whole(name, f"a small whole number: {value:.0f}", max(1.0, value / 2), value * 2, affects_cost=False)


def _log(
    name: str,
    meaning: str,
    factor: tuple[float, float],
    *,
    low: float,
    high: float,
    priority: int = 2,
    has_zero: bool = False,
    scales_loss: bool = False,
) -> KnowledgeEntry:
    return _entry(
        name,
        meaning,
        (low, high),
        priority,
        factor=factor,
        scale=ScalingType.LOG,
        has_zero=has_zero,
        bounds=HardBounds(low=0),
        scales_loss=scales_loss,
    )


def _fraction(
    name: str, meaning: str, low: float, high: float, *, high_bound: float = 1.0, priority: int = 2
) -> KnowledgeEntry:
    return _entry(name, meaning, (low, high), priority, bounds=HardBounds(low=0, high=high_bound))


def _near_one(name: str, value: float, *, priority: int = 2, meaning: str = "a number close to one") -> KnowledgeEntry:
    distance = round(1 - value, 12)
    box = (max(0.0, 1 - distance * 10), 1 - distance / 10)
    return _entry(name, meaning, box, priority, scale=ScalingType.REVERSE_LOG, bounds=HardBounds(low=0, high=1))


def _linear(name: str, meaning: str, low: float, high: float) -> KnowledgeEntry:
    return _entry(name, meaning, (low, high), 1)


def _size(
    name: str,
    meaning: str,
    factor: tuple[float, float],
    *,
    priority: int,
    is_resource: bool = False,
    affects_cost: bool = True,
) -> KnowledgeEntry:
    return _entry(
        name,
        meaning,
        (1, 1e15),
        priority,
        type=ValueType.INT,
        factor=factor,
        scale=ScalingType.LOG,
        bounds=HardBounds(low=1),
        is_resource=is_resource,
        affects_cost=affects_cost,
    )


def _whole(
    name: str, meaning: str, low: float, high: float, *, priority: int = 1, affects_cost: bool = True
) -> KnowledgeEntry:
    bounds = HardBounds(low=1)
    return _entry(name, meaning, (low, high), priority, type=ValueType.INT, bounds=bounds, affects_cost=affects_cost)


def _entry(
    name: str,
    meaning: str,
    box: tuple[float, float],
    priority: int,
    *,
    type: ValueType = ValueType.FLOAT,
    **more: Any,
) -> KnowledgeEntry:
    return KnowledgeEntry(
        framework="words",
        name=name,
        meaning=meaning,
        source="name and value",
        type=type,
        low=box[0],
        high=box[1],
        priority=priority,
        **more,
    )
