"""From a training job definition to the program that it means: a script in an archive, or a built-in algorithm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from selftune.model.errors import UnreadableInput, UsageError, nearest_hint
from selftune.model.request import AlgorithmRequest, ProgramRequest, ScriptRequest
from selftune.model.values import HyperparameterValue
from selftune.server.aws.sagemaker.client_names import named_by_client
from selftune.server.aws.sagemaker.environments import interpreter_for
from selftune.server.aws.sagemaker.images import Image, image_of
from selftune.server.aws.sagemaker.locations import Materials

_PIPE = "Pipe"
_DRIVERS_CHANNEL = "sm_drivers"
_CODE_CHANNEL = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A script and the folder that it lies in."""

    folder: Path
    entry_point: str
    """Relative to the folder."""


def program_of(
    definition: Mapping[str, Any],
    values: Mapping[str, HyperparameterValue],
    toolkit: Mapping[str, str],
    materials: Materials,
    home: Path,
) -> ProgramRequest:
    """The program of a training job definition.

    Args:
        definition: TrainingJobDefinition, or a CreateTrainingJob request.
        values: The program's own hyperparameters.
        toolkit: What is meant for the training toolkit (`sagemaker_program` ...).

    Raises:
        UsageError: the image stands for nothing here, or for a script that was not given, or that is to read a pipe.
        UnreadableInput: the archive or the script in it is not there.
    """
    image = _image(definition["AlgorithmSpecification"], home)
    source = _source(definition, toolkit, materials)
    if source is not None:
        _check_input_modes(definition)
        return ScriptRequest(
            entry_point=source.entry_point,
            folder=str(source.folder),
            python=interpreter_for(source.folder, image.python, home),
            hyperparameters=tuple(values.items()),
            framework=image.framework,
        )
    if image.algorithm is None:
        raise UsageError(
            f"The image '{definition['AlgorithmSpecification'].get('TrainingImage', '')[:200]}' runs a script, and "
            "none was given.",
            hint="Name one: sagemaker_program and sagemaker_submit_directory among the hyperparameters.",
        )
    return AlgorithmRequest(name=image.algorithm, hyperparameters=tuple(values.items()))


def _check_input_modes(definition: Mapping[str, Any]) -> None:
    """A script that reads from a pipe would wait for ever; with FastFile it sees files, as it does here."""
    own_mode = definition["AlgorithmSpecification"].get("TrainingInputMode")
    for channel in definition.get("InputDataConfig", ()):
        if channel.get("InputMode", own_mode) == _PIPE:
            raise UsageError(
                f"The channel '{channel['ChannelName']}' has the input mode Pipe, and scripts read files here.",
                hint="Set TrainingInputMode (or the channel's InputMode) to File or FastFile.",
            )


def _image(algorithm: Mapping[str, Any], home: Path) -> Image:
    name = algorithm.get("TrainingImage") or algorithm.get("AlgorithmName")
    if not name:
        raise UsageError("AlgorithmSpecification names neither TrainingImage nor AlgorithmName.")
    if "AlgorithmName" in algorithm and "TrainingImage" not in algorithm:
        name = f"local/{name.lower()}:local"
    return image_of(name, home)


def _source(definition: Mapping[str, Any], toolkit: Mapping[str, str], materials: Materials) -> Source | None:
    archive = toolkit.get("sagemaker_submit_directory")
    program = toolkit.get("sagemaker_program")
    if archive and archive.startswith("s3://"):
        return _in_archive(archive, program, materials)
    return _of_model_trainer(definition, program, materials)


def _in_archive(uri: str, program: str | None, materials: Materials) -> Source:
    """Version 2 of the SDK, and whoever uploads an archive as it does."""
    if not program:
        raise UsageError(f"There is an archive, {uri}, and no sagemaker_program that names the script in it.")
    folder = materials.source(uri)
    return Source(folder=folder, entry_point=_script(folder, program, uri))


def _of_model_trainer(definition: Mapping[str, Any], program: str | None, materials: Materials) -> Source | None:
    """Version 3 of the SDK: its own drivers in one channel, the user's code in another or in an archive beside them."""
    addresses = {
        channel["ChannelName"]: channel["DataSource"].get("S3DataSource", {}).get("S3Uri", "")
        for channel in definition.get("InputDataConfig", ())
    }
    drivers = addresses.get(_DRIVERS_CHANNEL)
    if drivers is None:
        return None
    described = _described(drivers, materials)
    entry = program or described.get("entry_script")
    if not entry:
        raise UsageError("The code of ModelTrainer names no entry script.", hint="Set SourceCode(entry_script=...).")
    if _CODE_CHANNEL in addresses:
        folder = Path(materials.channel(_channel_of(definition, _CODE_CHANNEL)).path)
        return Source(folder=folder, entry_point=_script(folder, entry, addresses[_CODE_CHANNEL]))
    uri = f"{drivers.rstrip('/').rpartition('/')[0]}/sourcedir/sourcedir.tar.gz"
    return _in_archive(uri, entry, materials)


def _described(drivers: str, materials: Materials) -> dict[str, Any]:
    """What the SDK wrote of the user's code."""
    try:
        artifact = materials.find(f"{drivers.rstrip('/')}/sourcecode.json")
        document = json.loads(materials.read(artifact))
    except (UnreadableInput, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _channel_of(definition: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next(channel for channel in definition["InputDataConfig"] if channel["ChannelName"] == name)


def _script(folder: Path, program: str, title: str) -> str:
    """The script's path in the folder, if it is there."""
    parts = PurePosixPath(program).parts
    if PurePosixPath(program).is_absolute() or ".." in parts or not parts:
        raise UsageError(f"'{program[:200]}' is no path inside {title}.")
    with named_by_client(program, f"sagemaker_program for {title}"):
        is_there = folder.joinpath(*parts).is_file()
    if not is_there:
        names = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()][:200]
        raise UnreadableInput(f"There is no '{program}' in {title}.", hint=nearest_hint(program, names))
    return str(PurePosixPath(*parts))
