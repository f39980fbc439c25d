"""What `parser.set_defaults(lr=0.5)` makes of the defaults that arguments declare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDefaults:
    """One call of `set_defaults`."""

    values: Mapping[str, Any]
    """By `dest`."""
    command: str | None
    """The subcommand whose parser it changes; None for a parser outside of any."""
    is_main: bool
    """Whether the script itself calls it, and no module that it imports."""


def with_set_defaults(
    declarations: Sequence[Declaration], changes: Sequence[SetDefaults], arguments: Sequence[str]
) -> list[Declaration]:
    """The declarations with the defaults that the calls leave, the last call of a parser counting.

    Imported modules build the parser before the script changes it, so theirs come first. A subcommand's parser fills
    in its own arguments whatever the parser around it says, and those around it where `arguments`, the words of the
    command line, choose it.
    """
    in_order = sorted(changes, key=lambda change: change.is_main)
    known = {change.command for change in in_order} - {None}
    chosen = next((word for word in arguments if word in known), None)
    left: dict[str | None, dict[str, Any]] = {}
    for change in in_order:
        left.setdefault(change.command, {}).update(change.values)
    around = {**left.get(None, {}), **(left.get(chosen, {}) if chosen is not None else {})}
    return [_with_default(d, around if d.command is None else left.get(d.command, {})) for d in declarations]


def _with_default(found: Declaration, defaults: Mapping[str, Any]) -> Declaration:
    value = defaults.get(found.dest, UNKNOWN)
    if value is UNKNOWN or found.form is Form.SWITCH:
        return found
    return replace(found, default=as_declared(value, found.declared_type), is_required=False)
