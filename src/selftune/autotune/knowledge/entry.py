"""One thing that is known of one hyperparameter, as a knowledge file states it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selftune.model.ranges import HardBounds, ScalingType
from selftune.model.values import HyperparameterValue


class ValueType(StrEnum):
    """What kind of value a hyperparameter takes."""

    FLOAT = "float"
    INT = "int"
    CATEGORICAL = "categorical"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeEntry:
    """What is known of one hyperparameter of one framework."""

    framework: str
    """Such as "xgboost", "dl.adam", "sklearn.svm"."""
    name: str
    meaning: str
    """What it does, to be read after its name in brackets: "the step size of the optimizer"."""
    source: str
    type: ValueType
    aliases: tuple[str, ...] = ()
    """Other names for it, lower case with underscores."""
    low: float = 0.0
    high: float = 1.0
    """The box in which good values usually lie; unused where `values` are."""
    factor: tuple[float, float] | None = None
    """(down, up): the range is value / down .. value * up instead, kept inside low..high."""
    step: tuple[float, float] | None = None
    """(down, up): the range is value - down .. value + up instead, kept inside low..high."""
    values: tuple[HyperparameterValue, ...] = ()
    """The choices of a categorical one."""
    words: tuple[str, ...] = ()
    """Words that it takes beside numbers, such as "sqrt"."""
    scale: ScalingType = ScalingType.LINEAR
    has_zero: bool = False
    """Exactly zero (off) is worth trying beside a log-scaled range."""
    bounds: HardBounds | None = None
    """What the framework accepts at all."""
    off: tuple[float, ...] = ()
    """Values that switch off what it does: at one of them it stays as it is."""
    default: HyperparameterValue | None = None
    """The framework's own default."""
    priority: int = 1
    """3 = tune first, 2 = with more jobs, 1 = with many, 0 = leave alone."""
    affects_cost: bool = False
    is_resource: bool = False
    """Training length: what multi-fidelity search spends."""
    is_conditional: bool = False
    """It acts only with certain values of others; the note says which."""
    scales_loss: bool = False
    """It changes the scale of the printed loss, so that tuning it on that loss would be cheating."""
    note: str = ""

    @property
    def key(self) -> str:
        """Its name in the knowledge base, such as "xgboost.learning_rate"."""
        return f"{self.framework}.{self.name}"

    @property
    def names(self) -> tuple[str, ...]:
        """All names that it goes by, lower case."""
        return (self.name.lower(), *(alias.lower() for alias in self.aliases))


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticGroup:
    """Names that are never tuned unless the user asks, with what they are."""

    kind: str
    """"seed", "path", "placement" ..."""
    patterns: tuple[str, ...]
    """Globs over lower-case names with underscores."""
    why: str
    """To be read after the name and "is": "a seed: ..."."""
    switch_why: str = ""
    """The same for a switch of such a name: `--resume` is no place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A framework or a family of estimators, and what points to it."""

    name: str
    title: str
    imports: tuple[str, ...] = ()
    callables: tuple[str, ...] = ()
    """Globs over fully named callables: "torch.optim.*Adam*"."""
    companions: tuple[tuple[str, ...], ...] = ()
    """Sets of hyperparameter names that together give it away."""
    extends: tuple[str, ...] = ()
    """Where to look further, nearest first."""
    is_boosting: bool = False
    """Its rounds are a range and not a training length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRule:
    """What an argument of a callable means where its own name does not say."""

    argument: str
    """A glob over fully named arguments: "torch.nn.*Dropout*.p"."""
    entry: str | None = None
    """"framework/name" of a knowledge entry."""
    kind: str | None = None
    """Or the kind of a static group."""
    is_weak: bool = False
    """It counts only where the name says nothing: a loop's length, one of two betas."""
