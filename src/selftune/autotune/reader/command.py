"""Reading a training command as it is typed today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from selftune.autotune.reader.assemble import (
    appended_slot,
    found_hyperparameters,
    literals,
    make_template,
    subcommand_warning,
    unlisted_declarations,
    unread_warnings,
    with_override,
)
from selftune.autotune.reader.config_values import (
    ConfigReading,
    is_configuration,
    read_config_files,
    with_script,
)
from selftune.autotune.reader.environment import with_environment
from selftune.autotune.reader.executables import frameworks_of, metrics_of, missing_program_warning
from selftune.autotune.reader.interface import Interface, SourceReading, plain
from selftune.autotune.reader.launch import Language, Launch, find_program, unwrapped
from selftune.autotune.reader.literals import literal_hyperparameters
from selftune.autotune.reader.python.script import read_python
from selftune.autotune.reader.quoted import QuotedCommand, quoted_command
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.autotune.reader.tokens import TokenReading, read_tokens
from selftune.model.command import CommandTemplate, Literal, Part, ValueSlot
from selftune.model.errors import UnknownName, UsageError, nearest
from selftune.model.values import HyperparameterValue, value_from_text

_NO_VALUES: Mapping[str, HyperparameterValue] = {}
_NO_ENVIRONMENT: Mapping[str, str] = {}


def read_command(
    argv: Sequence[str],
    folder: Path,
    values: Mapping[str, HyperparameterValue] = _NO_VALUES,
    environment: Mapping[str, str] = _NO_ENVIRONMENT,
) -> ProgramReading:
    """Read what the command `argv`, started in `folder`, says of its hyperparameters; nothing is executed.

    `values` replace today's values (`--hp NAME=VALUE`); `environment` holds the variables that the run inherits. Raises
    UnreadableInput where the script is not there and UnknownName where `values` names what the program does not take.
    """
    if not argv:
        raise UsageError(
            "There is no command.", hint="Put it behind --, such as: selftune run -- python train.py --lr 0.01"
        )
    quoted = quoted_command(argv, folder)
    if quoted is not None:
        return _prepared(quoted, read_command(quoted.inner, quoted.folder, values, environment), folder)
    argv = unwrapped(argv)
    launch = find_program(argv, folder)
    assigned = _assigned_variables(argv, launch)
    source = _read_source(launch, folder, argv[launch.arguments_start :], environment, assigned, values)
    if launch.script is None and not launch.code:
        used = frameworks_of(launch.title)
        warnings = (*missing_program_warning(launch.title, used), *_quoted_command_warning(launch.title))
        source = replace(source, frameworks=used, warnings=warnings)
    arguments, lead = argv[launch.arguments_start :], _lead(argv, launch)
    first = read_tokens(arguments, source.interface, lead=lead)
    config = read_config_files(first, folder, lead=len(lead), unnamed=_read_by_itself(launch, source, first, folder))
    told = source
    if launch.language is Language.SHELL and launch.script is not None:
        source, told, config = _with_python_call(launch.script, source, config, folder)
    source = replace(source, interface=with_environment(source.interface, environment))
    tokens = read_tokens(arguments, source.interface, lead=lead, keys=config.keys)
    _note_assignments(argv, launch, tokens)
    return _reading(launch, source, tokens, config, values, folder, told)


def _prepared(quoted: QuotedCommand, reading: ProgramReading, folder: Path) -> ProgramReading:
    """The reading of a command that a shell prepares something for, seen from the folder that the shell starts in."""
    below = quoted.folder.relative_to(folder.resolve())
    template = replace(reading.template, parts=(*literals(quoted.lead), *reading.template.parts))
    files = tuple(replace(file, path=(below / file.path).as_posix()) for file in reading.config_files)
    return replace(reading, template=template, config_files=files)


def _quoted_command_warning(title: str) -> tuple[str, ...]:
    """What to say of a command in quotes that only a shell understands."""
    if not title.endswith(" -c"):
        return ()
    return (f"What stands behind {title} is not read. Put the training command itself behind --, or a script of it.",)


def _with_python_call(
    script: Path, source: SourceReading, config: ConfigReading, folder: Path
) -> tuple[SourceReading, SourceReading, ConfigReading]:
    """(what a shell script and its program say of the command line, what they say of values in the script, those)."""
    from selftune.autotune.reader.shell_calls import merged, python_call

    call = python_call(script, folder)
    if script.resolve().is_relative_to(folder.resolve()):
        taken = {plain(d.dest) for d in source.interface.declarations}
        name = str(script.resolve().relative_to(folder.resolve()))
        known = {d.dest for d in call.source.interface.declarations} if call is not None else set[str]()
        unlisted = call.added if call is not None else ()
        config = with_script(config, name, folder, known=known, taken=taken, unlisted=unlisted)
    return (merged(source, call), call.source, config) if call is not None else (source, source, config)


def _reading(
    launch: Launch,
    source: SourceReading,
    tokens: TokenReading,
    config: ConfigReading,
    values: Mapping[str, HyperparameterValue],
    folder: Path,
    told: SourceReading,
) -> ProgramReading:
    configured = config.hyperparameters(told)
    taken = {plain(h.name) for h in configured}
    unlisted = [d for d in unlisted_declarations(source.interface, tokens) if plain(d.dest) not in taken]
    if _is_only_a_file(tokens, config):
        unlisted = []
    values = _respelled(values, [*tokens.values, *(d.name for d in unlisted), *(h.name for h in configured)])
    template = make_template(source.interface, tokens, unlisted, values)
    found = found_hyperparameters(tokens, unlisted, source, values, template.slot_names)
    found = [_awake(h, config) for h in found]
    known = {h.name for h in found}
    found += [with_override(h, values) for h in configured if h.name not in known]
    literals, code = literal_hyperparameters(source.literals, folder, [h.name for h in found])
    found += [with_override(h, values) for h in literals]
    found, refused = _without_refused(found, tokens, source.interface, launch.title)
    template, extra = _with_unknown_values(template, source.interface, found, values, launch.title)
    return ProgramReading(
        title=launch.title,
        template=template,
        hyperparameters=(*found, *extra),
        metrics=(*config.metrics, *source.metrics, *metrics_of(source.frameworks, config.values)),
        frameworks=source.frameworks,
        classes=source.classes,
        repeated_literals=source.repeated_literals,
        config_files=(*config.files(excluding=known), *code),
        warnings=(
            *source.warnings,
            *refused,
            *subcommand_warning(source.interface, tokens),
            *unread_warnings(source.interface),
            *config.warnings,
        ),
    )


def _awake(found: FoundHyperparameter, config: ConfigReading) -> FoundHyperparameter:
    """Without the branches that an option decides which a configuration file may set otherwise than the command."""
    set_there = {plain(name) for _, values in config.values for name in values}
    is_told = all(plain(need.option) not in set_there for branch in found.branches for need in branch.needs)
    return found if is_told else replace(found, branches=())


def _read_by_itself(launch: Launch, source: SourceReading, tokens: TokenReading, folder: Path) -> list[str]:
    """Configuration files that the program opens where the command names no other, relative to `folder`."""
    if launch.script is None:
        return []
    defaults = [d.default for d in unlisted_declarations(source.interface, tokens)]
    names = [name for name in (*defaults, *source.opened) if isinstance(name, str) and is_configuration(name)]
    places = [next((p for p in (folder / n, launch.script.parent / n) if p.is_file()), None) for n in names]
    root = folder.resolve()
    inside = [place.resolve() for place in places if place is not None]
    return [str(place.relative_to(root)) for place in inside if place.is_relative_to(root)]


def _is_only_a_file(tokens: TokenReading, config: ConfigReading) -> bool:
    """Whether a configuration file is all that the program is given: then nothing may be added to the command."""
    return (
        bool(config.entries) and not tokens.declared and tokens.positions == 1 and tokens.values.keys() <= config.keys
    )


def _respelled(values: Mapping[str, HyperparameterValue], names: Sequence[str]) -> Mapping[str, HyperparameterValue]:
    """The user's values under the names that were found; hyphens and underscores count as one."""
    spelled = {plain(name): name for name in reversed(names)}
    return {name if name in names else spelled.get(plain(name), name): value for name, value in values.items()}


def _read_source(
    launch: Launch,
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    assigned: Mapping[str, str],
    values: Mapping[str, HyperparameterValue],
) -> SourceReading:
    if launch.script is not None and launch.language is Language.PYTHON:
        return read_python(launch.script, folder, arguments, environment, assigned, values)
    # here, since most programs are Python, and a plan is to be there at once
    from selftune.autotune.reader.other_language import read_other, read_text
    from selftune.autotune.reader.shell import read_shell

    if launch.script is not None and launch.language is Language.SHELL:
        return read_shell(launch.script, folder)
    if launch.script is not None:
        return read_other(launch.script, folder)
    return read_text(launch.code, launch.title) if launch.code else SourceReading()


def _lead(argv: Sequence[str], launch: Launch) -> list[Part]:
    """The words in front of the program's arguments; `NAME=value` among them are slots.

    Variables without `env` in front only mean something to a shell, so that one is put there.
    """
    lead = literals(argv[: launch.arguments_start])
    for index in launch.assignments:
        before, name, text = _assignment(argv[index])
        lead[index] = ValueSlot(name=name, before=f"{before}{name}=", original=text)
    if launch.has_bare_assignments:
        lead.insert(launch.assignments[0], Literal(text="env"))
    return lead


def _assignment(word: str) -> tuple[str, str, str]:
    """(what stands before, name, value) of `LR=0.1`, `-vlr=0.1` and `--assign=lr=0.1`."""
    left, _, text = word.partition("=")
    if left.startswith("--"):
        name, _, text = text.partition("=")
        return f"{left}=", name, text
    before = left[:2] if left.startswith("-") else ""
    return before, left.removeprefix(before), text


def _assigned_variables(argv: Sequence[str], launch: Launch) -> dict[str, str]:
    """The variables of the environment that the command itself sets: `LR=0.1 python ...`, `env LR=0.1 python ...`."""
    words = [argv[index] for index in launch.assignments if not argv[index].startswith("-")]
    return {name: text for name, _, text in (word.partition("=") for word in words)}


def _note_assignments(argv: Sequence[str], launch: Launch, tokens: TokenReading) -> None:
    pairs = [_assignment(argv[index]) for index in launch.assignments]
    tokens.values = {name: value_from_text(text) for _, name, text in pairs} | tokens.values


def _without_refused(
    found: Sequence[FoundHyperparameter], tokens: TokenReading, interface: Interface, title: str
) -> tuple[list[FoundHyperparameter], list[str]]:
    """The hyperparameters without room for those that the program surely refuses, and what to say of these."""
    if not interface.is_complete:
        return list(found), []
    known = {option: option for d in interface.declarations for option in d.options if option.startswith("--")}
    kept: list[FoundHyperparameter] = []
    notes: list[str] = []
    for h in found:
        if not h.is_undeclared or f"--{h.name}" not in tokens.options:
            kept.append(h)
            continue
        near = nearest(f"--{h.name}", known, count=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        notes.append(f"{title} declares no --{h.name} and will refuse it, so every training job will fail.{hint}")
        kept.append(replace(h, fixed_because=f"is no argument that {title} declares"))
    return kept, notes


def _with_unknown_values(
    template: CommandTemplate,
    interface: Interface,
    found: Sequence[FoundHyperparameter],
    values: Mapping[str, HyperparameterValue],
    title: str,
) -> tuple[CommandTemplate, list[FoundHyperparameter]]:
    """Append the user's values for names that were not found, where the program may take them."""
    known = [h.name for h in found]
    extra: list[FoundHyperparameter] = []
    parts: list[Part] = []
    for name, value in values.items():
        if name in known:
            continue
        if not interface.is_open:
            raise UnknownName("hyperparameter", name, known, where=title)
        parts.append(appended_slot(name, interface.append_style))
        extra.append(FoundHyperparameter(name=name, value=value, source="--hp", is_listed=True))
    today = (*template.today, *((h.name, h.value) for h in extra if h.value is not None))
    return CommandTemplate(parts=(*template.parts, *parts), today=today), extra
