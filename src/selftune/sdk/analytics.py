"""The training jobs of a tuning job as a table with SageMaker's columns."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from typing import Any

from selftune.model.errors import UsageError
from selftune.model.jobs import TrainingJob, TuningJobRecord


class TunerAnalytics:
    """One row a training job: the hyperparameters, then SageMaker's columns."""

    def __init__(self, record: TuningJobRecord) -> None:
        self._record = record

    def rows(self) -> list[dict[str, Any]]:
        """The table as dicts, in the order of creation; times are datetimes in UTC, None where there is none yet."""
        return [_row(training_job) for training_job in self._record.state.training_jobs]

    def dataframe(self) -> Any:
        """The table as a pandas DataFrame.

        Raises:
            UsageError: pandas is not installed.
        """
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            raise UsageError(
                "dataframe() needs pandas, which is not installed.",
                hint="pip install pandas, or use rows() (a list of dicts).",
            ) from error
        return pandas.DataFrame(self.rows())


def _row(training_job: TrainingJob) -> dict[str, Any]:
    return {
        **training_job.values,
        "TrainingJobName": training_job.name,
        "TrainingJobStatus": training_job.status.value,
        "FinalObjectiveValue": training_job.objective,
        "TrainingStartTime": _time(training_job.started_at),
        "TrainingEndTime": _time(training_job.ended_at),
        "TrainingElapsedTimeSeconds": training_job.duration_seconds,
    }


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
