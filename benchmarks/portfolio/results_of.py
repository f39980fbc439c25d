"""The results as losses on one scale: 0 is the best that was seen on a data set, 1 the library's default.

What separates the default from the best may be mere noise; where it is less than a twentieth of what the best gains
over predicting a constant, that twentieth is the unit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Candidate = tuple[int, int]
"""(number of the configuration, boosting rounds or 0)."""
Unit = tuple[np.ndarray, np.ndarray]
"""(best seen, width of the unit), for each metric."""
_Curves = dict[tuple[int, str], dict[int, np.ndarray]]
_ROUNDS = ("num_round", "num_iterations", "max_iter")
_LEAST_SHARE = 0.05
_ENOUGH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What is known of one learner."""

    learner: str
    default: dict[str, Any]
    values: list[dict[str, Any]]
    """Of each configuration, what differs from the default."""
    data_sets: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    loss: np.ndarray
    """(data sets, candidates): mean over the metrics of the data set."""
    early: np.ndarray
    """(data sets, configurations): the same where a job stops at its best number of rounds."""
    seconds: np.ndarray
    """(configurations,): mean time of a training."""
    units: dict[str, Unit]
    """By data set."""


def losses_of(folder: Path, learner: str, rounds_of_default: int = 0, *, with_large: bool = True) -> Losses | None:
    """The losses of the configurations that were trained on all data sets; None where there are none.

    Large data sets count from `_ENOUGH` configurations on, since only some are trained on them.

    Args:
        folder: Where the results are.
        learner: Its name.
        rounds_of_default: What stands for 1: the default after so many rounds (0: what the library itself does).
    """
    read = _read(folder, learner, with_large)
    if read is None:
        return None
    default, values, curves, seconds = read
    names = tuple(dict.fromkeys(name for _, name in curves))
    complete = list(dict.fromkeys(number for number, _ in curves))
    constant = json.loads((folder / "constant.json").read_text())
    rounds = rounds_of_default or next((v for k, v in default.items() if k in _ROUNDS), 0)
    found = {name: _unit(curves, name, complete, np.array(constant[name]), rounds) for name in names}
    units = {name: unit for name, unit in found.items() if unit is not None}
    candidates = tuple((c, r) for c in complete for r in curves[c, names[0]] if all(r in curves[c, n] for n in names))
    return Losses(
        learner=learner,
        default=default,
        values=values,
        data_sets=tuple(units),
        candidates=candidates,
        loss=np.array([[scaled(curves[c, name][r], unit) for c, r in candidates] for name, unit in units.items()]),
        early=np.array(
            [[min(scaled(s, u) for s in curves[c, name].values()) for c in complete] for name, u in units.items()]
        ),
        seconds=np.array([np.mean([seconds[c, name] for name in names]) for c in complete]),
        units=units,
    )


def _read(folder: Path, learner: str, with_large: bool) -> tuple[dict, list[dict], _Curves, dict] | None:
    """(default, what differs in each configuration, losses by rounds, seconds), of those trained on all data sets."""
    path = folder / f"{learner}.jsonl"
    if not path.exists():
        return None
    heading, *values = map(json.loads, (folder / f"{learner}.candidates.jsonl").read_text().splitlines())
    found = {(line["c"], line["d"]): line for line in map(json.loads, path.read_text().splitlines())}
    names = [name for name in json.loads((folder / "constant.json").read_text()) if (0, name) in found]
    small = [name for name in names if not name.endswith("_large")]
    complete = _complete(found, len(values), names)
    if not with_large or len(complete) < _ENOUGH:
        names, complete = small, _complete(found, len(values), small)
    kept = {(number, name): found[number, name] for number in complete for name in names}
    curves = {key: {point[0]: np.array(point[1:]) for point in line["s"]} for key, line in kept.items()}
    return heading["default"], values, curves, {key: line["t"] for key, line in kept.items()}


def _complete(found: dict, count: int, names: list[str]) -> list[int]:
    return [number for number in range(count) if all((number, name) in found for name in names)]


def _unit(curves: _Curves, name: str, complete: list[int], constant: np.ndarray, rounds: int) -> Unit | None:
    """None where nobody predicts better than a constant does."""
    best = np.min([s for c in complete for s in curves[c, name].values()], axis=0)
    own = curves[0, name]
    default = own[max(r for r in own if r <= rounds)] if rounds else own[0]
    constant = constant[: len(best)] if len(constant) == len(best) else constant[-len(best) :]
    if np.all(constant <= best):
        return None
    return best, np.maximum(default - best, _LEAST_SHARE * np.maximum(constant - best, 1e-9))


def scaled(scores: np.ndarray, unit: Unit) -> float:
    """The mean over the metrics, 0 being the best seen and 1 the default."""
    best, width = unit
    return float(np.mean((scores - best) / width))
