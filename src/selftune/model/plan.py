"""What will be tuned, how, for how long at most, and why: the record of every decision.

A plan is made of decisions. Each says what was chosen, by whom (what the user sets always wins), a reason that a person
can read, and the source of the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from selftune.model.command import CommandTemplate
from selftune.model.conditions import Condition
from selftune.model.constraints import Constraint
from selftune.model.history import ParentResults
from selftune.model.objective import Direction
from selftune.model.ranges import Prior, Range
from selftune.model.values import HyperparameterValue

T = TypeVar("T")


class Chooser(StrEnum):
    """Who made a decision."""

    USER = "user"
    AUTOTUNE = "autotune"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Generic[T]):
    """One choice, with who made it, why, and on what evidence."""

    value: T
    by: Chooser
    reason: str
    """One plain sentence."""
    source: str
    """Where the evidence comes from: "command line", "train.py:12", "knowledge: xgboost.eta (Probst 2019)" ..."""
    considered: tuple[str, ...] = ()
    """What else was considered and why it was not chosen, a sentence each."""
    would_change: tuple[str, ...] = ()
    """What would make it another choice, a sentence each."""


class Role(StrEnum):
    """What becomes of a hyperparameter."""

    TUNED = "tuned"
    STATIC = "static"
    RESOURCE = "resource"
    """Training length (epochs, steps): what multi-fidelity search spends, not a range."""


class Strategy(StrEnum):
    """How the next values are found; the four of the service."""

    BAYESIAN = "bayesian"
    RANDOM = "random"
    GRID = "grid"
    HYPERBAND = "hyperband"


class EarlyStopping(StrEnum):
    """Whether hopeless training jobs are stopped before they end."""

    AUTO = "auto"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedHyperparameter:
    """One hyperparameter: its value today, its role and, where it is tuned, its range."""

    name: str
    value: HyperparameterValue | None
    """Today's value: from the command line, else the script's default; None where nobody knows it."""
    role: Role
    range: Range | None
    by: Chooser
    reason: str
    source: str
    priority: int = 0
    """3 = tune first, 2 = with more jobs, 1 = with many, 0 = leave alone unless asked."""
    is_added: bool = False
    """True where the user did not list it: the program surely takes it."""
    is_clipped: bool = False
    """True where the user's range excludes today's value, so that job 1 runs the nearest value inside."""
    affects_cost: bool = False
    """True where it changes how long a training job takes."""
    considered: tuple[str, ...] = ()
    """What else might have become of it and why it did not, a sentence each."""
    would_change: tuple[str, ...] = ()
    """What would make it another choice, a sentence each."""
    needs_range: bool = False
    """True where it can only be tuned over a range of the user's: none can be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedObjective:
    """The objective metric, how it was found, and which others were seen."""

    name: str | None
    """None: nothing was found in the source; the first training job's output decides."""
    direction: Direction
    regex: str | None
    by: Chooser
    reason: str
    source: str
    is_provisional: bool = False
    """True while it is read from source alone: the first training job's output may change it once."""
    alternatives: tuple[str, ...] = ()
    considered: tuple[str, ...] = ()
    """What speaks against each of the others, a sentence each."""
    would_change: tuple[str, ...] = ()
    """What would make it another choice, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionCriteria:
    """When the whole search has done enough, beside its limits; None where a criterion is off."""

    target_objective: float | None = None
    max_jobs_not_improving: int | None = None
    complete_on_convergence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The most that a tuning job can cost. Fixed at creation; nothing that happens later raises it."""

    jobs: int
    seconds: float
    """Wall-clock time of the whole tuning job."""
    slot_seconds: float
    """Sum of the training jobs' times: what a cluster charges for."""
    price: float | None = None
    """Money, where a price of a slot-hour is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """A configuration file that the command names, whose values are tuned: each job gets a rewritten copy."""

    path: str
    """Relative to the program's folder."""
    format: str
    """"json", "yaml" or "toml"."""
    keys: tuple[tuple[str, str], ...]
    """(hyperparameter, dotted key in the file)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a training job runs."""

    template: CommandTemplate
    folder: str | None
    """The folder in which the command runs today; snapshotted at creation. None: no code of the user's."""
    title: str
    """For people: "train.py", "xgboost", "bash train.sh"."""
    algorithm: str | None = None
    """Name of a built-in algorithm; its values travel by `hyperparameters.json`, not on the command line."""
    static_values: tuple[tuple[str, HyperparameterValue], ...] = ()
    """Hyperparameters that each training job gets unchanged (built-in algorithms and script mode)."""
    config_files: tuple[ConfigFile, ...] = ()
    is_in_place: bool = False
    """True: training jobs run in `folder` itself instead of a working folder each."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables that the user passes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What Hyperband spends on a training job: reports of its objective, such as one an epoch."""

    low: int
    """At the first rung."""
    high: int | None
    """At most; None: as many as it makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierValues:
    """Values that an earlier tuning job of the same program found good."""

    values: tuple[tuple[str, HyperparameterValue], ...]
    tuning_job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What earlier tuning jobs of the same program say."""

    tuning_jobs: tuple[str, ...] = ()
    """Those used, the most telling first; none where there are none, or where learning is off."""
    values: tuple[EarlierValues, ...] = ()
    """Tried right after the baseline, best first."""
    is_on: bool = True
    """False where nothing is to be learnt: the user said so, or a seed or a setting did."""
    priors_before: tuple[tuple[str, Prior | None], ...] = ()
    """Of each range whose prior has shifted, the prior that it had: it holds again where the evidence misleads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan. What it says is what runs."""

    program: Program
    objective: PlannedObjective
    hyperparameters: tuple[PlannedHyperparameter, ...]
    strategy: Decision[Strategy]
    max_jobs: Decision[int]
    max_parallel: Decision[int]
    max_runtime_seconds: Decision[float]
    job_max_runtime_seconds: Decision[float]
    early_stopping: Decision[EarlyStopping]
    completion: Decision[CompletionCriteria]
    retry: Decision[int]
    """How often a training job is started again after a fault that is not the script's."""
    seed: int
    bound: Bound
    baseline: tuple[tuple[str, HyperparameterValue], ...] | None
    """Values of the tuned hyperparameters that job 1 runs: today's. None: no baseline is run."""
    portfolio: tuple[tuple[tuple[str, HyperparameterValue], ...], ...] = ()
    """Values known to be good elsewhere, tried after the baseline, best first."""
    constraints: tuple[Constraint, ...] = ()
    """What each suggestion keeps between its hyperparameters."""
    conditions: tuple[tuple[str, Condition], ...] = ()
    """When a tuned hyperparameter acts, by name, as other tuned ones decide it."""
    baseline_title: str = "your own values"
    """What the baseline is, for people: those, or the best values of an earlier tuning job."""
    warnings: tuple[str, ...] = ()
    learning: Decision[Learning] | None = None
    """What earlier tuning jobs in the same store say; None where nobody asked them."""
    portfolio_source: str = ""
    """Where the portfolio was learnt, as a clause; empty where there is none."""
    parents: tuple[ParentResults, ...] = ()
    """What the parents of a warm start have shown, as it was when the plan was made."""
    resource: Resource | None = None
    """What Hyperband spends; None under another strategy."""
    portfolio_factors: tuple[str, ...] = ()
    """Hyperparameters of which the portfolio knows factors of today's value, and no values."""

    @property
    def tuned(self) -> tuple[PlannedHyperparameter, ...]:
        return tuple(h for h in self.hyperparameters if h.role is Role.TUNED)

    @property
    def space(self) -> dict[str, Range]:
        """The tuned hyperparameters' ranges by name, in the plan's order."""
        return {h.name: h.range for h in self.tuned if h.range is not None}

    def hyperparameter(self, name: str) -> PlannedHyperparameter | None:
        return next((h for h in self.hyperparameters if h.name == name), None)
