"""Runs Optuna's LightGBMTuner as its documentation shows it. Started by rivals.py in the rival's own interpreter.

Argument: the folder of data sets. Standard input: a search as a JSON line. Standard output: its row as a JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from evaluation import Evaluation, use_one_core
from searches import Row, Search, row_of

use_one_core()

sys.path.insert(0, str(Path(__file__).resolve().parent / "learners"))

import lightgbm  # noqa: E402  what is set above must be set before numpy is imported
import numpy as np  # noqa: E402
import optuna  # noqa: E402
from optuna_integration.lightgbm import LightGBMTuner  # noqa: E402
from tabular import Tabular, load, loss_of  # noqa: E402


def main(folder: str) -> None:
    """Carry out the searches asked for on standard input."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for line in sys.stdin:
        search = Search(**json.loads(line))
        print(json.dumps(run(search, load(f"{folder}/{search.task}.npz"))), flush=True)


def run(search: Search, data: Tabular) -> Row:
    """Let it tune with its own defaults: up to 1,000 rounds, stopped early, about 68 trainings."""
    params = {
        "objective": "regression" if not data.classes else "binary" if data.classes == 2 else "multiclass",
        "metric": "rmse" if not data.classes else "binary_logloss" if data.classes == 2 else "multi_logloss",
        "verbosity": -1,
        "seed": search.seed,
        "num_threads": 1,
        **({"num_class": data.classes} if data.classes > 2 else {}),
    }
    train = lightgbm.Dataset(data.x_train, label=data.y_train)
    valid = train.create_valid(data.x_valid, label=data.y_valid)
    study = optuna.create_study(direction="minimize")  # what it makes itself, but this one can be counted
    began = time.process_time()
    tuner = LightGBMTuner(
        params,
        train,
        valid_sets=[valid],
        callbacks=[lightgbm.early_stopping(100, verbose=False)],
        study=study,
        optuna_seed=search.seed,
        show_progress_bar=False,
    )
    tuner.run()
    seconds = time.process_time() - began
    booster = tuner.get_best_booster()

    def loss(x: np.ndarray, y: np.ndarray) -> float:
        predicted = np.asarray(booster.predict(x, num_iteration=booster.best_iteration))
        return loss_of(np.column_stack([1 - predicted, predicted]) if data.classes == 2 else predicted, y)

    found = Evaluation(
        output=(), valid=loss(data.x_valid, data.y_valid), test=loss(data.x_test, data.y_test), seconds=seconds
    )
    names = ("feature_fraction", "num_leaves", "bagging_fraction", "bagging_freq", "lambda_l1", "lambda_l2")
    values = {name: tuner.best_params[name] for name in (*names, "min_child_samples") if name in tuner.best_params}
    return {**row_of(search, f"optuna {optuna.__version__}", [(values, found)], seconds), "jobs": len(study.trials)}


if __name__ == "__main__":
    main(sys.argv[1])
