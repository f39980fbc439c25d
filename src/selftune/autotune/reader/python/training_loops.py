"""Which loops train: their bodies, or functions that these call, take gradients and step with them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram
from selftune.autotune.reader.python.syntax import last_name, walk

_GRADIENTS = frozenset({"backward", "manual_backward", "GradientTape", "value_and_grad", "grad"})
_STEPS = frozenset({"step", "apply_gradients", "apply_updates", "optimizer_step"})
_WHOLE_STEPS = frozenset({"train_on_batch", "partial_fit"})
"""Calls that do both."""
_OPTIMIZERS = (
    "torch.optim.",
    "optax.",
    "keras.optimizers.",
    "tensorflow.keras.optimizers.",
    "flax.training.train_state.",
)
_NOT_OPTIMIZERS = frozenset({"apply_updates", "step"})
_MAX_DEPTH = 6


class TrainingLoops:
    """Tells of the bodies of a program's loops whether they train; functions are found by their names alone."""

    def __init__(self, program: SourceProgram) -> None:
        self._functions: dict[str, list[tuple[SourceModule, ast.AST]]] = {}
        for module in program:
            kinds: Iterable[Function] = (*module.all(ast.FunctionDef), *module.all(ast.AsyncFunctionDef))
            for node in kinds:
                self._functions.setdefault(node.name, []).append((module, node))
        self._inside: dict[ast.AST, tuple[set[str], bool]] = {}

    def trains_on(self, body: Sequence[ast.AST], module: SourceModule) -> bool:
        """Whether a body goes on training: one that makes an optimizer itself trains anew each time, as folds do."""
        names, has_optimizer = self._reached(body, module)
        has_step = not names.isdisjoint(_GRADIENTS) and not names.isdisjoint(_STEPS)
        return (has_step or not names.isdisjoint(_WHOLE_STEPS)) and not has_optimizer

    def starts_anew(self, body: Sequence[ast.AST], module: SourceModule) -> bool:
        """Whether a body makes an optimizer, and with it a whole model of its own."""
        return self._reached(body, module)[1]

    def _reached(self, body: Sequence[ast.AST], module: SourceModule) -> tuple[set[str], bool]:
        """(last names of all calls in a body and in the functions that it calls, whether one makes an optimizer)."""
        names: set[str] = set()
        has_optimizer = False
        waiting: list[tuple[SourceModule, ast.AST, int]] = [(module, node, 0) for node in body]
        seen: set[ast.AST] = set()
        while waiting:
            owner, node, depth = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            called, makes = self._called(node, owner)
            has_optimizer = has_optimizer or makes
            for name in called - names if depth < _MAX_DEPTH else ():
                waiting += [(m, f, depth + 1) for m, f in self._functions.get(name, ())]
            names |= called
        return names, has_optimizer

    def _called(self, node: ast.AST, module: SourceModule) -> tuple[set[str], bool]:
        """(last names of the calls below a node, whether one of them makes an optimizer)."""
        if node not in self._inside:
            calls = [dotted_name(part.func) or last_name(part) for part in walk(node) if isinstance(part, ast.Call)]
            qualified = [module.qualified(name) for name in calls]
            makes = any(
                name.startswith(_OPTIMIZERS) and "lr_scheduler" not in name and _last(name) not in _NOT_OPTIMIZERS
                for name in qualified
            )
            self._inside[node] = {_last(name) for name in (*calls, *qualified)}, makes
        return self._inside[node]


def range_in(node: ast.AST) -> ast.Call | None:
    """The `range(...)` that a loop goes through, also inside `tqdm(...)` or `enumerate(...)`."""
    while isinstance(node, ast.Call):
        name = dotted_name(node.func) or ""
        if name in ("range", "tqdm.trange", "trange") and node.args:
            return node
        if _last(name) not in ("tqdm", "enumerate", "track", "reversed", "list") or not node.args:
            return None
        node = node.args[0]
    return None


def split_size(node: ast.AST) -> ast.expr | None:
    """The size of the parts that a loop goes through: `order.split(64)`, `torch.split(rows, 64)`."""
    while isinstance(node, ast.Call):
        name = last_name(node)
        if name == "split" and isinstance(node.func, ast.Attribute) and node.args:
            return node.args[1] if dotted_name(node.func) == "torch.split" and len(node.args) > 1 else node.args[0]
        if name not in ("tqdm", "enumerate", "track", "zip", "list") or not node.args:
            return None
        node = node.args[0]
    return None


def _last(name: str) -> str:
    return name.rpartition(".")[2]
