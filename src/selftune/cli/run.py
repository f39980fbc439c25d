"""`selftune run`: plan, say it, tune, print the receipt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.console import give, give_json, say, width
from selftune.cli.options import Given, home_option, json_option, program_options
from selftune.cli.plan_text import plan_lines
from selftune.cli.program_command import ProgramCommand, program_words
from selftune.cli.service import open_service
from selftune.cli.session import conclude, hold_loop, let_go
from selftune.cli.source import tuning_request
from selftune.model.jobs import TuningJobRecord
from selftune.model.request import TuningJobRequest

if TYPE_CHECKING:
    from selftune.engine.service import TuningService


@click.command(name="run", cls=ProgramCommand)
@program_options
@click.option("--detach", is_flag=True, help="Let a process of its own hold the loop; follow it with `watch`.")
@click.option("--yes", is_flag=True, help="Ask nothing (nothing is asked today).")
@home_option
@json_option
@click.pass_context
def command(ctx: click.Context, given: Given, detach: bool, yes: bool, home: Path | None, as_json: bool) -> int:  # noqa: ARG001
    """Tune a training command, a script or a built-in algorithm.

    The plan is printed before the first training job. The first training job runs your own values. Ctrl-C once stops
    cleanly and keeps what was found, twice leaves at once. The best command is printed on standard output.

    \b
      selftune run -- python train.py --lr 0.01 --batch-size 32
      selftune run --max-jobs 20 train.py --lr 0.01
      selftune run xgboost --data train=train.csv --target price --hp max_depth=5
      selftune run --plan plan.toml
    """
    words = program_words(ctx)
    service = open_service(home)
    request = tuning_request(words, given, service, Path.cwd())
    return tune(service, request, is_detached=detach, as_json=as_json)


def tune(service: TuningService, request: TuningJobRequest, *, is_detached: bool, as_json: bool) -> int:
    """Create the tuning job, say its plan, and run it to its end or let it go; returns the exit code."""
    record = service.create(request)
    name = record.job.name
    if not as_json:
        _announce(record)
    if is_detached:
        let_go(service, name)
        return _detached(name, as_json=as_json)
    return conclude(service, hold_loop(service, name, is_silent=as_json), as_json=as_json)


def _announce(record: TuningJobRecord) -> None:
    columns = width()
    say(f"Tuning job {record.job.name}   stop: Ctrl-C   why: selftune explain {record.job.name}")
    for line in plan_lines(record.job.plan, width=columns):
        say(line)
    for warning in record.job.warnings:
        say(f"Note: {warning}")
    say("")


def _detached(name: str, *, as_json: bool) -> int:
    if as_json:
        give_json({"tuning_job": name, "status": "InProgress"})
        return 0
    say(f"It runs by itself. Follow it: selftune watch {name}   Stop it: selftune stop {name}")
    give(name)
    return 0
