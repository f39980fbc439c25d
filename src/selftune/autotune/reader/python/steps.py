"""The steps of scikit-learn's pipelines, whose parameters are named by step: `set_params(clf__C=1.0)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import SourceModule, SourceProgram

_BETWEEN = "__"


def steps_of(program: SourceProgram) -> dict[str, str]:
    """The qualified class of each step by its name, as `("clf", SVC())` or `make_pipeline(SVC())` say."""
    found: dict[str, str] = {}
    for module in program:
        for name, node in (*_named(module), *_unnamed(module)):
            label = _class_of(node, module)
            if label:
                found.setdefault(name or label.rpartition(".")[2].lower(), label)
    return found


def parameter_of_step(place: str, steps: dict[str, str]) -> str | None:
    """`Pipeline.clf__C` -> `sklearn.svm.SVC.C`; None where no step of that name is known."""
    above, between, parameter = place.rpartition(".")[2].rpartition(_BETWEEN)
    label = steps.get(above.rpartition(_BETWEEN)[2]) if between else None
    return f"{label}.{parameter}" if label is not None and parameter else None


def _named(module: SourceModule) -> Iterator[tuple[str, ast.expr]]:
    for node in module.all(ast.Tuple):
        first = node.elts[0] if len(node.elts) in (2, 3) else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value, node.elts[1]


def _unnamed(module: SourceModule) -> Iterator[tuple[str, ast.expr]]:
    for call in module.calls_named(["make_pipeline"]):
        yield from (("", argument) for argument in call.args)


def _class_of(node: ast.expr, module: SourceModule) -> str:
    """The class of which a step is an object, made there or assigned to a name before."""
    if isinstance(node, ast.Name):
        made = [value for line, value in module.assigned(node.id) if line <= node.lineno]
        node = made[-1] if made else node
    name = dotted_name(node.func) if isinstance(node, ast.Call) else None
    whole = module.qualified(name) if name is not None else ""
    return whole if "." in whole and whole.rpartition(".")[2][:1].isupper() else ""
