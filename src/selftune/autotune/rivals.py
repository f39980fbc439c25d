"""Two places for one value, of which one overrides the other: only the one that counts is tuned.

A flag on the command line overrides the key of a configuration file that it stands for; what the user listed comes
before what the program merely accepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from selftune.autotune.knowledge import evaluation_group_of, known_by_name
from selftune.autotune.names import last_part, normal_name
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading


def without_rivals(reading: ProgramReading, scopes: Sequence[str]) -> tuple[FoundHyperparameter, ...]:
    """The hyperparameters of a program, those fixed that another of them overrides.

    Args:
        reading: What was read of the program.
        scopes: Its frameworks, surest first.
    """
    literals = {h.name for h in reading.hyperparameters if h.is_literal}
    paths = {name: file.path for file in reading.config_files for name, _ in file.keys if name not in literals}
    if not paths:
        return reading.hyperparameters
    keys = [h for h in reading.hyperparameters if h.name in paths and evaluation_group_of(h.name) is None]
    arguments = [h for h in reading.hyperparameters if _is_argument(h) and h.name not in paths]
    listed = [a for a in arguments if a.is_listed]
    meanings = {h.telling_name: _meaning(h, scopes) for h in (*keys, *arguments)}
    return tuple(_settled(h, paths, listed if h.name in paths else keys, meanings) for h in reading.hyperparameters)


def _is_argument(found: FoundHyperparameter) -> bool:
    """Whether it can override keys that are not spelled like it: `--lr` may, `SOLVER.BASE_LR` only means that key."""
    return found.value is not None and not found.is_flag and not found.is_literal and "." not in found.name


def _settled(
    found: FoundHyperparameter,
    paths: Mapping[str, str],
    others: Sequence[FoundHyperparameter],
    meanings: Mapping[str, str | None],
) -> FoundHyperparameter:
    if found.fixed_because or found.is_literal or evaluation_group_of(found.name):
        return found
    if found.is_listed and found.name not in paths:
        return found
    rival = next((other for other in others if _is_same(found, other, meanings)), None)
    if rival is None:
        return found
    if found.name in paths:
        why = f"is overridden by {rival.name} on the command line, which counts instead"
    else:
        why = f"would override {rival.name} of {paths[rival.name]}, which counts as long as the command leaves it out"
    return replace(found, fixed_because=why)


def _is_same(a: FoundHyperparameter, b: FoundHyperparameter, meanings: Mapping[str, str | None]) -> bool:
    """Whether two places name one thing: by the last part of their names, or by what is known of both."""
    if _plain(a) == _plain(b):
        return True
    known = meanings.get(a.telling_name)
    return known is not None and known == meanings.get(b.telling_name)


def _meaning(found: FoundHyperparameter, scopes: Sequence[str]) -> str | None:
    """What the knowledge base says of exactly this name; None where it says nothing."""
    known = known_by_name(found.telling_name, scopes)
    return known.entry.meaning if known is not None and _plain(found) in known.entry.names else None


def _plain(found: FoundHyperparameter) -> str:
    return normal_name(last_part(found.telling_name))
