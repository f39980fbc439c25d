"""`selftune env --check`: does existing code, in this shell and with this interpreter, come here?"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from selftune.server import client_program
from selftune.server.client_environment import TO_UNSET

_PATIENCE_SECONDS = 120.0
_LONGEST_PROBLEM = 500
_SECRET = "AWS_SECRET_ACCESS_KEY"
_OTHER_ENDPOINTS = (
    "AWS_ENDPOINT_URL_SAGEMAKER",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_LOGS",
)
_IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
_EXPORT = 'eval "$(selftune env)"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One client, and what came of trying it."""

    client: str
    """"boto3 1.44.8"."""
    problem: str | None
    """None: it works."""


def problems_of_shell(wanted: Mapping[str, str], environ: Mapping[str, str]) -> list[str]:
    """What in a shell's variables keeps code from coming here, a sentence each.

    Args:
        wanted: What `selftune env` prints.
        environ: The shell's variables.
    """
    found = [problem for name, value in wanted.items() if (problem := _problem(name, value, environ)) is not None]
    found += [
        f"{name} is set to {environ[name]} and counts more than AWS_ENDPOINT_URL: unset {name}"
        for name in _OTHER_ENDPOINTS
        if environ.get(name) not in (None, "", wanted["AWS_ENDPOINT_URL"])
    ]
    if environ.get(_IGNORE, "").lower() == "true":
        found.append(f"{_IGNORE} is true: unset {_IGNORE}")
    found += [
        f"{name} is set, which belongs to another account: unset {name}" for name in TO_UNSET if environ.get(name)
    ]
    configuration = Path(wanted["SAGEMAKER_USER_CONFIG_OVERRIDE"])
    if not configuration.exists():
        found.append(f"{configuration} is not there: selftune env --write")
    return found


def _problem(name: str, value: str, environ: Mapping[str, str]) -> str | None:
    given = environ.get(name)
    if given == value:
        return None
    if not given:
        return f"{name} is not set in this shell: {_EXPORT}"
    shown = "" if name == _SECRET else f" ({given})"
    return f"{name} is not what this server needs{shown}: {_EXPORT}"


def mended(wanted: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """A shell's variables with what `selftune env` sets and unsets: what is tried never reaches another account."""
    kept = {name: value for name, value in environ.items() if name not in (*TO_UNSET, *_OTHER_ENDPOINTS, _IGNORE)}
    return {**kept, **wanted}


def try_clients(python: str, environ: Mapping[str, str]) -> Iterator[Tried]:
    """Try each client that there is: boto3 and sagemaker of an interpreter, and the AWS CLI.

    Args:
        python: The interpreter of the user's code.
        environ: The variables that it has; see `mended`.
    """
    yield from _of_interpreter(python, environ)
    if (aws := shutil.which("aws", path=environ.get("PATH"))) is not None:
        yield _command_line(aws, environ)


def _of_interpreter(python: str, environ: Mapping[str, str]) -> Iterator[Tried]:
    try:
        done = subprocess.run(
            [python, "-"],
            input=Path(client_program.__file__).read_text(encoding="utf-8"),
            env=dict(environ),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        yield Tried(client=python, problem=str(error)[:_LONGEST_PROBLEM])
        return
    for line in done.stdout.splitlines():
        try:
            document = json.loads(line)
            yield Tried(client=f"{document['client']} {document['version']}", problem=_short(document["problem"]))
        except (ValueError, TypeError, KeyError):  # what a client prints by itself
            continue


def _command_line(aws: str, environ: Mapping[str, str]) -> Tried:
    command = [aws, "sagemaker", "list-hyper-parameter-tuning-jobs", "--max-results", "1", "--output", "json"]
    try:
        done = subprocess.run(
            command, env=dict(environ), capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Tried(client=aws, problem=_short(str(error)))
    return Tried(client=aws, problem=None if done.returncode == 0 else _short(done.stderr))


def _short(problem: str | None) -> str | None:
    return None if problem is None else " ".join(problem.split())[:_LONGEST_PROBLEM]
