"""`selftune list`: all tuning jobs of the home."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

import click

from selftune.cli.abandoned import nobody_runs
from selftune.cli.console import give, give_json, say, width
from selftune.cli.layout import bold, dim, plain, table, yellow
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
    records = service.records()
    rows = [tuning_job_row(record, service.summary(record.job.name)) for record in records]
    abandoned = [nobody_runs(service, record) for record in records]
    if as_json:
        documents = [
            {**dataclasses.asdict(row), "is_abandoned": bool(said)} for row, said in zip(rows, abandoned, strict=True)
        ]
        give_json({"tuning_jobs": documents})
        return
    if not rows:
        say("There is no tuning job yet. Begin: selftune run -- python train.py --lr 0.01")
        return
    now = time.time()
    head = ("NAME", "STATUS", "PROGRAM", "OBJECTIVE", "BEST", "GAIN", "JOBS", "TIME", "STARTED", "")
    cells = [head, *(_cells(row, now, said or "") for row, said in zip(rows, abandoned, strict=True))]
    styles = (bold, plain, plain, plain, bold, plain, plain, plain, dim, yellow)
    for line in table(cells, width=width(), indent=0, styles=styles, wraps=False):
        give(line)


def _cells(row: TuningJobRow, now: float, note: str) -> tuple[str, ...]:
    started = f"{duration_text(now - row.created_at)} ago"
    return (row.name, row.status, row.program, row.objective, row.best, row.gain, row.jobs, row.time, started, note)
