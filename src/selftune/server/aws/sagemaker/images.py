"""From an image's name to what runs here."""

from __future__ import annotations

import functools
import sys
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any

from selftune.model.errors import UnreadableInput, UsageError

USER_TABLE = "images.toml"
_FIELDS = {"match": str, "framework": str, "algorithm": str, "python": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What an image's name stands for."""

    match: str
    framework: str | None = None
    algorithm: str | None = None
    python: str = sys.executable


def image_of(uri: str, home: Path) -> Image:
    """What the image `uri` stands for.

    Raises:
        UsageError: no entry fits; names the table.
        UnreadableInput: the user's table has a mistake.
    """
    own = home / USER_TABLE
    for image in (*_read_own(own), *_read_built_in()):
        if fnmatchcase(uri.lower(), image.match.lower()):
            return image
    known = ", ".join(image.match.strip("*:/") for image in _read_built_in())
    raise UsageError(
        f"The image '{uri[:200]}' has no environment here.",
        hint=f'Known: {known}. Add an [[image]] with match = "..." to {own}.',
    )


@functools.cache
def _read_built_in() -> tuple[Image, ...]:
    text = resources.files("selftune.server.aws.sagemaker").joinpath("images.toml").read_text(encoding="utf-8")
    return _images(text, "images.toml")


def _read_own(path: Path) -> tuple[Image, ...]:
    try:
        return _images(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.") from None


def _images(text: str, title: str) -> tuple[Image, ...]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"{title} is no TOML: {error}.") from None
    entries = document.get("image", [])
    if not isinstance(entries, list):
        raise UnreadableInput(f"{title}: 'image' is no list.", hint="Write [[image]], with two brackets.")
    return tuple(_image(entry, f"{title}, image {number}") for number, entry in enumerate(entries, start=1))


def _image(entry: dict[str, Any], title: str) -> Image:
    for name, value in entry.items():
        if name not in _FIELDS:
            raise UnreadableInput(f"{title}: there is no field '{name}'.", hint=f"Fields: {', '.join(_FIELDS)}.")
        if not isinstance(value, _FIELDS[name]):
            raise UnreadableInput(f"{title}: '{name}' must be text, but it is {value!r}.")
    if "match" not in entry:
        raise UnreadableInput(f"{title}: 'match' is missing.")
    return Image(**entry)
