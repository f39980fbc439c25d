"""What each hyperparameter explains of the objective, told from chance and from what the others explain.

A search does not draw its values independently: near the end it varies all of them little, about one place. So what
explains most is taken first, and the rest must explain what that leaves. Each hyperparameter is a block of columns; a
block that explains no more than the same block would of shuffled remainders is chance (a permutation test of the
largest F among all blocks, after Freedman and Lane).

    n       training jobs           basis   orthonormal vectors of length n: the constant and the blocks taken
    block   columns of length n     rest    the objective less what the basis explains
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter, mul
from typing import Any, TypeAlias

SHUFFLES = 99
SIGNIFICANCE = 0.05
FEWEST_FREE = 3
"""Degrees of freedom that must be left to judge a block."""
NOTHING_LEFT = 1e-9
"""Share of a vector's length, squared, below which it is rounding."""
TWO_DEVIATIONS = 2.0

Vector: TypeAlias = Sequence[float]
_Shuffle: TypeAlias = Callable[[Any], tuple[float, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one hyperparameter explains."""

    is_proven: bool
    """True where chance does not explain it, and no other hyperparameter does."""
    share: float
    """Of the objective's variation, 0..1, freed of what chance adds."""
    at_most: float
    """The most that it can well explain; large where it was hardly varied apart from others."""


_NO_EFFECT = Effect(is_proven=False, share=0.0, at_most=1.0)


def effects(blocks: Mapping[str, Sequence[Vector]], objective: Vector) -> dict[str, Effect]:
    """The effect of each block of columns on the objective; the same every time."""
    constant = [len(objective) ** -0.5] * len(objective)
    rest = _less(objective, [constant])
    total = _dot(rest, rest)
    shuffles = _shuffles(len(objective))
    taken: dict[str, list[Vector]] = {}
    shares: dict[str, float] = {}
    while _dot(rest, rest) > NOTHING_LEFT * total:
        basis = [constant, *(vector for vectors in taken.values() for vector in vectors)]
        left = {name: _apart(block, basis) for name, block in blocks.items() if name not in taken}
        best = _most_explaining(left, rest, basis)
        if best is None or not _is_beyond_chance(left, best, rest, basis, shuffles):
            break
        shares[best] = _freed_share(left[best], rest, basis, total)
        taken[best] = left[best]
        rest = _less(rest, left[best])
    return {
        name: _effect(name, blocks, taken, shares, objective, total, shuffles) if total > 0 else _NO_EFFECT
        for name in blocks
    }


def _effect(
    name: str,
    blocks: Mapping[str, Sequence[Vector]],
    taken: Mapping[str, Sequence[Vector]],
    shares: Mapping[str, float],
    objective: Vector,
    total: float,
    shuffles: Sequence[_Shuffle],
) -> Effect:
    """One block beside all others that were taken, whichever came first."""
    basis: list[Vector] = [[len(objective) ** -0.5] * len(objective)]
    for other in taken:
        if other != name:
            basis += _apart(blocks[other], basis)
    rest, own = _less(objective, basis), _apart(blocks[name], basis)
    proven = name in taken and _is_beyond_chance({name: own}, name, rest, basis, shuffles)
    return Effect(
        is_proven=proven,
        share=shares.get(name) or _freed_share(own, rest, basis, total),
        at_most=_at_most(blocks[name], own, rest, basis, total),
    )


def _at_most(
    block: Sequence[Vector], own: Sequence[Vector], rest: Vector, basis: Sequence[Vector], total: float
) -> float:
    """Upper limit of the share, scaled up by how little of the block's variation is its own."""
    if not own:
        return 1.0
    explained, left, count = _explained(own, rest), _dot(rest, rest), len(rest)
    likely = max(explained, len(own) * left / count) / total
    limit = likely + TWO_DEVIATIONS * 2 * math.sqrt(likely * left / total / count)
    return min(limit / _own_share(block, basis), 1.0)


def _own_share(block: Sequence[Vector], basis: Sequence[Vector]) -> float:
    """How much of the block's variation the basis leaves, 0..1: the least of its columns'."""
    shares = []
    for column in block:
        centred, apart = _less(column, basis[:1]), _less(column, basis)
        if (whole := _dot(centred, centred)) > 0:
            shares.append(_dot(apart, apart) / whole)
    return max(min(shares, default=1.0), NOTHING_LEFT)


def _most_explaining(left: Mapping[str, Sequence[Vector]], rest: Vector, basis: Sequence[Vector]) -> str | None:
    ratios = {name: _ratio(vectors, rest, len(basis)) for name, vectors in left.items() if vectors}
    best = max(ratios, key=ratios.__getitem__, default=None)
    return best if best is not None and ratios[best] > 0 else None


def _is_beyond_chance(
    left: Mapping[str, Sequence[Vector]],
    name: str,
    rest: Vector,
    basis: Sequence[Vector],
    shuffles: Sequence[_Shuffle],
) -> bool:
    """True where shuffled remainders seldom give any block as large a ratio."""
    seen = _ratio(left[name], rest, len(basis))
    allowed = round(SIGNIFICANCE * (SHUFFLES + 1)) - 1
    for shuffle in shuffles:
        shuffled = _less(shuffle(rest), basis[1:])
        if max(_ratio(vectors, shuffled, len(basis)) for vectors in left.values() if vectors) >= seen:
            allowed -= 1
            if allowed < 0:
                return False
    return seen > 0


def _ratio(own: Sequence[Vector], rest: Vector, taken: int) -> float:
    """The F ratio: explained by a degree of freedom over unexplained by a degree of freedom."""
    free = len(rest) - taken - len(own)
    length = _dot(rest, rest)
    if not own or free < FEWEST_FREE or length <= 0:
        return 0.0
    explained = _explained(own, rest)
    return explained / len(own) / (max(length - explained, NOTHING_LEFT * length) / free)


def _freed_share(own: Sequence[Vector], rest: Vector, basis: Sequence[Vector], total: float) -> float:
    explained, free = _explained(own, rest), len(rest) - len(basis) - len(own)
    by_chance = len(own) * (_dot(rest, rest) - explained) / max(free, 1)
    return max(explained - by_chance, 0.0) / total


def _explained(own: Sequence[Vector], rest: Vector) -> float:
    return sum(_dot(vector, rest) ** 2 for vector in own)


def _apart(block: Sequence[Vector], basis: Sequence[Vector]) -> list[Vector]:
    """Orthonormal vectors for what the block adds to the basis (Gram and Schmidt, twice for the rounding)."""
    added: list[Vector] = []
    for column in block:
        known = [*basis, *added]
        apart = _less(_less(column, known), known)
        length = _dot(apart, apart)
        if length > NOTHING_LEFT * _dot(column, column):
            added.append([entry / length**0.5 for entry in apart])
    return added


def _less(vector: Vector, basis: Sequence[Vector]) -> Vector:
    """The vector without its parts along the basis."""
    for direction in basis:
        along = _dot(vector, direction)
        vector = [entry - along * other for entry, other in zip(vector, direction, strict=True)]
    return vector


def _dot(one: Vector, other: Vector) -> float:
    return float(sum(map(mul, one, other)))


def _shuffles(count: int) -> list[_Shuffle]:
    """Fixed orders, so that the same training jobs are always judged alike."""
    draw = random.Random(count)
    return [itemgetter(*draw.sample(range(count), count)) for _ in range(SHUFFLES)]
