"""Names of metrics: which spellings are one name, which way is better, and on which data they were measured.

`validation:rmse`, `validation-rmse`, `val_rmse`, `valid rmse` and `rmse/val` are one name: a name is its split
(validation, test, train or none) and its other words in order, with abbreviations written out.
"""

from __future__ import annotations

import functools
import re
from itertools import groupby

from selftune.model.objective import Direction
from selftune.training.metrics.vocabulary import (
    COUNTERS,
    FILLERS,
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER,
    METRIC_WORDS,
    OPPOSITES,
    PHRASES,
    SCALES,
    SECONDS,
    SPELLINGS,
    SPLITS,
    WEAKLY_HIGHER,
    Split,
)

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z]+[0-9]*|[0-9]+")
_LETTERS = re.compile(r"[a-z]+")
_HELD_OUT = re.compile(r"(?:val|valid|validation|test|dev|eval)[_/.][a-z][\w/.]*[a-z0-9]")
_TELLING = frozenset(word.rstrip("0123456789") for word in METRIC_WORDS)


@functools.lru_cache(maxsize=4096)
def canonical_metric(name: str) -> str:
    """The one spelling of a metric's name: its split, a colon and its words, such as `validation:rmse` or `loss`."""
    split, words = _parts(name)
    rest = "_".join(words)
    if split is None:
        return rest
    return f"{split}:{rest}" if rest else split


def same_metric(a: str, b: str) -> bool:
    """True where two spellings are one name: `val_rmse` and `validation:rmse`, but not `rmse` and `val_rmse`."""
    return canonical_metric(a) == canonical_metric(b)


def split_of(name: str) -> Split | None:
    """On which data the metric was measured, as far as its name says."""
    return _parts(name)[0]


@functools.lru_cache(maxsize=4096)
def direction_of(name: str) -> Direction | None:
    """Which way is better, by the last word of the name that says so; None where no word does."""
    words = _parts(name)[1]
    for word in reversed(words):
        found = _word_direction(word)
        if found is not None:
            is_opposite = any(w in OPPOSITES for w in words)
            return _opposite(found) if is_opposite else found
    return Direction.MAXIMIZE if any(word in WEAKLY_HIGHER for word in words) else None


def may_name_metric(line: str) -> bool:
    """A quick look for a word of which metrics' names are made; it spares most lines of prose a slow one."""
    text = line.lower()
    if "loss" in text or "error" in text or not _TELLING.isdisjoint(_LETTERS.findall(text)):
        return True
    return any(is_held_out_word(word) for word in text.split())


def is_held_out_word(word: str) -> bool:
    """Whether one word says by itself that it was measured on data held out: `val_nme`, `test/dist`."""
    return _HELD_OUT.fullmatch(word.lower()) is not None


@functools.lru_cache(maxsize=4096)
def is_counter(name: str) -> bool:
    """True for what counts or measures the run itself (epoch, lr, seconds): no metric unless asked for by name."""
    split, words = _parts(name)
    if not words:
        return split is None
    if words[-1] in SCALES or not SECONDS.isdisjoint(words):
        return True
    return direction_of(name) is None and any(_bare(word) in COUNTERS for word in words)


@functools.lru_cache(maxsize=4096)
def _parts(name: str) -> tuple[Split | None, tuple[str, ...]]:
    """(split, the other words) of a name, abbreviations written out."""
    words = _WORD.findall(_CAMEL.sub(" ", name).lower())
    split = _split_among(words)
    kept = [SPELLINGS.get(word, word) for word in _without_split(words) if word not in FILLERS]
    if len(kept) > 1 and kept[0] == "0" and split == "validation":
        kept = kept[1:]
    text = f" {' '.join(kept)} "
    for phrase, short in PHRASES:
        text = text.replace(f" {phrase} ", f" {short} ")
    return split, tuple(word for word, _ in groupby(text.split()))


def _split_among(words: list[str]) -> Split | None:
    return next((split for split, known in SPLITS.items() if not known.isdisjoint(words)), None)


def _without_split(words: list[str]) -> list[str]:
    return [word for word in words if not any(word in known for known in SPLITS.values())]


def _word_direction(word: str) -> Direction | None:
    for candidate in (word, _bare(word)):
        if candidate in LOWER_IS_BETTER:
            return Direction.MINIMIZE
        if candidate in HIGHER_IS_BETTER:
            return Direction.MAXIMIZE
    return Direction.MINIMIZE if word.endswith(("loss", "error")) else None


def _bare(word: str) -> str:
    return word.rstrip("0123456789") or word


def _opposite(direction: Direction) -> Direction:
    return Direction.MAXIMIZE if direction is Direction.MINIMIZE else Direction.MINIMIZE
