"""Everything that a Python script's source says about its command line, its metrics and its frameworks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.autotune.reader.interface import (
    AppendStyle,
    Form,
    Interface,
    SourceLiteral,
    SourceReading,
    qualified_first,
)
from selftune.autotune.reader.monitored import monitored_in_source
from selftune.autotune.reader.python.argparse_calls import read_argparse
from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.dataclass_fields import parsed_classes, read_dataclasses
from selftune.autotune.reader.python.flow_state import Flows, Seeds
from selftune.autotune.reader.python.flow_values import NAMESPACE, Value
from selftune.autotune.reader.python.flows import follow
from selftune.autotune.reader.python.frameworks import frameworks, library_classes
from selftune.autotune.reader.python.function_arguments import read_functions
from selftune.autotune.reader.python.library_metrics import library_metrics
from selftune.autotune.reader.python.lines import stands_in
from selftune.autotune.reader.python.literals import literal_origins, read_literals, repeated_literals
from selftune.autotune.reader.python.mentioned import mentioned_names
from selftune.autotune.reader.python.opened_files import opened_files
from selftune.autotune.reader.python.other_arguments import (
    read_absl,
    read_globals,
    read_positions,
    read_variables,
    variables_read,
)
from selftune.autotune.reader.python.printed import printed_metrics
from selftune.autotune.reader.python.source import SourceProgram, read_program
from selftune.autotune.reader.python.today import sure_values, values_today
from selftune.autotune.reader.python.unread_imports import unread_imports
from selftune.autotune.reader.reading import Branch, PrintedMetric
from selftune.model.errors import UnreadableInput
from selftune.model.values import HyperparameterValue, text_from_value, value_from_text

if TYPE_CHECKING:
    from selftune.autotune.reader.python.hydra_config import HydraProgram

_NO_ENVIRONMENT: Mapping[str, str] = {}
_NO_VALUES: Mapping[str, HyperparameterValue] = {}
_READERS = (read_dataclasses, read_argparse, read_absl, read_positions)
"""What declares a command line, the most telling first."""


def read_python(
    script: Path,
    folder: Path,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] = _NO_ENVIRONMENT,
    assigned: Mapping[str, str] = _NO_ENVIRONMENT,
    values: Mapping[str, HyperparameterValue] = _NO_VALUES,
) -> SourceReading:
    """Read `script` and the modules beside it that it imports; `arguments` stand behind it on the command line.

    `environment` holds the variables that its run inherits, `assigned` those that the command itself sets: their texts
    count in place of the code's defaults. `values` are today's by name, where those are not the command's.

    A script that does not parse gives a reading with nothing but a warning that names the line.
    """
    try:
        program = read_program(script, folder, arguments)
        found = {**environment, **assigned}
        inherited = {name: found[name] for name in sorted(variables_read(program)) if name in found}
        if inherited:
            bare, program = read_interface(program)[0], read_program(script, folder, arguments, inherited)
            reading = _told_by(read_parsed(program, values), bare)
            for name in sorted(inherited.keys() & assigned.keys()):
                other = {**inherited, name: _another(inherited[name])}
                reading = _following(name, reading, read_interface(read_program(script, folder, arguments, other))[0])
            return reading
    except SyntaxError as error:
        return SourceReading(warnings=(_unparsed(script, error),))
    except OSError as error:
        raise UnreadableInput(f"{script} cannot be read: {error.strerror}.", hint="Look at its permissions.") from error
    except (RecursionError, MemoryError):
        return SourceReading(warnings=(f"{script.name} is nested too deeply to be read; {_ALONE}",))
    return read_parsed(program, values)


def _told_by(reading: SourceReading, bare: Interface) -> SourceReading:
    """The reading with the arguments whose default the environment decides marked, by the interface without it."""
    before = {(d.name, d.command): d.default for d in bare.declarations}
    declarations = [
        d
        if d.form is Form.VARIABLE or (d.name, d.command) not in before or before[d.name, d.command] == d.default
        else replace(d, is_inherited=True)
        for d in reading.interface.declarations
    ]
    return replace(reading, interface=replace(reading.interface, declarations=tuple(declarations)))


def _following(name: str, reading: SourceReading, with_another: Interface) -> SourceReading:
    """The reading with the arguments marked whose default is another where the variable `name` is."""
    others = {(d.name, d.command): d.default for d in with_another.declarations}
    declarations = [
        replace(d, follows=name)
        if d.form is not Form.VARIABLE and others.get((d.name, d.command), d.default) != d.default
        else d
        for d in reading.interface.declarations
    ]
    return replace(reading, interface=replace(reading.interface, declarations=tuple(declarations)))


def _another(text: str) -> str:
    """Another text of the same kind, to see what depends on it."""
    value = value_from_text(text)
    if isinstance(value, bool):
        return text_from_value(not value)
    return text_from_value(value + 1) if isinstance(value, int | float) else f"{text}x"


def read_parsed(program: SourceProgram, values: Mapping[str, HyperparameterValue] = _NO_VALUES) -> SourceReading:
    """The reading of a parsed program; `values` are today's by name, where those are not the command's."""
    interface, seeds = read_interface(program)
    origins = literal_origins(program)
    today = sure_values(interface, program, values)
    flows = follow(program, replace(seeds, literals={**origins, **seeds.literals}, today=today))
    branches = _branches(interface, flows)
    interface = _with_allowed(_without_filled(interface, flows), flows)
    reached = _reached(interface, flows, branches)
    used = frameworks(program)
    by_library = library_metrics(program, used, values_today(interface, program), flows.taken)
    metrics = _in_order(_running(printed_metrics(program), flows), _running(by_library, flows))
    return SourceReading(
        interface=interface,
        warnings=unread_imports(program) if not interface.declarations else (),
        flows=reached,
        reads=_reads(interface, flows, program),
        metrics=(*_running(monitored_in_source(program), flows), *_without_arguments(metrics, interface)),
        frameworks=used,
        classes=library_classes(program),
        opened=opened_files(program),
        spread=tuple(sorted(flows.spread)),
        branches=branches,
        repeated_literals=repeated_literals(program),
        literals=_beside(interface, read_literals(program, origins, reached)),
    )


def _without_filled(interface: Interface, flows: Flows) -> Interface:
    """What the code itself fills in is not required of the command line."""
    filled = [replace(d, is_required=False) if d.dest in flows.overwritten else d for d in interface.declarations]
    return replace(interface, declarations=tuple(filled))


def _with_allowed(interface: Interface, flows: Flows) -> Interface:
    """The values that the code takes at all are choices, where the declaration names none."""
    if not flows.allowed:
        return interface
    told = [
        replace(d, choices=flows.allowed.get(d.dest)) if d.choices is None and d.form is Form.VALUE else d
        for d in interface.declarations
    ]
    return replace(interface, declarations=tuple(told))


def _branches(interface: Interface, flows: Flows) -> dict[str, tuple[Branch, ...]]:
    """The code that does not run today, by the names that nothing else uses.

    What code that runs only keeps or hands on is used by the library argument that it goes into.
    """
    return {
        name: tuple(found)
        for name, found in flows.branches.items()
        if not (name in flows.reached or name in flows.acting or name in interface.flows)
        and (name in flows.sleeping or name in flows.dozing or name not in flows.kept)
        and not any(branch.is_about(name) for branch in found)
    }


def _reached(
    interface: Interface, flows: Flows, branches: Mapping[str, tuple[Branch, ...]]
) -> dict[str, tuple[str, ...]]:
    """The library arguments that each name reaches: what the declarations say, and what the run found.

    What is used only by code that does not run today has the arguments that it would reach.
    """
    found: dict[str, dict[str, None]] = {name: dict.fromkeys(places) for name, places in interface.flows.items()}
    for name, places in flows.reached.items():
        found.setdefault(name, {}).update(places)
    found.update({name: dict.fromkeys(flows.sleeping.get(name, ())) for name in branches})
    return {name: tuple(sorted(places, key=qualified_first)) for name, places in found.items()}


def _beside(interface: Interface, literals: Sequence[SourceLiteral]) -> tuple[SourceLiteral, ...]:
    """The numbers in the code that are no defaults of arguments."""
    lines = {declaration.source for declaration in interface.declarations}
    return tuple(literal for literal in literals if literal.source not in lines)


def _reads(interface: Interface, flows: Flows, program: SourceProgram) -> dict[str, bool | None]:
    """Whether the code reads each argument."""
    found = {d.dest: d.is_for_library or _is_read(d.dest, flows) for d in interface.declarations}
    if interface.append_style is AppendStyle.OVERRIDE:  # keys of a configuration also read each other
        found.update({dest: None for dest, is_read in found.items() if not is_read and dest not in flows.overwritten})
    unread = [dest for dest, is_read in found.items() if is_read is False and dest not in flows.overwritten]
    mentioned = mentioned_names(program) if unread else frozenset[str]()
    return {**found, **{dest: None for dest in unread if dest.rpartition(".")[2] in mentioned}}


def _is_read(dest: str, flows: Flows) -> bool | None:
    if dest in flows.overwritten:
        return False
    if dest in flows.read or dest in flows.reached:
        return True
    return None if any(dest.startswith(prefix) for prefix in flows.escaped) else False


def _running(metrics: Sequence[PrintedMetric], flows: Flows) -> list[PrintedMetric]:
    """The metrics that come from code which runs today, as far as that can be told."""
    return [metric for metric in metrics if not stands_in(metric.source, flows.resting)]


def _in_order(printed: Sequence[PrintedMetric], by_library: Sequence[PrintedMetric]) -> tuple[PrintedMetric, ...]:
    """Each name once, the script's own prints first."""
    return tuple({metric.name: metric for metric in reversed([*printed, *by_library])}.values())[::-1]


def _without_arguments(metrics: Sequence[PrintedMetric], interface: Interface) -> tuple[PrintedMetric, ...]:
    """Scripts print their own arguments too."""
    names = {name.replace("-", "_") for d in interface.declarations for name in (d.name, d.dest)}
    return tuple(metric for metric in metrics if metric.name.replace("-", "_") not in names)


def read_interface(program: SourceProgram) -> tuple[Interface, Seeds]:
    """What the program declares, by the first way of declaring that it uses, and where its code gets the values."""
    functions = read_functions(program)
    if functions is not None:
        parameters = {f: _seeded(names) for f, names in functions.parameters.items()}
        return _with_variables(functions.interface, program), Seeds(parameters=parameters)
    hydra = _hydra(program)
    if hydra is not None:
        parameters = {f: _seeded(names) for f, names in hydra.parameters.items()}
        seeds = Seeds(parameters={**parameters, hydra.function: {hydra.parameter: NAMESPACE}})
        return _with_variables(replace(hydra.interface, flows=hydra.flows), program), seeds
    in_globals = read_globals(program)
    if in_globals is not None:
        return _with_variables(in_globals[0], program), Seeds(literals=in_globals[1])
    classes = dict.fromkeys(parsed_classes(program), "")
    found = next(filter(None, (reader(program) for reader in _READERS)), None)
    return _with_variables(found or Interface(), program), Seeds(classes=classes)


def _hydra(program: SourceProgram) -> HydraProgram | None:
    """What `read_hydra` finds; it is imported only for a program that calls `hydra.main`."""
    mains = ((call, module) for module in program for call in module.calls_of(("main",)))
    if not any(module.qualified(dotted_name(call.func) or "") == "hydra.main" for call, module in mains):
        return None
    from selftune.autotune.reader.python.hydra_config import read_hydra

    return read_hydra(program)


def _seeded(names: Mapping[str, str]) -> dict[str, Value]:
    return {parameter: Value(origins=frozenset({dest})) for parameter, dest in names.items()}


def _with_variables(interface: Interface, program: SourceProgram) -> Interface:
    """The interface with the variables of the environment that are no defaults of its arguments."""
    lines = {declaration.source for declaration in interface.declarations}
    variables = [d for d in read_variables(program) if d.source not in lines]
    return replace(interface, declarations=(*interface.declarations, *variables))


_ALONE = "only the values on the command line are known."


def _unparsed(script: Path, error: SyntaxError) -> str:
    place = f"line {error.lineno}" if error.lineno else "its text"
    return f"{script.name} does not parse ({place}: {error.msg}); {_ALONE}"
