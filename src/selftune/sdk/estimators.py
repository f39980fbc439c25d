"""The estimators of SageMaker's Python SDK: what a training job runs, with today's hyperparameter values."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from selftune.model.errors import UnreadableInput, UsageError, nearest_hint
from selftune.model.request import AlgorithmRequest, ProgramRequest, ScriptRequest
from selftune.model.values import HyperparameterValue
from selftune.sdk import estimator_arguments
from selftune.sdk.keywords import argument_names, refuse_unknown
from selftune.sdk.values import hyperparameter_value, hyperparameter_values
from selftune.training.algorithms import ALGORITHMS

_Values = Mapping[str, Any] | None


class TrainingJobReference:
    """The training job whose model an estimator holds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"TrainingJobReference({self.name!r})"


class EstimatorBase:
    """What all estimators have in common: a script or a built-in algorithm, and hyperparameters.

    Args:
        entry_point: path of the training script, relative to `source_dir` where that is given.
        source_dir: folder of the code; None: the script's own. Each training job gets a snapshot of it.
        hyperparameters: today's values; a script gets each as `--name value`.
        image_uri: names a built-in algorithm where there is no script.
        metric_definitions: [{"Name": ..., "Regex": ...}]; the built-in recogniser needs none for usual spellings.
        environment: variables for the training jobs.
        max_run: longest time of one training job in seconds.
        max_retry_attempts: how often one is started again after a fault that is not the script's.
        others: arguments that say where SageMaker would run it; accepted, and named in one note.

    Raises:
        TypeError: an argument that neither SageMaker nor selftune has; names the nearest.
        UsageError: an argument that would change the training and is not available here.
    """

    framework: ClassVar[str | None] = None
    base_name: ClassVar[str] = "training"

    def __init__(
        self,
        *,
        entry_point: str | os.PathLike[str] | None = None,
        source_dir: str | os.PathLike[str] | None = None,
        hyperparameters: _Values = None,
        image_uri: str | None = None,
        metric_definitions: Sequence[Mapping[str, str]] | None = None,
        environment: Mapping[str, str] | None = None,
        max_run: float | None = None,
        max_retry_attempts: int | None = None,
        instance_count: int = 1,
        base_job_name: str | None = None,
        **others: Any,
    ) -> None:
        taken = (*argument_names(EstimatorBase.__init__), *argument_names(type(self).__init__))
        refuse_unknown(others, (*taken, *estimator_arguments.KNOWN))
        estimator_arguments.refuse_unavailable(others, instance_count)
        self.entry_point = None if entry_point is None else os.fspath(entry_point)
        self.source_dir = None if source_dir is None else os.fspath(source_dir)
        self.image_uri = image_uri
        self.metric_definitions = [dict(definition) for definition in metric_definitions or ()]
        self.environment = {str(name): str(value) for name, value in (environment or {}).items()}
        self.max_run = max_run
        self.max_retry_attempts = max_retry_attempts
        self.base_job_name = base_job_name
        self.unused = estimator_arguments.without_meaning(others)
        self.model_data: str | None = None
        self.latest_training_job: TrainingJobReference | None = None
        self._hyperparameters = hyperparameter_values(hyperparameters)

    def hyperparameters(self) -> dict[str, HyperparameterValue]:
        """Today's values, or the best ones where this is a tuner's `best_estimator()`."""
        return dict(self._hyperparameters)

    def set_hyperparameters(self, **values: Any) -> None:
        """Set some of today's values."""
        self._hyperparameters |= {name: hyperparameter_value(name, value) for name, value in values.items()}

    def fit(self, *_: object, **__: object) -> None:
        """Not here: an estimator is what a tuner runs."""
        raise UsageError(
            "An estimator does not run a training job by itself here.",
            hint="Tune it: HyperparameterTuner(estimator, autotune=True).fit(...).",
        )

    @property
    def algorithm(self) -> str | None:
        """Name of the built-in algorithm that it runs; None for a script."""
        return None

    @property
    def target_column(self) -> str | None:
        """Name of the label column of a built-in algorithm; None: the first column."""
        return None

    def program(self) -> ProgramRequest:
        """What the training jobs run.

        Raises:
            UnreadableInput: the script is not there; names the nearest.
            UsageError: neither a script nor a built-in algorithm was named.
        """
        values = tuple(self._hyperparameters.items())
        if self.algorithm is not None:
            return AlgorithmRequest(name=self.algorithm, hyperparameters=values)
        folder, script = self._script()
        return ScriptRequest(
            entry_point=script,
            folder=str(folder),
            python=sys.executable,
            hyperparameters=values,
            framework=self.framework,
        )

    def with_result(
        self, training_job: str, values: Mapping[str, HyperparameterValue], model: str
    ) -> EstimatorBase:
        """A copy that holds a finished training job: its name, its values, and the folder of its model."""
        copied = copy.copy(self)
        copied._hyperparameters = {**self._hyperparameters, **values}
        copied.model_data = model
        copied.latest_training_job = TrainingJobReference(training_job)
        return copied

    def _script(self) -> tuple[Path, str]:
        """The folder of the code and the script's path in it."""
        if self.entry_point is None:
            raise UsageError(f"{type(self).__name__} needs a training script.", hint="Give entry_point='train.py'.")
        for name, place in (("source_dir", self.source_dir), ("entry_point", self.entry_point)):
            if place is not None and "://" in place:
                raise UnreadableInput(f"{name} is {place}, but the code must be on this machine.", hint="Fetch it first.")
        folder = Path(self.source_dir or "").expanduser()
        path = (folder / self.entry_point).absolute()
        if not path.is_file():
            raise UnreadableInput(f"There is no training script {self.entry_point} in {folder.absolute()}.", hint=_near(path))
        root = folder.absolute() if self.source_dir else path.parent
        return root, os.path.relpath(path, root)

    def __repr__(self) -> str:
        what = self.entry_point or self.algorithm or "?"
        return f"{type(self).__name__}({what!r}, hyperparameters={self._hyperparameters!r})"


class ScriptEstimator(EstimatorBase):
    """A training script for one framework; the order of the arguments is SageMaker's."""

    def __init__(
        self,
        entry_point: str | os.PathLike[str] | None = None,
        framework_version: str | None = None,
        py_version: str | None = None,
        source_dir: str | os.PathLike[str] | None = None,
        hyperparameters: _Values = None,
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
        hyperparameters: _Values = None,
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
    """Any training script, or the built-in algorithm that `image_uri` names ("xgboost", ".../sagemaker-xgboost:1.7-1")."""

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


def _near(path: Path) -> str:
    """Names the scripts beside the missing one that are spelled like it."""
    if not path.parent.is_dir():
        return f"There is no folder {path.parent} either."
    return nearest_hint(path.name, [entry.name for entry in path.parent.iterdir() if entry.suffix == path.suffix])
