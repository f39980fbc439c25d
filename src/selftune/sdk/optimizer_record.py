"""What an `Optimizer` gives out: a suggestion, the result that was told of one, and how a soft range has moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from selftune.model.events import RangeMove


class OptimizerOutcome(StrEnum):
    """What is known of a suggestion."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    DISCARDED = "discarded"


class OptimizerSuggestion(dict[str, Any]):
    """Values to try, by name: a dict that cannot be changed, equal to any dict of the same values.

    `train(**suggestion)`, `json.dumps(suggestion)` and `suggestion | {"epochs": 3}` do what they do with a dict.
    """

    __slots__ = ("number", "strategy", "why")

    number: int
    """Counted from one, measured elsewhere or suggested; `tell` takes it in place of the suggestion."""
    strategy: str
    """What made it: "start values", "sobol", "gp: log expected improvement" ..."""
    why: str
    """One plain sentence for a person."""

    def __init__(self, values: Mapping[str, Any], number: int, strategy: str, why: str) -> None:
        super().__init__(values)
        for name, given in (("number", number), ("strategy", strategy), ("why", why)):
            object.__setattr__(self, name, given)

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self), self.number, self.strategy, self.why)

    def __repr__(self) -> str:
        return f"OptimizerSuggestion({self.number}, {dict(self)}, strategy={self.strategy!r})"

    def _refuse(self, *_given: Any, **_named: Any) -> NoReturn:
        raise TypeError("A suggestion cannot be changed. Change a copy: dict(suggestion).")

    __setattr__ = __delattr__ = __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerResult:
    """What was told of one suggestion, or of values that were measured elsewhere."""

    number: int
    values: dict[str, Any] = field(hash=False)
    objective: float | None
    """None where it failed."""
    outcome: OptimizerOutcome
    strategy: str
    why: str
    seconds: float | None = None
    """How long it took, where that was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerRangeMove(RangeMove):
    """A soft range that went further, or came back, and when."""

    results: int = 0
    """How many results had been told by then."""
