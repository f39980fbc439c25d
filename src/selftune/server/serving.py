"""A server over one home: put together, and run on a socket."""

from __future__ import annotations

import gc
import signal
import socket
from dataclasses import dataclass
from types import FrameType

from selftune.engine.results import artifacts_folder
from selftune.engine.service import TuningService
from selftune.server.access_key import access_key
from selftune.server.address import DEFAULT_REGION, Address
from selftune.server.app import Application
from selftune.server.aws import identity
from selftune.server.aws.gateway import Gateway, largest_body, too_large
from selftune.server.aws.logs import LogOperations
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.locations import Materials
from selftune.server.aws.sagemaker.operations import sagemaker_operations
from selftune.server.aws.sagemaker.search import SearchOperation
from selftune.server.aws.sagemaker.tagging import TagOperations
from selftune.server.aws.sagemaker.training_jobs import TrainingJobOperations
from selftune.server.aws.sagemaker.tuning_jobs import TuningJobOperations
from selftune.server.aws.signature import AccessKey
from selftune.server.records import start_logging
from selftune.server.s3.service import s3_service
from selftune.store.tags import SqliteTags


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A server that is ready to be run."""

    application: Application
    gateway: Gateway
    key: AccessKey
    is_new_key: bool


def assembled(service: TuningService, address: Address) -> Assembled:
    """The application over a home.

    Raises:
        StorageFailure: the home cannot be written.
    """
    home = service.home
    key, is_new_key = access_key(home)
    s3 = s3_service(artifacts_folder(home), DEFAULT_REGION, key)
    tags, pager = SqliteTags(home / "server" / "tags.db"), Pager(key.secret)
    materials = Materials(s3.folder, home / "materials")
    tuning_jobs = TuningJobOperations(service=service, materials=materials, pager=pager, tags=tags, home=home)
    training_jobs = TrainingJobOperations(service=service, materials=materials, pager=pager, tags=tags, home=home)
    search = SearchOperation(service=service, pager=pager, tags=tags)
    tagging = TagOperations(service=service, tags=tags, pager=pager)
    gateway = Gateway(
        key=key,
        operations={
            "sagemaker": sagemaker_operations(tuning_jobs, training_jobs, tagging, search),
            "logs": LogOperations(service=service).table(),
        },
        forms=identity.answer,
        s3=s3,
    )
    application = Application(
        gateway.handle,
        hosts=address.hosts,
        largest_body=largest_body,
        too_large=too_large,
        refused_unread=gateway.refused_unread,
    )
    return Assembled(application=application, gateway=gateway, key=key, is_new_key=is_new_key)


def run(assembled_server: Assembled, address: Address, listening: socket.socket) -> None:
    """Serve until interrupted: requests that have begun are answered first.

    Raises:
        KeyboardInterrupt: always, by Ctrl-C or SIGTERM.
    """
    import uvicorn

    config = uvicorn.Config(
        assembled_server.application,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        limit_concurrency=1000,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.certificate_key,
    )
    start_logging()
    gc.freeze()  # what was read for good, such as the service's model, is not gone through again and again
    before = signal.signal(signal.SIGTERM, _interrupted)  # what uvicorn passes on once it has ended
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
