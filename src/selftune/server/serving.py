"""A server over one home: put together, bound to an address, and written down so that `selftune env` finds it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from selftune.engine.service import TuningService
from selftune.model.errors import UsageError
from selftune.server.access_key import access_key
from selftune.server.app import Application
from selftune.server.aws import identity
from selftune.server.aws.gateway import Gateway, largest_body
from selftune.server.aws.logs import LogOperations
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.operations import sagemaker_operations
from selftune.server.aws.sagemaker.tagging import TagOperations
from selftune.server.aws.sagemaker.tuning_jobs import TuningJobOperations
from selftune.server.aws.signature import AccessKey
from selftune.server.s3.service import s3_service
from selftune.store.tags import SqliteTags

DEFAULT_PORT = 8490
DEFAULT_REGION = "us-east-1"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server listens."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    certificate: Path | None = None
    certificate_key: Path | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate is not None else 'http'}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        return self.host in _LOOPBACK

    @property
    def hosts(self) -> frozenset[str]:
        """Values of the Host header that name this server."""
        names = {"127.0.0.1", "localhost", "[::1]"} if self.is_loopback else {self.host}
        return frozenset({f"{name}:{self.port}" for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A server that is ready to be run."""

    application: Application
    key: AccessKey
    is_new_key: bool


def assembled(service: TuningService, address: Address) -> Assembled:
    """The application over a home.

    Raises:
        StorageFailure: the home cannot be written.
    """
    home = service.home
    key, is_new_key = access_key(home)
    s3 = s3_service(artifacts_folder(home), DEFAULT_REGION)
    tags, pager = SqliteTags(home / "server" / "tags.db"), Pager(key.secret)
    tuning_jobs = TuningJobOperations(
        service=service, materials=Materials(s3.folder, home / "materials"), pager=pager, tags=tags, home=home
    )
    tagging = TagOperations(service=service, tags=tags, pager=pager)
    gateway = Gateway(
        key=key,
        operations={
            "sagemaker": sagemaker_operations(tuning_jobs, tagging),
            "logs": LogOperations(service=service).table(),
        },
        forms=identity.answer,
        s3=s3,
    )
    application = Application(gateway.handle, hosts=address.hosts, largest_body=largest_body)
    return Assembled(application=application, key=key, is_new_key=is_new_key)


def check_address(address: Address, *, may_be_remote: bool) -> None:
    """Refuse to listen where others can reach it unprotected.

    Raises:
        UsageError: no loopback address, no certificate, and no explicit word that this is meant.
    """
    if not address.is_loopback and address.certificate is None and not may_be_remote:
        raise UsageError(
            f"{address.host} can be reached from other machines, and without TLS what they send can be read.",
            hint="Give --tls-certificate and --tls-key, or say --insecure-remote where the network itself is safe.",
        )


def artifacts_folder(home: Path) -> Path:
    """Where the objects of a home lie."""
    return home / "artifacts"


def address_file(home: Path) -> Path:
    """Where the server of a home says how to reach it."""
    return home / "server" / "address.json"


def write_address(home: Path, address: Address) -> None:
    """Note where the server of this home listens."""
    path = address_file(home)
    document = {"url": address.url, "region": DEFAULT_REGION, "process": os.getpid()}
    own = path.with_name(f".{path.name}.{os.getpid()}")
    own.write_text(json.dumps(document), encoding="utf-8")
    own.replace(path)


def run(assembled_server: Assembled, address: Address) -> None:
    """Serve until interrupted.

    Raises:
        UsageError: the address is taken, or the server's libraries are not installed.
    """
    try:
        import uvicorn
    except ImportError:
        raise UsageError("The server needs uvicorn.", hint="pip install 'selftune[server]'") from None
    config = uvicorn.Config(
        assembled_server.application,
        host=address.host,
        port=address.port,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=30,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.certificate_key,
    )
    uvicorn.Server(config).run()
