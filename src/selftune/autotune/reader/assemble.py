"""A command line laid beside what its program declares: the template, and each hyperparameter with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from selftune.autotune.names import word_set, words_of
from selftune.autotune.reader.interface import AppendStyle, Declaration, Form, Interface, SourceReading
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.autotune.reader.tokens import TokenReading
from selftune.model.command import CommandTemplate, FlagSlot, Literal, Part, ValueSlot
from selftune.model.values import HyperparameterValue, is_number, text_from_value

COMMAND_LINE = "command line"
OVERRIDE = "--hp"
_IDLE = word_set(
    """
    test eval evaluate evaluation validate predict prediction infer inference sample generate export serve score plot
    show list download convert preprocess prepare stylize demo version info help
    """
)
"""Words of subcommands that do not train."""
_SEVERAL = "takes several values"


def unlisted_declarations(interface: Interface, tokens: TokenReading) -> list[Declaration]:
    """What the program declares and the command does not name, within the chosen subcommand.

    Where none is chosen, that of all; of the same argument of several subcommands, the first that has a default.
    """
    named = {d.name for d in tokens.declared.values()} | set(tokens.values)
    found: dict[str, Declaration] = {}
    for d in sorted(interface.declarations, key=lambda d: (_is_idle(d), d.command is not None and d.default is None)):
        is_chosen = tokens.command is None or d.command in (None, tokens.command)
        if d.name not in named and d.follows not in tokens.values and is_chosen and not _is_taken_position(d, tokens):
            found.setdefault(d.name, d)
    return [d for d in interface.declarations if found.get(d.name) is d]


def _is_idle(found: Declaration) -> bool:
    """Whether an argument belongs to a subcommand that does not train, by its name."""
    return found.command is not None and not _IDLE.isdisjoint(words_of(found.command))


def subcommand_warning(interface: Interface, tokens: TokenReading) -> tuple[str, ...]:
    """What to say where the program has subcommands and the command names none of them."""
    if tokens.command is not None or not any(d.command for d in interface.declarations):
        return ()
    names = ", ".join(sorted({d.command for d in interface.declarations if d.command}))
    what = f"The command names no subcommand ({names}); what they take is listed as if it did."
    return (f"{what} Put the one that trains behind the script.",)


def unread_warnings(interface: Interface) -> tuple[str, ...]:
    """What to say where the program takes arguments of which the source does not tell the names."""
    notes = [f"{file}, so the values in it are not known." for file in interface.unreadable]
    if interface.unread:
        first, *others = interface.unread
        more = f" (and {len(others)} more)" if others else ""
        notes.append(
            f"{first}{more} declares arguments by names that only a run tells: --probe asks the script's own parser "
            "for them, --hp NAME=VALUE gives one."
        )
    if interface.rest_at:
        notes.append(
            f"{interface.rest_at} hands on words that the script does not declare (parse_known_args): of those, only "
            "the ones on the command line are known, and --hp NAME=VALUE adds one."
        )
    return tuple(notes)


def _is_taken_position(found: Declaration, tokens: TokenReading) -> bool:
    return found.position is not None and found.position < tokens.positions


def make_template(
    interface: Interface,
    tokens: TokenReading,
    unlisted: Sequence[Declaration],
    values: Mapping[str, HyperparameterValue],
) -> CommandTemplate:
    """The template with a slot for each value of the command and an optional one for each argument that it leaves out.

    `values` replace today's values; a slot whose value is replaced forgets the text that stood there.
    """
    today = {name: value for name, value in tokens.values.items() if name in _slot_names(tokens.parts)}
    parts = [_overridden(part, today, values) for part in tokens.parts]
    inner = _optional_slots(
        [d for d in unlisted if d.command and d.command == (tokens.command or d.command)], interface
    )
    outer = _optional_slots([d for d in unlisted if d.command is None], interface)
    variables = [
        _overridden(_variable_slot(d), {d.name: d.default} if d.default is not None else {}, values)
        for d in unlisted
        if d.form is Form.VARIABLE
    ]
    parts = variables + _with_appended(parts, tokens, outer, inner) + _missing_positions(unlisted, tokens)
    names = _slot_names(parts)
    today.update({d.name: d.default for d in unlisted if d.default is not None and d.name in names})
    today.update({name: value for name, value in values.items() if name in names})
    return CommandTemplate(parts=tuple(parts), today=tuple(today.items()))


def _with_appended(parts: list[Part], tokens: TokenReading, outer: list[Part], inner: list[Part]) -> list[Part]:
    """Put appended options where the program looks for them: before a subcommand, and before a `--`."""
    end = len(parts) if tokens.separator_at is None else tokens.separator_at
    if tokens.command_at is None:
        return [*parts[:end], *outer, *inner, *parts[end:]]
    start = tokens.command_at
    return [*parts[:start], *outer, *parts[start:end], *inner, *parts[end:]]


def _missing_positions(unlisted: Sequence[Declaration], tokens: TokenReading) -> list[Part]:
    """Slots for the positions that follow those of the command, as far as each has a default.

    They are always written, up to the last number: leaving one out would move those behind it to another place.
    """
    reached: list[Declaration] = []
    own = [d for d in unlisted if d.position is not None and d.command in (None, tokens.command)]
    for found in sorted(own, key=lambda d: d.position or 0):
        if found.position != tokens.positions + len(reached) or found.default is None or found.form is not Form.VALUE:
            break
        reached.append(found)
    while reached and not is_number(reached[-1].default):
        reached.pop()
    return [ValueSlot(name=found.name) for found in reached]


def _variable_slot(found: Declaration) -> Part:
    """`env LR=0.1` in front of the command, where the variable is to be other than its default.

    One that this run's environment has is always written: a job inherits it, and it may be resumed from elsewhere.
    """
    return ValueSlot(
        name=found.name,
        option="env",
        before=f"{found.name}=",
        original=found.original,
        is_optional=not found.is_inherited,
        default=found.default,
    )


def _optional_slots(declarations: Sequence[Declaration], interface: Interface) -> list[Part]:
    slots = [_optional_slot(declaration, interface) for declaration in declarations]
    return [slot for slot in slots if slot is not None]


def _optional_slot(found: Declaration, interface: Interface) -> Part | None:
    """The slot by which an argument is added to a command that leaves it out; None where it cannot be added."""
    if interface.append_style is AppendStyle.OVERRIDE and found.form is Form.VALUE:
        return ValueSlot(name=found.name, before=f"{found.name}=", is_optional=True, default=found.default)
    if not found.options or found.form is Form.LIST:
        return None
    option = found.options[0]
    if found.form is Form.SWITCH:
        return FlagSlot(name=found.name, when_true=(option,))
    if found.form is Form.PAIR:
        is_on = bool(found.default)
        off = found.off_options[:1]
        return FlagSlot(name=found.name, when_true=() if is_on else (option,), when_false=off if is_on else ())
    return ValueSlot(
        name=found.name,
        option=option if found.is_separate else None,
        before="" if found.is_separate else f"{option}=",
        is_optional=not found.is_inherited,
        default=found.default,
        true_text=found.true_text,
        false_text=found.false_text,
    )


def found_hyperparameters(
    tokens: TokenReading,
    unlisted: Sequence[Declaration],
    source: SourceReading,
    values: Mapping[str, HyperparameterValue],
    slots: Collection[str],
    *,
    listed_in: str = COMMAND_LINE,
) -> list[FoundHyperparameter]:
    """All that was found, in the order of the command and then of the source; `slots` names what can change."""
    listed = [
        _found(name, value, tokens.declared.get(name) or _by_name(source.interface, name), source, listed_in, True)
        for name, value in tokens.values.items()
    ]
    others = [_found(d.name, d.default, d, source, d.source, False) for d in unlisted]
    flagged = [replace(h, is_flag=True) if h.name in tokens.flags else h for h in listed]
    fixed = {d.name: _obstacle(d) for d in (*unlisted, *tokens.declared.values())}
    idle = {d.name for d in unlisted if tokens.command is None and _is_idle(d)}
    slots = set(slots) - idle
    variables = {d.name for d in unlisted if d.form is Form.VARIABLE} - set(values)
    changeable = [
        with_override(h, values) if h.name in slots else replace(h, fixed_because=fixed.get(h.name, _SEVERAL))
        for h in (*flagged, *others)
    ]
    known = [_overruled(h, source.interface, tokens.values) for h in changeable]
    return [replace(h, on_request=_by_environment(h), is_variable=True) if h.name in variables else h for h in known]


def _obstacle(found: Declaration) -> str:
    """Why an argument has no place in which it could be another."""
    if found.form is Form.LIST:
        return _SEVERAL
    if _is_idle(found):
        return f"belongs to the subcommand '{found.command}', which does not train"
    return "stands in a position that the command does not reach"


def _by_environment(found: FoundHyperparameter) -> str:
    shown = text_from_value(found.value) if found.value is not None else "VALUE"
    return f"is set by the environment (put {found.name}={shown} before the command, or give --tune {found.name})"


def with_override(found: FoundHyperparameter, values: Mapping[str, HyperparameterValue]) -> FoundHyperparameter:
    """`found` with the value that the user gave beside the command."""
    if found.name not in values:
        return found
    return replace(found, value=values[found.name], source=OVERRIDE, is_listed=True, help_needed=False)


def _found(
    name: str,
    value: HyperparameterValue | None,
    declared: Declaration | None,
    reading: SourceReading,
    source: str,
    is_listed: bool,
) -> FoundHyperparameter:
    if declared is None:
        flows = reading.flows_of(name)
        is_undeclared = source == COMMAND_LINE
        return FoundHyperparameter(
            name=name, value=value, source=source, is_listed=is_listed, flows=flows, is_undeclared=is_undeclared
        )
    return FoundHyperparameter(
        name=name,
        value=value,
        source=source,
        is_listed=is_listed,
        declared_type=declared.declared_type,
        choices=declared.choices,
        help=declared.help,
        flows=reading.flows_of(declared.dest),
        branches=reading.branches.get(declared.dest, ()),
        is_flag=declared.form in (Form.SWITCH, Form.PAIR),
        is_read=reading.reads.get(declared.dest),
        help_needed=declared.is_required and value is None,
        dest=declared.dest,
        declared_at=declared.source,
    )


def _by_name(interface: Interface, name: str) -> Declaration | None:
    """The declaration of this name; of a variable that the command sets, rather the argument whose default it is."""
    own = [d for d in interface.declarations if d.name == name]
    followers = [d for d in interface.declarations if d.follows == name]
    known = sorted((*own, *followers), key=lambda d: d.form is Form.VARIABLE)
    return next(iter(known), None)


def _overruled(
    found: FoundHyperparameter, interface: Interface, listed: Mapping[str, HyperparameterValue]
) -> FoundHyperparameter:
    """A variable whose text nobody sees, since the command gives the arguments whose defaults it is."""
    followers = [d.name for d in interface.declarations if d.follows == found.name]
    if not followers or not all(name in listed for name in followers):
        return found
    return replace(found, fixed_because=f"is overruled by {', '.join(followers)} on the same command line")


def _slot_names(parts: Sequence[Part]) -> set[str]:
    return {part.name for part in parts if not isinstance(part, Literal)}


def _overridden(
    part: Part, today: Mapping[str, HyperparameterValue], values: Mapping[str, HyperparameterValue]
) -> Part:
    if not isinstance(part, ValueSlot) or part.name not in values or values[part.name] == today.get(part.name):
        return part
    return replace(part, original=None)


def appended_slot(name: str, style: AppendStyle) -> ValueSlot:
    """A slot at the end of a command for a name of which only the user knows that the program takes it."""
    return ValueSlot(name=name, before=f"{name}=" if style is AppendStyle.OVERRIDE else f"--{name}=")


def literals(tokens: Sequence[str]) -> list[Part]:
    """Words that stay as they are."""
    return [Literal(text=token) for token in tokens]
