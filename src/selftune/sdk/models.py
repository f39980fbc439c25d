"""Where the model of a training job lies."""

from __future__ import annotations

from pathlib import Path

from selftune.views.results import JobResult


def model_of(result: JobResult) -> str | None:
    """The folder of the training job's model; None where it wrote none there (it may have, into its `work` folder)."""
    return result.model if any(Path(result.model).glob("*")) else None
