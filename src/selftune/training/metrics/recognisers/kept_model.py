"""The model that is kept: a program that goes back to its best epoch ends with the values of that, not of the last.

Keras with `restore_best_weights` and CatBoost with an evaluation set say so in their output; of XGBoost and LightGBM
the program may say it, by printing `best_iteration`. The values that are gone back to are reported once more.
LightGBM, and XGBoost up to 1.2, print them again by themselves.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence

from selftune.training.metrics.names import split_of
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser
from selftune.training.metrics.recognisers.xgboost_round import XGBOOST_ROUND

_RESTORED = re.compile(r"\s*Restoring model weights from the end of the best epoch: (\d+)")
_BEST = re.compile(r"\s*bestTest = (\S+)")
_SHRUNK = re.compile(r"\s*Shrink model to first \d+ iterations")
_BEGINNINGS = ("Restoring", "bestTest", "Shrink")
"""One look at a line's beginning spares nearly all lines three expressions."""
_BEST_ROUND = re.compile(
    r"(?<![A-Za-z])best[\s_-]*(?:boosting[\s_-]*)?(?:iteration|iter|round)_?\b"
    r"(?: (?:is|at|was|so far))?[\s:=(\[]+(\d+)(?![\w.]*\d)",
    re.IGNORECASE,
)
_MOST_EPOCHS = 10_000


class KeptModel:
    """Remembers the values that a program may go back to.

    Args:
        counts_rounds: Whether its epochs are rounds of boosted trees; then all that is not measured on the training
            data is gone back to, else what is measured on validation data: `loss` beside `val_loss` is of the training.
    """

    def __init__(self, *, counts_rounds: bool = False) -> None:
        self._counts_rounds = counts_rounds
        self._epochs: deque[tuple[float, Sequence[tuple[str, float]]]] = deque(maxlen=_MOST_EPOCHS)
        self._best: float | None = None

    def note(self, epoch: float | None, found: Sequence[tuple[str, float]]) -> None:
        """Remember what was measured at the end of an epoch."""
        if epoch is not None and found:
            self._epochs.append((epoch, found))

    def line(self, line: str) -> list[Named] | None:
        """The values gone back to, nothing for what leads up to them; None where the line says nothing of the kind."""
        if not line.lstrip().startswith(_BEGINNINGS):
            return None
        if match := _RESTORED.match(line):
            return self._values_of(float(match.group(1)))
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

    def best_round(self, line: str) -> list[Named]:
        """The values of the round that a line of the program calls the best; none where it calls none so, or the last.

        A program that prints it uses it: XGBoost and LightGBM predict with the trees up to there.
        """
        match = _BEST_ROUND.search(line) if self._counts_rounds else None
        if match is None or not self._epochs or float(match.group(1)) == self._epochs[-1][0]:
            return []
        return self._values_of(float(match.group(1)))

    def _values_of(self, epoch: float) -> list[Named]:
        found = next((found for noted, found in reversed(self._epochs) if noted == epoch), ())
        return [Named(0, name, value) for name, value in found if self._is_held_out(name)]

    def _is_held_out(self, name: str) -> bool:
        split = split_of(name)
        return split != "train" if self._counts_rounds else split == "validation"


def _find(line: str) -> list[Named] | None:
    """What the lines of a whole text go back to."""
    kept = KeptModel(counts_rounds=True)
    found: list[Named] = []
    for each in line.splitlines():
        rounds = XGBOOST_ROUND.find(each) or ()
        kept.note(rounds[0].value if rounds else None, [(named.name, named.value) for named in rounds[1:]])
        found += kept.line(each) or ()
        found += [] if rounds else kept.best_round(each)
    return found or None


KEPT_MODEL = Recogniser(
    name="model that is kept",
    example="bestTest = 0.4012\nbestIteration = 43\nShrink model to first 44 iterations.",
    find=_find,
)
