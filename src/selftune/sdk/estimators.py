"""The estimators of SageMaker's Python SDK."""

from __future__ import annotations

import os
from typing import Any

from selftune.model.errors import UsageError
from selftune.sdk.estimator_base import EstimatorBase, Values
from selftune.training.algorithms import ALGORITHMS


class ScriptEstimator(EstimatorBase):
    """A training script for one framework; the order of the arguments is SageMaker's."""

    def __init__(
        self,
        entry_point: str | os.PathLike[str] | None = None,
        framework_version: str | None = None,
        py_version: str | None = None,
        source_dir: str | os.PathLike[str] | None = None,
        hyperparameters: Values = None,
        image_uri: str | None = None,
        **others: Any,
    ) -> None:
        super().__init__(
            entry_point=entry_point,
            source_dir=source_dir,
            hyperparameters=hyperparameters,
            image_uri=image_uri,
            framework_version=framework_version,
            py_version=py_version,
            **others,
        )


class PyTorch(ScriptEstimator):
    """A PyTorch training script."""

    framework = "pytorch"
    base_name = "pytorch-training"


class SKLearn(ScriptEstimator):
    """A scikit-learn training script."""

    framework = "sklearn"
    base_name = "scikit-learn-training"


class TensorFlow(ScriptEstimator):
    """A TensorFlow or Keras training script."""

    framework = "keras"
    base_name = "tensorflow-training"


class XGBoost(EstimatorBase):
    """XGBoost: a script with `entry_point`, the built-in algorithm without.

    Args:
        target_column: the label's name (built-in algorithm); None: the first column, as SageMaker has it.
    """

    framework = "xgboost"
    base_name = "xgboost"

    def __init__(
        self,
        entry_point: str | os.PathLike[str] | None = None,
        framework_version: str | None = None,
        source_dir: str | os.PathLike[str] | None = None,
        hyperparameters: Values = None,
        py_version: str | None = None,
        image_uri: str | None = None,
        *,
        target_column: str | None = None,
        **others: Any,
    ) -> None:
        super().__init__(
            entry_point=entry_point,
            source_dir=source_dir,
            hyperparameters=hyperparameters,
            image_uri=image_uri,
            framework_version=framework_version,
            py_version=py_version,
            **others,
        )
        self._target_column = target_column

    @property
    def algorithm(self) -> str | None:
        return "xgboost" if self.entry_point is None else None

    @property
    def target_column(self) -> str | None:
        return self._target_column


class Estimator(EstimatorBase):
    """Any training script, or the built-in algorithm that `image_uri` names (".../sagemaker-xgboost:1.7-1")."""

    def __init__(
        self,
        image_uri: str | None = None,
        role: str | None = None,
        instance_count: int = 1,
        instance_type: str | None = None,
        *,
        target_column: str | None = None,
        **others: Any,
    ) -> None:
        super().__init__(
            image_uri=image_uri, role=role, instance_count=instance_count, instance_type=instance_type, **others
        )
        self._target_column = target_column

    @property
    def algorithm(self) -> str | None:
        if self.entry_point is not None:
            return None
        image = (self.image_uri or "").rpartition("/")[2].lower()
        found = next((name for name in ALGORITHMS if name in image), None)
        if found is None and image:
            raise UsageError(
                f"The image '{self.image_uri}' names no built-in algorithm, and there is no entry_point.",
                hint=f"Built in: {', '.join(ALGORITHMS)}. For a script of your own give entry_point='train.py'.",
            )
        return found

    @property
    def target_column(self) -> str | None:
        return self._target_column
