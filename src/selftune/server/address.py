"""Where a server listens: the socket, the names that it answers to, and the file that tells `selftune env`."""

from __future__ import annotations

import json
import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selftune.model.errors import StorageFailure, UsageError

DEFAULT_PORT = 8490
DEFAULT_REGION = "us-east-1"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_EVERYWHERE = ("0.0.0.0", "::")
_USUAL_PORTS = {"http": 80, "https": 443}
_BACKLOG = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    certificate: Path | None = None
    certificate_key: Path | None = None
    names: tuple[str, ...] = ()
    """Further names by which clients call it."""

    @property
    def scheme(self) -> str:
        return "http" if self.certificate is None else "https"

    @property
    def url(self) -> str:
        """How clients call it: by its first name, where it has one."""
        host = self.names[0] if self.names else (socket.gethostname() if self.host in _EVERYWHERE else self.host)
        return f"{self.scheme}://{_bracketed(host)}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        return self.host in _LOOPBACK

    @property
    def hosts(self) -> frozenset[str]:
        """Values of the Host header that name this server."""
        names = {_bracketed(name.lower()) for name in (self.host, *self.names)}
        if self.is_loopback or self.host in _EVERYWHERE:
            names |= {"127.0.0.1", "localhost", "[::1]"}
        if self.host in _EVERYWHERE:
            names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        bare = names if self.port == _USUAL_PORTS[self.scheme] else set()
        return frozenset({f"{name}:{self.port}" for name in names} | bare)


def check_address(address: Address, *, may_be_remote: bool) -> None:
    """Refuse to listen where others can reach it unprotected, or with a certificate that cannot be used.

    Raises:
        UsageError: no loopback address, no certificate, and no explicit word that this is meant; or the certificate
            and its key are not there or do not fit.
    """
    certificate, key = address.certificate, address.certificate_key
    if (certificate is None) != (key is None):
        raise UsageError("A certificate and its key go together.", hint="Give both --tls-certificate and --tls-key.")
    if not address.is_loopback and certificate is None and not may_be_remote:
        raise UsageError(
            f"{address.host} can be reached from other machines, and without TLS what they send can be read.",
            hint="Give --tls-certificate and --tls-key, or say --insecure-remote where the network itself is safe.",
        )
    if certificate is not None:
        _check_certificate(certificate, key)


def _check_certificate(certificate: Path, key: Path | None) -> None:
    for path in (certificate, key):
        if path is not None and not os.access(path, os.R_OK):
            raise UsageError(f"{path} cannot be read.", hint="Give the paths of a PEM certificate and of its key.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise UsageError(f"{certificate} and {key} are no certificate and its key: {reason}.") from None


def listening_socket(address: Address) -> socket.socket:
    """A socket that listens there already, so that whoever reads its port is answered; port 0: a free one.

    Raises:
        UsageError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address.host, address.port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"{address.host}:{address.port} cannot be listened on: {error.strerror or error}.",
            hint="Choose another port, such as --port 0 for a free one.",
        ) from None
    return listening


def address_file(home: Path) -> Path:
    """Where the server of a home says how to reach it."""
    return home / "server" / "address.json"


def write_address(home: Path, address: Address) -> None:
    """Note where the server of this home listens.

    Raises:
        StorageFailure: the home cannot be written.
    """
    path = address_file(home)
    document = {
        "url": address.url,
        "region": DEFAULT_REGION,
        "process": os.getpid(),
        "certificate": None if address.certificate is None else str(address.certificate.absolute()),
    }
    own = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        own.write_text(json.dumps(document), encoding="utf-8")
        own.replace(path)
    except OSError as error:
        raise StorageFailure(f"{path} cannot be written: {error.strerror}.") from error


def read_address(home: Path) -> dict[str, Any]:
    """What the server of this home has noted.

    Raises:
        UsageError: no server of this home was ever started.
    """
    try:
        document = json.loads(address_file(home).read_text(encoding="utf-8"))
        if isinstance(document, dict) and isinstance(document.get("url"), str):
            return document
    except (OSError, ValueError):
        pass
    raise UsageError(f"No server of {home} was started yet.", hint="Start one: selftune serve")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
