"""Shell scripts: what they set (`LR=0.1`) and what they hand to a Python program (`python train.py --lr 0.1`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selftune.model.values import HyperparameterValue, is_number, text_from_value, value_from_text
from selftune.training.config_formats.located import Located, drop_ambiguous

_TOKEN = re.compile(
    r"""(?P<space>(?:[ \t]|\\\n)+)|(?P<comment>(?<![^\s;])\#[^\n]*)|(?P<end>\n|;|&&|\|\|?|&)"""
    r"""|(?P<word>(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|\$\([^)]*\)|`[^`]*`|[^\s;&|"'\\`])+)""",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=")
_OPTION = re.compile(r"(?P<name>--?[A-Za-z][\w.-]*)(?:=|\Z)")
_KEY = re.compile(r"(?P<name>\+{0,2}[A-Za-z_][\w.]*)=")
_SETTING = frozenset({"export", "local", "readonly", "declare"})
_PROGRAMS = re.compile(r"(?:.*/)?(?:python[\d.]*|torchrun|accelerate|deepspeed|uv|poetry|srun|mpirun)\Z")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command, and where it stands."""

    text: str
    start: int

    @property
    def plain(self) -> str:
        """Without the quotes around it."""
        is_quoted = len(self.text) > 1 and self.text[0] == self.text[-1] and self.text[0] in "\"'"
        return self.text[1:-1] if is_quoted else self.text


def locate(text: str) -> dict[str, Located]:
    """The literals that variables are set to and that options of Python programs are given, by name.

    Raises ValueError where nothing of the text reads as a shell script.
    """
    found: list[tuple[str, Located]] = []
    for words in commands(text):
        start = python_script_at(words)
        if start is not None:
            found += _options(words[start + 1 :])
        found += _assignments(words[:start] if start is not None else words)
    return drop_ambiguous(found)


def place(text: str, key: str) -> Located | None:
    """Where an option that a script leaves out would be added, for a key such as `train.py --lr`: behind `train.py`.

    None where the script does not run that program exactly once.
    """
    program, _, option = key.partition(" ")
    runs = [(words, at) for words in commands(text) if (at := python_script_at(words)) is not None]
    found = [words[at] for words, at in runs if words[at].plain == program]
    if not option or len(found) != 1:
        return None
    end = found[0].start + len(found[0].text)
    return Located("", end, end, before=f" {option}=")


def assigned_names(text: str) -> frozenset[str]:
    """The variables that a script sets to literals."""
    return frozenset(name for words in commands(text) for name, _ in _assignments(words))


def write(value: HyperparameterValue, standing: str) -> str:
    """A value as a word; one that was quoted stays quoted, booleans keep the spelling that stands there."""
    if isinstance(value, bool):
        text = "true" if value else "false"
        return text.capitalize() if standing in ("True", "False") else text
    quote = standing[:1] if standing[:1] in ("'", '"') else ""
    return f"{quote}{text_from_value(value)}{quote}"


def commands(text: str) -> list[list[Word]]:
    """The words of each simple command of a script."""
    found: list[list[Word]] = [[]]
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            position += 1
            continue
        if match["word"] is not None:
            found[-1].append(Word(match["word"], match.start()))
        elif match["end"] is not None:
            found.append([])
        position = match.end()
    return [words for words in found if words]


def python_script_at(words: Sequence[Word]) -> int | None:
    """The index of the Python script, or of the module behind `-m`, that a command runs; None where it runs none."""
    is_started = False
    for index, word in enumerate(words):
        if word.plain.endswith(".py"):
            return index
        is_started = is_started or _PROGRAMS.match(word.plain) is not None
        if is_started and word.plain == "-m" and index + 1 < len(words) and words[index + 1].plain[:1].isalpha():
            return index + 1
    return None


def _options(words: Sequence[Word]) -> Iterator[tuple[str, Located]]:
    for index, word in enumerate(words):
        option, key = _OPTION.match(word.text), _KEY.match(word.text)
        match = option or key
        if match is None:
            continue
        name = match["name"].lstrip("-+")
        if match.end() < len(word.text) and match[0].endswith("="):
            place = _located(Word(word.text[match.end() :], word.start + match.end()))
        else:
            place = _located(words[index + 1]) if index + 1 < len(words) and _is_alone(words[index + 1 :]) else None
        if place is not None:
            yield name, place


def _is_alone(following: Sequence[Word]) -> bool:
    """Whether one value, and not a list of them, follows an option."""
    is_value = not _OPTION.match(following[0].text)
    return is_value and (len(following) < 2 or not is_number(value_from_text(following[1].plain)))


def _assignments(words: Sequence[Word]) -> Iterator[tuple[str, Located]]:
    """`LR=0.1`, alone or in front of a command."""
    for word in words:
        match = _ASSIGNMENT.match(word.text)
        if match is None:
            if word.text in _SETTING or word.text.startswith("-"):
                continue
            return
        place = _located(Word(word.text[match.end() :], word.start + match.end()))
        if place is not None:
            yield match["name"], place


def _located(word: Word) -> Located | None:
    """A literal word; None for one that the shell expands."""
    text = word.plain
    if not text or any(mark in word.text for mark in "$`*?(){}<>\\~"):
        return None
    value: HyperparameterValue = {"true": True, "false": False}.get(text.lower(), value_from_text(text))
    return Located(value, word.start, word.start + len(word.text))
