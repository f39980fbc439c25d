"""The learners: what is varied of each, and one real training with its validation losses.

A boosted model is trained once and scored after several numbers of rounds, so that rounds and learning rate are judged
jointly for the price of the longest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from candidates import Space, Values
from data_sets import Split
from networks import train_network

ROUNDS = (50, 100, 150, 200, 300, 400, 600)
"""After so many boosting rounds a model is scored."""
_ENOUGH = 20.0
"""Rounds times learning rate beyond which nothing is gained any more."""
_FLOOR = 1e-3
"""Probabilities below it count as it: forests and neighbours say zero."""

Scores = tuple[float, ...]
"""Validation losses: (log loss, 1 - AUC or error rate) of a classifier, (root mean squared error,) of a regression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A learner of the benchmark."""

    name: str
    space: Space
    train: Callable[[Values, Split], Iterator[tuple[int, Scores]]]
    """Yields (boosting rounds or 0, scores)."""
    rounds: str | None = None
    """The knowledge base's name of its boosting rounds."""
    needs_classes: bool | None = None
    """True: only classification, False: only regression."""


def scores_of(predicted: np.ndarray, split: Split) -> Scores:
    """The losses of probabilities (n, classes) or of numbers (n,)."""
    labels = split.labels[1]
    if not split.classes:
        return (float(np.sqrt(np.mean((predicted - labels) ** 2))),)
    clipped = np.clip(predicted, _FLOOR, 1.0)
    clipped = clipped / clipped.sum(axis=1, keepdims=True)
    log_loss = -float(np.mean(np.log(clipped[np.arange(len(labels)), labels])))
    if split.classes > 2:
        return log_loss, float(np.mean(predicted.argmax(axis=1) != labels))
    return log_loss, 1.0 - _auc(predicted[:, 1], labels)


def constant_scores(split: Split) -> Scores:
    """The losses of predicting the training labels' mean or shares: what any learner must beat."""
    rows = len(split.labels[1])
    if not split.classes:
        return scores_of(np.full(rows, split.labels[0].mean()), split)
    shares = np.bincount(split.labels[0], minlength=split.classes) / len(split.labels[0])
    return scores_of(np.tile(shares, (rows, 1)), split)


def _auc(score: np.ndarray, labels: np.ndarray) -> float:
    from scipy.stats import rankdata

    positive = labels == 1
    ranks = rankdata(score)[positive].sum()
    pairs = positive.sum() * (~positive).sum()
    return float((ranks - positive.sum() * (positive.sum() + 1) / 2) / pairs)


def _checkpoints(rounds: int | None, rate: float) -> list[int]:
    last = max(200.0, _ENOUGH / rate)
    return sorted({r for r in ROUNDS if r <= last} | ({rounds} if rounds else set()))


def _train_xgboost(values: Values, split: Split) -> Iterator[tuple[int, Scores]]:
    import xgboost

    objective = {0: "reg:squarederror", 2: "binary:logistic"}.get(split.classes, "multi:softprob")
    fixed = {"objective": objective, "nthread": 1, "seed": 1, "verbosity": 0}
    classes = {"num_class": split.classes} if split.classes > 2 else {}
    rest = {name: value for name, value in values.items() if name != "num_round"}
    counts = _checkpoints(values.get("num_round"), rest["learning_rate"])
    train = xgboost.DMatrix(split.coded[0], label=split.labels[0])
    valid = xgboost.DMatrix(split.coded[1])
    booster = xgboost.train({**fixed, **classes, **rest}, train, num_boost_round=counts[-1])
    for count in counts:
        predicted = booster.predict(valid, iteration_range=(0, count))
        yield count, scores_of(_as_table(predicted, split), split)


def _train_lightgbm(values: Values, split: Split) -> Iterator[tuple[int, Scores]]:
    import lightgbm

    objective = {0: "regression", 2: "binary"}.get(split.classes, "multiclass")
    fixed = {"objective": objective, "num_threads": 1, "seed": 1, "verbosity": -1, "feature_pre_filter": False}
    classes = {"num_class": split.classes} if split.classes > 2 else {}
    drawn = {"bagging_freq": 1} if "bagging_fraction" in values else {}
    rest = {name: value for name, value in values.items() if name != "num_iterations"}
    counts = _checkpoints(values.get("num_iterations"), rest["learning_rate"])
    data = lightgbm.Dataset(split.coded[0], label=split.labels[0], params={"verbosity": -1})
    booster = lightgbm.train({**fixed, **classes, **drawn, **rest}, data, num_boost_round=counts[-1])
    for count in counts:
        predicted = booster.predict(split.coded[1], num_iteration=count)
        yield count, scores_of(_as_table(predicted, split), split)


def _train_histogram(values: Values, split: Split) -> Iterator[tuple[int, Scores]]:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    made = HistGradientBoostingClassifier if split.classes else HistGradientBoostingRegressor
    rest = {name: value for name, value in values.items() if name != "max_iter"}
    counts = _checkpoints(values.get("max_iter"), rest["learning_rate"])
    model = made(max_iter=counts[-1], early_stopping=False, random_state=1, **rest)
    model.fit(split.coded[0], split.labels[0])
    stages = model.staged_predict_proba if split.classes else model.staged_predict
    for count, predicted in enumerate(stages(split.coded[1]), start=1):
        if count in counts:
            yield count, scores_of(predicted, split)


def _train_forest(values: Values, split: Split, *, is_extra: bool) -> Iterator[tuple[int, Scores]]:
    from sklearn import ensemble

    kind = "ExtraTrees" if is_extra else "RandomForest"
    made = getattr(ensemble, kind + ("Classifier" if split.classes else "Regressor"))
    drawn = {"bootstrap": True} if "max_samples" in values else {}
    features = {"max_features": "sqrt" if split.classes else 1.0}
    model = made(n_jobs=1, random_state=1, **{**features, **drawn, **values})
    model.fit(split.coded[0], split.labels[0])
    predicted = model.predict_proba(split.coded[1]) if split.classes else model.predict(split.coded[1])
    yield 0, scores_of(predicted, split)


def _train_vectors(values: Values, split: Split) -> Iterator[tuple[int, Scores]]:
    from sklearn.svm import SVC, SVR

    most = {"max_iter": 60_000, "cache_size": 100}
    if not split.classes:
        model = SVR(**most, **values).fit(split.wide[0], split.labels[0])
        yield 0, scores_of(model.predict(split.wide[1]), split)
        return
    model = SVC(**most, **values).fit(split.wide[0], split.labels[0])
    error = float(np.mean(model.predict(split.wide[1]) != split.labels[1]))
    if split.classes > 2:
        yield 0, (error,)
    else:
        yield 0, (error, 1.0 - _auc(model.decision_function(split.wide[1]), split.labels[1]))


def _train_neighbours(values: Values, split: Split) -> Iterator[tuple[int, Scores]]:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    made = KNeighborsClassifier if split.classes else KNeighborsRegressor
    model = made(n_jobs=1, **values).fit(split.wide[0], split.labels[0])
    predicted = model.predict_proba(split.wide[1]) if split.classes else model.predict(split.wide[1])
    yield 0, scores_of(predicted, split)


def _train_network(values: Values, split: Split, *, optimizer: str) -> Iterator[tuple[int, Scores]]:
    yield 0, scores_of(train_network(values, split, optimizer=optimizer), split)


def _as_table(predicted: np.ndarray, split: Split) -> np.ndarray:
    """Probabilities of both classes where a library gives those of the second alone."""
    return np.column_stack([1 - predicted, predicted]) if split.classes == 2 else predicted


_XGBOOST = Space(
    framework="xgboost",
    default={"learning_rate": 0.3, "num_round": 100},
    always=("learning_rate", "max_depth"),
    sometimes=("min_child_weight", "subsample", "colsample_bytree", "reg_lambda", "reg_alpha", "gamma"),
    by_hand=(
        {"learning_rate": 0.1},
        {"learning_rate": 0.03},
        {"learning_rate": 0.1, "max_depth": 3},
        {"learning_rate": 0.05, "subsample": 0.8, "colsample_bytree": 0.8},
        {
            "learning_rate": 0.0176,
            "max_depth": 13,
            "min_child_weight": 2.1,
            "subsample": 0.84,
            "colsample_bytree": 0.75,
        },
    ),
    more=(
        {"learning_rate": 0.1, "max_depth": 2},
        {"learning_rate": 0.05, "max_depth": 4},
        {"learning_rate": 0.05, "max_depth": 3, "subsample": 0.8, "colsample_bytree": 0.8},
        {"learning_rate": 0.1, "max_depth": 4, "subsample": 0.7, "colsample_bytree": 0.6, "min_child_weight": 5.0},
        {"learning_rate": 0.05, "max_depth": 5, "subsample": 0.8, "colsample_bytree": 0.6, "min_child_weight": 10.0},
        {"learning_rate": 0.1, "max_depth": 6, "subsample": 0.7, "colsample_bytree": 0.7, "min_child_weight": 20.0},
        {"learning_rate": 0.05, "max_depth": 8, "subsample": 0.7, "colsample_bytree": 0.5, "min_child_weight": 10.0},
        {"learning_rate": 0.3, "max_depth": 2},
        {"learning_rate": 0.03, "max_depth": 3, "subsample": 0.6},
        {"learning_rate": 0.1, "max_depth": 5, "reg_lambda": 20.0},
        {"learning_rate": 0.05, "max_depth": 4, "colsample_bytree": 0.5, "reg_lambda": 5.0},
    ),
    boxes={"learning_rate": (0.01, 0.3)},
)
_LIGHTGBM = Space(
    framework="lightgbm",
    default={"learning_rate": 0.1, "num_iterations": 100},
    always=("learning_rate", "num_leaves"),
    sometimes=("min_data_in_leaf", "feature_fraction", "bagging_fraction", "lambda_l1", "lambda_l2"),
    by_hand=(
        {"learning_rate": 0.03},
        {"learning_rate": 0.05, "num_leaves": 8},
        {"learning_rate": 0.05, "bagging_fraction": 0.8, "feature_fraction": 0.8},
        {"learning_rate": 0.03, "num_leaves": 16, "min_data_in_leaf": 50, "feature_fraction": 0.6},
    ),
    more=(
        {"learning_rate": 0.1, "num_leaves": 4},
        {"learning_rate": 0.1, "num_leaves": 8},
        {"learning_rate": 0.05, "num_leaves": 16},
        {"learning_rate": 0.05, "num_leaves": 8, "bagging_fraction": 0.7, "feature_fraction": 0.7},
        {"learning_rate": 0.05, "num_leaves": 16, "min_data_in_leaf": 10, "feature_fraction": 0.6},
        {"learning_rate": 0.05, "num_leaves": 31, "min_data_in_leaf": 50, "feature_fraction": 0.7},
        {"learning_rate": 0.1, "num_leaves": 16, "lambda_l2": 10.0},
        {"learning_rate": 0.05, "num_leaves": 63, "feature_fraction": 0.5, "bagging_fraction": 0.7},
        {"learning_rate": 0.1, "num_leaves": 31, "min_data_in_leaf": 100, "feature_fraction": 0.5},
        {"learning_rate": 0.05, "num_leaves": 4, "feature_fraction": 0.5},
        {"learning_rate": 0.1, "num_leaves": 63, "min_data_in_leaf": 5, "feature_fraction": 0.6},
    ),
    boxes={"learning_rate": (0.01, 0.3)},
)
_HISTOGRAM = Space(
    framework="sklearn.histgb",
    default={"learning_rate": 0.1, "max_iter": 100},
    always=("learning_rate", "max_leaf_nodes"),
    sometimes=("min_samples_leaf", "l2_regularization"),
    by_hand=(
        {"learning_rate": 0.05},
        {"learning_rate": 0.05, "max_leaf_nodes": 8},
        {"learning_rate": 0.1, "max_leaf_nodes": 8},
        {"learning_rate": 0.1, "max_leaf_nodes": 4},
        {"learning_rate": 0.05, "max_leaf_nodes": 16, "min_samples_leaf": 10},
        {"learning_rate": 0.05, "max_leaf_nodes": 31, "min_samples_leaf": 50},
        {"learning_rate": 0.1, "max_leaf_nodes": 16, "l2_regularization": 10.0},
    ),
    boxes={"learning_rate": (0.02, 0.3)},
    draws=24,
)
_FOREST = Space(
    framework="sklearn.forest",
    default={"n_estimators": 60},
    always=("max_features",),
    sometimes=("min_samples_leaf", "max_samples", "min_samples_split", "max_depth"),
    by_hand=({"max_features": 0.5}, {"min_samples_leaf": 5}, {"max_features": 0.33, "min_samples_leaf": 3}),
    draws=32,
)
_VECTORS = Space(
    framework="sklearn.svm",
    default={"C": 1.0, "gamma": "scale"},
    always=("C", "gamma"),
    by_hand=({"C": 10.0}, {"C": 0.1}, {"C": 100.0, "gamma": 0.001}),
    boxes={"C": (0.03, 1000.0), "gamma": (0.0003, 1.0)},
    draws=24,
)
_NEIGHBOURS = Space(
    framework="sklearn.knn",
    default={"n_neighbors": 5},
    always=("n_neighbors",),
    sometimes=("weights", "p"),
    by_hand=({"n_neighbors": 15}, {"n_neighbors": 30}, {"n_neighbors": 15, "weights": "distance"}),
    draws=24,
)
NETWORK_DEFAULT: Values = {
    "learning_rate": 0.001,
    "weight_decay": 0.0,
    "dropout": 0.0,
    "hidden_size": 128,
    "batch_size": 64,
}
"""What a small script starts with."""
_SGD_DEFAULT: Values = {**NETWORK_DEFAULT, "learning_rate": 0.01}
_HALF_DECADES = (0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


def _network_space(framework: str, default: Values, rates: tuple[float, ...]) -> Space:
    """Learning rates alone on a fixed ladder (from which other starts are told too), then everything together."""
    return Space(
        framework=framework,
        default=default,
        always=("learning_rate", "hidden_size"),
        sometimes=("weight_decay", "dropout", "batch_size"),
        by_hand=tuple({"learning_rate": rate} for rate in rates),
        more=(
            {"dropout": 0.2},
            {"weight_decay": 0.01},
            {"batch_size": 32},
            {"hidden_size": 256},
            {"learning_rate": 3 * default["learning_rate"], "dropout": 0.2},
            {"learning_rate": 3 * default["learning_rate"], "dropout": 0.4, "hidden_size": 256},
            {"learning_rate": 3 * default["learning_rate"], "batch_size": 128},
        ),
        boxes={"learning_rate": (rates[2], rates[-2]), "hidden_size": (32.0, 512.0), "batch_size": (16.0, 128.0)},
        draws=24,
    )


LEARNERS = (
    Learner(name="xgboost", space=_XGBOOST, train=_train_xgboost, rounds="num_round"),
    Learner(name="lightgbm", space=_LIGHTGBM, train=_train_lightgbm, rounds="num_iterations"),
    Learner(name="histogram", space=_HISTOGRAM, train=_train_histogram, rounds="max_iter"),
    Learner(name="random_forest", space=_FOREST, train=lambda v, s: _train_forest(v, s, is_extra=False)),
    Learner(name="extra_trees", space=_FOREST, train=lambda v, s: _train_forest(v, s, is_extra=True)),
    Learner(name="vectors", space=_VECTORS, train=_train_vectors),
    Learner(name="neighbours", space=_NEIGHBOURS, train=_train_neighbours),
    Learner(
        name="network_adam",
        space=_network_space("dl.adamw", NETWORK_DEFAULT, _HALF_DECADES[:9]),
        train=lambda v, s: _train_network(v, s, optimizer="adamw"),
    ),
    Learner(
        name="network_sgd",
        space=_network_space("dl.sgd", _SGD_DEFAULT, _HALF_DECADES[2:]),
        train=lambda v, s: _train_network(v, s, optimizer="sgd"),
    ),
)
