"""Arguments that are the fields of dataclasses: tyro, HfArgumentParser, simple_parsing and their kin."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from selftune.autotune.reader.interface import Declaration, Form, Interface
from selftune.autotune.reader.python.annotations import AnnotatedType, read_annotation
from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, dotted_name, fold
from selftune.autotune.reader.python.enumerations import enumerated, is_enumeration
from selftune.autotune.reader.python.library_fields import library_fields
from selftune.autotune.reader.python.source import SourceModule, SourceProgram

_MAX_NESTING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialect:
    """How one library spells the fields of a dataclass."""

    joiner: str
    """"-" or "_": what stands between the words of an option."""
    has_pairs: bool
    """True: a boolean is `--flag` and `--no-flag`; false: `--flag True`."""


_TYRO = _Dialect(joiner="-", has_pairs=True)
_PLAIN = _Dialect(joiner="_", has_pairs=False)
_PARSERS: dict[str, _Dialect] = {
    "tyro.cli": _TYRO,
    "tyro.extras.overridable_config_cli": _TYRO,
    "HfArgumentParser": _PLAIN,
    "H4ArgumentParser": _PLAIN,
    "TrlParser": _PLAIN,
    "simple_parsing.parse": _PLAIN,
    "add_arguments": _PLAIN,
    "pyrallis.parse": _PLAIN,
    "pyrallis.wrap": _PLAIN,
    "draccus.parse": _PLAIN,
    "draccus.wrap": _PLAIN,
    "datargs.parse": _TYRO,
}
_PARSER_NAMES = frozenset(name.rpartition(".")[2] for name in _PARSERS)
Owned = tuple[SourceModule, ast.ClassDef]


def parsed_classes(program: SourceProgram) -> dict[str, _Dialect]:
    """Names of the classes that a parser of dataclasses is given, in the order of the source."""
    found: dict[str, _Dialect] = {}
    for module in program:
        for call in module.calls_of(_PARSER_NAMES):
            dialect = _dialect(module, call)
            if dialect is not None:
                found.update(dict.fromkeys(_class_names(call), dialect))
        found.update(_wrapped(module))
    return found


def _wrapped(module: SourceModule) -> dict[str, _Dialect]:
    """`@pyrallis.wrap() def main(cfg: Config)`: the class is an annotation."""
    found: dict[str, _Dialect] = {}
    for node in module.all(ast.FunctionDef):
        names = [dotted_name(d.func if isinstance(d, ast.Call) else d) or "" for d in node.decorator_list]
        if any(name.rsplit(".", 1)[-1] == "wrap" and name in _PARSERS for name in names) and node.args.args:
            annotated = read_annotation(node.args.args[0].annotation, module.constants).class_name
            found.update({annotated: _PLAIN} if annotated else {})
    return found


def read_dataclasses(program: SourceProgram) -> Interface | None:
    """What the fields of the parsed dataclasses declare, or None where none is parsed."""
    classes = parsed_classes(program)
    if not classes:
        return None
    owned = {name: (module, cls) for module in reversed(list(program)) for name, cls in module.classes.items()}
    declarations: list[Declaration] = []
    for name, dialect in classes.items():
        if name in owned:
            declarations += _fields(owned[name], owned, dialect, "", _MAX_NESTING, program.arguments)
        else:
            declarations += library_fields(name, "", program.arguments)
    is_open = any(name not in owned or _has_foreign_base(owned[name], owned) for name in classes)
    unique = {declaration.name: declaration for declaration in reversed(declarations)}
    return Interface(declarations=tuple(reversed(unique.values())), is_open=is_open or not declarations)


def fields_of(class_name: str, program: SourceProgram) -> list[Declaration]:
    """The fields of one dataclass of the program, those of groups inside it with dotted names."""
    owned = {name: (module, cls) for module in reversed(list(program)) for name, cls in module.classes.items()}
    return _fields(owned[class_name], owned, _PLAIN, "", _MAX_NESTING, program.arguments) if class_name in owned else []


def _dialect(module: SourceModule, call: ast.Call) -> _Dialect | None:
    name = dotted_name(call.func)
    if name is None:
        return None
    qualified = module.qualified(name)
    return _PARSERS.get(qualified) or _PARSERS.get(qualified.rsplit(".", 1)[-1])


def _class_names(call: ast.Call) -> Iterator[str]:
    arguments = [*call.args, *(k.value for k in call.keywords if k.arg in ("dataclass_types", "config_class", "cls"))]
    for argument in arguments:
        for node in argument.elts if isinstance(argument, ast.Tuple | ast.List) else [argument]:
            name = dotted_name(node.value if isinstance(node, ast.Subscript) else node)
            if name is not None and name.rsplit(".", 1)[-1][:1].isupper():
                yield name.rsplit(".", 1)[-1]


def _has_foreign_base(owner: Owned, owned: dict[str, Owned]) -> bool:
    """True where fields come from a class of a library, such as TrainingArguments."""
    bases = [dotted_name(base) or "" for base in owner[1].bases]
    return any(base.rsplit(".", 1)[-1] not in owned and base not in ("object", "ABC", "Generic") for base in bases)


def _fields(
    owner: Owned, owned: dict[str, Owned], dialect: _Dialect, prefix: str, depth: int, arguments: Sequence[str]
) -> list[Declaration]:
    module, cls = owner
    found: list[Declaration] = []
    for base in cls.bases:
        base_name = (dotted_name(base) or "").rsplit(".", 1)[-1]
        parent = owned.get(base_name)
        if parent is not None and parent[1] is not cls and depth:
            found += _fields(parent, owned, dialect, prefix, depth - 1, arguments)
        elif parent is None:
            found += library_fields(base_name, prefix, arguments)
    for index, node in enumerate(cls.body):
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            continue
        annotated = read_annotation(node.annotation, module.constants)
        nested = owned.get(annotated.class_name or "")
        if nested is not None and depth and not is_enumeration(nested[1]):
            found += _fields(nested, owned, dialect, f"{prefix}{node.target.id}.", depth - 1, arguments)
        elif not node.target.id.startswith("_") and not _is_class_variable(node.annotation):
            found.append(_field(module, cls, index, node, annotated, dialect, prefix))
    return list({declaration.dest: declaration for declaration in found}.values())  # a class overrides its bases


def _field(
    module: SourceModule,
    cls: ast.ClassDef,
    index: int,
    node: ast.AnnAssign,
    annotated: AnnotatedType,
    dialect: _Dialect,
    prefix: str,
) -> Declaration:
    assert isinstance(node.target, ast.Name)
    dest = prefix + node.target.id
    name = dest.replace("_", dialect.joiner)
    form = _form(annotated, dialect)
    default, is_required, explanation, choices = _default(node, module, cls)
    return Declaration(
        name=name,
        dest=dest,
        source=module.source(node),
        options=tuple(dict.fromkeys([f"--{name}", f"--{dest}", f"--{dest.replace('_', '-')}"])),
        off_options=_off_options(dest, name) if form is Form.PAIR else (),
        form=form,
        default=as_declared(default, annotated.declared_type),
        declared_type=annotated.declared_type,
        choices=annotated.choices or choices or enumerated(module, annotated.class_name, is_alike=True),
        help=explanation or _following_text(cls.body, index),
        is_required=is_required,
        true_text="True",
        false_text="False",
    )


def _off_options(dest: str, name: str) -> tuple[str, ...]:
    group, _, last = name.rpartition(".")
    negated = f"--{group}.no-{last}" if group else f"--no-{last}"
    return tuple(dict.fromkeys([negated, f"--no-{dest}", f"--no_{dest}"]))


def _form(annotated: AnnotatedType, dialect: _Dialect) -> Form:
    if annotated.is_list:
        return Form.LIST
    return Form.PAIR if annotated.declared_type == "bool" and dialect.has_pairs else Form.VALUE


def _default(node: ast.AnnAssign, module: SourceModule, cls: ast.ClassDef) -> tuple[Any, bool, str, Any]:
    """(default, whether it is required, help, choices) of one field."""
    if node.value is None:
        return None, True, "", None
    names = {**module.constants, **_own_names(module, cls)}
    if not (
        isinstance(node.value, ast.Call) and (dotted_name(node.value.func) or "").rsplit(".", 1)[-1] in _FIELD_CALLS
    ):
        value = fold(node.value, names)
        return (None if value is UNKNOWN else value), False, "", None
    keywords = {k.arg: k.value for k in node.value.keywords if k.arg is not None}
    metadata = fold(keywords.get("metadata"), names)
    told = metadata if isinstance(metadata, dict) else {}
    explanation = told.get("help", fold(keywords.get("help"), names))
    choices = told.get("choices", fold(keywords.get("choices"), names))
    value = _field_default(node.value, keywords, names)
    is_required = not node.value.args and not {"default", "default_factory"} & keywords.keys()
    fitting = tuple(choices) if isinstance(choices, list | tuple) and choices else None
    return value, is_required, explanation if isinstance(explanation, str) else "", fitting


_FIELD_CALLS = frozenset({"field", "arg", "Field", "ib", "attrib", "choice", "flag", "mutable_field"})


def _field_default(call: ast.Call, keywords: dict[str, ast.expr], names: dict[str, Any]) -> Any:
    node = keywords.get("default", call.args[0] if call.args else None)
    factory = keywords.get("default_factory")
    if isinstance(factory, ast.Lambda):
        node = factory.body
    value = fold(node, names) if node is not None else None
    return None if value is UNKNOWN or value is ... else value


def _own_names(module: SourceModule, cls: ast.ClassDef) -> dict[str, Any]:
    prefix = f"{cls.name}."
    return {key[len(prefix) :]: value for key, value in module.constants.items() if key.startswith(prefix)}


def _following_text(body: list[ast.stmt], index: int) -> str:
    """The string under a field, which tyro shows as its help."""
    after = body[index + 1] if index + 1 < len(body) else None
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
        return after.value.value.strip()
    return ""


def _is_class_variable(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Subscript) and (dotted_name(annotation.value) or "").endswith("ClassVar")
