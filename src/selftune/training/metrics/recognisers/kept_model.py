"""The model that is kept: a program that goes back to its best epoch ends with the values of that, not of the last.

Keras with `restore_best_weights` and CatBoost with an evaluation set say so in their output, and the values that they
go back to are reported once more. LightGBM prints them again by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.names import split_of
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_RESTORED = re.compile(r"\s*Restoring model weights from the end of the best epoch: (\d+)")
_BEST = re.compile(r"\s*bestTest = (\S+)")
_SHRUNK = re.compile(r"\s*Shrink model to first \d+ iterations")
_BEGINNINGS = ("Restoring", "bestTest", "Shrink")
"""One look at a line's beginning spares nearly all lines three expressions."""
_MOST_EPOCHS = 10_000


class KeptModel:
    """Remembers the values that a program may go back to."""

    def __init__(self) -> None:
        self._epochs: dict[float, dict[str, float]] = {}
        self._best: float | None = None

    def note(self, epoch: float | None, found: Sequence[tuple[str, float]]) -> None:
        """Remember what was measured on validation data at the end of an epoch."""
        held_out = {name: value for name, value in found if split_of(name) == "validation"}
        if epoch is None or not held_out:
            return
        if len(self._epochs) >= _MOST_EPOCHS:
            self._epochs.pop(next(iter(self._epochs)))
        self._epochs[epoch] = held_out

    def line(self, line: str) -> list[Named] | None:
        """The values gone back to, nothing for what leads up to them; None where the line says nothing of the kind."""
        if not line.lstrip().startswith(_BEGINNINGS):
            return None
        if match := _RESTORED.match(line):
            kept = self._epochs.get(float(match.group(1)), {})
            return [Named(0, name, value) for name, value in kept.items()]
        if match := _BEST.match(line):
            try:
                self._best = float(match.group(1))
            except ValueError:
                return None
            return []
        if _SHRUNK.match(line) and self._best is not None:
            best, self._best = self._best, None
            return [Named(0, "test", best)]
        return None


def _find(line: str) -> list[Named] | None:
    """What the lines of a whole text go back to."""
    kept = KeptModel()
    return [named for each in line.splitlines() for named in kept.line(each) or ()] or None


KEPT_MODEL = Recogniser(
    name="model that is kept",
    example="bestTest = 0.4012\nbestIteration = 43\nShrink model to first 44 iterations.",
    find=_find,
)
