"""What a program takes: the arguments that it declares, whatever declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from selftune.autotune.reader.reading import Branch, PrintedMetric
from selftune.model.values import HyperparameterValue


class Form(StrEnum):
    """How an argument stands on a command line."""

    VALUE = "value"
    """One value: `--lr 0.01`, `--lr=0.01`, a position."""
    SWITCH = "switch"
    """Given or not: `--no-cuda`."""
    PAIR = "pair"
    """Two spellings: `--shuffle` and `--no-shuffle`."""
    LIST = "list"
    """Several values: never changed."""
    VARIABLE = "variable"
    """An environment variable with a default: changed only where the command sets it."""


class AppendStyle(StrEnum):
    """How an argument that the command does not name is added to it."""

    OPTION = "--name=value"
    OVERRIDE = "name=value"


def qualified_first(place: str) -> tuple[bool, str]:
    """Sorts fully named arguments before those of methods of unknown objects; the same order in each run."""
    return place.count(".") < 2, place


def plain(name: str) -> str:
    """A name as it is compared: hyphens and underscores count as one."""
    return name.replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One argument as the program declares it."""

    name: str
    """For people: the longest option without its dashes, or the name of a position."""
    dest: str
    """The name under which the code reads it."""
    source: str
    """"train.py:12"."""
    options: tuple[str, ...] = ()
    """Its spellings, the one to use first; none for a position."""
    off_options: tuple[str, ...] = ()
    """Spellings that mean no: `--no-shuffle`."""
    form: Form = Form.VALUE
    default: HyperparameterValue | None = None
    declared_type: str | None = None
    choices: tuple[HyperparameterValue, ...] | None = None
    help: str = ""
    is_required: bool = False
    position: int | None = None
    """From 0; None for an option."""
    command: str | None = None
    """The subcommand that it belongs to."""
    is_separate: bool = False
    """True where its value must be a word of its own (`--lr 0.01`, never `--lr=0.01`)."""
    held: tuple[HyperparameterValue | None, HyperparameterValue | None] | None = None
    """What its variable holds where a switch is left out, and where it is given; None where that is false and true."""
    true_text: str = "true"
    false_text: str = "false"
    is_for_library: bool = False
    """True where something else than the program's own code, as far as it is followed, reads it."""
    is_inherited: bool = False
    """True where the environment of this run decides the default: each training job is told it all the same."""
    follows: str | None = None
    """The variable of the environment that the command sets and that this default comes from: `LR=0.1 python ...`."""
    original: str | None = None
    """The text of an inherited variable, as the environment has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """Everything that a program declares about its command line."""

    declarations: tuple[Declaration, ...] = ()
    commands: frozenset[str] = frozenset()
    """Names of its subcommands."""
    is_open: bool = True
    """True where it may take names that are not among `declarations`."""
    append_style: AppendStyle = AppendStyle.OPTION
    has_abbreviations: bool = False
    """True where an unambiguous beginning of an option stands for it."""
    counts_words: bool = False
    """True where a position is the number of a word, options included: `sys.argv[2]`."""
    is_complete: bool = False
    """True where it surely takes no option that is not among `declarations`, as far as the command gives one."""
    unread: tuple[str, ...] = ()
    """Where arguments are declared whose names only a run tells: "train.py:12"."""
    unreadable: tuple[str, ...] = ()
    """Configuration files that declare arguments and do not read, each with the reason in brackets."""
    rest_at: str = ""
    """Where it keeps the words that it does not declare, and uses them: "train.py:14"."""
    flows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Library arguments that the declarations say themselves that they are, by `dest`."""

    def option(self, text: str, command: str | None = None) -> Declaration | None:
        """The declaration that the option `text` names, inside the subcommand `command` or outside of any."""
        fitting = [d for d in self.declarations if d.command in (None, command)]
        exact = [d for d in fitting if text in d.options or text in d.off_options]
        if exact:
            return exact[-1]
        if not (self.has_abbreviations and text.startswith("--") and len(text) > 2):
            return None
        begun = [d for d in fitting if any(option.startswith(text) for option in d.options)]
        return begun[0] if len(begun) == 1 else None

    def position(self, index: int, command: str | None = None) -> Declaration | None:
        """The declaration of the position `index`; a trailing list takes all that is left."""
        places = [d for d in self.declarations if d.position is not None and d.command in (None, command)]
        if index < len(places):
            return places[index]
        return places[-1] if places and places[-1].form is Form.LIST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLiteral:
    """A number in the code that has a name: a constant, an item of a dictionary, an argument of a call."""

    key: str
    """By which `training.config_formats.python_text` finds it in its file."""
    path: str
    """Its file, relative to the program's folder."""
    value: HyperparameterValue
    source: str
    """"train.py:12"."""
    name: str
    """The last word of its key; for an argument by position, the parameter's."""
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """What a program's source says, before a command line is laid beside it."""

    interface: Interface = field(default_factory=Interface)
    flows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Framework arguments by `dest`."""
    reads: Mapping[str, bool | None] = field(default_factory=dict)
    """Whether the code reads a `dest`; None where that is not known."""
    metrics: tuple[PrintedMetric, ...] = ()
    frameworks: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()
    literals: tuple[SourceLiteral, ...] = ()
    repeated_literals: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(name, places) of the numbers in the code that share a name."""
    classes: frozenset[str] = frozenset()
    """Qualified names of the libraries' classes that the code imports or makes objects of."""
    opened: tuple[str, ...] = ()
    """Names of configuration files that the code opens itself."""
    spread: tuple[tuple[str, str], ...] = ()
    """(prefix, callable) where all that lies below a prefix is given by name: `XGBClassifier(**config["model"])`."""

    branches: Mapping[str, tuple[Branch, ...]] = field(default_factory=dict)
    """By `dest`, the code that does not run today, where no other code uses it."""

    def flows_of(self, dest: str) -> tuple[str, ...]:
        """The library arguments that a name reaches, by itself or with all that lies beside it."""
        found = dict.fromkeys(self.flows.get(dest, ()))
        for prefix, label in self.spread:
            rest = dest.removeprefix(prefix)
            if dest.startswith(prefix) and "." not in rest:
                found[f"{label}.{rest}"] = None
        return tuple(sorted(found, key=qualified_first))
