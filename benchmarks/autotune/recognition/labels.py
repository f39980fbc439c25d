"""What an expert would do with a script: the labels beside it, `cases/NAME/labels.toml`.

Each name is labelled `tune` (surely), `optional` (fine either way, so not counted), `resource` (training length) or
`static` (never), with a reason.
"""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parent / "cases"
KINDS = ("tune", "optional", "resource", "static")
_FIELDS = {
    "command",
    "parser",
    "framework",
    "features",
    "objective",
    "objective_why",
    "skip_objective",
    *KINDS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One name of a script and what becomes of it."""

    name: str
    kind: str
    why: str
    value: Any = None
    low: float = -math.inf
    high: float = math.inf
    """The window that an expert accepts: a good range lies in it for the most part."""
    scales: tuple[str, ...] = ()
    minimum: float = -math.inf
    maximum: float = math.inf
    """What the program accepts at all."""
    is_smoke: bool = False
    """The value of today only checks that the script runs: a range need not hold it."""
    source: str = ""
    """"literal" or "library" where the script declares no argument: wished for, but not counted as a miss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveLabel:
    """Names that mean the same objective metric."""

    names: tuple[str, ...]
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A script, how it is run, and its labels."""

    name: str
    folder: Path
    words: tuple[str, ...]
    """What stands behind `selftune plan`."""
    parser: str
    framework: str
    features: tuple[str, ...]
    labels: tuple[Label, ...]
    objectives: tuple[ObjectiveLabel, ...] = ()
    """All that are sensible; none where an expert would say that the script has none."""
    may_lack_objective: bool = False
    scores_objective: bool = True

    @property
    def is_held_out(self) -> bool:
        """Half of the cases: only their scores are looked at while rules are written."""
        return hashlib.sha256(self.name.encode()).digest()[0] % 2 == 1


def load_cases(root: Path = CASES) -> tuple[Case, ...]:
    """The labelled scripts of a folder, by name.

    Raises:
        ValueError: a label file with an unknown field, or a label without a reason.
    """
    return tuple(_case(path) for path in sorted(root.glob("*/labels.toml")))


def _case(path: Path) -> Case:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = sorted(document.keys() - _FIELDS)
    if unknown:
        raise ValueError(f"{path}: unknown field {unknown[0]}")
    objective = document.get("objective", {})
    return Case(
        name=path.parent.name,
        folder=path.parent,
        words=tuple(document["command"]),
        parser=document["parser"],
        framework=document["framework"],
        features=tuple(document.get("features", ())),
        labels=tuple(
            _label(path, name, kind, given) for kind in KINDS for name, given in document.get(kind, {}).items()
        ),
        objectives=tuple(_objective(given) for given in [objective, *objective.get("also", [])] if given),
        may_lack_objective=objective.get("null_ok", False),
        scores_objective=not document.get("skip_objective", False),
    )


def _objective(given: Mapping[str, Any]) -> ObjectiveLabel:
    return ObjectiveLabel(names=tuple(given["names"]), direction=given["direction"])


def _label(path: Path, name: str, kind: str, given: str | Mapping[str, Any]) -> Label:
    why = given if isinstance(given, str) else given.get("why", "")
    if not why:
        raise ValueError(f"{path}: {name} has no reason")
    if isinstance(given, str):
        return Label(name=name, kind=kind, why=why)
    low, high = given["window"]
    return Label(
        name=name,
        kind=kind,
        why=why,
        value=given["value"],
        low=low,
        high=high,
        scales=(given["scale"], *given.get("scale_ok", ())),
        minimum=given.get("min", 0),
        maximum=given.get("max", math.inf),
        is_smoke=given.get("smoke", False),
        source=given.get("source", ""),
    )
