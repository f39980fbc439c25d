"""Executables of libraries that train from a configuration file: `lightgbm config=train.conf`, `xgboost train.conf`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath

from selftune.autotune.names import word_set
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.errors import UsageError
from selftune.model.values import HyperparameterValue

SUFFIXES = (".conf", ".cfg")
"""Of files that may be a library's own configuration."""
_MAX_BYTES = 100_000
_FRAMEWORKS = {"lightgbm": "lightgbm", "xgboost": "xgboost", "catboost": "catboost", "fasttext": "fasttext"}
_TELLING: dict[str, frozenset[str]] = {
    "lightgbm": word_set(
        "boosting_type boosting num_leaves num_trees num_iterations metric_freq valid_data is_training_metric data"
        " feature_fraction bagging_fraction min_data_in_leaf is_enable_sparse output_model input_model"
    ),
    "xgboost": word_set(
        "booster eta num_round gamma max_depth min_child_weight model_out model_in save_period eval_train dsplit"
    ),
}
"""Keys of each library's own configuration file."""
_LEAST = 3
"""So many of them make a file one of that library."""
_VALIDATION_KEYS = word_set("valid valid_data valid_data_file test test_data test_data_file valid_filenames")
_METRIC_KEYS = ("metric", "metrics", "eval_metric", "metric_types")
_DEFAULT_METRICS: Mapping[str, str] = {
    "regression": "l2",
    "regression_l1": "l1",
    "binary": "binary_logloss",
    "multiclass": "multi_logloss",
    "lambdarank": "ndcg",
    "binary:logistic": "logloss",
    "reg:squarederror": "rmse",
    "multi:softprob": "mlogloss",
    "multi:softmax": "mlogloss",
    "rank:pairwise": "ndcg",
}
"""What each learning objective is judged by where the file does not say."""


def command_for_config(file: Path, name: str) -> tuple[str, ...] | None:
    """The command that trains from the configuration file `file`, which people call `name`; None where it is no such.

    Which library it is, its keys say.
    """
    from selftune.training.config_file import read_values

    if file.suffix not in SUFFIXES or not file.is_file() or file.stat().st_size > _MAX_BYTES:
        return None
    try:
        keys = read_values(file.read_text(encoding="utf-8"), "conf").keys()
    except (UsageError, UnicodeDecodeError, OSError):
        return None
    counts = {program: len(known & {key.partition("[")[0] for key in keys}) for program, known in _TELLING.items()}
    program = max(counts, key=lambda name: counts[name])
    if counts[program] < _LEAST:
        return None
    return (program, f"config={name}") if program == "lightgbm" else (program, name)


def frameworks_of(program: str) -> frozenset[str]:
    """The library to which an executable belongs."""
    known = _FRAMEWORKS.get(PurePath(program).name.lower())
    return frozenset({known} if known else ())


def metrics_of(
    frameworks: Iterable[str], entries: Sequence[tuple[str, Mapping[str, HyperparameterValue]]]
) -> list[PrintedMetric]:
    """What the executable prints, as its configuration files (path, values) ask for, validation data first."""
    used = frozenset(frameworks) & {"lightgbm", "xgboost"}
    found: list[PrintedMetric] = []
    for path, values in entries if used else ():
        asked = next((str(values[key]) for key in _METRIC_KEYS if key in values), "")
        names = asked.replace(" ", "").split(",") if asked else [_DEFAULT_METRICS.get(str(values.get("objective")), "")]
        for split in _splits(values, is_lightgbm="lightgbm" in used):
            found += [PrintedMetric(name=f"{split}{name}", source=path) for name in names if name]
    return found


def _splits(values: Mapping[str, HyperparameterValue], *, is_lightgbm: bool) -> list[str]:
    if is_lightgbm:
        return ["valid_1 "] if not _VALIDATION_KEYS.isdisjoint(values) else ["training "]
    named = [key[5:-1] for key in values if key.startswith("eval[") and key.endswith("]")]
    return [f"{name}-" for name in named] or ["train-"]


def missing_program_warning(program: str, frameworks: Iterable[str]) -> tuple[str, ...]:
    """What to say where the executable is not installed."""
    if not frameworks or "/" in program or shutil.which(program) is not None:
        return ()
    return (f"There is no program '{program}' on PATH: every training job will fail until it is installed.",)
