"""`selftune env`: what existing code needs to come here."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from selftune.cli.console import give, give_json, say
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service


@click.command("env")
@click.option("--write", is_flag=True, help="Also write the SageMaker SDK's configuration file that the exports name.")
@json_option
@home_option
def command(write: bool, as_json: bool, home: Path | None) -> int:
    """Print the exports with which code for AWS runs here.

    \b
      eval "$(selftune env --write)"
      selftune env --json
    """
    from selftune.server.client_environment import client_environment, write_sdk_configuration

    service = open_service(home)
    if write:
        path = write_sdk_configuration(service.home)
        say(f"Written: {path}")
    variables = client_environment(service.home)
    if as_json:
        give_json(variables)
    else:
        for name, value in variables.items():
            give(f"export {name}={shlex.quote(value)}")
    return 0
