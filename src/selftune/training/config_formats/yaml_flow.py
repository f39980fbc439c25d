"""YAML's flow style: `{lr: 3.0e-4, betas: [0.9, 0.999]}`, in one line or several, and where each scalar stands."""

from __future__ import annotations

import re
from collections.abc import Callable

from selftune.model.values import HyperparameterValue
from selftune.training.config_formats.located import Located

_SPACE = re.compile(r"(?:[ \t\r\n]+|(?:(?<=[\s])|\A)#[^\n]*)*")
_SCALAR = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'"""
    r"""|(?:[^\s,\[\]{}\#&*!|>'"%@`:?-]|-(?=[^\s,\[\]{}?:]))"""
    r"""(?:[^\s,\[\]{}\#:?]|:(?=[^\s,\[\]{}])|(?<=\S)\#|[ \t]+(?=[^\s,\[\]{}\#:?]))*)"""
)
_REST = re.compile(r"[ \t]*(?:(?<=[\s}\]])#[^\n]*)?(?=\r?\n|\Z)")
_BLANK = re.compile(r"[ \t]*")
_MAX_DEPTH = 20


class Unread(Exception):
    """The text is no flow style that is surely understood: an anchor, a tag, a key without a value or twice."""


class Unclosed(Unread):
    """The text ends before the collection does: that is not YAML."""


def read_flow(
    text: str, start: int, prefix: str, value_of: Callable[[str], HyperparameterValue | None]
) -> tuple[list[tuple[str, Located]], int]:
    """(scalars below the mappings by dotted key, the position after the end of the line) of what opens at `start`.

    Args:
        text: The whole file.
        start: Where its `{` or `[` stands.
        prefix: In front of each key.
        value_of: What a scalar's text stands for; None for nothing.

    Raises:
        Unread: not all of it is surely understood.
    """
    reader = _Flow(text, value_of)
    end = reader.collection(start, prefix, is_kept=True, depth=0)
    rest = _REST.match(text, end)
    if rest is None:
        raise Unread
    return reader.found, rest.end()


class _Flow:
    """One pass over a collection."""

    def __init__(self, text: str, value_of: Callable[[str], HyperparameterValue | None]) -> None:
        self._text = text
        self._value_of = value_of
        self.found: list[tuple[str, Located]] = []

    def collection(self, start: int, prefix: str, *, is_kept: bool, depth: int) -> int:
        """Enter the scalars of what opens at `start`; those of lists are only passed over. Returns its end."""
        is_mapping = self._text[start] == "{"
        close = "}" if is_mapping else "]"
        position = self._next(start + 1)
        keys: set[str] = set()
        while self._at(position) != close:
            if depth > _MAX_DEPTH:
                raise Unread
            key = ""
            if is_mapping:
                key, position = self._key(position)
                if key in keys:
                    raise Unread
                keys.add(key)
            position = self._next(self._item(position, prefix + key, is_kept=is_kept and is_mapping, depth=depth))
            if self._at(position) == ",":
                position = self._next(position + 1)
            elif self._at(position) != close:
                raise Unread
        return position + 1

    def _item(self, position: int, key: str, *, is_kept: bool, depth: int) -> int:
        if self._at(position) in ("{", "["):
            return self.collection(position, f"{key}.", is_kept=is_kept, depth=depth + 1)
        match = _SCALAR.match(self._text, position)
        if match is None:
            raise Unread
        value = self._value_of(match["text"])
        if is_kept and value is not None:
            self.found.append((key, Located(value, match.start(), match.end())))
        return match.end()

    def _key(self, position: int) -> tuple[str, int]:
        match = _SCALAR.match(self._text, position)
        if match is None:
            raise Unread
        blank = _BLANK.match(self._text, match.end())
        end = blank.end() if blank is not None else match.end()
        key = match["text"]
        if self._at(end) != ":" or (key[0] not in "\"'" and self._at(end + 1) not in " \t\r\n,{}[]"):
            raise Unread
        return key[1:-1] if key[0] in "\"'" else key, self._next(end + 1)

    def _at(self, position: int) -> str:
        if position >= len(self._text):
            raise Unclosed
        return self._text[position]

    def _next(self, position: int) -> int:
        """The position of what follows after blanks, ends of lines and comments."""
        match = _SPACE.match(self._text, position)
        return match.end() if match is not None else position
