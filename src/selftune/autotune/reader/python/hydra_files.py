"""The files that make up a Hydra configuration: the primary one, its defaults list, the groups of the command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_GROUP = re.compile(
    r"\s*-\s+(?P<override>override\s+)?(?:optional\s+)?(?P<group>/?[\w./-]+?)(?:@(?P<package>[\w.:]+))?\s*:"
    r"\s*[\"']?(?P<choice>[\w./-]+)[\"']?\s*(?:#.*)?$"
)
_BASE = re.compile(r"\s*-\s+[\"']?(?P<choice>/?[\w./-]+?)(?:@(?P<package>[\w.:]+))?[\"']?\s*(?:#.*)?$")
_PACKAGE = re.compile(r"\s*#\s*@package\s+(?P<package>\S+)")
_OVERRIDE = re.compile(r"(?P<sign>\+{0,2})(?P<group>[\w/]+)(?:@[\w.:]+)?=(?P<choice>[\w./-]+)\Z")
_GLOBAL = "_global_"
_MAX_FILES = 40
_MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class HydraFile:
    """One file and where its keys belong."""

    path: Path
    package: str
    """Dotted; empty for the top."""


@dataclass(slots=True, kw_only=True)
class Composition:
    """Finds the files of a configuration, those first that later ones override.

    Args:
        folder: Where the configuration lies.
        arguments: The words of the command line, which may choose groups (`model=resnet`, `+experiment=big`).
    """

    folder: Path
    arguments: Sequence[str] = ()
    chosen: dict[str, str] = field(default_factory=dict)
    """Choice by group, of those that the command line or an `override` in a defaults list makes."""

    def files(self, name: str) -> list[HydraFile]:
        """The files behind the primary configuration `name`; none where it is not there."""
        root = self._file(name)
        if root is None:
            return []
        self.chosen.update(self._from_arguments())
        self._note_overrides(root, "", 0)
        found = list(self._below(root, "", "", 0))
        present = {
            group for group in self.chosen if any(f.path == self._file(f"{group}/{self.chosen[group]}") for f in found)
        }
        added = [word.partition("=")[0].lstrip("+") for word in self.arguments if word.startswith("+")]
        for group in (g for g in added if g in self.chosen and g not in present):
            found += self._chosen(group, self.chosen[group], group.replace("/", "."), 0)
        return found[:_MAX_FILES]

    def _from_arguments(self) -> dict[str, str]:
        matches = [_OVERRIDE.match(word) for word in self.arguments]
        return {m["group"]: m["choice"] for m in matches if m is not None and (self.folder / m["group"]).is_dir()}

    def _note_overrides(self, path: Path, group: str, depth: int) -> None:
        """Choices that defaults lists override elsewhere; those of the command line win."""
        for line in _defaults(path) if depth < _MAX_DEPTH else ():
            match = _GROUP.match(line)
            if match is None:
                continue
            whole = _absolute(match["group"], group)
            if match["override"]:
                self.chosen.setdefault(whole, match["choice"])
            else:
                inner = self._file(f"{whole}/{self.chosen.get(whole, match['choice'])}")
                if inner is not None:
                    self._note_overrides(inner, whole, depth + 1)
        if depth == 0:
            for whole, choice in dict(self.chosen).items():
                inner = self._file(f"{whole}/{choice}")
                if inner is not None:
                    self._note_overrides(inner, whole, depth + 1)

    def _below(self, path: Path, package: str, group: str, depth: int) -> Iterator[HydraFile]:
        """A file and what its defaults list names, in the order in which they are laid over each other."""
        lines = _defaults(path) if depth < _MAX_DEPTH else []
        own = HydraFile(path, package)
        has_own = any((m := _BASE.match(line)) is not None and m["choice"] == "_self_" for line in lines)
        for line in lines:
            base, named = _BASE.match(line), _GROUP.match(line)
            if named is not None and not named["override"]:
                whole = _absolute(named["group"], group)
                inner = _package(named["package"], package, whole if named["group"].startswith("/") else named["group"])
                yield from self._chosen(whole, self.chosen.get(whole, named["choice"]), inner, depth)
            elif base is not None and base["choice"] == "_self_":
                yield own
            elif base is not None and named is None:
                other = self._file(_absolute(base["choice"], group))
                inner = _package(base["package"], package, "")
                yield from self._below(other, inner, group, depth + 1) if other is not None else ()
        if not has_own:
            yield own

    def _chosen(self, group: str, choice: str, package: str, depth: int) -> Iterator[HydraFile]:
        path = self._file(f"{group}/{choice}")
        if path is not None:
            yield from self._below(path, _declared_package(path, package), group, depth + 1)

    def _file(self, name: str) -> Path | None:
        found = [self.folder / f"{name.removesuffix('.yaml')}{suffix}" for suffix in (".yaml", ".yml")]
        return next((path for path in found if path.is_file()), None)


def _absolute(group: str, current: str) -> str:
    """A group as written inside the group `current`, from the top."""
    if group.startswith("/"):
        return group[1:]
    return f"{current}/{group}" if current else group


def _package(declared: str | None, current: str, group: str) -> str:
    if declared is None:
        inner = group.strip("/").replace("/", ".")
        return inner if group.startswith("/") or not current else f"{current}.{inner}".rstrip(".")
    if declared.startswith(_GLOBAL):
        return declared.removeprefix(_GLOBAL).lstrip(".")
    return f"{current}.{declared}" if current and not declared.startswith("_") else declared


def _declared_package(path: Path, package: str) -> str:
    """The package that the head of a file asks for, else `package`."""
    for line in _lines(path)[:5]:
        match = _PACKAGE.match(line)
        if match is not None:
            text = match["package"]
            return (
                text.removeprefix(_GLOBAL).lstrip(".") if text.startswith(_GLOBAL) else text.replace("_group_", package)
            )
    return package


def _defaults(path: Path) -> list[str]:
    """The lines of the list `defaults:`."""
    found: list[str] = []
    is_inside = False
    for line in _lines(path):
        if line and not line[0].isspace() and not line.startswith(("-", "#")):
            is_inside = line.startswith("defaults:")
        elif is_inside and line.strip():
            found.append(line)
    return found


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def config_options(arguments: Sequence[str]) -> Mapping[str, str]:
    """The values of Hydra's own `--config-name` and `--config-path` (`-cn`, `-cp`) among the words of a command."""
    spellings = {"--config-name": "name", "-cn": "name", "--config-path": "path", "-cp": "path", "--config-dir": "path"}
    found: dict[str, str] = {}
    for index, word in enumerate(arguments):
        option, equals, text = word.partition("=")
        if option in spellings:
            value = text if equals else (arguments[index + 1] if index + 1 < len(arguments) else "")
            found[spellings[option]] = value
    return found
