"""`key = value` lines, as LightGBM and XGBoost read them on their own, and the `[section]` headings of INI files."""

from __future__ import annotations

import re

from selftune.model.values import HyperparameterValue, text_from_value, value_from_text
from selftune.training.config_formats.located import Located, drop_ambiguous

_SECTION = re.compile(r"\s*\[(?P<name>[^\]]+)\]\s*(?:[#;].*)?\Z")
_ENTRY = re.compile(
    r"""\s*(?P<key>[A-Za-z_][\w.\[\]-]*)\s*(?:=|:(?!/))\s*(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s#;"'](?:[^#;\n]*[^\s#;])?)\s*(?:[#;].*)?\Z"""
)
_BOOLEANS = {"true": True, "false": False}


def locate(text: str) -> dict[str, Located]:
    """The values of all lines that set one, by key, below a section as `section.key`.

    Raises ValueError where no line of the text sets a value.
    """
    found: list[tuple[str, Located]] = []
    prefix, offset = "", 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip("\r\n")
        section, entry = _SECTION.match(content), _ENTRY.match(content)
        if section is not None:
            prefix = f"{section['name'].strip()}."
        elif entry is not None:
            found.append((prefix + entry["key"], _located(entry, offset)))
        offset += len(line)
    if not found and text.strip():
        raise ValueError("no line reads key = value")
    return drop_ambiguous(found)


def write(value: HyperparameterValue, standing: str) -> str:
    """A value as text; one that was quoted stays quoted, booleans keep the spelling that stands there."""
    if isinstance(value, bool):
        text = "true" if value else "false"
        return text.capitalize() if standing in ("True", "False") else text
    quote = standing[:1] if standing[:1] in ("'", '"') else ""
    return f"{quote}{text_from_value(value)}{quote}"


def _located(entry: re.Match[str], offset: int) -> Located:
    text = entry["value"]
    value = text[1:-1] if text[0] in "\"'" else _BOOLEANS.get(text.lower(), value_from_text(text))
    return Located(value, offset + entry.start("value"), offset + entry.end("value"))
