"""The parts of a hyperparameter's name: `--batchSize`, `model.batch-size` and `clf__batch_size` all end in one name."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")


def word_set(text: str) -> frozenset[str]:
    """The words of a text, for lists of words that are read by people."""
    return frozenset(text.split())


_COMPONENTS = word_set(
    """
    actor critic policy value head backbone encoder decoder enc dec body emb embedding gen disc generator discriminator
    bert crf new base net rate ratio prob init initial max start d g p pi v q w h o e a b c i j 1 2 3 4
    """
)
"""Words that say which part of a model a hyperparameter belongs to."""


_SCHEDULE = word_set("warmup warm noise limit final min minimum end floor")
"""Words of what only shapes the course of another hyperparameter: `warmup_lr`, `final_lr`, `lr_noise_std`."""


def is_of_schedule(name: str) -> bool:
    """Whether the words of a name say that it shapes the course of another hyperparameter."""
    return not _SCHEDULE.isdisjoint(words_of(name))


def last_part(name: str) -> str:
    """The part behind the last dot or double underscore: `optimizer.lr` -> `lr`, `clf__C` -> `C`."""
    return re.split(r"\.|__", name.strip("-_."))[-1]


def normal_name(name: str) -> str:
    """Lower case with underscores: `batchSize` and `batch-size` -> `batch_size`."""
    spaced = _CAMEL.sub("_", name) if not name.isupper() else name
    return _SEPARATORS.sub("_", spaced).strip("_").lower()


def suffixes(name: str) -> Iterator[str]:
    """The name and what is left as words are dropped from its front: `head_lr`, `lr`."""
    words = name.split("_")
    for start in range(len(words)):
        yield "_".join(words[start:])


def without_component(name: str) -> str | None:
    """The name without a last word that only says of which part it is: `lr_actor` -> `lr`; None where there is none."""
    head, _, tail = name.rpartition("_")
    return head if head and tail in _COMPONENTS else None


def without_number(name: str) -> str | None:
    """The name without a number at its end, `hidden2` -> `hidden`; None where there is none, or but one letter left."""
    stem = name.rstrip("0123456789").rstrip("_")
    return stem if len(stem) > 1 and stem != name else None


def words_of(name: str) -> tuple[str, ...]:
    """The words of the last part of a name."""
    return tuple(normal_name(last_part(name)).split("_"))
