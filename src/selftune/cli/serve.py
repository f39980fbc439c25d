"""`selftune serve`: answers AWS's clients over this home."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from selftune.cli.console import say
from selftune.cli.exit_codes import INTERRUPTED
from selftune.cli.options import home_option
from selftune.cli.service import open_service
from selftune.model.errors import UsageError
from selftune.server.address import DEFAULT_PORT

if TYPE_CHECKING:
    from selftune.engine.service import TuningService

_NEEDED = ("botocore", "uvicorn")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: a free one."
)
@click.option("--server-name", multiple=True, help="A further name by which clients call this machine; repeatable.")
@click.option("--tls-certificate", type=click.Path(path_type=Path), help="Certificate chain (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key (PEM).")
@click.option("--insecure-remote", is_flag=True, help="Listen on an address that others reach, without TLS.")
@home_option
def command(
    host: str,
    port: int,
    server_name: tuple[str, ...],
    tls_certificate: Path | None,
    tls_key: Path | None,
    insecure_remote: bool,
    home: Path | None,
) -> int:
    """Answer boto3, the SageMaker SDK and the AWS CLI as SageMaker would, and run their jobs here.

    The key that clients sign with is made at the first start and printed once; `selftune env` prints it again, with
    all that existing code needs to come here. Tuning jobs that a crash left unfinished are taken up.

    \b
      selftune serve
      selftune serve --port 9000
      eval "$(selftune env --write)" && python existing_code.py
      selftune serve --host 0.0.0.0 --server-name tune.example --tls-certificate tune.pem --tls-key tune.key
    """
    _check_installed()
    from selftune.server.address import Address, check_address, listening_socket, write_address
    from selftune.server.caretaker import Caretaker
    from selftune.server.client_environment import write_sdk_configuration
    from selftune.server.serving import assembled, run

    address = Address(
        host=host, port=port, certificate=tls_certificate, certificate_key=tls_key, names=tuple(server_name)
    )
    check_address(address, may_be_remote=insecure_remote)
    service = open_service(home)
    resumed = _resume(service)
    with listening_socket(address) as listening:
        address = replace(address, port=listening.getsockname()[1])
        server = assembled(service, address)
        write_sdk_configuration(service.home)
        write_address(service.home, address)
        say(f"Serving {service.home} on {address.url}. Ctrl-C ends the server; jobs that run go on.")
        if server.is_new_key:
            say(f"A key was made: {server.key.access_key_id} with the secret {server.key.secret}")
        if resumed:
            say(f"Taken up where a crash left them: {', '.join(resumed)}.")
        say('In the shell of your code: eval "$(selftune env)"')
        caretaker = Caretaker(service)
        caretaker.start()
        try:
            run(server, address, listening)
        except KeyboardInterrupt:
            caretaker.stop()
            say(_farewell(service))
    return INTERRUPTED


def _check_installed() -> None:
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"The server needs {' and '.join(missing)}.", hint="pip install 'selftune[server]'")


def _resume(service: TuningService) -> list[str]:
    """Let processes of their own go on with what a crash left; returns the names."""
    names = service.resumable()
    for name in names:
        service.run_detached(name)
    return names


def _farewell(service: TuningService) -> str:
    running = [record.job.name for record in service.heads() if not record.state.status.is_terminal]
    if not running:
        return "The server has ended."
    return f"The server has ended; these go on: {', '.join(running)}. Follow one: selftune watch {running[0]}"
