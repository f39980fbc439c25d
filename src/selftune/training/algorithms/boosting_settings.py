"""The hyperparameters of the built-in XGBoost, from the texts in which they travel."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from selftune.model.errors import UsageError

_DEFAULT_ROUNDS = 100
_ROUND_NAMES = ("num_round", "num_boost_round", "n_estimators")
_OWN_NAMES = frozenset({*_ROUND_NAMES, "early_stopping_rounds", "eval_metric", "objective", "num_class", "csv_weights"})
_METRIC_OF_SPLIT = re.compile(r"(?:train|training|validation|valid|val)[:_/ -](.+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostingSettings:
    """What a training job of the built-in XGBoost was told."""

    parameters: Mapping[str, str]
    """Handed to XGBoost unchanged."""
    rounds: int
    objective: str | None
    """None: to be inferred from the label."""
    class_count: int | None
    early_stopping_rounds: int | None
    metrics: tuple[str, ...]
    """Evaluated each round; empty: XGBoost's default for the objective."""
    target: str | None
    """Name or position of the label column; None: the first."""

    @property
    def takes_categories(self) -> bool:
        """Whether texts are categories to XGBoost; where it knows none they are plain numbers."""
        return self.parameters.get("tree_method") != "exact" and self.parameters.get("booster") != "gblinear"


def settings_from(hyperparameters: Mapping[str, str]) -> BoostingSettings:
    """Read a training job's hyperparameters.

    Raises:
        UsageError: a value that is no whole number where one is needed, or a setting that this program does not have.
    """
    if hyperparameters.get("csv_weights", "0") not in ("0", "false"):
        raise UsageError("csv_weights is not available here.", hint="Leave it out, or use a script of your own.")
    rounds = next((name for name in _ROUND_NAMES if name in hyperparameters), None)
    return BoostingSettings(
        parameters={
            name: value
            for name, value in hyperparameters.items()
            if name not in _OWN_NAMES and not name.startswith("_")
        },
        rounds=_DEFAULT_ROUNDS if rounds is None else _whole_number(rounds, hyperparameters),
        objective=hyperparameters.get("objective"),
        class_count=_optional_number("num_class", hyperparameters, least=2),
        early_stopping_rounds=_optional_number("early_stopping_rounds", hyperparameters),
        metrics=_metrics(hyperparameters),
        target=hyperparameters.get("_target_column"),
    )


def _metrics(hyperparameters: Mapping[str, str]) -> tuple[str, ...]:
    """What `eval_metric` lists, then the metric of the tuning objective (early stopping looks at the last)."""
    listed = _list_of_names(hyperparameters.get("eval_metric", ""))
    match = _METRIC_OF_SPLIT.match(hyperparameters.get("_tuning_objective_metric", ""))
    if match is None:
        return tuple(listed)
    return (*(name for name in listed if name != match[1]), match[1])


def _list_of_names(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        try:
            return [str(name) for name in json.loads(text)]
        except json.JSONDecodeError as error:
            raise UsageError(f"eval_metric is not a JSON list: {text}.", hint="Write it as rmse,mae.") from error
    return [name.strip() for name in text.split(",") if name.strip()]


def _optional_number(name: str, hyperparameters: Mapping[str, str], *, least: int = 1) -> int | None:
    return _whole_number(name, hyperparameters, least=least) if name in hyperparameters else None


def _whole_number(name: str, hyperparameters: Mapping[str, str], *, least: int = 1) -> int:
    text = hyperparameters[name]
    try:
        number = float(text)
    except ValueError:
        number = 0.5
    if not number.is_integer() or number < least:
        raise UsageError(f"{name} must be a whole number of at least {least}, but it is '{text}'.")
    return int(number)
