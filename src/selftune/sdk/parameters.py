"""The ranges of SageMaker's Python SDK."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from selftune.model.errors import InvalidRange, UsageError
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import is_finite_number
from selftune.sdk.keywords import word
from selftune.sdk.values import hyperparameter_value, plain, shown

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
            if not is_finite_number(plain(value)):
                raise InvalidRange(f"A bound must be a finite number, but it is {shown(value)}.")
        if not isinstance(scaling_type, str):
            raise InvalidRange(f"The scaling type is {shown(scaling_type)}.", hint=f"Known: {', '.join(_SCALES)}.")
        self.min_value = plain(min_value)
        self.max_value = plain(max_value)
        self.scaling_type = scaling_type
        self.as_range()

    def as_range(self) -> Range:
        """The range as the rest of selftune speaks it.

        Raises:
            InvalidRange: the bounds leave no room, or do not fit the scale; the hint is written as Python is.
        """
        try:
            return self._range()
        except InvalidRange as error:
            raise InvalidRange(error.message, hint=self._remedy() or error.hint) from None

    def _range(self) -> Range:
        raise NotImplementedError

    @property
    def _scaling(self) -> ScalingType:
        if self.scaling_type.lower() != _AUTO.lower():
            return word("scaling type", self.scaling_type, _SCALES) or ScalingType.LINEAR
        is_wide = self.min_value > 0 and self.max_value / self.min_value >= _LOG_FROM_RATIO
        return ScalingType.LOG if is_wide else ScalingType.LINEAR

    def _remedy(self) -> str:
        """What to write in place of bounds that make no range; empty where that does not show."""
        low, high = self.min_value, self.max_value
        if low > high:
            return f"Did you mean ({high!r}, {low!r})?"
        if self._scaling is ScalingType.REVERSE_LOG and not 0 <= low <= high < 1:
            return "Use the scale 'Linear', or end below one, such as (0.5, 0.999, 'ReverseLogarithmic')."
        if self._scaling is ScalingType.LOG and low <= 0 < high:
            first = f"({self._smallest!r}, {high!r}, 'Logarithmic')"
            return f"Name the smallest useful value, such as {first}, or leave out the scale.{self._way_to_zero()}"
        return "Leave out the scale." if self._scaling is ScalingType.LOG and low <= 0 else ""

    @property
    def _smallest(self) -> float:
        """A smallest useful value for a log scale that was to start at zero or below."""
        return float(f"{float(self.max_value) / 1e6:.1g}")

    def _way_to_zero(self) -> str:
        return ""

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
        includes_zero: exactly zero is tried, too, beside a logarithmic range, which cannot hold it: for what may be
            off, such as a weight decay. `ContinuousParameter(1e-6, 0.1, includes_zero=True)` is zero, or 1e-6 to 0.1.
    """

    def __init__(
        self, min_value: float, max_value: float, scaling_type: str = _AUTO, *, includes_zero: bool = False
    ) -> None:
        self.includes_zero = bool(includes_zero)
        super().__init__(min_value, max_value, scaling_type)

    def _range(self) -> ContinuousRange:
        scaling = self._scaling
        if self.includes_zero and scaling is not ScalingType.LOG:
            raise InvalidRange(
                f"Zero stands beside a logarithmic range only, but the scale is '{self.scaling_type}'.",
                hint=f"Leave out includes_zero and start at zero: (0.0, {self.max_value!r}).",
            )
        low, high = float(self.min_value), float(self.max_value)
        return ContinuousRange(low=low, high=high, scaling=scaling, includes_zero=self.includes_zero)

    @property
    def _scaling(self) -> ScalingType:
        is_auto = self.scaling_type.lower() == _AUTO.lower()
        return ScalingType.LOG if self.includes_zero and is_auto else super()._scaling

    def _way_to_zero(self) -> str:
        if self.min_value < 0:
            return ""
        bounds = f"{self._smallest!r}, {self.max_value!r}"
        return f" To try zero as well: ContinuousParameter({bounds}, includes_zero=True)."

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, includes_zero=True)" if self.includes_zero else super().__repr__()


class IntegerParameter(_NumericParameter):
    """Whole numbers between two bounds, both included; the scale as in ContinuousParameter."""

    def _range(self) -> IntegerRange:
        for value in (self.min_value, self.max_value):
            if not float(value).is_integer():
                raise InvalidRange(
                    f"The bound {value} of an IntegerParameter is no whole number.", hint="Use ContinuousParameter."
                )
        return IntegerRange(low=int(self.min_value), high=int(self.max_value), scaling=self._scaling)

    @property
    def _smallest(self) -> int:
        return 1

    def _way_to_zero(self) -> str:
        return f" Real numbers have a point: ({super()._smallest!r}, {float(self.max_value)!r}, 'Logarithmic')."


class CategoricalParameter:
    """A choice among values without an order."""

    def __init__(self, values: Iterable[Any] | str | float) -> None:
        if values is None or isinstance(values, Mapping):
            raise InvalidRange(
                f"A choice is a list of values, but it is {shown(values)}.", hint="Such as ['rbf', 'poly']."
            )
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
    if isinstance(range_, IntegerRange):
        return IntegerParameter(range_.low, range_.high, scaling_type=scale)
    has_zero = range_.includes_zero and range_.scaling is ScalingType.LOG
    return ContinuousParameter(range_.low, range_.high, scaling_type=scale, includes_zero=has_zero)
