"""YAML, as far as configuration files need it: block mappings with scalars.

Anything else (lists, flow collections, anchors, tags, long strings, several documents) is passed over as a whole, never
read half. `1e-4`, which YAML calls text, is believed to be a number.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from selftune.model.values import HyperparameterValue, value_from_text
from selftune.training.config_formats.located import Located, drop_ambiguous

_ENTRY = re.compile(
    r"""(?P<indent>\ *)(?P<key>[^\s:#&*!|>'"%@`{}\[\],?-][^:#'"{}\[\]]*?|-?[A-Za-z_][\w.-]*|"[^"\\]*"|'[^']*')\s*:"""
    r"(?:[ \t]+(?P<value>.*))?\Z",
    re.VERBOSE,
)
_PLAIN = re.compile(r"(?P<text>[^\s#&*!|>'\"%@`{}\[\],?:-](?:[^\n#]|(?<=\S)#)*?|[-?][^\s#][^\n#]*?)(?=\s+#|\s*\Z)")
_QUOTED = re.compile(r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(?=\s+#|\s*\Z)""")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_EMPTY = frozenset({"", "~", "null"})
_SAFE_PLAIN = re.compile(r"[A-Za-z_/][\w./+-]*\Z")


@dataclass(slots=True)
class _Level:
    indent: int
    prefix: str


def locate(text: str) -> dict[str, Located]:
    """Scalars below block mappings, by dotted key."""
    found: list[tuple[str, Located]] = []
    levels: list[_Level] = [_Level(-1, "")]
    skipped_indent: int | None = None
    offset = 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip("\r\n")
        start, offset = offset, offset + len(line)
        if not content.strip() or content.lstrip().startswith("#"):
            continue
        if content.startswith(("---", "...")) and found:
            return {}  # several documents
        indent = len(content) - len(content.lstrip(" "))
        if skipped_indent is not None and (indent > skipped_indent or content.lstrip().startswith("- ")):
            continue
        skipped_indent = _take_line(content, start, indent, levels, found)
    return drop_ambiguous(found)


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


def _take_line(
    content: str, start: int, indent: int, levels: list[_Level], found: list[tuple[str, Located]]
) -> int | None:
    """Enter what a line says; returns its indent where the block below it is not understood."""
    entry = _ENTRY.match(content)
    if entry is None:
        return indent
    while levels[-1].indent >= indent:
        levels.pop()
    key = levels[-1].prefix + entry["key"].strip("\"'")
    value = (entry["value"] or "").strip()
    if not value or value.startswith("#"):
        levels.append(_Level(indent, f"{key}."))
        return None
    place = _scalar(content, start, entry.start("value"))
    if place is not None:
        found.append((key, place))
    return indent


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
