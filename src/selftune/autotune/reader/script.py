"""Reading a script that takes each listed hyperparameter as `--name value` (the training toolkit's script mode)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from selftune.autotune.reader.assemble import found_hyperparameters, make_template, unlisted_declarations
from selftune.autotune.reader.environment import with_environment
from selftune.autotune.reader.interface import Declaration, Form, Interface, SourceReading
from selftune.autotune.reader.launch import missing_script
from selftune.autotune.reader.python.script import read_python
from selftune.autotune.reader.reading import ProgramReading
from selftune.autotune.reader.tokens import TokenReading, value_as_declared
from selftune.model.command import FlagSlot, Literal, Part, ValueSlot
from selftune.model.values import HyperparameterValue, text_from_value

_LISTED = "hyperparameters"


def read_script(
    entry_point: str,
    folder: Path,
    python: str,
    hyperparameters: Mapping[str, HyperparameterValue],
    framework: str | None,
    environment: Mapping[str, str] | None = None,
) -> ProgramReading:
    """Read the script `entry_point` (relative to `folder`) that `python` will run with `hyperparameters`.

    `environment` holds the variables that the run inherits.

    Raises UnreadableInput where it is not there.
    """
    path = folder / entry_point
    if not path.is_file():
        raise missing_script(entry_point, folder)
    inherited = environment if environment is not None else {}
    source = SourceReading()
    if path.suffix == ".py":
        source = read_python(path, folder, environment=inherited, values=hyperparameters)
    source = replace(source, interface=with_environment(source.interface, inherited))
    tokens = _arguments(entry_point, python, hyperparameters, source.interface)
    unlisted = unlisted_declarations(source.interface, tokens)
    template = make_template(source.interface, tokens, unlisted, {})
    found = found_hyperparameters(tokens, unlisted, source, {}, template.slot_names, listed_in=_LISTED)
    return ProgramReading(
        title=path.name,
        template=template,
        hyperparameters=tuple(found),
        metrics=source.metrics,
        frameworks=source.frameworks | ({framework} if framework else frozenset()),
        classes=source.classes,
        repeated_literals=source.repeated_literals,
        warnings=source.warnings,
    )


def _arguments(
    entry_point: str, python: str, hyperparameters: Mapping[str, HyperparameterValue], interface: Interface
) -> TokenReading:
    reading = TokenReading(parts=[Literal(text=python), Literal(text=entry_point)])
    for name, given in hyperparameters.items():
        found = _declaration(interface, name)
        value = value_as_declared(given, found) if isinstance(given, str) else given
        reading.values[name] = value
        reading.parts += _listed_parts(name, given, value, found)
        if found is not None:
            reading.declared[name] = found
    return reading


def _listed_parts(
    name: str, given: HyperparameterValue, value: HyperparameterValue, found: Declaration | None
) -> list[Part]:
    """The words for one listed hyperparameter, in the spelling that the script declares."""
    if found is not None and found.form in (Form.SWITCH, Form.PAIR) and isinstance(value, bool):
        return [FlagSlot(name=name, when_true=found.options[:1], when_false=found.off_options[:1])]
    option = found.options[0] if found is not None and found.options else _option(name)
    if found is not None and found.form is Form.LIST:
        return [Literal(text=option), *(Literal(text=word) for word in text_from_value(given).split())]
    original = given if isinstance(given, str) else None
    return [
        Literal(text=option),
        ValueSlot(name=name, original=original, true_text="True", false_text="False"),
    ]


def _option(name: str) -> str:
    """The toolkit's own spelling: one dash for a name of one letter."""
    return f"-{name}" if len(name) == 1 else f"--{name}"


def _declaration(interface: Interface, name: str) -> Declaration | None:
    """The argument of that name; hyphens and underscores count as one."""
    wanted = name.replace("-", "_")
    exact = [d for d in interface.declarations if name in (d.name, *(o.lstrip("-") for o in d.options))]
    alike = [
        d
        for d in interface.declarations
        if wanted == d.dest or wanted in {o.lstrip("-").replace("-", "_") for o in d.options}
    ]
    return next(iter([*exact, *alike]), None)
