"""Scrambled Sobol points: the very ones of `scipy.stats.qmc.Sobol`, without importing `scipy.stats`.

That import takes longer than all others together, and the first training jobs beside the baseline wait for it. Only
the table of direction numbers that comes with scipy is read; where it lies elsewhere, scipy's own class does the work.

    d, B   dimensions, bits of a coordinate
    V      (d, B)     direction numbers, the first being the highest bit     Joe & Kuo 2008, SIAM J. Sci. Comput. 30
    L      (d, B, B)  random lower triangular matrices of bits, ones on their diagonals    Matousek 1998, section 2.3
    s      (d,)       random digital shift
    x_k    s xor the columns of (L V mod 2) that the bits of k xor k/2 (Gray code) name
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from selftune.search.axes import Array

Integers = NDArray[np.int64]

BITS = 30
_TABLE = "stats/_sobol_direction_numbers.npz"


def sobol(dimension: int, seed: int, first: int, count: int) -> Array:
    """(count, dimension) points number `first`, `first + 1`, ... of the scrambled Sobol sequence of `seed`."""
    if dimension == 0 or count == 0:
        return np.zeros((count, dimension))
    table = table_of_scipy()
    if table is None:
        return by_scipy(dimension, seed, first, count)
    rng = np.random.default_rng(abs(seed)).spawn(1)[0]
    shift, directions = _scrambled(_directions(dimension, table), rng)
    number = np.arange(first, first + count)
    gray = number ^ (number >> 1)
    points = np.repeat(shift[None, :], count, axis=0)
    for bit in range(BITS):
        points[(gray >> bit) & 1 == 1] ^= directions[:, bit]
    return points / 2.0**BITS


def table_of_scipy() -> Path | None:
    """Where the direction numbers lie; None where scipy keeps them elsewhere."""
    found = importlib.util.find_spec("scipy")
    folders = [] if found is None else found.submodule_search_locations or []
    return next((path for folder in folders if (path := Path(folder, _TABLE)).is_file()), None)


@functools.lru_cache(maxsize=4)
def _directions(dimension: int, table: Path) -> Integers:
    """(d, B) V: each follows from those before by the primitive polynomial of its dimension."""
    with np.load(table) as kept:
        polynomials, initial = kept["poly"][:dimension].tolist(), kept["vinit"][:dimension].tolist()
    rows = [_row(polynomial, numbers) for polynomial, numbers in zip(polynomials, initial, strict=True)]
    rows[0] = [1] * BITS  # the first dimension is van der Corput's sequence
    return np.array(rows, dtype=np.int64) << np.arange(BITS - 1, -1, -1)


def _row(polynomial: int, initial: list[int]) -> list[int]:
    degree = polynomial.bit_length() - 1
    row = initial[:degree]
    while len(row) < BITS:
        new = row[-degree] if degree else 1
        for step in range(1, degree + 1):
            if polynomial >> (degree - step) & 1:
                new ^= row[-step] << step
        row.append(new)
    return row


def _scrambled(directions: Integers, rng: np.random.Generator) -> tuple[Integers, Integers]:
    """(d,) s and (d, B) L V, drawn in scipy's order."""
    dimension, places = len(directions), np.arange(BITS)
    shift = rng.integers(2, size=(dimension, BITS), dtype=np.uint32).astype(np.int64) @ (1 << places)
    drawn = np.tril(rng.integers(2, size=(dimension, BITS, BITS), dtype=np.uint32)).astype(np.int64)
    drawn[:, places, places] = 1
    highest_first = (directions[:, None, :] >> places[::-1, None]) & 1
    scrambled = (drawn @ highest_first) % 2
    return shift, np.einsum("b,dbc->dc", 1 << places[::-1], scrambled)


def by_scipy(dimension: int, seed: int, first: int, count: int) -> Array:
    """The same by scipy's own class."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(dimension, scramble=True, rng=np.random.default_rng(abs(seed)))
    if first:
        sequence.fast_forward(first)
    # One at a time: scipy warns of a first draw that is no power of two, which a sequence without an end cannot heed.
    return np.vstack([sequence.random(1) for _ in range(count)])
