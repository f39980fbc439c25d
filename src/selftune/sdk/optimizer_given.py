"""The shapes of what an `Optimizer` is given: a dict by name, a list; and how ranges read in its messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from selftune.model.errors import UnknownName, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, Range
from selftune.model.values import short_number
from selftune.sdk.values import shown

_SUCH_AS = {
    "ranges": "ranges={'lr': (1e-5, 0.1), 'kernel': ['rbf', 'poly']}",
    "soft_ranges": "soft_ranges={'lr': (1e-4, 1e-2)}",
    "hard_bounds": "hard_bounds={'lr': (None, 1.0)}",
    "priors": "priors={'lr': 0.01}",
    "conditions": "conditions={'drop': 'booster == dart'}",
    "constraints": "constraints=['leaves <= 2 ** depth']",
    "first": "first=[{'lr': 0.01, 'kernel': 'rbf'}]",
    "parents": "parents=[earlier_optimizer]",
}


def by_name(argument: str, given: Any) -> Mapping[str, Any]:
    """What stands under the names of hyperparameters; None is nothing.

    Raises:
        UsageError: it is no dict, or a name is no text.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise _wrong(argument, f"{shown(given)}, but it must be a dict by the names of hyperparameters")
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise _wrong(argument, f"given for the name {shown(name)}, but a name must be a text that is not empty")
    return given


def listed(argument: str, given: Any) -> list[Any]:
    """The items of a list; None is an empty one.

    Raises:
        UsageError: it is no list, but one item, such as a text or a dict.
    """
    if given is None:
        return []
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise _wrong(argument, f"{shown(given)}, but it must be a list, even of one")
    return list(given)


def refuse_unknown_names(what: str, given: Iterable[str], known: Iterable[str], where: str) -> None:
    """Raise UnknownName for the first name that is not known, with the nearest that is."""
    known = list(known)
    for name in given:
        if name not in known:
            raise UnknownName("hyperparameter", str(name), known, where=f"{where}: it is named in {what}")


def spoken(range_: Range) -> str:
    """A range for people, without its scale: "0..1", "0 or 1e-06..0.1", "rbf, poly"."""
    if isinstance(range_, CategoricalRange):
        return ", ".join(map(str, range_.values))
    zero = "0 or " if isinstance(range_, ContinuousRange) and range_.includes_zero else ""
    return f"{zero}{short_number(range_.low)}..{short_number(range_.high)}"


def _wrong(argument: str, problem: str) -> UsageError:
    return UsageError(f"{argument} is {problem}.", hint=f"Such as {_SUCH_AS[argument]}.")
