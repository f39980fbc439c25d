"""`selftune resume`: take up what a crash left, exactly where it was left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.console import give_json, say
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.cli.session import conclude, hold_loop
from selftune.model.errors import UsageError

if TYPE_CHECKING:
    from selftune.engine.service import TuningService


@click.command(name="resume")
@click.argument("job", required=False)
@click.option("--detach", is_flag=True, help="Let processes of their own hold the loops.")
@home_option
@json_option
def command(job: str | None, detach: bool, home: Path | None, as_json: bool) -> int:
    """Take up tuning jobs that a crash left unfinished.

    JOB, or all of them, one after another, each exactly where it was left.

    \b
      selftune resume
      selftune resume train-1a2b
    """
    service = open_service(home)
    names = service.resumable() if job is None else [_unfinished(service, job)]
    if not names:
        say("There is nothing to resume.")
    if detach:
        for name in names:
            service.run_detached(name)
            say(f"{name} runs by itself. Follow it: selftune watch {name}")
        if as_json:
            give_json({"resumed": names})
        return 0
    endings = [hold_loop(service, name, is_silent=as_json) for name in _announced(names)]
    if as_json and job is None:
        give_json({"resumed": names})
        return max((ending.exit_code for ending in endings), default=0)
    return max((conclude(service, ending, as_json=as_json) for ending in endings), default=0)


def _unfinished(service: TuningService, job: str) -> str:
    record = service.record(job)
    if record.state.status.is_terminal:
        raise UsageError(
            f"Tuning job '{record.job.name}' is over ({record.state.status}).",
            hint=f"A new one with its settings: selftune run --from {record.job.name}",
        )
    return record.job.name


def _announced(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        say(f"Resuming tuning job {name}.")
        yield name
