"""`selftune watch`: the screen of a tuning job whose loop another process holds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.abandoned import nobody_runs
from selftune.cli.options import home_option, json_option
from selftune.cli.progress import View, progress_view
from selftune.cli.service import open_service
from selftune.cli.session import Ending, conclude
from selftune.model.errors import LeaseLost
from selftune.model.jobs import TuningJobRecord

if TYPE_CHECKING:
    from selftune.engine.service import TuningService

_POLL_SECONDS = 0.25
_SILENT_SECONDS = 5.0
"""A tuning job that has not moved for so long is asked whether anybody runs it."""


@click.command(name="watch")
@click.argument("job")
@home_option
@json_option
def command(job: str, home: Path | None, as_json: bool) -> int:
    """Follow a tuning job that runs in another process.

    Ctrl-C ends the watching, not the tuning job.

    \b
      selftune watch train-1a2b
    """
    service = open_service(home)
    record = service.record(job)
    with progress_view(service, record, is_silent=as_json) as view:
        record = _follow(service, record, view)
    return conclude(service, Ending(record=record), as_json=as_json)


def _follow(service: TuningService, record: TuningJobRecord, view: View) -> TuningJobRecord:
    name, moved_at = record.job.name, time.monotonic()
    while not record.state.status.is_terminal:
        latest = service.record(name)
        if latest.version != record.version:
            moved_at = time.monotonic()
            view.show(latest)
        elif time.monotonic() - moved_at > _SILENT_SECONDS:
            _refuse_abandoned(service, name)
            moved_at = time.monotonic()
        record = latest
        time.sleep(_POLL_SECONDS)
    return record


def _refuse_abandoned(service: TuningService, name: str) -> None:
    abandoned = nobody_runs(service, service.record(name))
    if abandoned is not None:
        raise LeaseLost(f"Tuning job '{name}' is not over.", hint=abandoned)
