"""The ranges of SageMaker's Python SDK."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, TypeAlias

from selftune.model.errors import InvalidRange, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import is_number
from selftune.sdk.keywords import word
from selftune.sdk.values import hyperparameter_value

_AUTO = "Auto"
_SCALES = MappingProxyType(
    {"Linear": ScalingType.LINEAR, "Logarithmic": ScalingType.LOG, "ReverseLogarithmic": ScalingType.REVERSE_LOG}
)
_LOG_FROM_RATIO = 100.0
"""With the scale "Auto", bounds above zero that lie so far apart are searched on a log scale."""


class _NumericParameter:
    """Two bounds and a scale."""

    def __init__(self, min_value: float, max_value: float, scaling_type: str = _AUTO) -> None:
        for value in (min_value, max_value):
            if not is_number(_plain(value)):
                raise InvalidRange(f"A bound must be a number, but it is {value!r}.")
        self.min_value = _plain(min_value)
        self.max_value = _plain(max_value)
        self.scaling_type = scaling_type
        self.as_range()

    def as_range(self) -> Range:
        """The range as the rest of selftune speaks it."""
        raise NotImplementedError

    @property
    def _scaling(self) -> ScalingType:
        if self.scaling_type.lower() != _AUTO.lower():
            return word("scaling type", self.scaling_type, _SCALES) or ScalingType.LINEAR
        is_wide = self.min_value > 0 and self.max_value / self.min_value >= _LOG_FROM_RATIO
        return ScalingType.LOG if is_wide else ScalingType.LINEAR

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.min_value!r}, {self.max_value!r}, scaling_type={self.scaling_type!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and repr(other) == repr(self)

    def __hash__(self) -> int:
        return hash(repr(self))


class ContinuousParameter(_NumericParameter):
    """Real numbers between two bounds, both included.

    Args:
        min_value, max_value: the bounds; the range is a wall, nothing outside is tried.
        scaling_type: Auto, Linear, Logarithmic or ReverseLogarithmic. Auto is logarithmic where both bounds are above
            zero and a hundredfold apart, otherwise linear.
    """

    def as_range(self) -> ContinuousRange:
        return ContinuousRange(low=float(self.min_value), high=float(self.max_value), scaling=self._scaling)


class IntegerParameter(_NumericParameter):
    """Whole numbers between two bounds, both included; the scale as in ContinuousParameter."""

    def as_range(self) -> IntegerRange:
        for value in (self.min_value, self.max_value):
            if not float(value).is_integer():
                raise InvalidRange(
                    f"The bound {value} of an IntegerParameter is no whole number.", hint="Use ContinuousParameter."
                )
        return IntegerRange(low=int(self.min_value), high=int(self.max_value), scaling=self._scaling)


class CategoricalParameter:
    """A choice among values without an order."""

    def __init__(self, values: Iterable[Any] | str | float) -> None:
        listed = [values] if isinstance(values, str | int | float) else list(values)
        self.values = [hyperparameter_value("value", value) for value in listed]
        self.as_range()

    def as_range(self) -> CategoricalRange:
        """The range as the rest of selftune speaks it."""
        return CategoricalRange(values=tuple(self.values))

    def __repr__(self) -> str:
        return f"CategoricalParameter({self.values!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CategoricalParameter) and other.values == self.values

    def __hash__(self) -> int:
        return hash(repr(self))


Parameter: TypeAlias = ContinuousParameter | IntegerParameter | CategoricalParameter


def range_of(name: str, parameter: Any) -> Range:
    """The range that a user gave for the hyperparameter `name`.

    Raises:
        UsageError: it is none of the three kinds of parameters.
    """
    if not isinstance(parameter, ContinuousParameter | IntegerParameter | CategoricalParameter):
        raise UsageError(
            f"The range of {name} is a {type(parameter).__name__}.",
            hint="Use ContinuousParameter(low, high), IntegerParameter(low, high) or CategoricalParameter([...]).",
        )
    return parameter.as_range()


def parameter_of(range_: Range) -> Parameter:
    """The parameter that shows a planned range to a user."""
    if isinstance(range_, CategoricalRange):
        return CategoricalParameter(range_.values)
    scale = next(name for name, scaling in _SCALES.items() if scaling is range_.scaling)
    kind = IntegerParameter if isinstance(range_, IntegerRange) else ContinuousParameter
    return kind(range_.low, range_.high, scaling_type=scale)


def _plain(value: Any) -> Any:
    """NumPy's scalars as Python's."""
    return value.item() if hasattr(value, "item") else value
