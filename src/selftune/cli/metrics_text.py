"""What `selftune metrics check` shows: the lines as they come, then a table of the metrics, and the objective."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from selftune.cli.layout import bold, dim, green, paragraph, plain, table, yellow
from selftune.cli.screen import sparkline
from selftune.engine.metrics_check import LineSeen, MetricsSeen
from selftune.engine.no_objective import regex_to_paste
from selftune.model.objective import Direction
from selftune.model.values import counted, short_number
from selftune.training.metrics import direction_of, direction_shown, same_metric, split_of
from selftune.training.metrics.result_files import FileReading

_SHOWN_OF_A_RUN = 3
_NAMES_OF_A_FILE = 6
_CURVE_CELLS = 16


class LineView:
    """Shows lines as they come; of many that were read alike one after the other, the first few and their count.

    Args:
        width: Columns of the screen.
        shows_all: Leave nothing out.
        give: Takes each line for the screen.
    """

    def __init__(self, *, width: int, shows_all: bool, give: Callable[[str], None]) -> None:
        self._width = width
        self._shows_all = shows_all
        self._give = give
        self._form: tuple[object, ...] | None = None
        self._run = 0

    def show(self, seen: LineSeen) -> None:
        """One more line."""
        form = _form(seen)
        if form != self._form:
            self.close()
            self._form, self._run = form, 0
        self._run += 1
        if self._shows_all or self._run <= _SHOWN_OF_A_RUN:
            for line in _line(seen, self._width):
                self._give(line)

    def close(self) -> None:
        """Tell how many lines were left out."""
        hidden = self._run - _SHOWN_OF_A_RUN
        if hidden > 0 and not self._shows_all:
            what = "read alike" if self._form else "without a metric"
            self._give(dim(f"       ... {hidden} more {'line' if hidden == 1 else 'lines'} {what} (--all shows them)"))
        self._form, self._run = None, 0


def seen_lines(seen: MetricsSeen, *, width: int) -> Iterator[str]:
    """The summary: files, metrics, objective, and what to do where there is none."""
    yield ""
    for reading in seen.files.readings:
        yield from paragraph(f"{bold(reading.path)}  {reading.recogniser}: {_names(reading)}", width=width)
    for note in seen.files.notes:
        yield from paragraph(f"Note: {note}", width=width, style=yellow)
    if seen.observed:
        yield from table(list(_rows(seen)), width=width, styles=(plain, bold), wraps=False)
        yield ""
    yield from _verdict(seen, width)


def seen_document(seen: MetricsSeen, lines: Sequence[LineSeen]) -> dict[str, Any]:
    """The one JSON object of `--json`."""
    objective = seen.objective
    return {
        "exit_code": seen.end.exit_code,
        "stopped": seen.was_stopped,
        "lines": [
            {
                "line": each.number,
                "text": each.line,
                "recogniser": each.reading.recogniser,
                "step": each.reading.step,
                "metrics": [{"name": name, "value": value} for name, value in each.reading.points],
            }
            for each in lines
            if each.reading
        ],
        "files": [
            {"path": reading.path, "recogniser": reading.recogniser, "metrics": _distinct(reading)}
            for reading in seen.files.readings
        ],
        "metrics": [_metric(name, values, seen) for name, values in seen.observed.items()],
        "objective": objective and {"name": objective.name, "type": objective.direction.value, "reason": seen.reason},
        "notes": list(seen.files.notes),
    }


def _form(seen: LineSeen) -> tuple[object, ...]:
    reading = seen.reading
    return (reading.recogniser, *(name for name, _ in reading.points)) if reading else ()


def _line(seen: LineSeen, width: int) -> Iterator[str]:
    text = _fitting(seen.line.expandtabs(4).strip(), width - 9)
    if seen.reading is None:
        yield dim(f"{seen.number:6}   {text}")
        return
    yield f"{seen.number:6}   {text}"
    step = "" if seen.reading.step is None else f"at {short_number(seen.reading.step)}, "
    values = "  ".join(f"{name} {bold(short_number(value))}" for name, value in seen.reading.points)
    yield f"       {green('=')} {values}  {dim(f'({step}{seen.reading.recogniser})')}"


def _fitting(text: str, columns: int) -> str:
    return text if len(text) <= columns else f"{text[: columns - 1]}…"


def _rows(seen: MetricsSeen) -> Iterator[tuple[str, ...]]:
    yield ("", "metric", "count", "first", "last", "best", "better", "curve")
    for name, values in seen.observed.items():
        metric = _metric(name, values, seen)
        numbers = [_number(metric[key]) for key in ("first", "last", "best")]
        better = {"Minimize": "smaller", "Maximize": "larger"}.get(metric["type"] or "", "?")
        mark = "*" if metric["is_objective"] else ""
        yield (mark, name, str(metric["count"]), *numbers, better, sparkline(_spread(values)))


def _spread(values: Sequence[float]) -> list[float]:
    """As many of the values as the curve shows, evenly from the first to the last."""
    last = len(values) - 1
    count = min(len(values), _CURVE_CELLS)
    return [values[round(index * last / max(count - 1, 1))] for index in range(count)]


def _metric(name: str, values: Sequence[float], seen: MetricsSeen) -> dict[str, Any]:
    objective = seen.objective
    is_objective = objective is not None and objective.name is not None and same_metric(name, objective.name)
    direction = direction_of(name) or direction_shown(name, seen.observed)
    if is_objective and objective is not None:
        direction = objective.direction
    finite = [value for value in values if math.isfinite(value)]
    best = None
    if direction is not None and finite:
        best = min(finite) if direction is Direction.MINIMIZE else max(finite)
    return {
        "name": name,
        "count": len(values),
        "first": values[0],
        "last": values[-1],
        "best": best,
        "type": direction.value if direction else None,
        "is_objective": is_objective,
    }


def _number(value: float | None) -> str:
    return "" if value is None else short_number(value)


def _verdict(seen: MetricsSeen, width: int) -> Iterator[str]:
    if seen.objective is not None:
        way = "smaller" if seen.objective.direction is Direction.MINIMIZE else "larger"
        yield f"Objective: {bold(str(seen.objective.name))}, {way} is better."
        yield from paragraph(f"Why: {seen.reason}.", width=width, indent=2)
        other = _other(seen)
        if other is not None:
            yield f"  Another one: --metric {other}"
        return
    if seen.planned.name and seen.planned.is_confirmed:
        yield yellow(f"{seen.planned.name} was not seen.")
    elif seen.observed:
        yield yellow("Nothing that was seen can be compared: no name says which way is better.")
        yield f"  Name one: --metric '{next(iter(seen.observed))}:min'"
    else:
        yield yellow(f"No metric was seen in {counted(seen.line_count, 'line')} of output, nor in a file of results.")
    yield from paragraph(
        "Tried: JSON lines and dictionaries, name=value and name: value, tables, progress bars, the lines of XGBoost,"
        " LightGBM, CatBoost, Keras, Lightning, fastai and scikit-learn, and files such as metrics.json.",
        width=width,
        indent=2,
    )
    regex = regex_to_paste(seen.last_lines)
    yield f"  Print one, such as val_accuracy=0.93, or say how to read it: --metric-regex '{regex}'"


def _other(seen: MetricsSeen) -> str | None:
    """Another metric, as --metric takes it: one measured on validation or test data before one that is not."""
    objective = seen.objective.name if seen.objective else None
    others = [n for n in seen.observed if objective is None or not same_metric(n, objective)]
    known = [name for name in others if direction_of(name) is not None]
    known.sort(key=lambda name: split_of(name) in (None, "train"))
    name = next(iter(known), None)
    return name if name is None or all(c.isalnum() or c in "_-:./" for c in name) else f"'{name}'"


def _names(reading: FileReading) -> str:
    names = [metric["name"] for metric in _distinct(reading)]
    more = len(names) - _NAMES_OF_A_FILE
    return ", ".join(names[:_NAMES_OF_A_FILE]) + (f" and {more} more" if more > 0 else "")


def _distinct(reading: FileReading) -> list[dict[str, Any]]:
    """Each metric of a file, with how many values it has and the last of them."""
    series: dict[str, list[float]] = {}
    for point in reading.points:
        series.setdefault(point.name, []).append(point.value)
    return [{"name": name, "count": len(values), "last": values[-1]} for name, values in series.items()]
