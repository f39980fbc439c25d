"""The outcome of a tuning job as `run`, `watch` and `best` print it with `--json`."""

from __future__ import annotations

from typing import Any

from selftune.model.jobs import TuningJobRecord
from selftune.sdk.models import model_of
from selftune.views.results import JobResult
from selftune.views.run_document import run_document
from selftune.views.summary import Summary


def outcome_document(record: TuningJobRecord, summary: Summary) -> dict[str, Any]:
    """The document of cli.md, with what only a look at the files can tell; `summary` is that of `record`."""
    document = run_document(record, summary)
    for key, result in (("best", summary.best), ("baseline", summary.baseline)):
        if result is not None:
            document[key] |= _files(result)
    return document


def _files(result: JobResult) -> dict[str, str | None]:
    """`model` is null where the training job wrote nothing into its model folder; all else it wrote lies in `work`."""
    return {"model": model_of(result), "work": result.work}
