"""One argument as a single `add_argument` call declares it."""

from __future__ import annotations

import ast
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form
from selftune.autotune.reader.python.constants import UNKNOWN, Names, as_declared, dotted_name, fold, type_named
from selftune.autotune.reader.python.source import Function, SourceModule
from selftune.model.values import is_number

SWITCHES = frozenset({"store_true", "store_false", "store_const"})
_LISTS = frozenset({"append", "append_const", "extend", "count"})
_NO_ARGUMENT = frozenset({"version", "help"})
_MAX_CHOICES = 100


def declaration(call: ast.Call, scope: Names, module: SourceModule, position: int) -> Declaration | None:
    """The argument that one `add_argument` call declares; None where its name is not known or it takes no value."""
    names = [fold(argument, scope) for argument in call.args]
    keywords = _keywords(call, scope)
    words = [name for name in names if isinstance(name, str) and name]
    if len(words) != len(names) or not words:
        return None
    action = _action(keywords, scope)
    if action in _NO_ARGUMENT:
        return None
    options = tuple(word for word in words if word.startswith("-"))
    declared_type = _declared_type(keywords.get("type"), module, scope)
    form = _form(action, fold(keywords.get("nargs"), scope) if "nargs" in keywords else None)
    dest = str(fold(keywords["dest"], scope) if "dest" in keywords else _dest(words)).replace("-", "_")
    options = _preferred_first(options, dest)
    name = options[0].lstrip("-") if options else words[0]
    default = _default(keywords.get("default"), declared_type, action, scope)
    if default is None:
        default = _converted(keywords.get("default"), keywords.get("type"), module, scope)
    choices = fold(keywords.get("choices"), scope)
    explanation = fold(keywords.get("help"), scope)
    return Declaration(
        name=name,
        dest=dest,
        source=module.source(call),
        options=options,
        off_options=tuple(f"--no-{o[2:]}" for o in options if o.startswith("--")) if form is Form.PAIR else (),
        form=form,
        default=default,
        declared_type="bool" if form in (Form.SWITCH, Form.PAIR) else declared_type,
        choices=_choices(choices, declared_type),
        help=explanation if isinstance(explanation, str) else "",
        is_required=fold(keywords.get("required"), scope) is True or (not options and form is Form.VALUE),
        position=None if options else position,
        held=_held(keywords, action, scope),
        true_text="True" if declared_type == "bool" else "true",
        # argparse's type=bool counts every text but the empty one as true
        false_text="" if _is_builtin_bool(keywords.get("type")) else "False",
    )


def _dest(words: list[str]) -> str:
    """argparse's own rule: the first long option, else the first."""
    return next((word for word in words if word.startswith("--")), words[0]).lstrip("-")


def _preferred_first(options: tuple[str, ...], dest: str) -> tuple[str, ...]:
    """The spelling to show first: a long option, the one that the code reads by, the longest."""

    def rank(option: str) -> tuple[bool, bool, int]:
        word = option.lstrip("-")
        return not option.startswith("--"), len(word) < 2 or word.replace("-", "_") != dest, -len(word)

    return tuple(sorted(options, key=rank))


def _keywords(call: ast.Call, scope: Names) -> dict[str, ast.expr]:
    """The keyword arguments of a call, those of `**literal` included."""
    found: dict[str, ast.expr] = {}
    for keyword in call.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
            continue
        known = fold(keyword.value, scope)
        for key, value in known.items() if isinstance(known, dict) else ():
            if value is not UNKNOWN and isinstance(key, str):
                found[key] = ast.Constant(value)
    return found


def _action(keywords: dict[str, ast.expr], scope: Names) -> str | None:
    node = keywords.get("action")
    if node is None:
        return None
    known = fold(node, scope)
    if isinstance(known, str):
        return known
    name = dotted_name(node) or ""
    return "pair" if name.endswith("BooleanOptionalAction") else "custom"


def _form(action: str | None, nargs: Any) -> Form:
    if action in SWITCHES:
        return Form.SWITCH
    if action == "pair":
        return Form.PAIR
    if action in _LISTS or nargs not in (None, "?"):
        return Form.LIST
    return Form.VALUE


def _default(node: ast.expr | None, declared_type: str | None, action: str | None, scope: Names) -> Any:
    """A switch counts as not given; any other argument has the default that the code gives it."""
    if action in SWITCHES:
        return False
    value = fold(node, scope) if node is not None else None
    if value is UNKNOWN:
        return _path_tail(node, scope)
    return as_declared(value, declared_type)


def _held(keywords: dict[str, ast.expr], action: str | None, scope: Names) -> tuple[Any, Any] | None:
    """What the variable of a switch holds where it is left out, and where it is given."""
    if action not in SWITCHES:
        return None
    usual = {"store_true": (False, True), "store_false": (True, False)}.get(action or "", (None, None))
    off, on = (fold(keywords[name], scope) if name in keywords else None for name in ("default", "const"))
    pair = (usual[0] if off is None else off, usual[1] if on is None else on)
    plain = [value if isinstance(value, bool | int | float | str) else None for value in pair]
    return plain[0], plain[1]


def _path_tail(node: ast.expr | None, scope: Names) -> str | None:
    """`ROOT / "data/settings.yaml"`: the part of a path that can be known; None for anything else."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
        return None
    tail = fold(node.right, scope)
    return tail if isinstance(tail, str) else None


def _choices(known: Any, declared_type: str | None) -> tuple[bool | int | float | str, ...] | None:
    if not isinstance(known, list | tuple | dict) or not known or len(known) > _MAX_CHOICES:
        return None
    values = [as_declared(value, declared_type) for value in known]
    plain = tuple(value for value in values if value is not None)
    return plain if len(plain) == len(values) else None


def _converted(
    node: ast.expr | None, converter: ast.expr | None, module: SourceModule, scope: Names
) -> int | float | None:
    """The number in `default=positive("8e-4")`, where `positive` is the argument's own type or makes a number."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords:
        return None
    is_own = converter is not None and dotted_name(converter) == dotted_name(node.func) is not None
    made = _declared_type(node.func, module, scope)
    if not is_own and made not in ("int", "float"):
        return None
    given = fold(node.args[0], scope)
    number = as_declared(given, made or "float") if isinstance(given, str | int | float) else None
    return number if isinstance(number, int | float) and is_number(number) else None


def _declared_type(node: ast.expr | None, module: SourceModule, scope: Names) -> str | None:
    """The type of a `type=`: a builtin, a function of the module, a lambda around one, a type that a loop names."""
    if node is None:
        return None
    if isinstance(node, ast.Lambda | ast.Call):
        inner = node.body if isinstance(node, ast.Lambda) else node
        names = [dotted_name(n.func) for n in ast.walk(inner) if isinstance(n, ast.Call)]
        return next((found for found in map(type_named, names) if found), None)
    name = dotted_name(node)
    told = scope.get(name or "")
    known = type_named(told if isinstance(told, str) else name)
    function = module.functions.get(name or "")
    return known if known is not None or function is None else _returned_type(function)


def _returned_type(function: Function) -> str | None:
    """What a converting function returns, by its annotation or by the conversions inside it."""
    annotated = type_named(dotted_name(function.returns)) if function.returns is not None else None
    if annotated is not None:
        return annotated
    returned = [n.value for n in ast.walk(function) if isinstance(n, ast.Return) and n.value is not None]
    if any(isinstance(value, ast.Constant) and isinstance(value.value, bool) for value in returned):
        return "bool"
    called = {dotted_name(n.func) for n in ast.walk(function) if isinstance(n, ast.Call)}
    return next((name for name in ("float", "int") if name in called), None)


def _is_builtin_bool(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Name) and node.id == "bool"
