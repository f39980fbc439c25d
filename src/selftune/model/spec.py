"""What a backend needs to run one training job: everything in it is text, numbers and absolute paths."""

from __future__ import annotations

from dataclasses import dataclass

from selftune.model.request import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class RewrittenFile:
    """A configuration file whose copy in the working folder gets new values."""

    path: str
    """Relative to the working folder."""
    format: str
    """"json", "yaml" or "toml"."""
    values: tuple[tuple[str, bool | int | float | str], ...]
    """(dotted key, value)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJobSpec:
    """One attempt of one training job. Starting it twice starts it once: (name, attempt) is its identity."""

    tuning_job: str
    name: str
    number: int
    attempt: int
    argv: tuple[str, ...]
    folder: str
    """The training job's own folder; each attempt gets a subfolder."""
    snapshot: str | None
    """Folder from which the working folder is made; None: it starts empty."""
    in_place_folder: str | None = None
    """Set: the command runs here instead of in a working folder of its own."""
    hyperparameters: tuple[tuple[str, str], ...] = ()
    """All of them, as text, for `hyperparameters.json` and SM_HP_*."""
    channels: tuple[Channel, ...] = ()
    rewritten_files: tuple[RewrittenFile, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    """Variables set on top of the inherited environment."""
    parallel: int | None = None
    """How many training jobs of this search run at once; None: as many as the backend has slots."""
    max_runtime_seconds: float = 86_400.0
    stop_grace_seconds: float = 120.0
    """Between the request to stop (SIGTERM) and the end of patience (SIGKILL)."""
    is_opt_ml_wanted: bool = False
    """True: the command is written for a training container, and finds its folders at `/opt/ml` too."""
    is_environment_bounded: bool = False
    """True: somebody else asked for it than who started this process, of whose environment it sees only what programs
    need to run on this machine; False: all of it."""
    is_too_late: bool = False
    """True: the bound is reached, so that what runs or ran is found again and nothing new is started."""
