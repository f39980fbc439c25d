"""Automatic model tuning with nothing to configure."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftune.model.errors import InvalidRange as InvalidRange
    from selftune.model.errors import NoValuesFound as NoValuesFound
    from selftune.model.errors import SelftuneError as SelftuneError
    from selftune.model.errors import SpaceExhausted as SpaceExhausted
    from selftune.model.errors import UnreadableInput as UnreadableInput
    from selftune.model.errors import UsageError as UsageError
    from selftune.sdk.completion import TuningJobCompletionCriteriaConfig as TuningJobCompletionCriteriaConfig
    from selftune.sdk.estimators import Estimator as Estimator
    from selftune.sdk.estimators import PyTorch as PyTorch
    from selftune.sdk.estimators import SKLearn as SKLearn
    from selftune.sdk.estimators import TensorFlow as TensorFlow
    from selftune.sdk.estimators import XGBoost as XGBoost
    from selftune.sdk.inputs import TrainingInput as TrainingInput
    from selftune.sdk.optimizer import Optimizer as Optimizer
    from selftune.sdk.optimizer_record import OptimizerOutcome as OptimizerOutcome
    from selftune.sdk.optimizer_record import OptimizerRangeMove as OptimizerRangeMove
    from selftune.sdk.optimizer_record import OptimizerResult as OptimizerResult
    from selftune.sdk.optimizer_record import OptimizerSuggestion as OptimizerSuggestion
    from selftune.sdk.parameters import CategoricalParameter as CategoricalParameter
    from selftune.sdk.parameters import ContinuousParameter as ContinuousParameter
    from selftune.sdk.parameters import IntegerParameter as IntegerParameter
    from selftune.sdk.tune import TuningResult as TuningResult
    from selftune.sdk.tune import tune as tune
    from selftune.sdk.tuner import HyperparameterTuner as HyperparameterTuner
    from selftune.training.report import report as report

__version__ = "0.1.0.dev0"

_LIGHT = {
    "InvalidRange": "selftune.model.errors",
    "NoValuesFound": "selftune.model.errors",
    "Optimizer": "selftune.sdk.optimizer",
    "OptimizerOutcome": "selftune.sdk.optimizer_record",
    "OptimizerRangeMove": "selftune.sdk.optimizer_record",
    "OptimizerResult": "selftune.sdk.optimizer_record",
    "OptimizerSuggestion": "selftune.sdk.optimizer_record",
    "SelftuneError": "selftune.model.errors",
    "SpaceExhausted": "selftune.model.errors",
    "UnreadableInput": "selftune.model.errors",
    "UsageError": "selftune.model.errors",
    "report": "selftune.training.report",
}
"""Names that need little of the rest: they are loaded without the engine."""

__all__ = [
    "CategoricalParameter",
    "ContinuousParameter",
    "Estimator",
    "HyperparameterTuner",
    "IntegerParameter",
    "InvalidRange",
    "NoValuesFound",
    "Optimizer",
    "OptimizerOutcome",
    "OptimizerRangeMove",
    "OptimizerResult",
    "OptimizerSuggestion",
    "PyTorch",
    "SKLearn",
    "SelftuneError",
    "SpaceExhausted",
    "TensorFlow",
    "TrainingInput",
    "TuningJobCompletionCriteriaConfig",
    "TuningResult",
    "UnreadableInput",
    "UsageError",
    "XGBoost",
    "report",
    "tune",
]


def __getattr__(name: str) -> Any:
    """Load what a name stands for when it is first used, so that `import selftune` itself stays quick."""
    if name not in __all__:
        raise AttributeError(f"module 'selftune' has no attribute '{name}'")
    return getattr(importlib.import_module(_LIGHT.get(name, "selftune.sdk.exports")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
