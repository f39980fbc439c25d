"""Trains FLAML's zero-shot LightGBM, whose defaults follow from the data. Started by rivals.py in its own interpreter.

Argument: the folder of data sets. Standard input: a search as a JSON line. Standard output: its row as a JSON line.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

from evaluation import Evaluation, use_one_core
from searches import Row, Search, row_of

use_one_core()

sys.path.insert(0, str(Path(__file__).resolve().parent / "learners"))

import flaml  # noqa: E402  what is set above must be set before numpy is imported
import numpy as np  # noqa: E402
from flaml.default import LGBMClassifier, LGBMRegressor  # noqa: E402
from tabular import Tabular, load, loss_of  # noqa: E402


def main(folder: str) -> None:
    """Carry out the searches asked for on standard input."""
    logging.disable(logging.WARNING)
    for line in sys.stdin:
        search = Search(**json.loads(line))
        print(json.dumps(run(search, load(f"{folder}/{search.task}.npz"))), flush=True)


def run(search: Search, data: Tabular) -> Row:
    """One training with the hyperparameters that FLAML chooses for the data."""
    began = time.process_time()
    kind = LGBMClassifier if data.classes else LGBMRegressor
    model = kind(random_state=search.seed, n_jobs=1, verbose=-1)
    model.fit(data.x_train, data.y_train)
    seconds = time.process_time() - began
    predict = model.predict_proba if data.classes else model.predict
    found = Evaluation(
        output=(),
        valid=loss_of(np.asarray(predict(data.x_valid)), data.y_valid),
        test=loss_of(np.asarray(predict(data.x_test)), data.y_test),
        seconds=seconds,
    )
    return row_of(search, f"flaml {flaml.__version__}", [({}, found)], seconds)


if __name__ == "__main__":
    main(sys.argv[1])
