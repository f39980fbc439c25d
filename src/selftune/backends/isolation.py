"""How the command of one attempt is kept in a folder of its own: where it runs, and which paths it gets."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from selftune.model.spec import TrainingJobSpec
from selftune.training.contract import AttemptFolder
from selftune.training.outside import copies_folder, in_copies
from selftune.training.snapshot import SnapshotReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The part of an order that says where the command runs; see `training.supervisor.order`."""

    argv: tuple[str, ...]
    folder: str
    guarded: tuple[tuple[str, str], ...] = ()
    layers: tuple[str, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()


def isolate(spec: TrainingJobSpec, folder: AttemptFolder, source: SnapshotReport | None) -> Isolation:
    """The command in place, in an empty working folder, in a copy of the snapshot, or above it.

    Args:
        source: the snapshot's report; None where there is no snapshot.
    """
    if source is None or spec.snapshot is None:
        return Isolation(argv=spec.argv, folder=spec.in_place_folder or str(folder.work))
    named = {file.original: str(folder.outside / file.copy) for file in source.outside}
    argv = tuple(in_copies(argument, named, source.folder) for argument in spec.argv)
    outside = (str(copies_folder(Path(spec.snapshot))), str(folder.outside))
    if source.is_layered:
        return Isolation(
            argv=argv, folder=source.folder, layers=(spec.snapshot, source.folder), copies=(outside,) if named else ()
        )
    return Isolation(
        argv=tuple(in_work(argument, source, folder) for argument in argv),
        folder=str(folder.work),
        guarded=tuple((str(Path(source.folder) / path), str(folder.work / path)) for path in source.guarded),
        copies=((spec.snapshot, str(folder.work)), *((outside,) if named else ())),
    )


def in_work(text: str, source: SnapshotReport, folder: AttemptFolder) -> str:
    """An absolute path into the user's folder, alone or after '=', as the same path in the working folder.

    So `python /project/train.py` runs the snapshot, and `--out=/project/out` stays with the training job. What is
    reached through a link (a virtual environment, a data folder) keeps its path. Above a snapshot, all paths do.
    """
    if source.is_layered:
        return text
    name, equals, value = text.partition("=")
    if equals and value.startswith("/"):
        return name + equals + in_work(value, source, folder)
    if text != source.folder and not text.startswith(source.folder + "/"):
        return text
    place = folder.work / os.path.relpath(text, source.folder)
    steps = [place, *place.parents]
    is_linked = any(step.is_symlink() for step in steps[: steps.index(folder.work)])
    return text if is_linked else str(place)
