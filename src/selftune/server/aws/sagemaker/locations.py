"""`s3://bucket/key`, and what of it is here: single objects, and all objects below a prefix, as files."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import Channel
from selftune.server.aws.sagemaker.archives import unpack
from selftune.server.aws.sagemaker.client_names import named_by_client
from selftune.store.artifacts.addresses import parts_of
from selftune.store.artifacts.artifacts import Artifact, NoSuchArtifact
from selftune.store.artifacts.folder import ArtifactFolder

_CHUNK = 1 << 20
_CHANNEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")


class Materials:
    """What training jobs read from the artifact folder, laid out as files below one folder, once for each content.

    Args:
        artifacts: Where the objects are.
        folder: Where the files go.
    """

    def __init__(self, artifacts: ArtifactFolder, folder: Path) -> None:
        self._artifacts = artifacts
        self._folder = folder

    def source(self, uri: str) -> Path:
        """The folder of an unpacked source archive.

        Raises:
            UnreadableInput: it is not there, or no archive that can be unpacked safely.
        """
        artifact = self.find(uri)
        folder = self._folder / "sources" / _digest([artifact])
        if not folder.exists():
            made = folder.with_name(f".{folder.name}.{os.getpid()}.{threading.get_ident()}")
            shutil.rmtree(made, ignore_errors=True)
            try:
                with self._artifacts.open(artifact) as archive:
                    unpack(archive, made, title=uri)
                _put_in_place(made, folder)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        return folder

    def channel(self, given: Mapping[str, Any]) -> Channel:
        """The data of one entry of InputDataConfig.

        Raises:
            UsageError: its name or its source cannot be used here.
            UnreadableInput: there is nothing at its address.
        """
        name = given["ChannelName"]
        if not _CHANNEL_NAME.match(name):
            raise UsageError(f"'{name}' cannot name a channel.", hint="Use letters, digits, '-', '_' and '.'.")
        source = given["DataSource"].get("S3DataSource")
        if source is None:
            raise UsageError(f"The channel {name} is not in S3, and file systems are not read here.")
        if source["S3DataType"] != "S3Prefix":
            raise UsageError(f"The channel {name} has S3DataType {source['S3DataType']}.", hint="Use S3Prefix.")
        return Channel(name=name, path=str(self._prefix(source["S3Uri"], name)))

    def find(self, uri: str) -> Artifact:
        """The object at an address.

        Raises:
            UnreadableInput: it is not there.
        """
        bucket, key = parts_of(uri)
        try:
            return self._artifacts.find(bucket, key)
        except NoSuchArtifact as error:
            raise UnreadableInput(f"{uri} is not there: {error.message}") from None

    def has_bucket(self, name: str) -> bool:
        """Whether there is a bucket of that name."""
        try:
            self._artifacts.check_bucket(name)
        except NoSuchArtifact:
            return False
        return True

    def read(self, artifact: Artifact) -> bytes:
        """The bytes of a small object."""
        with self._artifacts.open(artifact) as file:
            return file.read(_CHUNK)

    def _prefix(self, uri: str, channel: str) -> Path:
        """All objects below an address as files, under the part of their key behind it."""
        bucket, prefix = parts_of(uri)
        try:
            found = [a for a in self._artifacts.list(bucket, prefix) if not a.key.endswith("/")]
        except NoSuchArtifact as error:
            raise UnreadableInput(f"The data of channel {channel} is not there: {error.message}") from None
        if not found:
            raise UnreadableInput(f"The data of channel {channel} is not there: nothing at {uri}.")
        folder = self._folder / "channels" / _digest(found, prefix)
        if not folder.exists():
            made = folder.with_name(f".{folder.name}.{os.getpid()}.{threading.get_ident()}")
            shutil.rmtree(made, ignore_errors=True)
            try:
                for artifact in found:
                    with named_by_client(artifact.key, f"The data of channel {channel} at {uri}"):
                        self._lay_out(artifact, made.joinpath(*_relative(artifact.key, prefix)))
                _put_in_place(made, folder)
            finally:
                shutil.rmtree(made, ignore_errors=True)
        return folder

    def _lay_out(self, artifact: Artifact, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._artifacts.get(artifact, path)
        path.chmod(0o444)  # several training jobs read it


def _relative(key: str, prefix: str) -> tuple[str, ...]:
    """Where an object lies below the prefix; a prefix that ends inside a name counts up to its last '/'."""
    rest = key[prefix.rfind("/") + 1 :] if not key.startswith(f"{prefix.rstrip('/')}/") else key[len(prefix) :]
    parts = PurePosixPath(rest.lstrip("/")).parts
    if ".." in parts or "\0" in rest or not parts:
        raise UnreadableInput(f"The key '{key[:200]}' cannot be the name of a file.")
    return parts


def _digest(artifacts: list[Artifact], prefix: str = "") -> str:
    digest = hashlib.sha256(prefix.encode())
    for artifact in artifacts:
        digest.update(f"{artifact.bucket}\0{artifact.key}\0{artifact.etag}\0".encode())
    return digest.hexdigest()[:32]


def _put_in_place(made: Path, folder: Path) -> None:
    """Another process may have been first: its folder has the same content."""
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise
