"""Real training as tasks: the three scripts of `../autotune/learners` on ten data sets, in an expert's ranges."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tasks import Parameter, Task, Values

AUTOTUNE = Path(__file__).resolve().parents[1] / "autotune"
sys.path.append(str(AUTOTUNE))

from evaluation import DATA_SETS, LEARNERS, evaluate_values, today, use_one_core  # noqa: E402
from searches import ranges_of  # noqa: E402

__all__ = ["AUTOTUNE", "NAMES", "expert", "printed_by_aws", "real_task", "use_one_core"]

NAMES = tuple(f"{learner}/{data}" for data in DATA_SETS for learner in LEARNERS)
LIBRARIES = {"xgboost": "xgboost", "lightgbm": "lightgbm", "mlp": "torch"}


def real_task(folder: Path, name: str, seed: int) -> Task:
    """One of `NAMES`. Regret is 1 at today's values; 0 is the best that anybody found, which only a report knows.

    Args:
        folder: of data sets, `<name>.npz`.
        seed: of the training.
    """
    learner, _, data = name.partition("/")
    score = _score(learner, folder / f"{data}.npz", seed)
    return Task(
        name=name,
        parameters=expert(learner),
        start=today(learner),
        score=score,
        library=LIBRARIES[learner],
        one=score({}),
    )


def expert(learner: str) -> tuple[Parameter, ...]:
    """The expert's ranges for a learner."""
    return _parameters("expert", learner)


def printed_by_aws(learner: str) -> tuple[Parameter, ...]:
    """The ranges that the documentation of Amazon SageMaker prints."""
    return _parameters("aws", learner)


def _parameters(kind: str, learner: str) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(name=p.name, kind="int" if p.is_integer else "float", low=p.low, high=p.high, is_log=p.is_log)
        for p in ranges_of(kind, learner)
    )


def _score(learner: str, data: Path, seed: int) -> Callable[[Values], float]:
    def score(values: Values) -> float:
        try:
            return -evaluate_values(learner, values, data, seed).valid
        except Exception:  # what a library raises for values that it refuses is its own choice
            return float("nan")

    return score
