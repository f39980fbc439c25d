"""One thing that is known of one hyperparameter, as a knowledge file states it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selftune.autotune.knowledge.expressions import Expression
from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
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
    sense_min: float | None = None
    """Nothing is searched below it, though the framework accepts that, unless today's value is lower."""
    sense_max: float | None = None
    """The same above: a boosting rate beyond 1 overshoots."""
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
    """It acts only with certain values of others; `when` or the note says which."""
    when: Condition | None = None
    """When it acts at all: by other hyperparameters, the data, the objective metric."""
    priority_when: int | None = None
    """Its priority once `when` is known to hold."""
    scales_loss: bool = False
    """It changes the scale of the printed loss, so that tuning it on that loss would be cheating."""
    note: str = ""
    smoke: float | None = None
    """A value up to this is a quick test's: the range is not centred on it."""
    smoke_beside: float | None = None
    """The same where the training length is a quick test's too: a batch of 2 may be meant."""
    meant_from: float | None = None
    """From here on, far above where good values usually lie, a value is from a recipe of its own: 30 for plain SGD."""
    low_by_data: Expression | None = None
    """The lower end of the box where the data are known: "max(1, rows / 1000)"."""
    high_by_data: Expression | None = None
    """The upper end of the box where the data are known."""
    max_by_data: Expression | None = None
    """What the data leave room for at all: never suggested above it, nor above today's value where that is larger."""
    usual_by_data: Expression | None = None
    """What is usual for such data, where nobody chose a value."""
    room: float | None = None
    """`max_by_data` in numbers, once the data are known."""
    usual: float | None = None
    """`usual_by_data` in numbers, once the data are known."""
    observed: str = ""
    """What the data say about it, to be read after "as": "train.csv has 150 rows"; empty where they say nothing."""

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
    steps: tuple[str, ...] = ()
    """Globs over the names of pipeline steps, lower case: `svc__C` is what the step "svc" takes."""
    images: tuple[str, ...] = ()
    """Names of the container images that run it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConstraint:
    """What must hold between hyperparameters of a framework, in the knowledge base's own names."""

    framework: str
    text: str
    """Such as "num_leaves <= 2 ** max_depth"; `rows`, `columns` and `classes` are those of the data."""
    reason: str
    """One sentence in which "{num_leaves}" stands for the program's own name."""
    source: str
    when: Condition | None = None
    """When it holds at all, such as "max_depth > 0"."""
    is_kept: bool = True
    """False: one of this text that was stated before is not held."""

    @property
    def names(self) -> frozenset[str]:
        """The hyperparameters that it speaks of."""
        return Constraint(text=self.text, reason=self.reason, source=self.source).names


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
