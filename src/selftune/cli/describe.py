"""`selftune describe`: one tuning job, as people or as AWS clients read it."""

from __future__ import annotations

import time
from pathlib import Path

import click

from selftune.cli.abandoned import nobody_runs
from selftune.cli.console import give, give_json, width
from selftune.cli.layout import bold, dim, plain, table, yellow
from selftune.cli.options import home_option, json_option
from selftune.cli.receipt import receipt_lines
from selftune.cli.service import open_service
from selftune.model.jobs import TuningJobRecord
from selftune.views.aws_document import tuning_job_document
from selftune.views.rows import TrainingJobRow, training_job_rows
from selftune.views.run_document import account_document


@click.command(name="describe")
@click.argument("job")
@home_option
@json_option
def command(job: str, home: Path | None, as_json: bool) -> None:
    """Describe a tuning job: its best values, its limits, its training jobs.

    With --json it is the document of the service's DescribeHyperParameterTuningJob, and below "Selftune" what is spent,
    expected and bounded.

    \b
      selftune describe train-1a2b
      selftune describe train-1a2b --json
    """
    service = open_service(home)
    record = service.record(job)
    summary = service.summary(job)
    if as_json:
        give_json(tuning_job_document(record, summary) | {"Selftune": account_document(summary)})
        return
    give(bold(f"{record.job.name}   {record.job.plan.program.title}   {record.state.status}"))
    abandoned = nobody_runs(service, record)
    if abandoned is not None:
        give(yellow(abandoned))
    give()
    for line in (*_training_jobs(record), *receipt_lines(record, summary, width=width())):
        give(line)
    if summary.best is not None:
        give(summary.best.command)


def _training_jobs(record: TuningJobRecord) -> list[str]:
    rows = training_job_rows(record, now=time.time())
    definitions = (record.job, *record.job.alternatives)
    names = list(dict.fromkeys(planned.name for each in definitions for planned in each.plan.tuned))
    head = ("JOB", "STATUS", (record.state.objective.name or "OBJECTIVE"), "TIME", *names, "")
    styles = (plain, plain, bold, plain, *[plain] * len(names), dim)
    own = record.job.plan.baseline_title
    return table(
        [head, *(_cells(row, names, own) for row in rows)], width=width(), indent=0, styles=styles, wraps=False
    )


def _cells(row: TrainingJobRow, names: list[str], baseline_title: str) -> tuple[str, ...]:
    values = dict(row.values)
    notes = (
        "best" if row.is_best else "",
        baseline_title if row.is_baseline else row.made_by,
        row.note,
    )
    said = "; ".join(note for note in notes if note)
    return (str(row.number), row.status, row.objective, row.duration, *(values.get(name, "") for name in names), said)
