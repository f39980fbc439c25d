"""One tuning job as the SDK holds it: running it, waiting for it, looking at it."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any, TextIO

from selftune.engine.compose import tuning_service
from selftune.engine.service import TuningService
from selftune.model.errors import LeaseLost, TuningFailed, UsageError
from selftune.model.jobs import TuningJobRecord
from selftune.sdk.progress_lines import ProgressLines
from selftune.sdk.words import TUNER_WORDS, Words
from selftune.views.aws_document import tuning_job_document
from selftune.views.results import JobResult
from selftune.views.summary import Summary

_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 10.0
"""So long a process of its own may take to begin before a waiting caller takes up the loop itself."""


class TuningJobSession:
    """A tuning job by its name, in the home of this process."""

    def __init__(self, name: str, service: TuningService | None = None, words: Words = TUNER_WORDS) -> None:
        self.service = service or tuning_service()
        self.name = name
        self._words = words

    def __repr__(self) -> str:
        return f"<tuning job '{self.name}'>"

    def record(self) -> TuningJobRecord:
        """As it stands.

        Raises:
            NoSuchJob: names the nearest ones.
        """
        return self.service.record(self.name)

    def summary(self) -> Summary:
        """Best, gain, spent, saved, what mattered, as they stand."""
        return self.service.summary(self.name)

    def describe(self) -> dict[str, Any]:
        """SageMaker's DescribeHyperParameterTuningJob document."""
        return tuning_job_document(self.record(), self.summary())

    def best(self) -> JobResult:
        """The best training job so far.

        Raises:
            UsageError: none has ended with an objective yet.
            TuningFailed: none ever will.
        """
        summary = self.summary()
        if summary.best is not None:
            return summary.best
        if summary.status.is_terminal:
            raise TuningFailed(
                f"No training job of '{self.name}' gave the objective ({summary.status}): "
                f"{self._words.of(summary.status_reason)}",
                hint=f"Look into one: selftune logs {self.name} 1",
            )
        raise UsageError(
            f"No training job of '{self.name}' has finished yet ({summary.counters.in_progress} running).",
            hint="Call wait() first.",
        )

    def stop(self) -> None:
        """Ask it to end; what was found is kept. Returns at once."""
        self.service.stop(self.name)

    def run(self, stream: TextIO | None = None) -> None:
        """Hold its loop in this process until it has ended, with a line on `stream` for each training job.

        An interrupt stops the tuning job cleanly, then goes on up; a second one goes up at once.
        """
        lines = ProgressLines(stream or sys.stderr, self._words)
        lines.show(self.record())
        try:
            self.service.run(self.name, lambda progress: lines.show(progress.record))
        except KeyboardInterrupt:
            self.stop()
            self.service.run(self.name, lambda progress: lines.show(progress.record))
            lines.close(self.record(), self.summary())
            raise
        lines.close(self.record(), self.summary())

    def start_detached(self) -> None:
        """Leave its loop to a process of its own, which outlives this one."""
        self.service.run_detached(self.name)

    def wait(self, stream: TextIO | None = None) -> None:
        """Return when it has ended; takes up the loop where no other process holds it."""
        lines = ProgressLines(stream or sys.stderr, self._words)
        unheld_since: float | None = None
        while not self._has_ended(lines):
            if self.service.is_held(self.name):
                unheld_since = None
            elif unheld_since is None:
                unheld_since = time.monotonic()
            elif time.monotonic() - unheld_since > _PATIENCE_SECONDS:
                with contextlib.suppress(LeaseLost):  # somebody else took it up first: go on looking
                    self.service.run(self.name, lambda progress: lines.show(progress.record))
            time.sleep(_POLL_SECONDS)
        lines.close(self.record(), self.summary())

    def _has_ended(self, lines: ProgressLines) -> bool:
        record = self.record()
        lines.show(record)
        return record.state.status.is_terminal
