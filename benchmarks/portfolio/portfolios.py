"""Which portfolios are learnt from the results, and the knowledge file that they make."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from choose import Choice, choice_of, evidence, greedy, held_out
from results_of import Candidate, Losses, losses_of

_PRICE = 0.01
"""What a doubling of the training time must gain at least."""
_WORTHWHILE = 0.005
"""Further configurations that together gain less than this on left-out data sets are left away."""
_OFF_BELOW = 0.01
_REGULARISERS = ("reg_alpha", "gamma", "lambda_l1", "lambda_l2", "l2_regularization")
"""Off at zero, and as good as off below `_OFF_BELOW`: a configuration does not mention them then."""
_FIXED = (50, 100, 200, 400)
"""Numbers of rounds that nobody tunes; whether a portfolio of their own would be better is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One portfolio of the knowledge file."""

    framework: str
    title: str
    learners: tuple[str, ...]
    """Those whose results count; of several, each data set is a task with each."""
    core: tuple[str, ...]
    """Names that each configuration states, at the library's default if need be."""
    defaults: tuple[tuple[str, object], ...] = ()
    """Library defaults of core names that the results leave to the library."""
    also: tuple[str, ...] = ()
    rounds: str | None = None
    count: int = 5
    implied: tuple[tuple[str, str, object], ...] = ()
    """(a name, another name without whose value it has no effect, that value): the results were trained so."""


RECIPES = (
    Recipe(
        framework="xgboost", title="XGBoost", learners=("xgboost",), rounds="num_round",
        core=("learning_rate", "max_depth"), defaults=(("max_depth", 6),),
    ),
    Recipe(
        framework="lightgbm", title="LightGBM", learners=("lightgbm",), rounds="num_iterations",
        core=("learning_rate", "num_leaves"), defaults=(("num_leaves", 31),),
        implied=(("bagging_fraction", "bagging_freq", 1),),
    ),
    Recipe(
        framework="sklearn.histgb", title="histogram boosting", learners=("histogram",), rounds="max_iter",
        core=("learning_rate", "max_leaf_nodes"), defaults=(("max_leaf_nodes", 31),),
    ),
    Recipe(
        framework="sklearn.forest", title="random forests", learners=("random_forest", "extra_trees"),
        core=(), count=4, implied=(("max_samples", "bootstrap", True),),
    ),
    Recipe(
        framework="sklearn.svm", title="support vector machines", learners=("vectors",),
        core=("C", "gamma"), count=4,
    ),
    Recipe(
        framework="sklearn.knn", title="nearest neighbours", learners=("neighbours",),
        core=("n_neighbors",), count=3,
    ),
)  # fmt: skip

_HEADER = """\
# Configurations that did well together on many data sets: what is tried after the user's own values.
#
# `benchmarks/portfolio/learn.py write` writes this file from real training; docs/research/portfolio.md has the
# evidence. Each [[portfolio]] is a learner: its framework and title, on how many data sets it was learnt, the names
# `core` without which a configuration is none, and `configurations`, best first, by the knowledge base's own names;
# `{ times = 3 }` is today's value times 3. Where boosted learners run with other rounds than a configuration states,
# the rate makes up for it; `early` is for training jobs that stop at their best round. `needs_evidence` is for learners
# whose hyperparameters have names that say too little: imports or calls must show the framework. Behind each
# configuration stands the share of data sets on which it beats the library's default.

"""

Case = tuple[str, Choice, list[dict[str, object]], list[int]]
"""(name of the case, what is chosen from, the configuration of each candidate, those drawn at random)."""


def cases_of(recipe: Recipe, folder: Path, *, with_large: bool = True) -> Iterator[Case]:
    """The cases of a recipe: its rounds tuned (or none there), stopping early, and fixed."""
    found = [losses_of(folder, learner, with_large=with_large) for learner in recipe.learners]
    results = [losses for losses in found if losses is not None]
    if len(results) < len(recipe.learners):
        return
    if len({n for n, _ in results[0].candidates}) <= recipe.count:
        return
    yield _joint(recipe, results)
    if recipe.rounds is None:
        return
    yield _early(recipe, results[0])
    for rounds in _FIXED:  # many configurations on small data sets say more here than few on all
        losses = losses_of(folder, recipe.learners[0], rounds, with_large=False)
        assert losses is not None
        columns = [i for i, (number, own) in enumerate(losses.candidates) if own == rounds and number > 0]
        if len(columns) > 2 * recipe.count:
            yield _fixed(recipe, losses, rounds, columns)


def _joint(recipe: Recipe, results: Sequence[Losses]) -> Case:
    own = (0, max(results[0].default.get(recipe.rounds, 0), 0) if recipe.rounds else 0)
    shared = [c for c in results[0].candidates if c != own and all(c in losses.candidates for losses in results)]
    table = np.concatenate([losses.loss[:, [losses.candidates.index(c) for c in shared]] for losses in results])
    groups = [name for losses in results for name in _groups(losses)]
    price = np.array([_price(recipe, results[0], candidate) for candidate in shared])
    made = [_configuration(recipe, results[0], number, rounds or None) for number, rounds in shared]
    drawn = [i for i, (number, _) in enumerate(shared) if number > 0]
    return "tuned" if recipe.rounds else "all", choice_of(table, groups=groups, price=price), made, drawn


def _groups(losses: Losses) -> list[str]:
    """What is left out together: a data set and its larger version."""
    return [name.removesuffix("_large") for name in losses.data_sets]


def _price(recipe: Recipe, losses: Losses, candidate: Candidate) -> float:
    """What a candidate must gain for the time that it takes beyond that of the library's default."""
    if recipe.rounds is None:
        return 0.0
    own = _seconds(losses, (0, int(losses.default[recipe.rounds])))
    return _PRICE * max(0.0, float(np.log2(_seconds(losses, candidate) / own)))


def _seconds(losses: Losses, candidate: Candidate) -> float:
    """A training was timed with all its rounds; so many take their share of it."""
    number, rounds = candidate
    longest = max(own for other, own in losses.candidates if other == number)
    place = list(dict(losses.candidates)).index(number)
    return float(losses.seconds[place]) * rounds / longest


def _early(recipe: Recipe, losses: Losses) -> Case:
    numbers = list(dict.fromkeys(number for number, _ in losses.candidates))[1:]
    made = [_configuration(recipe, losses, number, None) for number in numbers]
    return (
        "early",
        choice_of(losses.early[:, 1:], losses.early[:, 0], groups=_groups(losses)),
        made,
        list(range(len(numbers))),
    )


def _fixed(recipe: Recipe, losses: Losses, rounds: int, columns: list[int]) -> Case:
    made = [_configuration(recipe, losses, losses.candidates[i][0], None) for i in columns]
    return f"fixed {rounds}", choice_of(losses.loss[:, columns]), made, list(range(len(columns)))


def _configuration(recipe: Recipe, losses: Losses, number: int, rounds: int | None) -> dict[str, object]:
    """What a configuration sets, by the knowledge base's names: its core always, the rest where it differs."""
    own = {**dict(recipe.defaults), **losses.default, **losses.values[number]}
    core = {name: own[name] for name in recipe.core if name in own}
    stated = {name: value for name, value in losses.values[number].items() if not _is_off(name, value)}
    rest = {name: value for name, value in stated.items() if name not in core}
    rest |= {other: value for name, other, value in recipe.implied if name in rest}
    return {**core, **({recipe.rounds: rounds} if recipe.rounds and rounds else {}), **rest}


def _is_off(name: str, value: object) -> bool:
    return name in _REGULARISERS and isinstance(value, float) and value < _OFF_BELOW


def _chosen(choice: Choice, count: int) -> list[int]:
    """As many of the portfolio as are worth it, `count` at most."""
    unseen = held_out(choice, count)
    enough = next(k for k in range(1, count + 1) if unseen[k - 1] - unseen[-1] <= _WORTHWHILE)
    return list(dict.fromkeys(greedy(choice, enough)))


def shortlist(learner: str, folder: Path, count: int) -> list[int]:
    """The numbers of the configurations that portfolios of any case would be made of, the most wanted first."""
    losses = losses_of(folder, learner, with_large=False)
    recipe = next((r for r in RECIPES if learner in r.learners), None)
    if losses is None or recipe is None:
        return []
    wanted: Counter[int] = Counter()
    texts = {json.dumps(_configuration(recipe, losses, n, None)): n for n in dict(losses.candidates)}
    for _, choice, made, _ in cases_of(recipe, folder, with_large=False):
        for rank, column in enumerate(dict.fromkeys(greedy(choice, count))):
            plain = {name: value for name, value in made[column].items() if name != recipe.rounds}
            wanted[texts[json.dumps(plain)]] += count - rank
    return [0, *(number for number, _ in wanted.most_common(count + 1) if number != 0)][: count + 1]


def report(folder: Path, names: Sequence[str], *, with_large: bool) -> str:
    """The evidence of each recipe, as text; without the large data sets, of all configurations."""
    lines = []
    for recipe in RECIPES:
        if names and not set(names) & set(recipe.learners):
            continue
        for name, choice, made, drawn in cases_of(recipe, folder, with_large=with_large):
            tasks, candidates = choice.loss.shape
            lines.append(f"{recipe.framework} ({name}): {tasks} tasks, {candidates} candidates")
            lines += evidence(choice, drawn)
            for column in _chosen(choice, recipe.count):
                alone, better = choice.loss[:, column], (choice.loss[:, column] < choice.default).mean()
                lines.append(f"  {made[column]}: median {np.median(alone):.2f}, better than today on {better:.0%}")
            lines.append("")
    return "\n".join(lines)


def file_text(folder: Path) -> str:
    """The knowledge file's head and the portfolios of these recipes."""
    return _HEADER + "\n".join(text for recipe in RECIPES if (text := _recipe_text(recipe, folder)))


def _recipe_text(recipe: Recipe, folder: Path) -> str:
    cases = {name: (choice, made) for name, choice, made, _ in cases_of(recipe, folder)}
    if not cases:
        return ""
    choice, made = next(iter(cases.values()))
    lines = [
        "[[portfolio]]",
        f"framework = {json.dumps(recipe.framework)}",
        *([f"also = {json.dumps(list(recipe.also))}"] if recipe.also else []),
        f"title = {json.dumps(recipe.title)}",
        f"data_sets = {len(np.unique(choice.groups))}",
        f"core = {json.dumps(list(recipe.core))}",
        *([f"rounds = {json.dumps(recipe.rounds)}"] if recipe.rounds else []),
        f"configurations = [{_inline(choice, made, recipe.count)}]",
    ]
    if "early" in cases:
        lines.append(f"early = [{_inline(*cases['early'], recipe.count - 1)}]")
    return "\n".join(lines) + "\n"


def _inline(choice: Choice, made: list[dict[str, object]], count: int) -> str:
    """The chosen configurations, a line each, with how often each beats today's values."""
    lines = []
    for column in _chosen(choice, count):
        pairs = ", ".join(f"{name} = {json.dumps(value)}" for name, value in made[column].items())
        better = (choice.loss[:, column] < choice.default).mean()
        lines.append(f"  {{ {pairs} }}, # {better:.0%}")
    return "\n" + "\n".join(lines) + "\n"
