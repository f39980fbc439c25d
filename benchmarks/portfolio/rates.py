"""The learning rate of a network: relative to the user's own, or at fixed values? Judged from many starts.

A row is a data set and a start: what a user might have typed, half a decade apart, likelier near the usual default. A
candidate is a factor on the start, or a rate whatever the start.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from choose import Choice, choice_of, evidence, greedy, held_out
from results_of import losses_of

_SPREAD = 0.7
"""Standard deviation of users' rates around the usual default, in decades."""
_STEPS = range(-4, 5)
"""Factors that are tried, in half decades."""
_FACTORS = {-4: "/100", -3: "/30", -2: "/10", -1: "/3", 0: "x1", 1: "x3", 2: "x10", 3: "x30", 4: "x100"}


_NEAREST = {-2: 0.1, -1: 0.3, 1: 3.0, 2: 10.0}
"""Factors that are shipped: beyond ten the range's own edge is near, and a training that diverges teaches little."""
_RELATIVE = ("learning_rate", "hidden_size", "batch_size")
"""What depends on the program: stated as factors on today's value."""
_KINDS = (
    ("network_adam", "dl.adam", ["dl.adamw", "dl"], "networks trained by Adam"),
    ("network_sgd", "dl.sgd", ["dl"], "networks trained by SGD"),
)
_FACTORS_SHIPPED, _OTHERS_SHIPPED = 3, 2
_LEAST_GAIN = 0.02
"""What a configuration beside the factors must gain on data sets that had no say."""


def report(folder: Path) -> str:
    """The evidence for both optimizers, as text."""
    return "\n".join(line for learner, *_ in _KINDS for line in _lines(folder, learner))


def file_text(folder: Path) -> str:
    """The knowledge file's portfolios of networks: factors on the user's own rate, then what else helps."""
    return "\n".join(_portfolio_text(folder, *kind) for kind in _KINDS)


def _portfolio_text(folder: Path, learner: str, framework: str, also: list[str], title: str) -> str:
    ladder = _ladder(folder, learner)
    if ladder is None:
        return ""
    choice = _choice(*ladder, list(_NEAREST))
    steps = [list(_NEAREST)[column] for column in greedy(choice, _FACTORS_SHIPPED)]
    made = [{"learning_rate": _NEAREST[step]} for step in steps]
    lines = [_toml(configuration) for configuration in (*made, *_worthwhile(folder, learner, steps))]
    return "\n".join(
        [
            "",
            "[[portfolio]]",
            f"framework = {json.dumps(framework)}",
            f"also = {json.dumps(also)}",
            *(["needs_evidence = true"] if framework.startswith("dl") else []),
            f"title = {json.dumps(title)}",
            f"data_sets = {len(np.unique(choice.groups))}",
            'core = ["learning_rate"]',
            "configurations = [",
            *(f"  {line}," for line in lines),
            "]",
            "",
        ]
    )


def _toml(configuration: dict[str, float]) -> str:
    factors = {name: f"{{ times = {value:.3g} }}" for name, value in configuration.items() if name in _RELATIVE}
    rest = {name: f"{value:g}" for name, value in configuration.items() if name not in _RELATIVE}
    return "{ " + ", ".join(f"{name} = {text}" for name, text in (factors | rest).items()) + " }"


def _worthwhile(folder: Path, learner: str, steps: list[int]) -> list[dict[str, float]]:
    """What else to set beside the factors, as far as it gains something on data sets that had no say."""
    found = _others(folder, learner, steps)
    if found is None:
        return []
    choice, made = found
    gains = -np.diff(np.concatenate([[choice.weights @ choice.default], held_out(choice, _OTHERS_SHIPPED)]))
    chosen = greedy(choice, _OTHERS_SHIPPED)
    return [made[column] for column, gain in zip(chosen, gains, strict=True) if gain >= _LEAST_GAIN]


def _others(folder: Path, learner: str, steps: list[int]) -> tuple[Choice, list[dict[str, float]]] | None:
    """(what is chosen from, the candidates): from the usual start, beside the factors, whose best counts as today's."""
    losses = losses_of(folder, learner, with_large=False)
    if losses is None:
        return None
    start = losses.default["learning_rate"]
    rates = [float(f"{start * _NEAREST[step]:.1g}") for step in steps]
    numbers = [number for number, _ in losses.candidates]
    alone = [
        place for place, number in enumerate(numbers) if losses.values[number] in [{"learning_rate": r} for r in rates]
    ]
    others = [place for place, number in enumerate(numbers) if set(losses.values[number]) - {"learning_rate"}]
    if not others:
        return None
    default = np.minimum(1.0, losses.loss[:, alone].min(axis=1))
    made = [_relative(losses.values[numbers[place]], losses.default) for place in others]
    return choice_of(losses.loss[:, others], default, groups=losses.data_sets), made


def _relative(values: dict[str, float], default: dict[str, float]) -> dict[str, float]:
    """A configuration with factors on the default for what depends on the program; its rate always."""
    values = {"learning_rate": default["learning_rate"], **values}
    return {name: value / default[name] if name in _RELATIVE else value for name, value in values.items()}


def _lines(folder: Path, learner: str) -> Iterator[str]:
    ladder = _ladder(folder, learner)
    if ladder is None:
        return
    names, rates, loss, default = ladder
    yield f"{learner}: {len(names)} data sets, rates {rates[0]:g}..{rates[-1]:g}, usual default {default:g}"
    for title, steps in (("factors on the user's rate", list(_STEPS)), ("fixed rates", None)):
        choice = _choice(names, rates, loss, default, steps)
        chosen = greedy(choice, 4)
        shown = [_FACTORS[steps[c]] if steps else f"{rates[c]:g}" for c in chosen]
        yield f" {title}: {', '.join(shown)}"
        drawn = list(range(len(steps))) if steps else list(range(len(rates)))
        yield from evidence(choice, [c for c in drawn if not steps or abs(steps[c]) <= 3], 4)
    found = _others(
        folder, learner, [list(_NEAREST)[c] for c in greedy(_choice(*ladder, list(_NEAREST)), _FACTORS_SHIPPED)]
    )
    if found is not None:
        others, made = found
        yield f" what else, from the usual start beside three factors ({others.weights @ others.default:.3f} without):"
        yield from evidence(others, list(range(len(made))), 4)
        yield from (f"  {_toml(made[column])}" for column in greedy(others, 4))


def _ladder(folder: Path, learner: str) -> tuple[list[str], list[float], np.ndarray, float] | None:
    """(data sets, rates, losses (data sets, rates) with 0 the best rate and 1 a constant's, the usual default)."""
    path = folder / f"{learner}.jsonl"
    if not path.exists():
        return None
    heading, *values = map(json.loads, (folder / f"{learner}.candidates.jsonl").read_text().splitlines())
    constant = json.loads((folder / "constant.json").read_text())
    constant = {name: scores for name, scores in constant.items() if not name.endswith("_large")}
    numbers = {v["learning_rate"]: number for number, v in enumerate(values) if set(v) == {"learning_rate"}}
    found = {(line["c"], line["d"]): line["s"][0][1:] for line in map(json.loads, path.read_text().splitlines())}
    numbers = {rate: number for rate, number in numbers.items() if all((number, name) in found for name in constant)}
    rates = sorted(numbers)
    if len(rates) < 5:
        return None
    names, rows = [], []
    for name in constant:
        scores = np.array([found[numbers[rate], name] for rate in rates])
        best, worst = scores.min(axis=0), np.array(constant[name])
        if np.all(worst > best):
            names.append(name)
            rows.append(np.mean((scores - best) / (worst - best), axis=1))
    return names, rates, np.array(rows), heading["default"]["learning_rate"]


def _choice(names: list[str], rates: list[float], loss: np.ndarray, default: float, steps: list[int] | None) -> Choice:
    """Rows are (data set, start), scaled so that the start's own loss is 1, or a twentieth where it is nearly best."""
    rows, today, groups, weights = [], [], [], []
    for name, own in zip(names, loss, strict=True):
        for place, start in enumerate(rates):
            weight = math.exp(-0.5 * (math.log10(start / default) / _SPREAD) ** 2)
            if weight < 0.05:
                continue
            unit = max(own[place], 0.05)
            ahead = [min(max(place + step, 0), len(rates) - 1) for step in steps] if steps else range(len(rates))
            rows.append([own[i] / unit for i in ahead])
            today.append(own[place] / unit)
            groups.append(name)
            weights.append(weight)
    return choice_of(np.array(rows), np.array(today), groups=groups, weights=np.array(weights))
