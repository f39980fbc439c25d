"""`selftune logs`: what a training job printed, byte for byte."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.console import give_json
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.model.errors import TuningFailed, UsageError
from selftune.model.jobs import TrainingJob

if TYPE_CHECKING:
    from selftune.engine.service import TuningService

_POLL_SECONDS = 0.2


@click.command(name="logs")
@click.argument("job")
@click.argument("training_job", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on printing until the training job has ended.")
@home_option
@json_option
def command(job: str, training_job: str | None, follow: bool, home: Path | None, as_json: bool) -> None:
    """Print what a training job has printed.

    Standard output and error are interleaved as they were written. TRAINING_JOB is a number or a name; without it,
    the newest one.

    \b
      selftune logs train-1a2b 7
      selftune logs train-1a2b --follow
    """
    if follow and as_json:
        raise UsageError("--follow and --json were given together.", hint="Give one of them.")
    service = open_service(home)
    wanted = service.training_job(job, training_job) if training_job else _newest(service, job)
    if as_json:
        text = b"".join(_read(service, job, wanted.number)).decode("utf-8", "replace")
        give_json({"tuning_job": job, "training_job": wanted.name, "status": wanted.status.value, "output": text})
        return
    for piece in _follow(service, job, wanted.number) if follow else _read(service, job, wanted.number):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()


def _newest(service: TuningService, job: str) -> TrainingJob:
    started = service.record(job).state.training_jobs
    if not started:
        raise TuningFailed(f"No training job of '{job}' has been started yet.", hint=f"See: selftune describe {job}")
    return started[-1]


def _read(service: TuningService, job: str, number: int, offset: int = 0) -> Iterator[bytes]:
    """The log from byte `offset` to its end, piece by piece."""
    while piece := service.output(job, number, offset):
        yield piece
        offset += len(piece)


def _follow(service: TuningService, job: str, number: int) -> Iterator[bytes]:
    offset = 0
    while True:
        has_ended = service.record(job).state.training_job(number).status.is_terminal
        for piece in _read(service, job, number, offset):
            yield piece
            offset += len(piece)
        if has_ended:
            return
        time.sleep(_POLL_SECONDS)
