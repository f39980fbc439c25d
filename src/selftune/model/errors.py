"""Everything that can go wrong and a person can mend.

    SelftuneError                 what is wrong, what was expected, where it came from, what to do
    ├── UsageError                the request cannot be carried out as it stands
    │   ├── InvalidRange          a range without room, or on a scale that it does not fit
    │   ├── UnknownName           no such hyperparameter, option, algorithm ...: names the nearest
    │   ├── UnreadableInput       a script, data file or plan file that is not there or does not parse
    │   ├── NameTaken             a tuning job of that name exists
    │   └── StillRunning          what has not ended cannot be deleted
    ├── NoSuchJob                 no such tuning job or training job: names the nearest
    ├── StorageFailure            the home cannot be written, the disk is full, the database is of another version
    ├── SpaceExhausted            a finite space has no untried values left to suggest
    ├── NoValuesFound             constraints leave so little of a space that no untried values were found
    ├── LeaseLost                 another process has taken over this tuning job's loop
    └── TuningFailed              no training job gave the objective

An error names what to do: what was given, what was expected, where, and the nearest valid thing.
"""

from __future__ import annotations

from collections.abc import Iterable


class SelftuneError(Exception):
    """Base of all errors that are the user's to mend; `str()` is one line of cause and one of remedy."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(SelftuneError):
    """The request cannot be carried out as it stands."""

    exit_code = 2


class InvalidRange(UsageError):
    """A range without room, or on a scale that it does not fit."""


class UnknownName(UsageError):
    """A name that nothing answers to; the message names the nearest ones."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        known = list(known)
        place = f" in {where}" if where else ""
        super().__init__(f"No {kind} '{name}'{place}.", hint=nearest_hint(name, known))
        self.name = name
        self.nearest = nearest(name, known)


class UnreadableInput(UsageError):
    """A script, data file or plan file that is not there or does not parse."""


class NameTaken(UsageError):
    """A tuning job of that name exists (names are case-insensitive)."""


class StillRunning(UsageError):
    """What has not ended cannot be deleted."""


class NoSuchJob(SelftuneError):
    """No such tuning job or training job; the message names the nearest ones."""

    exit_code = 3

    def __init__(self, name: str, known: Iterable[str], *, kind: str = "tuning job") -> None:
        super().__init__(f"No {kind} '{name}'.", hint=nearest_hint(name, list(known)))
        self.name = name


class StorageFailure(SelftuneError):
    """The home cannot be read or written: permissions, a full disk, a database of another version."""

    exit_code = 2


class SpaceExhausted(SelftuneError):
    """A finite space has no untried values left to suggest."""


class NoValuesFound(SelftuneError):
    """Constraints leave so little of a space that no untried values were found; there may be some."""


class LeaseLost(SelftuneError):
    """Another process has taken over this tuning job's loop."""


class TuningFailed(SelftuneError):
    """No training job gave the objective."""


FEWEST_LETTERS = 3
"""So many letters of a name's beginning tell what is meant; fewer begin too many names."""


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """The known names closest to `name`, then those that begin with it; case, '-' and '_' do not count."""
    spelled = {_plain(candidate): candidate for candidate in known}
    import difflib  # here, since most commands are right

    close = difflib.get_close_matches(_plain(name), spelled, n=count, cutoff=0.5)
    begun = [plain for plain in spelled if len(_plain(name)) >= FEWEST_LETTERS and plain.startswith(_plain(name))]
    return [spelled[match] for match in dict.fromkeys([*close, *begun])][:count]


def nearest_hint(name: str, known: list[str]) -> str:
    """A sentence that names the nearest valid names, or all of them where they are few."""
    close = nearest(name, known)
    if close:
        return "Did you mean " + " or ".join(f"'{candidate}'" for candidate in close) + "?"
    if not known:
        return "There is none yet."
    shown = ", ".join(sorted(known)[:12])
    return f"Known: {shown}{', ...' if len(known) > 12 else ''}."


def _plain(name: str) -> str:
    return name.lower().replace("-", "_").strip("_")
