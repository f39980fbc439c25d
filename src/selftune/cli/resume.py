"""`selftune resume`: take up what a crash left, exactly where it was left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.console import give_json, say
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.cli.session import conclude, hold_loop, let_go
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

    JOB, or all of them, each exactly where it was left: the first one here, the others by processes of their own, so
    that Ctrl-C stops the one that you see.

    \b
      selftune resume
      selftune resume train-1a2b
    """
    service = open_service(home)
    names = service.resumable() if job is None else [_unfinished(service, job)]
    if not names:
        say("There is nothing to resume.")
    for name in names if detach else names[1:]:
        let_go(service, name)
        say(f"{name} runs by itself. Follow it: selftune watch {name}")
    if detach or not names:
        if as_json:
            give_json({"resumed": names})
        return 0
    say(f"Resuming tuning job {names[0]}.")
    ending = hold_loop(service, names[0], is_silent=as_json)
    if as_json and job is None:
        give_json({"resumed": names})
        return ending.exit_code(service.summary(names[0]))
    return conclude(service, ending, as_json=as_json)


def _unfinished(service: TuningService, job: str) -> str:
    record = service.record(job)
    if record.state.status.is_terminal:
        raise UsageError(
            f"Tuning job '{record.job.name}' is over ({record.state.status}).",
            hint=f"A new one with its settings: selftune run --from {record.job.name}",
        )
    return record.job.name
