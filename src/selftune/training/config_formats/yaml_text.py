"""YAML, as far as configuration files need it: mappings with scalars, in block and in flow style.

Anything else (lists, anchors, tags, long strings, several documents) is passed over as a whole, never read half.
`1e-4`, which YAML calls text, is believed to be a number.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Literal

from selftune.model.values import HyperparameterValue, value_from_text
from selftune.training.config_formats.located import Located, drop_ambiguous
from selftune.training.config_formats.yaml_flow import Unclosed, Unread, read_flow

_ENTRY = re.compile(
    r"""(?P<indent>\ *)(?P<key>[^\s:#&*!|>'"%@`{}\[\],?-][^:#'"{}\[\]]*?|-?[A-Za-z_][\w.-]*|"[^"\\]*"|'[^']*')\s*:"""
    r"(?:[ \t]+(?P<value>.*))?\Z",
    re.VERBOSE,
)
_PLAIN = re.compile(r"(?P<text>[^\s#&*!|>'\"%@`{}\[\],?:-](?:[^\n#]|(?<=\S)#)*?|[-?][^\s#][^\n#]*?)(?=\s+#|\s*\Z)")
_QUOTED = re.compile(r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=\s+#|\s*\Z)""")
_WORDS = re.compile(r"[A-Za-z_][\w. /+=-]*")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_EMPTY = frozenset({"", "~", "null"})
_SAFE_PLAIN = re.compile(r"[A-Za-z_/][\w./+-]*\Z")


@dataclass(slots=True)
class _Level:
    indent: int
    prefix: str


@dataclass(slots=True)
class _Scan:
    """What is known at a line."""

    text: str
    found: list[tuple[str, Located]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=lambda: [_Level(-1, "")])
    resumed_at: int = 0
    """Lines that begin before this position belong to a flow collection that has been read."""
    entry_indent: int = -1
    """Indent of the entry before; a line that is not further in continues nothing."""
    is_sure: bool = True
    """False behind a quoted text that does not end in its line, which may hold anything."""
    below: Literal["value", "key", ""] = ""
    """What the line before ends with, of which is known what may lie below it."""


def locate(text: str) -> dict[str, Located]:
    """Scalars below mappings, by dotted key.

    Raises ValueError where the text is surely no YAML: a bracket or a quote without an end, a line of a mapping without
    a colon, one below a value or indented by a tab.
    """
    return drop_ambiguous(_scanned(text).found)


def passed_over(text: str) -> list[tuple[int, str]]:
    """(line, what it says) of what may hold values and is not read."""
    return _scanned(text).skipped


def _scanned(text: str) -> _Scan:
    """One pass over the lines of a file."""
    scan = _Scan(text)
    skipped_indent: int | None = None
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        content = line.rstrip("\r\n")
        start, offset = offset, offset + len(line)
        if start < scan.resumed_at or not content.strip() or content.lstrip().startswith("#"):
            continue
        if content.startswith(("---", "...")) and scan.found:
            scan.found = []  # several documents
            scan.skipped = [(number, "a further document")]
            return scan
        indent = len(content) - len(content.lstrip(" "))
        _check_indent(content, number, indent, scan)
        if skipped_indent is not None and (indent > skipped_indent or content.lstrip().startswith("- ")):
            continue
        skipped_indent = _take_line(content, number, start, indent, scan)
    return scan


def write(value: HyperparameterValue, standing: str) -> str:
    """A scalar as YAML; a text that was quoted stays quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value)
        mantissa, exponent, power = text.partition("e")
        return f"{mantissa}.0{exponent}{power}" if exponent and "." not in mantissa else text
    if isinstance(value, int):
        return str(value)
    if standing.startswith("'") and "\n" not in value:
        return "'" + value.replace("'", "''") + "'"
    is_plain = _SAFE_PLAIN.match(value) and _value(value) == value and not standing.startswith('"')
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _check_indent(content: str, number: int, indent: int, scan: _Scan) -> None:
    """Raise ValueError where an entry stands in a place that no YAML has."""
    bare = content.lstrip(" ")
    if not scan.below or not scan.is_sure:
        return
    if bare.startswith("\t") and _ENTRY.match(bare.lstrip()):
        raise ValueError(f"line {number} is indented by a tab")
    if scan.below == "value" and indent > scan.entry_indent and _ENTRY.match(content):
        raise ValueError(f"line {number} is indented below the value of the line before")


def _take_line(content: str, number: int, start: int, indent: int, scan: _Scan) -> int | None:
    """Enter what a line says; returns its indent where the block below it is not understood."""
    entry = _ENTRY.match(content)
    scan.below = ""
    if entry is None:
        if content.lstrip().startswith("{"):
            _take_flow(content, number, start + indent, "", scan)
        elif scan.is_sure and indent <= scan.entry_indent and _WORDS.fullmatch(content.strip()):
            raise ValueError(f"line {number} has no colon")
        return indent
    scan.entry_indent = indent
    levels = scan.levels
    while levels[-1].indent >= indent:
        levels.pop()
    key = levels[-1].prefix + entry["key"].strip("\"'")
    value = (entry["value"] or "").strip()
    if not value or value.startswith("#"):
        levels.append(_Level(indent, f"{key}."))
        scan.below = "key"
        return None
    if value[0] in "{[":
        _take_flow(content, number, start + content.index(value[0], entry.start("value")), f"{key}.", scan)
        return indent
    place = _scalar(content, start, entry.start("value"))
    if place is not None:
        scan.found.append((key, place))
        scan.below = "value"
    elif value[0] in "\"'":
        if value[0] not in scan.text[start + content.index(value[0], entry.start("value")) + 1 :]:
            raise ValueError(f"line {number} opens a quote that is never closed")
        scan.is_sure = False
    elif value[0] in "&*!":
        scan.skipped.append((number, content.strip()))
    return indent


def _take_flow(content: str, number: int, start: int, prefix: str, scan: _Scan) -> None:
    """Enter the scalars of the flow collection that opens at `start`, or note that it is not understood."""
    try:
        found, scan.resumed_at = read_flow(scan.text, start, prefix, _value)
    except Unclosed as error:
        raise ValueError(f"line {number} opens a bracket that is never closed") from error
    except Unread:
        if scan.text[start] == "{":  # no items of lists are read anyway
            scan.skipped.append((number, content.strip()))
    else:
        scan.found += found


def _scalar(content: str, start: int, position: int) -> Located | None:
    while content[position] in " \t":
        position += 1
    match = _QUOTED.match(content, position) or _PLAIN.match(content, position)
    if match is None:
        return None
    value = _value(match["text"])
    return None if value is None else Located(value, start + match.start("text"), start + match.end("text"))


def _value(text: str) -> HyperparameterValue | None:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text.startswith('"'):
        try:
            decoded = json.loads(text)
        except ValueError:  # an escape that JSON does not have
            return None
        return decoded if isinstance(decoded, str) else None
    return None if ": " in text or text.lower() in _EMPTY else _plain_value(text)


def _plain_value(text: str) -> HyperparameterValue:
    return _BOOLEANS[text.lower()] if text.lower() in _BOOLEANS else value_from_text(text)
