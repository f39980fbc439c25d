"""A data set as the training scripts here take it: three parts of an npz file, cut to a size that is cheap."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray

TRAIN_ROWS, VALID_ROWS, TEST_ROWS = 600, 1200, 3000
"""The first rows of each part; the parts were shuffled when they were made."""
TRAIN_ROWS_OF_MANY_CLASSES = 300
"""Boosting grows a tree a class and round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabular:
    """Features (rows x columns, missing values NaN) and labels (class numbers from 0, or standardised targets)."""

    x_train: Array
    y_train: Array
    x_valid: Array
    y_valid: Array
    x_test: Array
    y_test: Array
    categorical: tuple[int, ...]
    """Columns of category codes."""
    classes: int
    """0: regression."""


@functools.lru_cache(maxsize=16)
def load(path: str) -> Tabular:
    """Read `path`: an npz file with X_train, y_train, the same for valid and test, cat_idx and task."""
    with np.load(Path(path), allow_pickle=False) as file:
        is_regression = str(file["task"]) == "regression"
        classes = 0 if is_regression else int(file["y_train"].max()) + 1
        train_rows = TRAIN_ROWS_OF_MANY_CLASSES if classes > 2 else TRAIN_ROWS
        parts = {
            part: (file[f"X_{part}"][:rows].astype(np.float32), file[f"y_{part}"][:rows])
            for part, rows in (("train", train_rows), ("valid", VALID_ROWS), ("test", TEST_ROWS))
        }
        categorical = tuple(int(column) for column in file["cat_idx"])
    labels = {part: _labels(y, parts["train"][1], is_regression) for part, (_, y) in parts.items()}
    return Tabular(
        x_train=parts["train"][0],
        y_train=labels["train"],
        x_valid=parts["valid"][0],
        y_valid=labels["valid"],
        x_test=parts["test"][0],
        y_test=labels["test"],
        categorical=categorical,
        classes=classes,
    )


@functools.lru_cache(maxsize=16)
def load_dense(path: str) -> Tabular:
    """The same with categories one-hot, missing values at the mean, and columns standardised and clipped at 5."""
    data = load(path)
    encoded = [_one_hot(data, x) for x in (data.x_train, data.x_valid, data.x_test)]
    mean, deviation = np.nanmean(encoded[0], axis=0), np.nanstd(encoded[0], axis=0)
    scaled = [(x - mean) / np.where(deviation > 0, deviation, 1.0) for x in encoded]
    x_train, x_valid, x_test = (np.nan_to_num(x).clip(-5, 5).astype(np.float32) for x in scaled)
    return replace(data, x_train=x_train, x_valid=x_valid, x_test=x_test, categorical=())


def loss_of(predicted: Array, y: Array) -> float:
    """Log loss of class probabilities (rows x classes), root mean squared error of predicted numbers (rows)."""
    if predicted.ndim == 2:
        chosen = predicted[np.arange(len(y)), y].astype(float)
        return float(-np.log(np.clip(chosen, 1e-7, 1.0)).mean())
    return float(np.sqrt(np.mean((predicted.astype(float) - y) ** 2)))


def _one_hot(data: Tabular, x: Array) -> Array:
    columns = [x[:, [column]] for column in range(x.shape[1]) if column not in data.categorical]
    for column in data.categorical:
        known = data.x_train[:, column]
        codes = np.unique(known[~np.isnan(known)])
        columns.append((x[:, [column]] == codes).astype(np.float32))
    return np.hstack(columns)


def _labels(y: Array, y_train: Array, is_regression: bool) -> Array:
    if not is_regression:
        return y.astype(np.int64)
    return ((y - y_train.mean()) / y_train.std()).astype(np.float32)
