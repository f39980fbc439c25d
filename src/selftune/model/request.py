"""What a user asks for, parsed and validated once at the edge (CLI, SDK, server)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from selftune.model.budget import Budget
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, EarlyStopping, Strategy
from selftune.model.ranges import Range
from selftune.model.values import HyperparameterValue


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRequest:
    """A training command in any language, as it is typed today."""

    argv: tuple[str, ...]
    folder: str
    """Absolute path of the folder in which it runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptRequest:
    """A script that takes `--name value` for each listed hyperparameter (the training toolkit's script mode)."""

    entry_point: str
    """Path of the script relative to `folder`."""
    folder: str
    python: str
    hyperparameters: tuple[tuple[str, HyperparameterValue], ...]
    framework: str | None = None
    """"pytorch", "sklearn", "xgboost" ... where the estimator says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmRequest:
    """A built-in algorithm by name, with the values that the user would run today."""

    name: str
    hyperparameters: tuple[tuple[str, HyperparameterValue], ...] = ()


STORED_TRAINING_PREFIX = "training."

ProgramRequest: TypeAlias = CommandRequest | ScriptRequest | AlgorithmRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Input data of a training job: a file or folder under a name."""

    name: str
    path: str
    """Absolute path."""


class JobKind(StrEnum):
    """What is asked for: a search, or one training job of its own, which is a tuning job of one."""

    TUNING = "tuning"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricDefinition:
    """A metric that the user names, with the expression whose first group is its value."""

    name: str
    regex: str


class Origin(StrEnum):
    """Where a request came from."""

    CLI = "cli"
    SDK = "sdk"
    SERVER = "server"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSettings:
    """What the user set. None or empty: not set, to be chosen by Autotune where it is on."""

    objective_name: str | None = None
    objective_direction: Direction | None = None
    objective_regex: str | None = None
    ranges: tuple[tuple[str, Range], ...] = ()
    tune: frozenset[str] = frozenset()
    """Names to tune, whatever Autotune thinks of them."""
    keep: frozenset[str] = frozenset()
    """Names to leave static."""
    only_listed: bool = False
    """True: never add a hyperparameter that the user did not list."""
    values: tuple[tuple[str, HyperparameterValue], ...] = ()
    """Today's values given beside the command (`--hp`)."""
    target_column: str | None = None
    strategy: Strategy | None = None
    max_jobs: int | None = None
    max_parallel: int | None = None
    max_runtime_seconds: float | None = None
    job_max_runtime_seconds: float | None = None
    early_stopping: EarlyStopping | None = None
    completion: CompletionCriteria | None = None
    retry: int | None = None
    seed: int | None = None
    price_per_hour: float | None = None
    learn_from_store: bool | None = None
    """Whether earlier tuning jobs of the same program are learnt from; None: yes, unless a seed is given."""
    budget: Budget | None = None
    """What the whole plan is to fit, beside or in place of limits set one by one."""
    min_resource: int | None = None
    """Of Hyperband: how often a training job reports before it is first judged."""
    max_resource: int | None = None
    """Of Hyperband: how often a training job reports at most."""
    metrics: tuple[MetricDefinition, ...] = ()
    """Metrics to record beside what the built-in recognisers find."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmStart:
    """Ended tuning jobs whose training jobs this one begins with."""

    parents: tuple[str, ...]
    is_identical: bool
    """True: the same data and algorithm, so that objectives compare; False: something else has been learnt from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningJobRequest:
    """A tuning job as asked for."""

    name: str
    program: ProgramRequest
    settings: UserSettings = field(default_factory=UserSettings)
    channels: tuple[Channel, ...] = ()
    autotune: bool = True
    """False: only the user's ranges are tuned and there is no baseline beyond them."""
    run_baseline: bool = True
    """False: job 1 does not run today's values (explicit ranges from an SDK or AWS client without Autotune)."""
    parent: str | None = None
    """An earlier tuning job whose settings and best values this one starts from."""
    is_in_place: bool = False
    environment: tuple[tuple[str, str], ...] = ()
    origin: Origin = Origin.CLI
    labels: tuple[tuple[str, str], ...] = ()
    """Free text kept for the caller (instance type, role ...); never read by the product."""
    kind: JobKind = JobKind.TUNING
    output: str | None = None
    """Address (`s3://BUCKET/PREFIX`) below which the models and results of its training jobs are kept; None: they stay
    in the folders of their attempts."""
    is_model_packed: bool = True
    """True: a model is kept as one archive; False: file by file."""

    warm_start: WarmStart | None = None
    definition_name: str | None = None
    """Of the training job definition, where there are several."""
    alternatives: tuple[TuningJobRequest, ...] = ()
    """Other training job definitions of the same tuning job: each its program, objective, ranges and data, all with the
    limits of this one."""

    @property
    def stored_name(self) -> str:
        """The name in the store, where a tuning job and a training job may bear the same one."""
        return stored_name(self.name, self.kind)


def stored_name(name: str, kind: JobKind = JobKind.TUNING) -> str:
    """`<name>` for a tuning job, `training.<name>` for a training job of its own: no tuning job's name has a dot."""
    return name if kind is JobKind.TUNING else f"{STORED_TRAINING_PREFIX}{name}"
