"""The `selftune` command: finds the subcommand, and turns what goes wrong into one clear message and an exit code."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

import click

from selftune import __version__
from selftune.cli.console import mute, say, say_error
from selftune.cli.exit_codes import INTERRUPTED, READER_GONE
from selftune.model.errors import SelftuneError, UnknownName, UsageError

COMMANDS: Mapping[str, str] = {
    "run": "Tune a training command, a script or a built-in algorithm.",
    "plan": "Show what would be tuned and why; run nothing.",
    "list": "List the tuning jobs, newest first.",
    "describe": "Describe a tuning job: its best values, its limits, its training jobs.",
    "explain": "Tell why each hyperparameter and setting was chosen, and what was seen since.",
    "best": "Show the best values, the command to paste, or a patch of the script.",
    "logs": "Print what a training job has printed.",
    "watch": "Follow a tuning job that runs in another process.",
    "stop": "Stop a tuning job, or one of its training jobs, whichever process runs it.",
    "resume": "Take up tuning jobs that a crash left unfinished.",
    "metrics": "Run a program once and show which metrics its output holds.",
    "knowledge": "Show what is known of a framework or a hyperparameter, and where it comes from.",
    "demo": "Write a small training script and tune it, in under a minute.",
    "serve": "Answer boto3, the SageMaker SDK and the AWS CLI as SageMaker would, and run their jobs here.",
    "env": "Print the exports with which code for AWS runs here.",
}
"""Subcommand -> its line in `selftune --help`; the module of the same name is imported only when it is called."""

_BRIEF = "plan"
"""The command that reads, answers and leaves nothing behind."""


class LazyGroup(click.Group):
    """Imports a subcommand's module when it is called, so that `selftune --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"selftune.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UnknownName("command", args[0], COMMANDS)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="selftune")
def selftune() -> None:
    """Put `selftune run --` in front of the training command that you use today.

    It decides what to tune, over which ranges, on which metric and for how long, says why, runs the training jobs and
    hands back the best values: never worse than today's, inside a bound that was fixed before the first job.

    \b
      selftune run -- python train.py --lr 0.01 --batch-size 32
      selftune run train.py
      selftune run xgboost --data train=train.csv --target price
      selftune demo
    """


def main() -> NoReturn:
    """Entry point of the console script."""
    arguments = sys.argv[1:]
    if arguments[:1] == [_BRIEF]:
        _answer_at_once(arguments)
    gc.set_threshold(100_000)  # reading a script makes many objects and no garbage: looking for some took a tenth
    sys.exit(run(arguments))


def _answer_at_once(arguments: Sequence[str]) -> NoReturn:
    """Carry out a command that starts nothing and holds nothing, without tidying up what the end of it frees anyway.

    Looking for garbage in a script's syntax tree, and taking it apart node by node, took a seventh of a plan's time.
    """
    gc.disable()
    code = run(arguments)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; returns its exit code. A user's mistake never ends in a traceback."""
    try:
        outcome = selftune.main(list(arguments), prog_name="selftune", standalone_mode=False)
        sys.stdout.flush()
    except SelftuneError as error:
        say_error(error)
        return error.exit_code
    except click.ClickException as error:
        say_error(_usage_error(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        mute(sys.stdout)
        return READER_GONE
    return outcome if isinstance(outcome, int) else 0


def _usage_error(error: click.ClickException) -> UsageError:
    """click's own complaint (unknown option, missing argument) in our form."""
    context = getattr(error, "ctx", None)
    close = getattr(error, "possibilities", None)
    if close:
        return UsageError(
            f"No such option: {getattr(error, 'option_name', '')}.",
            hint=f"Did you mean {' or '.join(sorted(close))} ?",
        )
    path = context.command_path if context is not None else "selftune"
    return UsageError(error.format_message(), hint=f"See: {path} --help")


if __name__ == "__main__":
    main()
