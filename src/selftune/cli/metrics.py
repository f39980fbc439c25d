"""`selftune metrics check`: run a program once and show which metrics its output holds, line by line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from selftune.cli.console import give, give_json, say, width
from selftune.cli.exit_codes import INTERRUPTED
from selftune.cli.interrupt import CleanStop
from selftune.cli.metrics_text import LineView, seen_document, seen_lines
from selftune.cli.options import Given, home_option, json_option, read_hyperparameter, read_metric
from selftune.cli.program_command import ProgramCommand, program_words
from selftune.cli.service import open_service
from selftune.cli.source import tuning_request
from selftune.engine.metrics_check import LineSeen, MetricsSeen
from selftune.model.durations import parse_duration
from selftune.model.errors import UnknownName, UsageError

_NOTHING_SEEN = 1


class _Verbs(click.Group):
    """Names the nearest verb where there is none of that name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            raise UnknownName("command", args[0], self.commands)
        return super().resolve_command(ctx, args)


@click.group(name="metrics", cls=_Verbs, no_args_is_help=False)
def command() -> None:
    """Run a program once and show which metrics its output holds.

    \b
      selftune metrics check -- python train.py --epochs 2
      selftune metrics check train.py --metric val_loss
    """


@command.command(name="check", cls=ProgramCommand)
@click.option("--metric", type=read_metric, metavar="NAME[:min|:max]", help="The objective metric to look for.")
@click.option("--metric-regex", metavar="REGEX", help="Its first group is the objective's value.")
@click.option("--hp", type=read_hyperparameter, metavar="NAME=VALUE", multiple=True, help="Another value than today's.")
@click.option("--data", metavar="[CHANNEL=]PATH", multiple=True, help="Input data, as channel 'train' unless named.")
@click.option("--target", metavar="COLUMN", help="Label column of a built-in algorithm's data.")
@click.option("--job-max-runtime", "job_max_runtime", type=parse_duration, metavar="5m", help="Stop it after so long.")
@click.option("--python", metavar="PATH", help="Interpreter of SCRIPT.py.")
@click.option("--in-place", is_flag=True, help="Run in this folder, not in a working folder of its own.")
@click.option("--env", metavar="NAME[=VALUE]", multiple=True, help="Pass an environment variable on.")
@click.option("--all", "shows_all", is_flag=True, help="Show every line, also of a progress bar.")
@home_option
@json_option
@click.pass_context
def check(ctx: click.Context, /, shows_all: bool, home: Path | None, as_json: bool, **given: Any) -> int:
    """Run a program once and show what is read in its output.

    It runs as a training job would, with today's values, in a working folder of its own. Each line that holds metrics
    is shown with what was read in it, and at the end each metric, and which would be the objective, and why. Files of
    results (metrics.json, metrics.csv, TensorBoard events) are read when it has ended. Nothing is kept.

    Ends with 0 where metrics were seen, 1 where none was (or not the one that --metric names), 2 for wrong use, 130
    after Ctrl-C.

    \b
      selftune metrics check -- python train.py --epochs 2
      selftune metrics check train.py --epochs 2
      selftune metrics check --metric score --metric-regex 'ended at ([0-9.]+)' -- ./train.sh
      selftune metrics check --json -- python train.py
    """
    words = program_words(ctx)
    if words is None:
        raise UsageError("What is to be run?", hint="Such as: selftune metrics check -- python train.py --epochs 2")
    service = open_service(home)
    request = tuning_request(words, Given(**given), service, Path.cwd())
    lines: list[LineSeen] = []
    columns = width()
    view = LineView(width=columns, shows_all=shows_all, give=give)
    watch: Callable[[LineSeen], None] = lines.append if as_json else view.show
    asked = threading.Event()
    with CleanStop(asked.set):
        seen = service.check_metrics(request, watch, is_stopping=asked.is_set)
    if as_json:
        give_json(seen_document(seen, lines))
    else:
        view.close()
        for line in seen_lines(seen, width=columns):
            give(line)
        _say_end(seen)
    if seen.was_stopped:
        return INTERRUPTED
    return 0 if seen.objective is not None else _NOTHING_SEEN


def _say_end(seen: MetricsSeen) -> None:
    """How the program ended, where it did not end well."""
    if seen.was_stopped:
        say("Stopped: what is shown is what was seen until then.")
    elif seen.end.exit_code != 0:
        say(f"The program did not end well: {seen.end.failure_reason or seen.end.how}")
