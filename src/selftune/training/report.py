"""`selftune.report`: a training script's own way to say a metric, where printing one is not to its taste.

Standard library alone, and nothing of the tuning loop: the script runs the same with selftune beside it or without.
"""

from __future__ import annotations

import json
import math
import os
import sys
from typing import SupportsFloat

from selftune.model.errors import UsageError

_EXAMPLE = "Such as: selftune.report(step=3, val_loss=0.25)"


def report(step: int | None = None, **metrics: SupportsFloat) -> None:
    """Report metrics: one line `{"step": 3, "val_loss": 0.25}` on standard output, which selftune reads.

    Alone, the script prints the same line and nothing else happens. The line is written in one piece, so that several
    processes may report at once. Values are numbers or what `float` takes (a NumPy scalar, a tensor with one element);
    NaN and infinity are allowed and say that training diverged. Names that Python does not take are given as
    `report(3, **{"val/acc": 0.9})`.

    Args:
        step: Epoch, step or round; 0 or more. May be left out.
        metrics: Value by name.

    Raises:
        UsageError: no metric was given, or a value or the step is no number.
    """
    if not metrics:
        raise UsageError("selftune.report was given no metric.", hint=_EXAMPLE)
    record: dict[str, int | float] = {} if step is None else {"step": _checked_step(step)}
    for name, value in metrics.items():
        record[_checked_name(name)] = _checked_value(name, value)
    _write(json.dumps(record) + "\n")


def _checked_step(step: object) -> int:
    try:
        number = float(step)  # type: ignore[arg-type]  # that is what is being found out
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(step, bool | str) or not math.isfinite(number) or number < 0 or number != int(number):
        raise UsageError(f"selftune.report: step {step!r} is not a whole number, 0 or more.", hint=_EXAMPLE)
    return int(number)


def _checked_name(name: str) -> str:
    if not name.strip() or not name.isprintable():
        raise UsageError(f"selftune.report: {name!r} cannot name a metric.", hint=_EXAMPLE)
    return name


def _checked_value(name: str, value: object) -> float:
    if not isinstance(value, bool | str | bytes):
        try:
            return float(value)  # type: ignore[arg-type]  # that is what is being found out
        except (TypeError, ValueError, OverflowError, RuntimeError):
            pass
    raise UsageError(
        f"selftune.report: {name} is {value!r}, which is no number.",
        hint=f"Give a number or a tensor with one element, such as {name}=0.25.",
    )


def _write(line: str) -> None:
    """One write, behind what was printed before; to `sys.stdout` itself where that is no file (a notebook)."""
    sys.stdout.flush()
    try:
        descriptor = sys.stdout.fileno()
    except (AttributeError, OSError, ValueError):
        sys.stdout.write(line)
        sys.stdout.flush()
        return
    data = memoryview(line.encode())
    while data:
        data = data[os.write(descriptor, data) :]
