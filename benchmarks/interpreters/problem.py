"""What a peer is asked to search, as plain data and a function. Imports neither selftune nor a peer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One hyperparameter's range as an expert gives it."""

    name: str
    kind: str
    """"float", "int" or "choice"."""
    low: float = 0.0
    high: float = 1.0
    is_log: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One search to be carried out by one tool."""

    tool: str
    parameters: tuple[Parameter, ...]
    loss: Callable[[Values], float]
    """Smaller is better; NaN where a training gave none."""
    jobs: int
    seed: int
    start: Values | None = None
    """What is evaluated first; None: the tool begins as it likes."""


def inside(parameters: tuple[Parameter, ...], values: Mapping[str, Any]) -> Values:
    """The values, or the nearest ones that the ranges allow."""
    return {
        p.name: values[p.name] if p.kind == "choice" else min(max(values[p.name], p.low), p.high) for p in parameters
    }
