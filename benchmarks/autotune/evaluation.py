"""One real training of a learner beside this file, in this process: what a tuning job or a peer asks for 50 times.

Imports neither selftune nor a peer, so that each can run in its own interpreter.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import os
import re
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Values: TypeAlias = dict[str, Any]

FOLDER = Path(__file__).resolve().parent / "learners"
LEARNERS = ("xgboost", "lightgbm", "mlp")
DATA_SETS = (
    "breast_cancer",
    "german_credit",
    "diabetes",
    "phoneme",
    "adult",
    "wine_white",
    "diamonds",
    "mushroom_agaricus",
    "lgb_binary",
    "digits",
)
_VALUE = re.compile(r"val_loss=(\S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What one training gave."""

    output: tuple[str, ...]
    """The lines that it printed."""
    valid: float
    """The last validation loss printed; NaN where it diverged."""
    test: float
    """The loss of the same model on the test part, which no tool sees."""
    seconds: float
    """Of processor time: what else the machine does has no say in it."""


REFUSED = Evaluation(output=(), valid=math.nan, test=math.nan, seconds=0.0)
"""What a training gives whose values the library refuses."""


class UnknownWords(BaseException):
    """A training script was given what its parser refuses."""


def use_one_core() -> None:
    """Keep every learner on one thread; before numpy, torch or a boosting library is imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    warnings.filterwarnings("ignore")


def script_of(learner: str) -> str:
    """The training script of a learner, relative to `FOLDER`."""
    return f"train_{learner}.py"


def today(learner: str) -> Values:
    """The script's own defaults of what an expert would tune: what the user has before any tuning."""
    arguments = vars(_module(learner).parse_args(["--data", ""]))
    return {name: value for name, value in arguments.items() if name not in ("data", "seed")}


def evaluate_values(learner: str, values: Mapping[str, Any], data: Path, seed: int) -> Evaluation:
    """Train with `values` by argument name, the script's defaults for the others."""
    words = [f"--{name.replace('_', '-')}={value!r}" for name, value in values.items()]
    return evaluate(learner, [f"--data={data}", f"--seed={seed}", *words])


def evaluate(learner: str, words: Sequence[str]) -> Evaluation:
    """Train as the command `python train_<learner>.py WORDS...` does.

    Raises:
        UnknownWords: the script does not take these words, which is a mistake of this benchmark.
        Exception: what the library raises for values that it refuses.
    """
    module = _module(learner)
    printed = io.StringIO()
    started = time.process_time()
    with contextlib.redirect_stdout(printed):
        try:
            arguments = module.parse_args(words)
        except SystemExit as stop:
            raise UnknownWords(f"train_{learner}.py does not take {' '.join(words)}") from stop
        data = module.load(arguments.data)
        predict = module.train(arguments, data)
    seconds = time.process_time() - started
    output = tuple(printed.getvalue().splitlines())
    test = sys.modules["tabular"].loss_of(predict(data.x_test), data.y_test)
    return Evaluation(output=output, valid=_last_value(output), test=float(test), seconds=seconds)


def _last_value(output: Sequence[str]) -> float:
    found = [match[1] for line in output if (match := _VALUE.search(line))]
    value = float(found[-1])
    return value if math.isfinite(value) else math.nan


def _module(learner: str) -> Any:
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    return importlib.import_module(f"train_{learner}")
