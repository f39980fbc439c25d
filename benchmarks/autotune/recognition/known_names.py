"""Names that the literature tunes, each alone in a script of its framework: is it known by its name?

The table has a row for each hyperparameter: framework, canonical name, aliases, type, low, high, choices, scale, usual
default, priority, flags. The row becomes an argparse argument with its usual default; nothing else says what it is.
Rows of hosted algorithms (`sm.*`) are no scripts and are left out.
"""

from __future__ import annotations

import contextlib
import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from labels import Case, Label, ObjectiveLabel

_SCALES: Mapping[str, tuple[str, ...]] = {
    "log": ("log",),
    "log2": ("log",),
    "log+0": ("log",),
    "linear": ("linear",),
    "linear+0": ("linear",),
    "1-x log": ("reverse-log", "linear"),
    "cat": ("categorical",),
    "ordinal": ("linear", "log"),
}
_TORCH = "import torch\nfrom torch import nn\n\nnet = nn.Linear(8, 2)\n"
_SKLEARN: Mapping[str, str] = {
    "forest": "ensemble.RandomForestClassifier",
    "tree": "tree.DecisionTreeClassifier",
    "histgb": "ensemble.HistGradientBoostingClassifier",
    "gbm": "ensemble.GradientBoostingClassifier",
    "adaboost": "ensemble.AdaBoostClassifier",
    "svm": "svm.SVC",
    "knn": "neighbors.KNeighborsClassifier",
    "logreg": "linear_model.LogisticRegression",
    "linear": "linear_model.ElasticNet",
    "sgd": "linear_model.SGDClassifier",
    "mlp": "neural_network.MLPClassifier",
    "gp": "gaussian_process.GaussianProcessRegressor",
    "nb": "naive_bayes.MultinomialNB",
}
_CONTEXTS: Mapping[str, str] = {
    "xgboost": "import xgboost\n\nmodel = xgboost.XGBClassifier()\n",
    "lightgbm": "import lightgbm\n\nmodel = lightgbm.LGBMClassifier()\n",
    "catboost": "import catboost\n\nmodel = catboost.CatBoostClassifier()\n",
    "dl": f"{_TORCH}optimizer = torch.optim.Adam(net.parameters())\n",
    "dl.adam": f"{_TORCH}optimizer = torch.optim.Adam(net.parameters())\n",
    "dl.adamw": f"{_TORCH}optimizer = torch.optim.AdamW(net.parameters())\n",
    "dl.sgd": f"{_TORCH}optimizer = torch.optim.SGD(net.parameters())\n",
    "dl.vision": f"import torchvision\n{_TORCH}optimizer = torch.optim.SGD(net.parameters())\n",
    "hf": "import transformers\n\ntrainer = transformers.Trainer()\n",
    "hf.lora": "import peft\nimport transformers\n\ntrainer = transformers.Trainer()\n",
    "hf.dpo": "import transformers\nimport trl\n\ntrainer = trl.DPOTrainer()\n",
    "rl": 'import stable_baselines3\n\nmodel = stable_baselines3.PPO("MlpPolicy", None)\n',
    "rl.ppo": 'import stable_baselines3\n\nmodel = stable_baselines3.PPO("MlpPolicy", None)\n',
    "rl.dqn": 'import stable_baselines3\n\nmodel = stable_baselines3.DQN("MlpPolicy", None)\n',
    "rl.offpolicy": 'import stable_baselines3\n\nmodel = stable_baselines3.SAC("MlpPolicy", None)\n',
    "rl.td3": 'import stable_baselines3\n\nmodel = stable_baselines3.TD3("MlpPolicy", None)\n',
    "any": f"{_TORCH}optimizer = torch.optim.Adam(net.parameters())\n",
}
_SCRIPT = """import argparse

{context}
parser = argparse.ArgumentParser()
parser.add_argument("--{name}", {options})
args = parser.parse_args()
accuracy = {run}(**vars(args))
print(f"val accuracy: {{accuracy:.4f}}")
"""
_STATIC_VALUES: Mapping[str, str] = {"int": "type=int, default=4", "float": "type=float, default=0.2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of the table, as far as it is needed."""

    framework: str
    canonical: str
    aliases: tuple[str, ...]
    type: str
    window: tuple[float, float] | None
    scales: tuple[str, ...]
    default: str
    choices: tuple[str, ...]
    priority: str
    flags: frozenset[str]


@contextlib.contextmanager
def known_cases(table: Path) -> Iterator[tuple[Case, ...]]:
    """A script for each name of the table, as long as they are looked at."""
    with table.open(encoding="utf-8", newline="") as stream:
        rows = [_row(given) for given in csv.DictReader(stream)]
    with TemporaryDirectory() as place:
        yield tuple(
            _case(row, name, Path(place))
            for row in rows
            for name in (row.canonical, *row.aliases)
            if _context(row.framework) and re.fullmatch(r"[A-Za-z][\w.-]*", name)
        )


def _row(given: Mapping[str, str]) -> _Row:
    row = _Row(
        framework=given["framework"],
        canonical=given["canonical"],
        aliases=tuple(a for a in given["aliases"].split("|") if a),
        type="int" if given["scale"] == "ordinal" else given["type"],
        window=None,
        scales=_SCALES.get(given["scale"], ()),
        default=given["usual_default"],
        choices=() if given["scale"] == "ordinal" else tuple(c for c in given["choices"].split(";") if c),
        priority=given["priority"],
        flags=frozenset(f for f in given["flags"].split(",") if f),
    )
    return _with_window(row, given)


def _with_window(row: _Row, given: Mapping[str, str]) -> _Row:
    """The printed bounds, or four times to both sides of the default where the table speaks of the user's value."""
    if given["scale"] == "ordinal":
        steps = [float(c) for c in given["choices"].split(";")]
        return replace(row, window=(min(steps), max(steps)))
    if given["low"] and given["high"]:
        return replace(row, window=(float(given["low"]), float(given["high"])))
    default = _number(row.default)
    if default and given["range"].startswith(("user", "r/")):
        return replace(row, window=(default / 4, default * 4))
    return row


def _case(row: _Row, name: str, place: Path) -> Case:
    number = _default_number(row)
    folder = place / f"{row.framework}-{row.canonical}-{name}".replace("*", "")
    folder.mkdir(parents=True, exist_ok=True)
    text = _SCRIPT.format(context=_context(row.framework), name=name, options=_options(row, number), run="fit")
    (folder / "train.py").write_text(text, encoding="utf-8")
    return Case(
        name=f"{row.framework} {name}",
        folder=folder,
        words=("train.py",),
        parser="argparse",
        framework=row.framework,
        features=("known_name", *row.flags),
        labels=(_label(row, name, number),),
        objectives=(ObjectiveLabel(names=("val accuracy",), direction="max"),),
    )


def _label(row: _Row, name: str, number: float | None) -> Label:
    """Weak ones (of low priority, or under a condition) and aliases are counted apart from the surely tuned."""
    why = f"row {row.framework},{row.canonical}"
    if row.priority == "0" or "static" in row.flags:
        return Label(name=name, kind="static", why=why)
    if row.priority == "F":
        return Label(name=name, kind="resource", why=why)
    if not row.scales or (row.window is None and "categorical" not in row.scales):
        return Label(name=name, kind="optional", why=why)
    low, high = row.window or (-math.inf, math.inf)
    is_weak = row.priority == "1" or row.flags & {"cond", "fidelity"}
    value = number if row.choices == () else None
    return Label(
        name=name,
        kind="tune",
        why=why,
        value=value,
        low=min(low, value) if value is not None else low,
        high=max(high, value) if value is not None else high,
        scales=row.scales,
        source="weak" if is_weak else "alias" if name != row.canonical else "",
    )


def _context(framework: str) -> str:
    kind, _, estimator = framework.partition(".")
    if kind == "sklearn" and estimator in _SKLEARN:
        module, _, name = _SKLEARN[estimator].partition(".")
        return f"from sklearn.{module} import {name}\n\nmodel = {name}()\n"
    return _CONTEXTS.get(framework, "")


def _options(row: _Row, number: float | None) -> str:
    """Type and default of the argument, as a script would declare it."""
    if row.choices:
        choices = [c for c in row.choices if c != "user's"]
        default = row.default if row.default in choices else choices[0]
        return "action='store_true'" if row.type == "bool" else f"default={default!r}"
    if number is None:
        return _STATIC_VALUES.get(row.type, "default=None")
    return f"type={row.type if row.type in ('int', 'float') else 'float'}, default={_text(row, number)}"


def _default_number(row: _Row) -> float | None:
    """The usual default; where it is a word, the middle of the window on its scale."""
    if row.choices:
        return None
    default = _number(row.default)
    if default is not None or row.window is None:
        return default
    low, high = row.window
    middle = math.sqrt(low * high) if "log" in row.scales and low > 0 else (low + high) / 2
    return round(middle) if row.type == "int" else float(f"{middle:.2g}")


def _number(text: str) -> float | None:
    found: Sequence[str] = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", text)
    return float(found[0]) if found else None


def _text(row: _Row, number: float) -> str:
    return str(int(number)) if row.type == "int" and number == int(number) else repr(float(number))
