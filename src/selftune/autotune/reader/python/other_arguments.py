"""Arguments that are declared one call at a time (absl), or only read: `sys.argv[1]`, variables of the environment."""

from __future__ import annotations

import ast
import re
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form, Interface
from selftune.autotune.reader.python.constants import ENVIRONMENTS, UNKNOWN, as_declared, dotted_name, fold
from selftune.autotune.reader.python.source import SourceModule, SourceProgram, parse_leniently
from selftune.model.values import value_from_text

_ABSL_TYPES = {"float": "float", "integer": "int", "string": "str", "bool": "bool", "boolean": "bool", "enum": "str"}
_CONFIG_FLAGS = ("DEFINE_config_file", "DEFINE_config_dict")
_ENVIRONMENT_CALLS = ("os.environ.get", "os.getenv")
_NOT_HYPERPARAMETERS = re.compile(
    r"SM_|SLURM|CUDA|NCCL|OMP_|MKL_|WANDB|MLFLOW|HF_|PYTHON|TORCH_|JAX_|TF_|XLA_|AWS_|AZ_|AZURE|GOOGLE|KUBE"
    r"|(PATH|HOME|USER|HOST|PWD|TMPDIR|SHELL|LANG|RANK|WORLD_SIZE|LOCAL_RANK|MASTER_ADDR|MASTER_PORT|CI|DEBUG)\Z"
)


def read_absl(program: SourceProgram) -> Interface | None:
    """What `flags.DEFINE_float("lr", 0.1, "...")` and its kin declare, or None where there are none."""
    found: list[Declaration] = []
    configured, is_open = _configured(program)
    for module in program:
        for call in module.calls_of(f"DEFINE_{kind}" for kind in _ABSL_TYPES):
            kind = (dotted_name(call.func) or "").rsplit(".", 1)[-1]
            declared = _ABSL_TYPES.get(kind.removeprefix("DEFINE_")) if kind.startswith("DEFINE_") else None
            declaration = _absl_flag(call, declared, kind, module) if declared is not None else None
            found += [declaration] if declaration is not None else []
    declarations = (*found, *configured)
    return Interface(declarations=declarations, is_open=is_open) if declarations else None


def _configured(program: SourceProgram) -> tuple[list[Declaration], bool]:
    """What `read_config_flags` finds; it is imported only for a program that has such flags."""
    if not any(module.calls_of(_CONFIG_FLAGS) for module in program):
        return [], False
    from selftune.autotune.reader.python.config_flags import read_config_flags

    return read_config_flags(program)


def _absl_flag(call: ast.Call, declared: str, kind: str, module: SourceModule) -> Declaration | None:
    given = dict(
        zip(("name", "default", "enum_values" if kind.endswith("enum") else "help", "help"), call.args, strict=False)
    )
    given.update({k.arg: k.value for k in call.keywords if k.arg is not None})
    name = fold(given.get("name"), module.constants)
    if not isinstance(name, str):
        return None
    default = fold(given.get("default"), module.constants)
    choices = fold(given.get("enum_values"), module.constants)
    explanation = fold(given.get("help"), module.constants)
    is_boolean = declared == "bool"
    return Declaration(
        name=name,
        dest=name,
        source=module.source(call),
        options=(f"--{name}", f"-{name}"),
        off_options=(f"--no{name}",) if is_boolean else (),
        form=Form.PAIR if is_boolean else Form.VALUE,
        default=None if default is UNKNOWN else as_declared(default, declared),
        declared_type=declared,
        choices=tuple(choices) if isinstance(choices, list | tuple) and choices else None,
        help=explanation if isinstance(explanation, str) else "",
    )


def read_globals(program: SourceProgram) -> tuple[Interface, dict[ast.AST, str]] | None:
    """The constants of a script that writes `--name=value` into its own globals, with their expressions.

    It does so itself, or executes a file that does: `exec(open("configurator.py").read())`.
    """
    module = program.main
    if not _writes_globals(module, program):
        return None
    found: dict[ast.AST, Declaration] = {}
    for node in module.tree.body:
        value = fold(node.value, module.constants) if isinstance(node, ast.Assign) else UNKNOWN
        target = node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None
        if not isinstance(node, ast.Assign) or not isinstance(target, ast.Name) or target.id.startswith("_"):
            continue
        if isinstance(node.value, ast.Constant | ast.UnaryOp | ast.BinOp) and isinstance(
            value, bool | int | float | str
        ):
            found[node.value] = _global(target.id, value, module.source(node))
    if not found:
        return None
    return Interface(declarations=tuple(found.values())), {node: d.dest for node, d in found.items()}


def _writes_globals(module: SourceModule, program: SourceProgram) -> bool:
    if any(dotted_name(call.func) == "exec" for call in module.calls_of(["exec"])):
        names = [fold(call.args[0], module.constants) for call in module.calls_of(["open"]) if _opens(call)]
        files = [module.path.parent / name for name in names if isinstance(name, str) and name.endswith(".py")]
        others = [other for file in files if (other := parse_leniently(file, program.folder)) is not None]
        return any(_stores_globals(other) for other in others)
    return _stores_globals(module)


def _opens(call: ast.Call) -> bool:
    return dotted_name(call.func) == "open" and bool(call.args)


def _stores_globals(module: SourceModule) -> bool:
    """`globals()[key] = value` beside a reading of `sys.argv`."""
    if not module.calls_of(["globals"]):
        return False
    stored = [target for node in module.all(ast.Assign) for target in node.targets if isinstance(target, ast.Subscript)]
    read = {module.qualified(dotted_name(node) or "") for node in module.all(ast.Attribute)} | {
        *module.imports.values()
    }
    return "sys.argv" in read and any(
        isinstance(target.value, ast.Call) and dotted_name(target.value.func) == "globals" for target in stored
    )


def _global(name: str, value: bool | int | float | str, source: str) -> Declaration:
    return Declaration(
        name=name,
        dest=name,
        source=source,
        options=(f"--{name}",),
        default=value,
        declared_type=type(value).__name__,
        true_text="True",
        false_text="False",
        is_for_library=True,
    )


def read_positions(program: SourceProgram) -> Interface | None:
    """What the script takes from `sys.argv[n]`, named by the variable that keeps it; None where it does not."""
    found: dict[int, Declaration] = {}
    module = program.main
    if "sys" not in {name.partition(".")[0] for name in module.imports.values()}:
        return None
    for statement in module.all(ast.Assign):
        for subscript in ast.walk(statement.value):
            index = _argv_index(subscript, module)
            if index is not None and index not in found:
                found[index] = _position(statement, index, module)
    if not found:
        return None
    last = max(found)
    places = [found.get(index) or _unnamed(index, module) for index in range(1, last + 1)]
    return Interface(declarations=tuple(places), is_open=False, counts_words=True)


def _argv_index(node: ast.AST, module: SourceModule) -> int | None:
    if not isinstance(node, ast.Subscript) or module.qualified(dotted_name(node.value) or "") != "sys.argv":
        return None
    index = fold(node.slice, module.constants)
    return index if isinstance(index, int) and 0 < index < 50 else None


def _position(statement: ast.Assign, index: int, module: SourceModule) -> Declaration:
    target = statement.targets[0]
    name = target.id if isinstance(target, ast.Name) else f"arg{index}"
    default = fold(statement.value.orelse, module.constants) if isinstance(statement.value, ast.IfExp) else UNKNOWN
    called = [dotted_name(node.func) for node in ast.walk(statement.value) if isinstance(node, ast.Call)]
    declared = next((kind for kind in ("float", "int") if kind in called), None)
    return Declaration(
        name=name,
        dest=f"argv{index}",
        source=module.source(statement),
        default=None if default is UNKNOWN else as_declared(default, declared),
        declared_type=declared,
        is_required=default is UNKNOWN,
        position=index - 1,
    )


def _unnamed(index: int, module: SourceModule) -> Declaration:
    return Declaration(name=f"arg{index}", dest=f"argv{index}", source=module.label, position=index - 1)


def read_variables(program: SourceProgram) -> tuple[Declaration, ...]:
    """Variables of the environment that the code reads with a default: `os.environ.get("LR", 0.01)`."""
    found: dict[str, Declaration] = {}
    for module in program:
        for call in module.calls_of(("get", "getenv")):
            if module.qualified(dotted_name(call.func) or "") not in _ENVIRONMENT_CALLS or not call.args:
                continue
            name, default = ([fold(argument, module.constants) for argument in call.args[:2]] + [UNKNOWN])[:2]
            is_known = default is not UNKNOWN or name in program.environment
            if isinstance(name, str) and is_known and may_be_hyperparameter(name):
                found.setdefault(name, _variable(name, default, module.source(call)))
        for node in module.all(ast.Subscript) if program.environment else ():
            name = fold(node.slice, module.constants) if dotted_name(node.value) in ENVIRONMENTS else UNKNOWN
            if isinstance(name, str) and name in program.environment:
                found.setdefault(name, _variable(name, UNKNOWN, module.source(node)))
    return tuple(found.values())


def variables_read(program: SourceProgram) -> frozenset[str]:
    """The names of all variables of the environment that the code reads and that may be hyperparameters."""
    names: set[Any] = set()
    for module in program:
        for call in module.calls_of(("get", "getenv", "setdefault")):
            if module.qualified(dotted_name(call.func) or "").startswith(("os.environ.", "os.getenv")) and call.args:
                names.add(fold(call.args[0], module.constants))
        subscripts = [node for node in module.all(ast.Subscript) if dotted_name(node.value) in ENVIRONMENTS]
        names |= {key for node in subscripts if isinstance(key := fold(node.slice, module.constants), str)}
    return frozenset(name for name in names if isinstance(name, str) and may_be_hyperparameter(name))


def may_be_hyperparameter(variable: str) -> bool:
    """Whether a variable of the environment is not one that tells where or how to run, by its name."""
    return _NOT_HYPERPARAMETERS.match(variable) is None


def _variable(name: str, default: Any, source: str) -> Declaration:
    plain = as_declared(default, None) if default is not UNKNOWN else None
    value = value_from_text(plain) if isinstance(plain, str) else plain
    return Declaration(name=name, dest=name, source=source, form=Form.VARIABLE, default=value)
