"""What a user is told when a training job has ended and printed nothing that can be compared."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from selftune.model.objective import Objective

NAMES_SHOWN = 8
_WORDS_BEFORE = 24
_NUMBER = re.compile(r"[-+]?\d+\.?\d*(?:[eE][-+]?\d+)?")
_TIME = re.compile(r"\b(?:in|took|time|elapsed|eta|after|done|seconds?|minutes?)\b|\d\s*(?:s|ms|sec|min|h)\b", re.I)


_WORD = re.compile(r"[^\W\d_]")
"""A letter: what tells one number of a line from another."""
_TRACEBACK = re.compile(r"Traceback \(most recent call last\)|\s+File \".*\", line \d+")
_EXAMPLE = r"accuracy: ([0-9.]+)"


def nothing_to_compare(
    number: int,
    objective: Objective,
    seen: Mapping[str, Sequence[float]],
    last_lines: Sequence[str],
    notes: Sequence[str] = (),
) -> str:
    """Why the search stops after this training job: what was looked for, what was seen, and what to do."""
    lines = "\n".join(f"    {line}" for line in last_lines) if last_lines else "    (it printed nothing)"
    looked_for = f"'{objective.name}', which the search is to make better" if objective.name else "a metric"
    return (
        f"Training job {number} finished (exit code 0) without printing {looked_for}, so nothing can be compared and"
        f" the search stopped after it. Seen: {_described(seen)}. Its last lines:\n{lines}\n"
        + "\n".join([*notes, _remedy(seen, last_lines)])
    )


def _described(seen: Mapping[str, Sequence[float]]) -> str:
    """ "loss (10x, last 0.31), accuracy (1x, last 0.93)" """
    if not seen:
        return "no metric"
    shown = [f"{name} ({len(values)}x{_last(values[-1])})" for name, values in list(seen.items())[:NAMES_SHOWN]]
    return ", ".join(shown)


def _last(value: float) -> str:
    return f", last {value:.5g}" if math.isfinite(value) else ""


def _remedy(seen: Mapping[str, Sequence[float]], last_lines: Sequence[str]) -> str:
    by_regex = f"    --metric NAME:max --metric-regex '{regex_to_paste(last_lines)}'"
    if seen:
        by_name = f"    --metric '{next(iter(seen))}:min'"
        return f"Name one of these with the better direction, or say how to read it:\n{by_name}\n{by_regex}"
    return f"Print one, such as `val_accuracy=0.93`, or say how to read it:\n{by_regex}"


def regex_to_paste(lines: Sequence[str]) -> str:
    """An expression that reads the last printed number that is no time, or an example where there is none."""
    for line in reversed(_without_tracebacks(lines)):
        numbers = list(_NUMBER.finditer(line))
        if not numbers or _TIME.search(line):
            continue
        number = next((n for n in reversed(numbers) if "." in n.group()), numbers[-1])
        before = _last_words(line[: number.start()])
        if _WORD.search(before):
            return re.escape(before).replace("\\ ", " ").replace("'", ".") + r"\s*([-+0-9.eE]+)"
        if line.strip() == number.group():
            return r"^\s*([-+0-9.eE]+)\s*$"
    return _EXAMPLE


def _without_tracebacks(lines: Sequence[str]) -> list[str]:
    """The lines without those of tracebacks, whose numbers measure nothing."""
    kept: list[str] = []
    is_inside = False
    for line in lines:
        if _TRACEBACK.match(line):
            is_inside = True
        elif not is_inside:
            kept.append(line)
        elif not line.startswith((" ", "\t")):  # the exception itself ends it
            is_inside = False
    return kept


def _last_words(text: str) -> str:
    """The last characters of a text, from the beginning of a word on."""
    tail = text.strip()
    if len(tail) <= _WORDS_BEFORE:
        return tail
    return tail[-_WORDS_BEFORE:].partition(" ")[2] or tail[-_WORDS_BEFORE:]
