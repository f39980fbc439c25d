"""Everything that `from selftune import ...` offers, in one place."""

from __future__ import annotations

from selftune.sdk.completion import TuningJobCompletionCriteriaConfig
from selftune.sdk.estimators import Estimator, PyTorch, SKLearn, TensorFlow, XGBoost
from selftune.sdk.inputs import TrainingInput
from selftune.sdk.parameters import CategoricalParameter, ContinuousParameter, IntegerParameter
from selftune.sdk.tune import TuningResult, tune
from selftune.sdk.tuner import HyperparameterTuner

__all__ = [
    "CategoricalParameter",
    "ContinuousParameter",
    "Estimator",
    "HyperparameterTuner",
    "IntegerParameter",
    "PyTorch",
    "SKLearn",
    "TensorFlow",
    "TrainingInput",
    "TuningJobCompletionCriteriaConfig",
    "TuningResult",
    "XGBoost",
    "tune",
]
