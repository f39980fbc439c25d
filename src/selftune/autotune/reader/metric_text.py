"""Names of metrics in a text with places for numbers: the words just before each place."""

from __future__ import annotations

import re

from selftune.autotune.names import word_set
from selftune.autotune.reader.metric_words import COUNTERS, TELLING
from selftune.training.metrics import in_split, leading_split

PLACE = "\0"
"""Stands for a number in a text."""

_LINE = re.compile(r"[\r\n]+")
_SEPARATED = re.compile(r"(?P<name>.*?)\s*(?P<mark>=|:|->|→)\s*[\[({\"'$]*\Z", re.DOTALL)
_CLEAN = re.compile(r"[A-Za-z0-9_:./@ ()\-]+\Z")
_BREAKS = re.compile(r"\t|\||,|;|\s{2,}|\s-+\s|[:=]\s+|[\])}>]\s+|(?<=\w{4})\.\s+")
_SPLITS = frozenset({"train", "training", "val", "valid", "validation", "test", "testing", "dev", "eval", "evaluation"})
_HELD_OUT = _SPLITS - {"train", "training"}
_OBJECTS = word_set(
    """
    set sets ds df loader loaders generator transforms cases split x y labels label targets target pred preds
    predictions prediction mask ids items indices idxs texts words results output outputs outs metrics fn
    func step ratio
    """
)
"""Words of what is held out itself and not of how well it went."""
_COLUMNS = re.compile(r"\t+|\s{2,}|\s*[|,;]\s*")
_FEWEST_COLUMNS = 3
_WIDEST_COLUMN = 40
_ENDINGS = " \t:-.\"'`*#(/"
_PARENTHESIS = re.compile(r"(?<=\s)\([^)]*\)?\Z")
_PRINTF = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diufFeEgGs]")
PERCENT = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(?:\d+|\*)?(?P<kind>(?:\.(?:\d+|\*))?[diouxXeEfFgGsr])")
"""A directive of `%`; its kind ends in the letter that says what it shows."""
BRACES = re.compile(r"\{[^{}:]*(?::(?P<kind>[^{}]*))?\}")
"""A place of `str.format`."""


def metric_names(text: str, *, is_number: list[bool | None] | None = None) -> list[str]:
    """The metrics named in `text`, in the order of the places.

    `is_number` tells of each place whether a real number is sure (True), out of the question (False) or open (None).
    """
    found: list[str] = []
    place = 0
    for line in _LINE.split(text):
        segments, split = line.split(PLACE), leading_split(line)
        for segment in segments[:-1]:
            sure = is_number[place] if is_number is not None and place < len(is_number) else None
            name, mark = _name_before(segment)
            is_said = mark == "=" or (name is not None and (is_telling(name) or _is_held_out(name)))
            is_named = name is not None and (sure or (is_said and not _is_only_a_split(name)))
            if name is not None and sure is not False and is_named:
                found += [in_split(split, name)] if is_metric_name(name, is_sure=sure is True) else []
            place += 1
    return found


def header_names(text: str) -> list[str]:
    """The measured columns in the head of a table, a text without places: `epoch  Loss  Dev/Loss  Dev/Accuracy`."""
    lines = [line for line in _LINE.split(text) if line.strip()]
    cells = _cells(lines[0].strip()) if lines and PLACE not in text else []
    if len(cells) < _FEWEST_COLUMNS or not all(0 < len(cell) <= _WIDEST_COLUMN for cell in cells):
        return []
    if not any(word in COUNTERS for cell in cells for word in name_words(cell)):
        return []  # a table counts its rows by something
    said = [cell for cell in cells if is_telling(cell) or _is_held_out(cell)]
    measured = [cell for cell in said if _CLEAN.match(cell) and is_metric_name(cell)]
    return [cell.replace("/", " ") for cell in measured]


def _cells(line: str) -> list[str]:
    """The columns of a line; parentheses that hold several of them are none of a name: `epoch (val_f1, val_acc)`."""
    cells = [cell.strip() for cell in _COLUMNS.split(line)]
    if all(cell.count("(") == cell.count(")") for cell in cells):
        return cells
    return [cell for cell in _COLUMNS.split(re.sub(r"[()]+", ",", line).replace(", ,", ",").strip(" ,")) if cell]


def is_metric_name(name: str, *, is_sure: bool = True) -> bool:
    """False for counters, sizes, times and settings: numbers that say nothing of quality.

    `is_sure` tells that the value surely is a real number, so that "total" is no count.
    """
    words = name_words(name)
    if not any(word[0].isalpha() for word in words) or len(words) > 6:
        return False
    if words[-1] in TELLING or any(word in TELLING for word in words[:2]):
        return not (words[-1] in COUNTERS and words[-1] not in ("rate", "i", "n", "t"))
    return not any(word in COUNTERS for word in words) and (is_sure or "total" not in words)


def _is_only_a_split(name: str) -> bool:
    """Whether a name says where something was measured and not what."""
    return _SPLITS.issuperset(name_words(name))


def _is_held_out(name: str) -> bool:
    """Whether one word without blanks says that it was measured on data held out: `val_nme`, `test/dist`."""
    words = name_words(name)
    parts = re.split(r"[_/.]", name)
    return len(parts) > 1 and parts[0].lower() in _HELD_OUT and _OBJECTS.isdisjoint(words) and name.strip() == name


def is_telling(name: str) -> bool:
    """True where a word of the name is known to measure quality."""
    return any(word in TELLING for word in name_words(name))


def name_words(name: str) -> list[str]:
    """The words of a name in lower case: `valLoss` and `val_loss` are `val`, `loss`."""
    return [word.lower() for word in re.findall(r"[A-Za-z]+\d*|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))]


def with_percent_places(text: str) -> str:
    """A text for `%`: each directive becomes a place."""
    return PERCENT.sub(PLACE, text.replace("%%", ""))


def with_brace_places(text: str) -> str:
    """A text for `str.format`: each pair of braces becomes a place."""
    return BRACES.sub(PLACE, text.replace("{{", "").replace("}}", ""))


def with_printf_places(text: str) -> str:
    """A format of printf or awk, with its escapes resolved."""
    return _PRINTF.sub(PLACE, text.replace("%%", "")).replace("\\n", "\n").replace("\\t", "\t")


def _name_before(segment: str) -> tuple[str | None, str]:
    """The name that ends just before a place: `..., val_loss: `; words alone count where they measure quality."""
    separated = _SEPARATED.match(segment)
    text, mark = (separated["name"], separated["mark"]) if separated is not None else (segment, "")
    last = _BREAKS.split(text)[-1].strip(_ENDINGS)
    last = _PARENTHESIS.sub("", last.rstrip("(").strip()).strip()
    if not _CLEAN.match(last) or not any(character.isalpha() for character in last):
        return None, ""
    if not mark and not (segment[-1:].isspace() and (is_telling(last) or _is_held_out(last))):
        return None, ""
    return last, mark
