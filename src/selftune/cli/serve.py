"""`selftune serve`: answers AWS's clients over this home."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from selftune.cli.console import say
from selftune.cli.options import home_option
from selftune.cli.service import open_service
from selftune.model.errors import UsageError

_DEFAULT_PORT = 8490


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=_DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0: a free one."
)
@click.option("--tls-certificate", type=click.Path(path_type=Path), help="Certificate chain (PEM).")
@click.option("--tls-key", type=click.Path(path_type=Path), help="Its private key (PEM).")
@click.option("--insecure-remote", is_flag=True, help="Listen on an address of others without TLS.")
@home_option
def command(
    host: str, port: int, tls_certificate: Path | None, tls_key: Path | None, insecure_remote: bool, home: Path | None
) -> int:
    """Answer boto3, the SageMaker SDK and the AWS CLI as SageMaker would, and run their jobs here.

    The key that clients sign with is made at the first start and printed once; `selftune env` prints it again, with
    all that existing code needs to come here.

    \b
      selftune serve
      selftune serve --port 9000
      eval "$(selftune env)"; python existing_code.py
    """
    from selftune.server.serving import Address, assembled, check_address, run, write_address

    address = Address(host=host, port=_free(host, port), certificate=tls_certificate, certificate_key=tls_key)
    check_address(address, may_be_remote=insecure_remote)
    service = open_service(home)
    server = assembled(service, address)
    write_address(service.home, address)
    say(f"Serving {service.home} on {address.url}. Ctrl-C ends the server; jobs that run go on.")
    if server.is_new_key:
        say(f"A key was made: {server.key.access_key_id} with the secret {server.key.secret}")
    say('In the shell of your code: eval "$(selftune env)"')
    run(server, address)
    return 0


def _free(host: str, port: int) -> int:
    """The port, or for 0 one that is free; says in words that one is taken, before the server does in its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"{host}:{port} cannot be listened on: {error.strerror}.", hint="Choose another port: --port 0"
            ) from None
        return int(probe.getsockname()[1])
