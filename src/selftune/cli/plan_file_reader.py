"""A plan file read back: what differs from Autotune's own choice is the user's, everything else stays Autotune's."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selftune.model.errors import UnknownName, UnreadableInput, UsageError

_LIST, _TABLE, _NUMBER = "a list", "a table", "a finite number"
_TEXT, _WHOLE, _TRUTH = "text in quotes", "a whole number", "true or false"
_SCALAR = "a finite number, text in quotes, true or false"
_TYPES: Mapping[str, tuple[type, ...]] = {
    _LIST: (list,),
    _TABLE: (dict,),
    _NUMBER: (int, float),
    _TEXT: (str,),
    _WHOLE: (int,),
    _TRUTH: (bool,),
    _SCALAR: (bool, int, float, str),
}
_RANGE = "LOW..HIGH in quotes, or a list of choices"
_COMMAND = "a list of words in quotes, the first of which is a program"
_DURATION = 'a duration in quotes, such as "30m"'
_KEYS: Mapping[str, Mapping[str, str]] = {
    "program": {
        "command": _COMMAND, "folder": _TEXT, "algorithm": _TEXT, "script": _TEXT, "python": _TEXT, "framework": _TEXT,
        "target": _TEXT, "channels": _TABLE, "environment": _TABLE, "in_place": _TRUTH, "price_per_hour": _NUMBER,
        "autotune": _TRUTH, "run_baseline": _TRUTH,
    },
    "objective": {"name": _TEXT, "type": _TEXT, "regex": _TEXT},
    "limits": {"max_jobs": _WHOLE, "max_parallel": _WHOLE, "max_runtime": _DURATION, "job_max_runtime": _DURATION},
    "search": {
        "strategy": _TEXT, "early_stopping": _TEXT, "retry": _WHOLE, "seed": _WHOLE, "complete_on_convergence": _TRUTH,
        "learning": _TRUTH,
        "max_jobs_not_improving": _WHOLE, "target_objective": _NUMBER,
    },
    "hyperparameters": {},
}  # fmt: skip
_HYPERPARAMETER_KEYS = {"role": _TEXT, "value": _SCALAR, "range": _RANGE, "added": _TRUTH}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFile:
    """A plan file whose sections, keys and kinds of value are all known; what the values mean is not yet judged."""

    path: Path
    lines: tuple[str, ...]
    document: Mapping[str, Any]

    def get(self, section: str, key: str) -> Any:
        """The value, or None where the line is not there."""
        return self.document.get(section, {}).get(key)

    @property
    def hyperparameters(self) -> Mapping[str, Mapping[str, Any]]:
        entries: Mapping[str, Mapping[str, Any]] = self.document.get("hyperparameters", {})
        return entries

    def where(self, *path: str) -> str:
        """ "plan.toml line 14": where a section or a key of it stands."""
        return f"{self.path} line {_line_of(self.lines, path)}"

    def refused(self, error: UsageError, *path: str) -> UsageError:
        """The same complaint, naming the line."""
        return UnreadableInput(f"{self.where(*path)}: {error.message}", hint=error.hint)


def read_plan_file(path: Path) -> PlanFile:
    """Read a plan file and check its form.

    Raises:
        UnreadableInput: it is not there, is no TOML, or a line has the wrong kind of value.
        UnknownName: a section or key that no plan has; names the nearest.
    """
    text = _text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.", hint="Each line is: key = value.") from None
    file = PlanFile(path=path, lines=tuple(text.splitlines()), document=document)
    _check_form(file)
    return file


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UnreadableInput(
            f"There is no plan file {path}.", hint=f"Write one: selftune plan -o {path} SCRIPT.py"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.") from None


def _check_form(file: PlanFile) -> None:
    for section, entries in file.document.items():
        if section not in _KEYS:
            raise UnknownName("section", section, _KEYS, where=file.where(section))
        if not isinstance(entries, dict):
            raise UnreadableInput(f"{file.where(section)}: {section} must be a section, written [{section}].")
        if section != "hyperparameters":
            _check_entries(file, (section,), entries, _KEYS[section])
    for name, entries in file.hyperparameters.items():
        if not isinstance(entries, dict):
            raise UnreadableInput(f"{file.where('hyperparameters', name)}: '{name}' must be a section of its own.")
        _check_entries(file, ("hyperparameters", name), entries, _HYPERPARAMETER_KEYS)


def _check_entries(file: PlanFile, section: tuple[str, ...], entries: dict[str, Any], known: Mapping[str, str]) -> None:
    for key, value in entries.items():
        if key not in known:
            raise UnknownName("key", key, known, where=f"[{'.'.join(section)}], {file.where(*section, key)}")
        if not _is_of_kind(value, known[key]):
            raise UnreadableInput(f"{file.where(*section, key)}: {key} must be {known[key]}, but is {value!r}.")


def _is_of_kind(value: Any, kind: str) -> bool:
    if kind is _RANGE:
        return isinstance(value, str | list)
    if kind is _COMMAND:
        return isinstance(value, list) and bool(value) and all(isinstance(w, str) for w in value) and bool(value[0])
    if isinstance(value, float) and not math.isfinite(value):
        return False
    if kind is _DURATION:
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    if isinstance(value, bool) and kind in (_WHOLE, _NUMBER):
        return False
    return isinstance(value, _TYPES[kind])


def _line_of(lines: tuple[str, ...], path: tuple[str, ...]) -> int:
    """The number of the line that begins the section, or sets the key inside it; 1 where neither is found."""
    section_line = 1
    section: tuple[str, ...] = ()
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith("["):
            section = _section_path(line)
            if section == path:
                return number
            if section == path[:-1]:
                section_line = number
        elif section == path[:-1] and _sets(line, path[-1]):
            return number
    return section_line


def _section_path(line: str) -> tuple[str, ...]:
    try:
        table: Any = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(table, dict) and table:
        key = next(iter(table))
        keys.append(key)
        table = table[key]
    return tuple(keys)


def _sets(line: str, key: str) -> bool:
    return re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line) is not None
