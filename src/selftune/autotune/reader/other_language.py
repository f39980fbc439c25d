"""Reading a program of any other language (awk, R, Julia ...) as text: what it prints, and which libraries it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from selftune.autotune.reader.interface import SourceReading
from selftune.autotune.reader.metric_text import PLACE, metric_names, with_printf_places
from selftune.autotune.reader.reading import PrintedMetric

MAX_BYTES = 1_000_000
_PRINTING = re.compile(r"\b(?:s|f)?(?:print(?:f|ln)?|Print(?:f|ln)|cat|paste0?|message|echo|puts|log|info|say)\b")
_TEXT = re.compile(r"""(?P<quote>["'`])(?P<text>(?:(?!(?P=quote))[^\\\n]|\\.)*)(?P=quote)""")
_EXPANSION = re.compile(r"\$\([^)]*\)|[$#]\{[^}]*\}|\$[A-Za-z_]\w*")
_DIRECTIVE = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diufFeEgGs]")
_VALUE = re.compile(r"[A-Za-z_$]")
_LIBRARIES = {"xgboost": r"xgboost|xgb\.\w+", "lightgbm": r"lightgbm|lgb\.\w+", "catboost": r"catboost"}


def read_other(script: Path, folder: Path) -> SourceReading:
    """What the text of a program says; nothing for one that is no text."""
    data = script.read_bytes()[:MAX_BYTES]
    if b"\0" in data:
        return SourceReading()
    label = str(script.relative_to(folder)) if script.is_relative_to(folder) else script.name
    return read_text(data.decode("utf-8", "replace"), label)


def read_text(text: str, label: str) -> SourceReading:
    """What a program says that is given as text; `label` names it in sources."""
    found: dict[str, PrintedMetric] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for name in _printed(line):
            found.setdefault(name, PrintedMetric(name=name, source=f"{label}:{number}"))
    used = {library for library, words in _LIBRARIES.items() if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)}
    return SourceReading(metrics=tuple(found.values()), frameworks=frozenset(used))


def _printed(line: str) -> Iterator[str]:
    """The metrics that each printing statement of a line names just before a value."""
    quoted = [match.span() for match in _TEXT.finditer(line)]
    verbs = [verb for verb in _PRINTING.finditer(line) if not any(a < verb.start() < b for a, b in quoted)]
    ends = [*(verb.start() for verb in verbs[1:]), len(line)]
    for verb, end in zip(verbs, ends, strict=False):  # a line without verbs has one end
        yield from metric_names(_shown(line[verb.end() : end]))


def _shown(rest: str) -> str:
    """The text that is printed: quoted text as it stands, and a place for each value between or inside of it."""
    texts = list(_TEXT.finditer(rest))
    if texts and _DIRECTIVE.search(texts[0]["text"]):
        return with_printf_places(texts[0]["text"])
    shown, end = "", 0
    for match in texts:
        shown += _place(rest[end : match.start()])
        shown += _EXPANSION.sub(PLACE, match["text"].replace("\\n", "\n").replace("\\t", "\t"))
        end = match.end()
    return shown + (_place(rest[end:]) if texts else "")


def _place(code: str) -> str:
    """A place for the value that code between texts stands for; a comma is shown as a blank, as most languages do."""
    return (" " if code.lstrip().startswith(",") else "") + (PLACE if _VALUE.search(code) else "")
