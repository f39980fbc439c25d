"""Arguments that are the parameters of functions: typer, fire and LightningCLI."""

from __future__ import annotations

from selftune.autotune.reader.interface import Declaration
from selftune.autotune.reader.python.click_options import read_click
from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.function_interface import FunctionInterface, collect, command_of, functions_of
from selftune.autotune.reader.python.function_parameters import declared_parameters
from selftune.autotune.reader.python.lightning_cli import read_lightning
from selftune.autotune.reader.python.own_commands import is_guarded
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram


def read_functions(program: SourceProgram) -> FunctionInterface | None:
    """What the program's click, typer, fire or LightningCLI functions declare, or None where it has none."""
    for reader in (read_lightning, read_click, _typer, _fire):
        found = reader(program)
        if found is not None:
            return found
    return None


def _typer(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        if "typer" not in {name.split(".")[0] for name in module.imports.values()}:
            continue
        named = _called_with_function(module, program, ("typer.run",))
        commands = [f for f in functions_of(module) if f.name in named or command_of(f, module) is not None]
        for function in commands:
            command = command_of(function, module) if len(commands) > 1 else None
            found.append((function, list(declared_parameters(function, module, command, has_pairs=True))))
    return collect(found)


def _fire(program: SourceProgram) -> FunctionInterface | None:
    found: list[tuple[Function, list[Declaration]]] = []
    for module in program:
        named = _called_with_function(
            module, program, ("fire.Fire", "fire.core.Fire", "jsonargparse.CLI", "jsonargparse.auto_cli")
        )
        found += [
            (function, list(declared_parameters(function, module, None, has_pairs=False)))
            for function in functions_of(module)
            if function.name in named
        ]
    return collect(found)


def _called_with_function(module: SourceModule, program: SourceProgram, callees: tuple[str, ...]) -> set[str]:
    """Names of the functions that are given to one of `callees` when the script runs."""
    found: set[str] = set()
    for call in module.calls_of(callee.rpartition(".")[2] for callee in callees):
        if (
            module.qualified(dotted_name(call.func) or "") in callees
            and call.args
            and not is_guarded(call, module, program)
        ):
            found.add(dotted_name(call.args[0]) or "")
    return found
