"""The one encoder of ranges: values to the unit cube and back, and to the inputs of a surrogate.

    values     what a training job gets, by name
    cube       (n, d)  one coordinate in [0, 1] a hyperparameter; every strategy proposes here
    features   (n, p)  what a surrogate measures distances in; one or more columns a hyperparameter

A coordinate follows the range's scaling type. Integers and categorical values own a cell of the axis each and lie at
its centre (`snap`), so that nothing is rounded after an acquisition was computed. Where a log-scaled range includes
zero, the lowest share of the axis stands for exactly zero. `from_uniform` turns even draws into draws from the priors.
A hyperparameter that does nothing beside the others' values rests at one place (`idle`), in all that leaves here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from selftune.model.acting import at_rest
from selftune.model.conditions import Condition
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue
from selftune.search import columns
from selftune.search.axes import Axis, axis_of
from selftune.search.idle import Idle

Array: TypeAlias = NDArray[np.float64]
AxisFunction: TypeAlias = Callable[[Axis, Array], Array]
Values: TypeAlias = tuple[tuple[str, HyperparameterValue], ...]

FEW_ROWS = 8
"""Fewer rows than this are encoded value by value, which is quicker."""


class Encoder:
    """Encodes one search space, hyperparameters in the given order, and when each of them acts."""

    def __init__(self, space: Sequence[tuple[str, Range]], conditions: Sequence[tuple[str, Condition]] = ()) -> None:
        self.names: tuple[str, ...] = tuple(name for name, _ in space)
        self._ranges: tuple[Range, ...] = tuple(range_ for _, range_ in space)
        self._axes: tuple[Axis, ...] = tuple(axis_of(range_) for range_ in self._ranges)
        self.groups: NDArray[np.intp] = np.repeat(np.arange(len(space)), [axis.width for axis in self._axes])
        """(p,): the hyperparameter to which each feature column belongs."""
        rest = [axis.coordinate(at_rest(range_)) for axis, range_ in zip(self._axes, self._ranges, strict=True)]
        self._idle = Idle(self.names, conditions, rest, self.value)

    @property
    def dimension(self) -> int:
        """d, the number of hyperparameters."""
        return len(self._axes)

    @property
    def size(self) -> float:
        """How many different points the space has at most; infinite where a range is continuous."""
        return float(np.prod([axis.size for axis in self._axes])) if self._axes else 1.0

    @property
    def is_categorical(self) -> NDArray[np.bool_]:
        """(d,): True where a step along the axis means nothing."""
        return np.array([axis.is_categorical for axis in self._axes], dtype=bool)

    @property
    def is_free(self) -> NDArray[np.bool_]:
        """(d,): False where the range is a single point."""
        return np.array([axis.size > 1 for axis in self._axes], dtype=bool)

    @property
    def has_prior(self) -> NDArray[np.bool_]:
        """(d,): True where the range says where good values are expected."""
        return np.array([axis.prior is not None for axis in self._axes], dtype=bool)

    def contains(self, values: Mapping[str, HyperparameterValue]) -> bool:
        """True where each hyperparameter has a value inside its range."""
        pairs = zip(self.names, self._ranges, strict=True)
        return all(name in values and range_.contains(values[name]) for name, range_ in pairs)

    def cube(self, rows: Iterable[Mapping[str, HyperparameterValue]]) -> Array:
        """(n, d) coordinates of values; what lies outside a range goes to its nearest point, what is missing to 0.5."""
        rows = list(rows)
        if len(rows) < FEW_ROWS:
            few = [[self._coordinate(i, row) for i in range(self.dimension)] for row in rows]
            return self._idle.settled(np.array(few, dtype=float).reshape(len(few), self.dimension))
        points = np.full((len(rows), self.dimension), 0.5)
        for i, (name, range_, axis) in enumerate(zip(self.names, self._ranges, self._axes, strict=True)):
            known, values = _column(rows, name)
            points[known, i] = columns.coordinates(range_, axis, values)
        return self._idle.settled(points)

    def as_run(self, cube: Array) -> Array:
        """(n, d) coordinates of the values that points (n, d) run as: real numbers are rounded to what one can read."""
        columns_run = [
            columns.as_run(range_, axis, cube[:, i])
            for i, (range_, axis) in enumerate(zip(self._ranges, self._axes, strict=True))
        ]
        return np.column_stack(columns_run) if columns_run else cube

    def inside(self, rows: Sequence[Mapping[str, HyperparameterValue]]) -> NDArray[np.bool_]:
        """(n,) `contains` of each row."""
        is_inside = np.ones(len(rows), dtype=bool)
        for name, range_ in zip(self.names, self._ranges, strict=True):
            known, values = _column(rows, name)
            has_place = np.zeros(len(rows), dtype=bool)
            has_place[known] = columns.inside(range_, values)
            is_inside &= has_place
        return is_inside

    def values(self, point: Array) -> Values:
        """The values at one point of the cube, shape (d,)."""
        return tuple((name, axis.value(float(u))) for name, axis, u in zip(self.names, self._axes, point, strict=True))

    def value(self, index: int, coordinate: float) -> HyperparameterValue:
        """The value of hyperparameter number `index` at one coordinate."""
        return self._axes[index].value(coordinate)

    def nearest(self, values: Mapping[str, HyperparameterValue]) -> Values:
        """Values of each hyperparameter, inside its range and of its type; `values` has all of them."""
        pairs = zip(self.names, self._ranges, strict=True)
        return tuple((name, range_.nearest(values[name])) for name, range_ in pairs)

    def snap(self, cube: Array) -> Array:
        """(n, d): each point moved to the centre of the cell of values that it stands for, what is idle to its rest."""
        return self._idle.settled(self._by_axis(cube, lambda axis, column: axis.snap(column)))

    def acting(self, cube: Array) -> NDArray[np.bool_]:
        """(n, d): True where a hyperparameter acts at a snapped point."""
        return self._idle.acting(cube)

    def from_uniform(self, uniform: Array) -> Array:
        """(n, d) even draws from [0, 1) as snapped draws from the priors; axes without a prior stay even."""
        return self.snap(self._by_axis(uniform, lambda axis, column: axis.from_uniform(column)))

    def features(self, cube: Array) -> Array:
        """(n, p) surrogate inputs of snapped points; two different categories lie one apart."""
        columns = [axis.features(cube[:, i]) for i, axis in enumerate(self._axes)]
        return np.hstack(columns) if columns else np.zeros((len(cube), 0))

    def log_prior(self, cube: Array) -> Array:
        """(n, d) log density of the priors, zero at their peak and on axes without one."""
        return self._by_axis(cube, lambda axis, column: axis.log_prior(column))

    def points(self) -> Iterator[tuple[float, ...]]:
        """All points of a finite space, the last hyperparameter moving fastest; once what differs only in the idle."""
        return filter(self._is_settled, _points(self._axes))

    def _is_settled(self, point: tuple[float, ...]) -> bool:
        row = np.array([point])
        return bool((self._idle.settled(row) == row).all())

    def _coordinate(self, index: int, row: Mapping[str, HyperparameterValue]) -> float:
        name = self.names[index]
        return self._axes[index].coordinate(self._ranges[index].nearest(row[name])) if name in row else 0.5

    def _by_axis(self, cube: Array, function: AxisFunction) -> Array:
        result = np.empty_like(cube)
        for i, axis in enumerate(self._axes):
            result[:, i] = function(axis, cube[:, i])
        return result


def _column(
    rows: Sequence[Mapping[str, HyperparameterValue]], name: str
) -> tuple[slice | list[int], list[HyperparameterValue]]:
    """Positions of the rows that have a value of `name`, and those values."""
    try:
        return slice(None), list(map(itemgetter(name), rows))
    except KeyError:
        known = [number for number, row in enumerate(rows) if name in row]
        return known, [rows[number][name] for number in known]


def _points(axes: Sequence[Axis]) -> Iterator[tuple[float, ...]]:
    """What `itertools.product` gives, which would first lay out all places of each axis: a million of a wide one."""
    if not axes:
        yield ()
        return
    for before in _points(axes[:-1]):
        for place in axes[-1].coordinates():
            yield (*before, place)
