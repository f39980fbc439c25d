"""`selftune env`: what existing code needs to come here, and whether it does."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from selftune.cli.console import give, give_json, say
from selftune.cli.interpreter import interpreter_for
from selftune.cli.options import home_option, json_option
from selftune.cli.service import open_service
from selftune.model.errors import SelftuneError

_WRONG = 1
_FAILING = "false"
"""For `eval "$(selftune env)" && ...`: to evaluate nothing would succeed, and what follows would run."""


@click.command("env")
@click.option("--write", is_flag=True, help="Also write the SageMaker SDK's configuration file that the exports name.")
@click.option("--check", is_flag=True, help="Try boto3, the SageMaker SDK and the AWS CLI as this shell has them.")
@click.option("--python", metavar="PATH", help="With --check: the interpreter of your code.  [default: the active one]")
@click.option(
    "--wait",
    "patience",
    metavar="SECONDS",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0, 3600),
    help="How long to wait for a server that is being started.",
)
@json_option
@home_option
def command(write: bool, check: bool, python: str | None, patience: float, as_json: bool, home: Path | None) -> int:
    """Print the exports with which code for AWS runs here.

    Without --write nothing but the exports is printed: endpoint, key, region, the SDK's configuration file, and what
    of another account is to be unset. With --check each client that is found is tried, and what is wrong is said;
    the exit code is then 1 where something is. Without a server that answers, what is printed fails in `eval`, so that
    code behind `&&` does not run against AWS itself.

    \b
      eval "$(selftune env --write)"
      selftune env --check
      selftune env --check --python .venv/bin/python
      selftune env --json
    """
    service = open_service(home)
    if check:
        return _checked(service.home, interpreter_for(Path("code.py"), python), is_written=write, as_json=as_json)
    try:
        _await_server(service.home, patience)
        variables = _variables(service.home, is_written=write)
    except SelftuneError:
        if not as_json:
            give(_FAILING)
        raise
    if as_json:
        give_json(variables)
    else:
        _give_exports(variables)
    return 0


def _await_server(home: Path, patience: float) -> None:
    from selftune.server.answering import await_server

    words = f"Waiting up to {patience:g} s for the server of {home} (selftune serve)."
    await_server(home, patience_seconds=patience, told=lambda: say(words))


def _variables(home: Path, *, is_written: bool) -> dict[str, str]:
    """What to export; with the SDK's configuration file written, where that is wanted."""
    from selftune.server.client_environment import client_environment, write_sdk_configuration

    variables = client_environment(home)
    if is_written:
        say(f"Written: {write_sdk_configuration(home)}")
    return variables


def _give_exports(variables: dict[str, str]) -> None:
    from selftune.server.client_environment import TO_UNSET

    to_unset = [name for name in TO_UNSET if os.environ.get(name)]
    if to_unset:
        give(f"unset {' '.join(to_unset)}")
    for name, value in variables.items():
        give(f"export {name}={shlex.quote(value)}")


def _checked(home: Path, python: str, *, is_written: bool, as_json: bool) -> int:
    """Say what is wrong in this shell, and try the clients with that mended."""
    from selftune.server.client_check import mended, problems_of_shell, try_clients

    variables = _variables(home, is_written=is_written)
    problems = problems_of_shell(variables, os.environ)
    tried = list(try_clients(python, mended(variables, os.environ)))
    if as_json:
        clients = [{"client": one.client, "problem": one.problem} for one in tried]
        give_json({"python": python, "shell": problems, "clients": clients})
    else:
        for problem in problems:
            give(problem)
        for one in tried:
            give(f"{one.client}: {'works.' if one.problem is None else one.problem}")
        if not tried:
            give(f"{python} has neither boto3 nor sagemaker, and there is no aws command: pip install boto3")
    return _WRONG if problems or not tried or any(one.problem for one in tried) else 0
