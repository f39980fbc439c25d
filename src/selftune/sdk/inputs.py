"""Input data as it is given to `fit`: paths on this machine under channel names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlparse

from selftune.model.errors import UnreadableInput, UsageError, nearest_hint
from selftune.model.request import Channel
from selftune.sdk.keywords import refuse_unknown

_CHANNEL_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
_MEANINGLESS = (
    "distribution",
    "compression",
    "content_type",
    "record_wrapping",
    "s3_data_type",
    "instance_groups",
    "input_mode",
    "attribute_names",
    "target_attribute_name",
    "shuffle_config",
)


class TrainingInput:
    """One channel's data.

    Args:
        s3_data: a path on this machine, or `file://...`; the name is SageMaker's.
        others: how SageMaker would fetch it (content_type, input_mode ...); data on this machine needs none of that.
    """

    def __init__(self, s3_data: str | os.PathLike[str], **others: Any) -> None:
        refuse_unknown(others, ("s3_data", *_MEANINGLESS))
        self.path = os.fspath(s3_data)

    def __repr__(self) -> str:
        return f"TrainingInput({self.path!r})"


InputData: TypeAlias = str | os.PathLike[str] | TrainingInput


def channels_from(
    inputs: InputData | Mapping[str, InputData] | None, *, default_name: str = "training", folder: Path | None = None
) -> tuple[Channel, ...]:
    """The channels of `fit(inputs)`: none, one under its default name, or those of a dict.

    Args:
        folder: what relative paths start from; None: the folder in which this process runs.

    Raises:
        UnreadableInput: a path that is not there, or data that is not on this machine.
        UsageError: a channel name or a kind of input that cannot be used.
    """
    if inputs is None:
        return ()
    named = inputs if isinstance(inputs, Mapping) else {default_name: inputs}
    return tuple(_channel(str(name), data, folder or Path()) for name, data in named.items())


def _channel(name: str, data: Any, folder: Path) -> Channel:
    if not _CHANNEL_NAME.match(name):
        raise UsageError(f"'{name}' cannot name a channel.", hint="Use letters, digits, '-', '_' and '.'.")
    if not isinstance(data, str | os.PathLike | TrainingInput):
        raise UsageError(
            f"The channel {name} is a {type(data).__name__}.",
            hint="Give a path on this machine or TrainingInput(path).",
        )
    text = data.path if isinstance(data, TrainingInput) else os.fspath(data)
    path = folder / _local_path(name, str(text))
    if not path.exists():
        raise UnreadableInput(f"The data of channel {name} is not there: {text}.", hint=nearest_file_hint(path))
    return Channel(name=name, path=os.path.abspath(path))  # noqa: PTH100 - a link stays a link


def _local_path(name: str, text: str) -> Path:
    parts = urlparse(text)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if "://" in text:
        raise UnreadableInput(
            f"The data of channel {name} is at {text}, but training jobs run on this machine.",
            hint=f"Fetch it first (such as: aws s3 cp --recursive {text} data/), then give the path: data/",
        )
    return Path(text).expanduser()


def nearest_file_hint(path: Path) -> str:
    """A sentence that names the files spelled like the one that is missing, those of its kind where there are any."""
    folder = path.absolute().parent
    if not folder.is_dir():
        return f"There is no folder {folder} either."
    names = [entry.name for entry in folder.iterdir()]
    return nearest_hint(path.name, [name for name in names if name.endswith(path.suffix)] or names)
