"""Reading a training command as it is typed today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from selftune.autotune.reader.assemble import (
    appended_slot,
    found_hyperparameters,
    literals,
    make_template,
    subcommand_warning,
    unlisted_declarations,
    with_override,
)
from selftune.autotune.reader.config_values import ConfigReading, read_config_files
from selftune.autotune.reader.interface import Interface, SourceReading, plain
from selftune.autotune.reader.launch import Language, Launch, find_program
from selftune.autotune.reader.other_language import read_other, read_text
from selftune.autotune.reader.python.script import read_python
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.autotune.reader.shell import read_shell
from selftune.autotune.reader.tokens import TokenReading, read_tokens
from selftune.model.command import CommandTemplate, Literal, Part, ValueSlot
from selftune.model.errors import UnknownName, UsageError
from selftune.model.values import HyperparameterValue, value_from_text

_NO_VALUES: Mapping[str, HyperparameterValue] = {}


def read_command(
    argv: Sequence[str], folder: Path, values: Mapping[str, HyperparameterValue] = _NO_VALUES
) -> ProgramReading:
    """Read what the command `argv`, started in `folder`, says of its hyperparameters; nothing is executed.

    `values` replace today's values (`--hp NAME=VALUE`). Raises UnreadableInput where the script is not there and
    UnknownName where `values` names what the program does not take.
    """
    if not argv:
        raise UsageError(
            "There is no command.", hint="Put it behind --, such as: selftune run -- python train.py --lr 0.01"
        )
    launch = find_program(argv, folder)
    source = _read_source(launch, folder)
    arguments, lead = argv[launch.arguments_start :], _lead(argv, launch)
    config = read_config_files(read_tokens(arguments, source.interface, lead=lead), folder)
    tokens = read_tokens(arguments, source.interface, lead=lead, keys=config.keys)
    _note_assignments(argv, launch, tokens)
    return _reading(launch, source, tokens, config, values)


def _reading(
    launch: Launch,
    source: SourceReading,
    tokens: TokenReading,
    config: ConfigReading,
    values: Mapping[str, HyperparameterValue],
) -> ProgramReading:
    configured = config.hyperparameters(source)
    taken = {plain(h.name) for h in configured}
    unlisted = [d for d in unlisted_declarations(source.interface, tokens) if plain(d.dest) not in taken]
    values = _respelled(values, [*tokens.values, *(d.name for d in unlisted), *(h.name for h in configured)])
    template = make_template(source.interface, tokens, unlisted, values)
    found = found_hyperparameters(tokens, unlisted, source, values, template.slot_names)
    known = {h.name for h in found}
    found += [with_override(h, values) for h in configured if h.name not in known]
    template, extra = _with_unknown_values(template, source.interface, found, values, launch.title)
    return ProgramReading(
        title=launch.title,
        template=template,
        hyperparameters=(*found, *extra),
        metrics=(*config.metrics, *source.metrics),
        frameworks=source.frameworks,
        config_files=config.files(excluding=known),
        warnings=(*source.warnings, *subcommand_warning(source.interface, tokens), *config.warnings),
    )


def _respelled(values: Mapping[str, HyperparameterValue], names: Sequence[str]) -> Mapping[str, HyperparameterValue]:
    """The user's values under the names that were found; hyphens and underscores count as one."""
    spelled = {plain(name): name for name in reversed(names)}
    return {name if name in names else spelled.get(plain(name), name): value for name, value in values.items()}


def _read_source(launch: Launch, folder: Path) -> SourceReading:
    if launch.script is not None and launch.language is Language.PYTHON:
        return read_python(launch.script, folder)
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


def _note_assignments(argv: Sequence[str], launch: Launch, tokens: TokenReading) -> None:
    pairs = [_assignment(argv[index]) for index in launch.assignments]
    tokens.values = {name: value_from_text(text) for _, name, text in pairs} | tokens.values


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
