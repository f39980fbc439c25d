"""The two streams: data for programs on standard output, words for people on standard error."""

from __future__ import annotations

import json
import os
import shutil
import sys
from typing import Any, TextIO

import click

from selftune.model.errors import SelftuneError

_PIPED_WIDTH = 120


def give(text: str = "") -> None:
    """A line of the answer, on standard output."""
    click.echo(text, color=wants_color())


def give_json(document: Any) -> None:
    """The one JSON object of `--json`, on standard output. Numbers that JSON lacks become null."""
    click.echo(json.dumps(_finite(document), indent=2, ensure_ascii=False, allow_nan=False, default=str))


def say(text: str = "") -> None:
    """A line for people, on standard error. Where nobody can read it any more, nothing is lost but the words."""
    try:
        click.echo(text, err=True, color=wants_color())
    except OSError:
        mute(sys.stderr)


def mute(stream: TextIO) -> None:
    """The reader has gone: what is buffered and what will be written goes nowhere, also at the interpreter's end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def say_error(error: SelftuneError) -> None:
    """What is wrong, and below it what to do."""
    say(f"{click.style('Error:', fg='red', bold=True)} {error.message}")
    if error.hint:
        say(f"  {error.hint}")


def wants_color() -> bool | None:
    """False under NO_COLOR; None lets each stream decide by whether it is a terminal."""
    return False if os.environ.get("NO_COLOR") else None


def is_live(stream: TextIO | None = None) -> bool:
    """True where a view that redraws itself can be shown."""
    stream = sys.stderr if stream is None else stream
    return stream.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("NO_COLOR")


def width() -> int:
    """Columns of the terminal, at least 60; where output is piped, a fixed width."""
    return max(shutil.get_terminal_size((_PIPED_WIDTH, 24)).columns, 60)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
