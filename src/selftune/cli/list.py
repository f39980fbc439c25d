"""`selftune list`: all tuning jobs of the home."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import click

from selftune.cli.console import give, give_json, say, width
from selftune.cli.layout import bold, dim, plain, table
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.views.durations import duration_text
from selftune.views.rows import TuningJobRow, tuning_job_row


@click.command(name="list")
@home_option
@json_option
def command(home: Path | None, as_json: bool) -> None:
    """List the tuning jobs, newest first.

    \b
      selftune list
      selftune list --json
    """
    service = open_service(home)
    rows = [tuning_job_row(record, service.summary(record.job.name)) for record in service.records()]
    if as_json:
        give_json({"tuning_jobs": [dataclasses.asdict(row) for row in rows]})
        return
    if not rows:
        say("There is no tuning job yet. Begin: selftune run -- python train.py --lr 0.01")
        return
    now = time.time()
    head = ("NAME", "STATUS", "PROGRAM", "OBJECTIVE", "BEST", "GAIN", "JOBS", "TIME", "STARTED")
    cells = [head, *(_cells(row, now) for row in rows)]
    styles = (bold, plain, plain, plain, bold, plain, plain, plain, dim)
    for line in table(cells, width=width(), indent=0, styles=styles, wraps=False):
        give(line)


def _cells(row: TuningJobRow, now: float) -> tuple[str, ...]:
    started = f"{duration_text(now - row.created_at)} ago"
    return (row.name, row.status, row.program, row.objective, row.best, row.gain, row.jobs, row.time, started)
