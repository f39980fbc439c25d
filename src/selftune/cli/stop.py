"""`selftune stop`: end a tuning job or one of its training jobs; what was found is kept."""

from __future__ import annotations

from pathlib import Path

import click

from selftune.cli.console import say
from selftune.cli.options import home_option
from selftune.cli.service import open_service


@click.command(name="stop")
@click.argument("job")
@click.argument("training_job", required=False)
@home_option
def command(job: str, training_job: str | None, home: Path | None) -> None:
    """Stop a tuning job, or one of its training jobs, whichever process runs it.

    A stopped tuning job is over: go on with `selftune run --from JOB`.

    \b
      selftune stop train-1a2b
      selftune stop train-1a2b 7
    """
    service = open_service(home)
    record = service.record(job)
    name = record.job.name
    if training_job is not None:
        wanted = service.training_job(name, training_job)
        if wanted.status.is_terminal:
            say(f"Training job {wanted.number} of {name} has ended already ({wanted.status}).")
            return
        service.stop_training_job(name, wanted.number)
        say(f"Training job {wanted.number} of {name} is asked to end; the search goes on.")
    elif record.state.status.is_terminal:
        say(f"Tuning job {name} has ended already ({record.state.status}).")
    else:
        service.stop(name)
        say(f"Tuning job {name} is asked to end. See: selftune describe {name}")
