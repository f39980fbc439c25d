"""What was read of a training command without running it: the evidence from which the plan is made."""

from __future__ import annotations

from dataclasses import dataclass

from selftune.model.command import CommandTemplate
from selftune.model.objective import Direction
from selftune.model.plan import ConfigFile
from selftune.model.values import HyperparameterValue

LOSS_WEIGHT = "loss.weight"
"""The flow of a value that a part of the loss is multiplied with."""
LAYER_COUNT = "layers.count"
"""The flow of a value that says how many layers a loop builds."""
BATCH_SIZE = "batches.size"
"""The flow of a value that says how large the parts are which a loop that trains goes through."""
_SHORT = 2
"""A name of so many letters says little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What another option would have to be for code to run that does not run today."""

    option: str
    """The variable in which the program keeps it."""
    what: str
    """To be read after its name: "is sgd"."""
    today: str
    """Its value today, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Code that does not run with today's values."""

    needs: tuple[Need, ...]
    """Any of these would make it run, as far as the nearest condition goes."""

    def is_about(self, option: str) -> bool:
        """Whether an option itself decides: `if args.mixup > 0: Mixup(alpha=args.mixup)`."""
        return any(need.option == option for need in self.needs)

    def shares_options(self, other: Branch) -> bool:
        """Whether the same options decide about other code."""
        return {need.option for need in self.needs} == {need.option for need in other.needs}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHyperparameter:
    """A name that the command or the script takes, with all that was read about it."""

    name: str
    """As the user writes it: `batch-size`, `optimizer.lr`."""
    value: HyperparameterValue | None
    """Today's: from the command line, else the script's default, believed over a declared type that contradicts it."""
    source: str
    """Where the value was found: "command line", "train.py:12" ..."""
    is_listed: bool
    """True where the user wrote it (command line, estimator's hyperparameters); false for a script's default."""
    declared_type: str | None = None
    """"int", "float", "bool" or "str", as the script declares it."""
    choices: tuple[HyperparameterValue, ...] | None = None
    help: str = ""
    flows: tuple[str, ...] = ()
    """Framework arguments that the value flows into, fully named: "torch.optim.AdamW.lr", "xgboost.train.eta".

    "torch.optim.*.lr" where the class is chosen at run time; "for.epoch" for `for epoch in range(value)` and for a
    loop of any name whose body trains; "fit.epochs" for a method of an object that is not known.
    """
    branches: tuple[Branch, ...] = ()
    """Where it is used, if only code that does not run today uses it: then `flows` are those of that code."""
    is_flag: bool = False
    """A switch without a value of its own (`--no-cuda`)."""
    is_read: bool | None = None
    """False where the script declares it and never reads it; None where that is not known."""
    help_needed: bool = False
    """True where the script requires it and nobody gave a value."""
    is_undeclared: bool = False
    """True for a word of the command line of which no declaration says anything."""
    dest: str = ""
    """The variable in which the program keeps it, where a declaration says so: `-s` with dest=seed."""
    fixed_because: str = ""
    """Why the command has no place for another value, to be read after its name; empty where it has one."""
    on_request: str = ""
    """Why it is tuned only where the user asks for it, to be read after its name; empty where it need not be asked."""
    is_in_file: bool = False
    """True for a key of a configuration file, which nobody typed in front of this search."""
    is_literal: bool = False
    """True for a literal in the code: each training job that is to have another one runs a rewritten copy."""

    is_variable: bool = False
    """True for a variable of the environment that the program reads: tuned unasked only where its meaning is sure."""
    declared_at: str = ""
    """Where the program declares it: "train.py:12"; empty where nothing does."""

    @property
    def telling_name(self) -> str:
        """The name by which it is judged: its own, or where that is one or two letters the variable's."""
        is_short = len(self.name.strip("-")) <= _SHORT
        return self.dest if is_short and len(self.dest) > len(self.name) else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedMetric:
    """A number that the source prints or logs under a name."""

    name: str
    source: str
    """"train.py:31"."""
    is_monitored: bool = False
    """True where the program says itself that it watches this one: `monitor="val_loss"`."""
    direction: Direction | None = None
    """The program's own word on which way is better."""
    is_logged: bool = False
    """True where it is handed to a logger, which may write it to a file instead of printing it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramReading:
    """Everything that was read of one program."""

    title: str
    """For people: "train.py", "xgboost", "bash train.sh"."""
    template: CommandTemplate
    hyperparameters: tuple[FoundHyperparameter, ...]
    metrics: tuple[PrintedMetric, ...] = ()
    """In the order of the source."""
    frameworks: frozenset[str] = frozenset()
    """Among "pytorch", "keras", "lightning", "transformers", "sklearn", "xgboost", "lightgbm", "catboost", ..."""
    repeated_literals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(name, places) of the numbers in the code that share a name, so that it means none of them."""
    config_files: tuple[ConfigFile, ...] = ()
    warnings: tuple[str, ...] = ()
    """For the user: what could not be read, and what that means."""
    classes: frozenset[str] = frozenset()
    """Qualified names of the libraries' classes that the code imports or makes objects of."""
