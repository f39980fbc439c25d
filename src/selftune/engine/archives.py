"""Results of training jobs as objects of an artifact store: folders packed into archives."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from selftune.engine.results import OUTPUT_ARCHIVE, archive_address, artifacts_folder, model_address
from selftune.store.artifacts.addresses import parts_of
from selftune.store.artifacts.artifacts import ArtifactStore
from selftune.store.artifacts.folder import ArtifactFolder
from selftune.training.contract import AttemptFolder

_COMPRESSION = 3
"""Of 1 to 9: models hardly get smaller, and the next training job waits."""
_BEGINNING = 0.0
"""The time of every file in an archive, in seconds since the epoch: the same files make the same archive."""


@dataclass(frozen=True, slots=True)
class ArtifactResults:
    """Results as objects of an artifact store."""

    artifacts: ArtifactStore

    def put(self, output: str, training_job: str, attempt: Path, *, has_model: bool, is_packed: bool = True) -> None:
        folder = AttemptFolder(attempt)
        address = model_address(output, training_job, is_packed=is_packed)
        if has_model and is_packed:
            self._put(address, folder.model, folder)
        elif has_model:
            self._put_files(address, folder.model)
        if folder.output_data.is_dir() and any(folder.output_data.iterdir()):
            self._put(archive_address(output, training_job, OUTPUT_ARCHIVE), folder.output_data, folder)

    def _put_files(self, address: str, source: Path) -> None:
        """Put each file of a folder; what a link inside it means is put in its place, and what lies outside is not."""
        bucket, key = parts_of(address)
        inside = source.resolve()
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.resolve().is_relative_to(inside):
                with path.open("rb") as file:
                    self.artifacts.put(bucket, f"{key}{path.relative_to(source).as_posix()}", file)

    def _put(self, address: str, source: Path, folder: AttemptFolder) -> None:
        bucket, key = parts_of(address)
        with tempfile.TemporaryFile(dir=folder.path) as packed:
            archive = cast(IO[bytes], packed)
            pack(source, archive)
            archive.seek(0)
            self.artifacts.put(bucket, key, archive)


def results_of(home: Path) -> ArtifactResults:
    """Results in the artifact folder of a home."""
    return ArtifactResults(ArtifactFolder(artifacts_folder(home)))


def pack(source: Path, archive: IO[bytes]) -> None:
    """Write a folder as a gzip-compressed tar archive: plain files, folders and links, without owners and times."""
    with (
        gzip.GzipFile("", "wb", _COMPRESSION, archive, _BEGINNING) as compressed,
        tarfile.open(fileobj=compressed, mode="w", dereference=False) as tar,
    ):
        for path in sorted(source.rglob("*")):
            if path.is_symlink() or path.is_file() or path.is_dir():
                tar.add(path, arcname=str(path.relative_to(source)), recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = _BEGINNING
    return member
