"""What scikit-learn's searches and `cross_validate` print of each fold with `verbose=3`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from selftune.training.metrics.numbers import NUMBER
from selftune.training.metrics.recognisers.recogniser import Named, Recogniser

_FOLD = re.compile(r"\[CV[ \d/;]*\]")
_SCORE = re.compile(rf"\bscore=(?:\((train)=({NUMBER}), test=({NUMBER})\)|({NUMBER}))")
_SEVERAL = re.compile(rf"(\w+): \((?:train=({NUMBER}), )?test=({NUMBER})\)")


def find(line: str) -> Sequence[Named] | None:
    """The scores of a fold; the hyperparameters that were tried are none, whatever their names."""
    if not _FOLD.match(line):
        return None
    found: list[Named] = []
    for match in _SEVERAL.finditer(line):
        found += _scores(match, (2, f"train {match.group(1)}"), (3, f"test {match.group(1)}"))
    for match in _SCORE.finditer(line):
        found += _scores(match, (2, "train score"), (3, "test score"), (4, "score"))
    return found


def _scores(match: re.Match[str], *groups: tuple[int, str]) -> list[Named]:
    return [Named(match.start(g), name, float(match.group(g))) for g, name in groups if match.group(g) is not None]


CROSS_VALIDATION = Recogniser(
    name="scikit-learn fold",
    example="[CV 2/5] END ......C=0.1, gamma=0.001;, score=0.962 total time=   0.1s",
    find=find,
)
