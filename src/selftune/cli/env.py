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

_WRONG = 1


@click.command("env")
@click.option("--write", is_flag=True, help="Also write the SageMaker SDK's configuration file that the exports name.")
@click.option("--check", is_flag=True, help="Try boto3, the SageMaker SDK and the AWS CLI as this shell has them.")
@click.option("--python", metavar="PATH", help="With --check: the interpreter of your code.  [default: the active one]")
@json_option
@home_option
def command(write: bool, check: bool, python: str | None, as_json: bool, home: Path | None) -> int:
    """Print the exports with which code for AWS runs here.

    Without --write nothing but the exports is printed: endpoint, key, region, the SDK's configuration file, and what
    of another account is to be unset. With --check each client that is found is tried, and what is wrong is said;
    the exit code is then 1 where something is.

    \b
      eval "$(selftune env --write)"
      selftune env --check
      selftune env --check --python .venv/bin/python
      selftune env --json
    """
    from selftune.server.client_environment import TO_UNSET, client_environment, write_sdk_configuration

    service = open_service(home)
    variables = client_environment(service.home)
    if write:
        say(f"Written: {write_sdk_configuration(service.home)}")
    if check:
        return _checked(variables, interpreter_for(Path("code.py"), python), as_json=as_json)
    if as_json:
        give_json(variables)
        return 0
    to_unset = [name for name in TO_UNSET if os.environ.get(name)]
    if to_unset:
        give(f"unset {' '.join(to_unset)}")
    for name, value in variables.items():
        give(f"export {name}={shlex.quote(value)}")
    return 0


def _checked(variables: dict[str, str], python: str, *, as_json: bool) -> int:
    """Say what is wrong in this shell, and try the clients with that mended."""
    from selftune.server.client_check import mended, problems_of_shell, try_clients

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
