"""The few configurations that complement each other, and what they gain on data sets that had no say in the choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

MOST = 6
_DRAWS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a portfolio is chosen from."""

    loss: np.ndarray
    """(tasks, candidates): 1 = today's values, 0 = the best seen."""
    default: np.ndarray
    """(tasks,): the loss of today's values, which is there in any case."""
    groups: np.ndarray
    """(tasks,): the data set of each task; all tasks of one are left out together."""
    weights: np.ndarray
    """(tasks,): how much each counts; they sum to 1."""
    price: np.ndarray
    """(candidates,): what is added to a loss in the choice alone, so that the cheaper of two equals is taken."""


def choice_of(
    loss: np.ndarray,
    default: np.ndarray | None = None,
    *,
    groups: Sequence[str] | None = None,
    weights: np.ndarray | None = None,
    price: np.ndarray | None = None,
) -> Choice:
    """A choice among the columns of `loss`, with equal weights, today's loss 1 and no prices unless given."""
    rows, columns = loss.shape
    weights = np.ones(rows) if weights is None else weights
    return Choice(
        loss=loss,
        default=np.ones(rows) if default is None else default,
        groups=np.array(groups if groups is not None else [str(row) for row in range(rows)]),
        weights=weights / weights.sum(),
        price=np.zeros(columns) if price is None else price,
    )


def greedy(choice: Choice, count: int, rows: np.ndarray | None = None) -> list[int]:
    """Candidates, one after the other that lowers the mean of the best so far most, judged by `rows` alone."""
    rows = np.ones(len(choice.loss), dtype=bool) if rows is None else rows
    loss, weights = choice.loss[rows], choice.weights[rows]
    best, chosen = choice.default[rows].copy(), []
    for _ in range(count):
        means = weights @ np.minimum(best[:, None], loss + choice.price)
        chosen.append(int(np.argmin(means)))
        best = np.minimum(best, loss[:, chosen[-1]])
    return chosen


def seen(choice: Choice, count: int) -> np.ndarray:
    """(count,): the mean of the best of default and portfolio on the very tasks that chose it."""
    return choice.weights @ _best_of(choice, greedy(choice, count))


def held_out(choice: Choice, count: int) -> np.ndarray:
    """(count,): the same, each data set judged by a portfolio chosen without it."""
    best = np.empty((len(choice.loss), count))
    for group in np.unique(choice.groups):
        out = choice.groups == group
        best[out] = _best_of(choice, greedy(choice, count, ~out))[out]
    return choice.weights @ best


def at_random(choice: Choice, count: int, allowed: Sequence[int]) -> np.ndarray:
    """(count,): the mean of the best of default and so many candidates drawn at random."""
    rng = np.random.default_rng(0)
    drawn = rng.choice(allowed, size=(_DRAWS, count))
    best = np.minimum(np.minimum.accumulate(choice.loss[:, drawn], axis=2), choice.default[:, None, None])
    return choice.weights @ best.mean(axis=1)


def _best_of(choice: Choice, chosen: list[int]) -> np.ndarray:
    """(tasks, k): the best of default and the first k of the chosen."""
    return np.minimum(np.minimum.accumulate(choice.loss[:, chosen], axis=1), choice.default[:, None])


def evidence(choice: Choice, drawn: Sequence[int], count: int = MOST) -> Iterator[str]:
    """The table of a choice: losses after k configurations, on all data sets, left out, and at random."""
    unseen, random = held_out(choice, count), at_random(choice, 24, drawn)
    rows = (("chosen on all", seen(choice, count)), ("left out", unseen), ("at random", random[:count]))
    yield f"  {'k':>14}" + "".join(f"{k:7d}" for k in range(1, count + 1))
    for title, values in rows:
        yield f"  {title:>14}" + "".join(f"{value:7.3f}" for value in values)
    k = min(4, count)
    equal = next((number for number, value in enumerate(random, 1) if value <= unseen[k - 1]), None)
    yield f"  {k} of the portfolio are worth {equal or 'more than 24'} drawn at random"
