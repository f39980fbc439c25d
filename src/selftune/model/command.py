"""A training command with places for hyperparameter values.

Values go in as the command takes them: what was found as `--lr 0.01`, `--lr=0.01`, `lr=0.01` or a bare position goes
back in that form and place; what the command does not name but the script accepts is appended as `--name=value`, so
that a negative number is no flag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from selftune.model.values import HyperparameterValue, text_from_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A token that is the same in each training job."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSlot:
    """A place for one value: the token is `before` + the value's text + `after`."""

    name: str
    before: str = ""
    after: str = ""
    original: str | None = None
    """The text that stood here; used unchanged while the value is today's, so that 1e-3 stays 1e-3."""
    is_optional: bool = False
    """Appended by us: left out while the value is the script's own default (`default`)."""
    default: HyperparameterValue | None = None
    option: str | None = None
    """A word of its own in front of the value (`--lr`), where both come and go together."""
    true_text: str = "true"
    false_text: str = "false"

    def tokens(self, value: HyperparameterValue | None, today: HyperparameterValue | None) -> tuple[str, ...]:
        if value is None or (self.is_optional and _same(value, self.default)):
            return ()
        lead = () if self.option is None else (self.option,)
        if self.original is not None and _same(value, today):
            return (*lead, self.before + self.original + self.after)
        text = (self.true_text if value else self.false_text) if isinstance(value, bool) else text_from_value(value)
        return (*lead, self.before + text + self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagSlot:
    """A place for a flag: `when_true` or `when_false` stands here, either of which may be no token at all."""

    name: str
    when_true: tuple[str, ...] = ()
    when_false: tuple[str, ...] = ()

    def tokens(self, value: HyperparameterValue | None, today: HyperparameterValue | None) -> tuple[str, ...]:
        chosen = today if value is None else value
        return self.when_true if chosen else self.when_false


Part: TypeAlias = Literal | ValueSlot | FlagSlot


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTemplate:
    """A command line as a sequence of literals and slots."""

    parts: tuple[Part, ...]
    today: tuple[tuple[str, HyperparameterValue], ...] = ()
    """The values that the command (or the script's own defaults) has now, by slot name."""

    def render(self, values: Mapping[str, HyperparameterValue]) -> tuple[str, ...]:
        """The argument vector with `values` in their slots; a name without a value keeps today's."""
        today = dict(self.today)
        tokens: list[str] = []
        for part in self.parts:
            if isinstance(part, Literal):
                tokens.append(part.text)
            else:
                current = today.get(part.name)
                tokens.extend(part.tokens(values.get(part.name, current), current))
        return tuple(tokens)

    @property
    def slot_names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if not isinstance(part, Literal))


def _same(value: HyperparameterValue | None, other: HyperparameterValue | None) -> bool:
    return type(value) is type(other) and value == other
