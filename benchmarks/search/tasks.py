"""What the searches are compared on. Imports neither selftune nor a peer, so that each can run in its own interpreter.

A task is a search space as plain data, the values that a user would have typed before tuning, and a score to maximise.
`tasks_in(folder)` reads surrogate tasks from a folder; `bundled_tasks()` trains scikit-learn models on its data sets.
`Scorer` shows a search the scores, with noise if wanted: the same noise to every tool.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "interpreters"))

from problem import Parameter, Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to tune."""

    name: str
    parameters: tuple[Parameter, ...]
    start: Values
    """Today's values: what a user would have typed before any tuning."""
    score: Callable[[Values], float]
    """Larger is better."""
    library: str = "sklearn"
    """What a training script of this task would import."""
    zero: float | None = None
    """The score at regret 0; None: the best score that anybody found in this comparison."""
    one: float | None = None
    """The score at regret 1; None: the median score of random values in this comparison."""


class Scorer:
    """The score as one search sees it, and the true scores behind it."""

    def __init__(self, task: Task, noise: float, seed: int) -> None:
        """`noise` is a standard deviation, as a share of the distance between regret 0 and 1."""
        if noise and (task.zero is None or task.one is None):
            raise SystemExit("Noise is measured in regret, so it needs tasks with a reference: --tasks DIR.")
        self._task, self._seed = task, seed
        self._deviation = noise * (task.zero - task.one) if task.zero is not None and task.one is not None else 0.0
        self.shown: list[float] = []
        self.true: list[float] = []

    def __call__(self, values: Values) -> float:
        number = len(self.true)
        noise = random.Random(f"{self._task.name} {self._seed} {number}").gauss(0.0, 1.0)
        self.true.append(self._task.score(values))
        self.shown.append(self.true[-1] + self._deviation * noise)
        return self.shown[-1]


def load_tasks(folder: Path | None) -> dict[str, Task]:
    """All tasks of `folder`, or the bundled ones, by name."""
    found = bundled_tasks() if folder is None else tasks_in(folder)
    return {task.name: task for task in found}


def tasks_in(folder: Path) -> list[Task]:
    """Surrogate tasks: `instances.json`, `reference.json`, `start_values.json` and `surrogates.py` lie in `folder`."""
    surrogates = _import_file(folder / "surrogates.py")
    instances, reference, starts = (
        json.loads((folder / name).read_text()) for name in ("instances.json", "reference.json", "start_values.json")
    )
    return [
        _surrogate_task(surrogates, scenario, instance, reference[f"{scenario}/{instance}"], starts[scenario])
        for scenario, names in instances.items()
        for instance in names
    ]


def bundled_tasks() -> list[Task]:
    """Three learners of scikit-learn on its own data sets, each scored by three-fold cross-validation."""
    return [
        Task(
            name="svc/breast_cancer",
            parameters=(
                Parameter(name="C", kind="float", low=1e-2, high=1e3, is_log=True),
                Parameter(name="gamma", kind="float", low=1e-5, high=1e1, is_log=True),
                Parameter(name="kernel", kind="choice", choices=("rbf", "poly", "sigmoid")),
            ),
            start={"C": 1.0, "gamma": 0.03, "kernel": "rbf"},
            score=functools.partial(_cross_validated, "svc"),
        ),
        Task(
            name="tree/digits",
            parameters=(
                Parameter(name="max_depth", kind="int", low=1, high=30),
                Parameter(name="min_samples_split", kind="int", low=2, high=100, is_log=True),
                Parameter(name="min_samples_leaf", kind="int", low=1, high=50, is_log=True),
                Parameter(name="ccp_alpha", kind="float", low=1e-6, high=1e-1, is_log=True),
                Parameter(name="max_features", kind="float", low=0.1, high=1.0),
                Parameter(name="criterion", kind="choice", choices=("gini", "entropy")),
            ),
            start={
                "max_depth": 10,
                "min_samples_split": 2,
                "min_samples_leaf": 1,
                "ccp_alpha": 1e-6,
                "max_features": 1.0,
                "criterion": "gini",
            },
            score=functools.partial(_cross_validated, "tree"),
        ),
        Task(
            name="sgd/wine",
            parameters=(
                Parameter(name="alpha", kind="float", low=1e-7, high=1e1, is_log=True),
                Parameter(name="eta0", kind="float", low=1e-5, high=1e1, is_log=True),
                Parameter(name="l1_ratio", kind="float", low=0.0, high=1.0),
                Parameter(name="max_iter", kind="int", low=1, high=50, is_log=True),
                Parameter(name="loss", kind="choice", choices=("hinge", "log_loss", "modified_huber")),
            ),
            start={"alpha": 1e-4, "eta0": 1e-3, "l1_ratio": 0.15, "max_iter": 5, "loss": "hinge"},
            score=functools.partial(_cross_validated, "sgd"),
        ),
    ]


def _surrogate_task(surrogates: Any, scenario: str, instance: str, reference: Values, start: Values) -> Task:
    surrogate = surrogates.Surrogate(scenario, instance)
    return Task(
        name=f"{scenario}/{instance}",
        parameters=tuple(_parameter(described) for described in surrogate.space),
        start=start,
        score=surrogate,
        library="torch" if scenario == "lcbench" else scenario,
        zero=reference["q999"],
        one=reference["median"],
    )


def _parameter(described: Values) -> Parameter:
    if described["type"] == "cat":
        return Parameter(name=described["name"], kind="choice", choices=tuple(described["choices"]))
    return Parameter(
        name=described["name"],
        kind=described["type"],
        low=described["lo"],
        high=described["hi"],
        is_log=described["log"],
    )


def _import_file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python module.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cross_validated(learner: str, values: Values) -> float:
    import warnings

    from sklearn import datasets
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import SGDClassifier
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    match learner:
        case "svc":
            model, data = SVC(**values), datasets.load_breast_cancer
        case "tree":
            model, data = DecisionTreeClassifier(random_state=0, **values), datasets.load_digits
        case _:
            rate = {"learning_rate": "constant", "penalty": "elasticnet", "random_state": 0, "tol": None}
            model, data = SGDClassifier(**rate, **values), datasets.load_wine
    features, labels = data(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # Few iterations are one of the values under test.
        scores = cross_val_score(
            make_pipeline(StandardScaler(), model),
            features,
            labels,
            cv=3,
            scoring="neg_log_loss" if learner == "tree" else "accuracy",
        )
    return float(scores.mean())
