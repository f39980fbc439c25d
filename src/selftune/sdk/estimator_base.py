"""What all estimators have in common: a script or a built-in algorithm, with today's hyperparameter values."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import AlgorithmRequest, ProgramRequest, ScriptRequest
from selftune.model.values import HyperparameterValue
from selftune.sdk import estimator_arguments
from selftune.sdk.inputs import nearest_file_hint
from selftune.sdk.keywords import argument_names, refuse_unknown
from selftune.sdk.values import hyperparameter_value, hyperparameter_values

Values: TypeAlias = Mapping[str, Any] | None


class TrainingJobReference:
    """The training job whose model an estimator holds."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"TrainingJobReference({self.name!r})"


class EstimatorBase:
    """An estimator: what a training job runs.

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
        hyperparameters: Values = None,
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
        self, training_job: str, values: Mapping[str, HyperparameterValue], model: str | None
    ) -> EstimatorBase:
        """A copy that holds a finished training job: its name, its values, and the folder of its model, if any."""
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
                raise UnreadableInput(
                    f"{name} is {place}, but the code must be on this machine.", hint="Fetch it first."
                )
        folder = Path(self.source_dir or "").expanduser()
        path = (folder / self.entry_point).absolute()
        if not path.is_file():
            raise UnreadableInput(
                f"There is no training script {self.entry_point} in {folder.absolute()}.", hint=nearest_file_hint(path)
            )
        root = folder.absolute() if self.source_dir else path.parent
        return root, os.path.relpath(path, root)

    def __repr__(self) -> str:
        what = self.entry_point or self.algorithm or "?"
        return f"{type(self).__name__}({what!r}, hyperparameters={self._hyperparameters!r})"
