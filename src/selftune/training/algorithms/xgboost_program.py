"""The built-in XGBoost: a training program that reads the contract folder and needs no code of the user's.

In: `hyperparameters.json`, the channel `train` and, where there is one, the channel `validation`. Out: one line of
metrics a round, the model as `xgboost-model` with the meaning of its columns inside it, and for data that cannot be
learnt from a message in `output/failure`.
"""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import xgboost

from selftune.model.errors import SelftuneError, UnreadableInput
from selftune.training import contract
from selftune.training.algorithms import evaluation
from selftune.training.algorithms.boosting_settings import BoostingSettings, settings_from
from selftune.training.algorithms.examples import DataSet, Examples, load_data_set
from selftune.training.algorithms.features import FeatureCode

MEANING = "selftune_columns"
"""Attribute of the booster: JSON of columns, categories, label and classes."""
_ORIGIN = re.compile(r"^\[[\d:]+\]\s+\S+:\d+:\s+")


def main() -> int:
    """Train; the exit code is 1 where the data or a setting is to blame, with the reason in `output/failure`."""
    try:
        settings = settings_from(contract.read_hyperparameters())
        data = _load(settings)
        booster = _boost(settings, data)
    except SelftuneError as error:
        return _fail(str(error))
    except xgboost.core.XGBoostError as error:
        return _fail(f"XGBoost refused: {_ORIGIN.sub('', str(error).strip().splitlines()[0])}")
    _save(booster, data)
    return 0


def _load(settings: BoostingSettings) -> DataSet:
    train = contract.channel_folder("train")
    if train is None:
        raise UnreadableInput("There is no channel 'train'.", hint="Name the data with --data train=FILE.")
    data = load_data_set(
        train,
        contract.channel_folder("validation"),
        target=settings.target,
        objective=settings.objective,
        class_count=settings.class_count,
    )
    print("\n".join(data.notes), flush=True)
    return data


def _boost(settings: BoostingSettings, data: DataSet) -> xgboost.Booster:
    own = [name for name in settings.metrics if name in evaluation.METRICS]
    lines = _MetricLines()
    training, validation = (_matrix(rows, data.features, settings) for rows in (data.training, data.validation))
    booster = xgboost.train(
        _parameters(settings, data),
        training,
        num_boost_round=settings.rounds,
        evals=[(training, "train"), (validation, "validation")],
        custom_metric=_own_metrics(own, data.labels.objective) if own else None,
        callbacks=[lines, *_early_stopping(settings, own)],
        verbose_eval=False,
    )
    if settings.early_stopping_rounds is not None:
        # Once more, so that the last value printed is that of the model which is kept.
        print(f"The model is that of round {booster.best_iteration}.\n{lines.printed[booster.best_iteration]}")
    return booster


def _parameters(settings: BoostingSettings, data: DataSet) -> dict[str, Any]:
    parameters: dict[str, Any] = {**settings.parameters, "objective": data.labels.objective}
    if data.labels.class_count is not None:
        parameters["num_class"] = data.labels.class_count
    if built_in := [name for name in settings.metrics if name not in evaluation.METRICS]:
        parameters["eval_metric"] = built_in
    return parameters


def _matrix(examples: Examples, features: FeatureCode, settings: BoostingSettings) -> xgboost.DMatrix:
    return xgboost.DMatrix(
        examples.rows,
        label=examples.labels,
        feature_types=features.kinds if settings.takes_categories else None,
        enable_categorical=True,
    )


def _early_stopping(settings: BoostingSettings, own: Sequence[str]) -> list[xgboost.callback.TrainingCallback]:
    """Watches the last metric on the validation rows; our own metrics come after XGBoost's."""
    if settings.early_stopping_rounds is None:
        return []
    return [
        xgboost.callback.EarlyStopping(
            rounds=settings.early_stopping_rounds,
            data_name="validation",
            maximize=own[-1] in evaluation.IS_HIGHER_BETTER if own else None,
            save_best=settings.parameters.get("booster") != "gblinear",
        )
    ]


def _own_metrics(names: Sequence[str], objective: str) -> Any:
    def evaluate(predictions: Any, data: xgboost.DMatrix) -> list[tuple[str, float]]:
        labels, predicted = data.get_label().tolist(), predictions.tolist()
        return [(name, evaluation.evaluate(name, labels, predicted, objective)) for name in names]

    return evaluate


class _MetricLines(xgboost.callback.TrainingCallback):
    """Prints `[round]<tab>train-rmse:0.5<tab>validation-rmse:0.6` a round; a SIGTERM ends the training after it."""

    def __init__(self) -> None:
        self.printed: list[str] = []
        self._is_told_to_stop = False

    def before_training(self, model: Any) -> Any:
        signal.signal(signal.SIGTERM, self._stop)
        return model

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, Any]]) -> bool:  # noqa: ARG002
        values = [
            f"{split}-{metric}:{history[-1]:.8g}"
            for split, metrics in evals_log.items()
            for metric, history in metrics.items()
        ]
        self.printed.append("\t".join([f"[{epoch}]", *values]))
        print(self.printed[-1], flush=True)
        return self._is_told_to_stop

    def _stop(self, *_: object) -> None:
        self._is_told_to_stop = True


def _save(booster: xgboost.Booster, data: DataSet) -> None:
    """The model in XGBoost's own format, alone in its folder: what serves such models takes every file for one.

    What its columns and classes mean goes with it, as the attribute `MEANING`.
    """
    meaning = {
        "columns": list(data.features.names),
        "categories": {name: list(texts) for name, texts in data.features.categories.items()},
        "label": data.labels.name,
        "classes": None if data.labels.classes is None else list(data.labels.classes),
    }
    booster.set_attr(**{MEANING: json.dumps(meaning)})
    (contract.model_folder() / "xgboost-model").write_bytes(booster.save_raw(raw_format="ubj"))


def _fail(reason: str) -> int:
    contract.failure_file().write_text(reason, encoding="utf-8")
    print(reason, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
