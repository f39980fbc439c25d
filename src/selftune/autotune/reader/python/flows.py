"""Following hyperparameters from where a script reads them to the library calls that they reach.

An abstract run over the syntax tree: each expression is given the set of hyperparameters that its value may be computed
from. Functions are entered with what they are called with; those that nothing calls are read once with nothing known.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Any

from selftune.autotune.reader.python.constants import dotted_name
from selftune.autotune.reader.python.flow_branches import FlowBranches
from selftune.autotune.reader.python.flow_calls import MAX_VISITS
from selftune.autotune.reader.python.flow_state import Flows, Frame, Left, Seeds
from selftune.autotune.reader.python.flow_values import (
    NOTHING,
    External,
    LocalClass,
    LocalFunction,
    Record,
    Value,
    external,
    inexact,
    join,
    record_of,
    referring,
)
from selftune.autotune.reader.python.source import Function, SourceProgram
from selftune.autotune.reader.python.syntax import parts_of, walk
from selftune.autotune.reader.python.training_loops import TrainingLoops, range_in, split_size
from selftune.autotune.reader.reading import BATCH_SIZE, LAYER_COUNT, LOSS_WEIGHT

_LAYERS = ("torch.nn.", "keras.layers.", "keras.Layer", "keras.Model", "flax.linen.", "flax.nnx.", "haiku.")
_TURNS = ("epoch", "iter", "step", "round", "update")
"""Words in the names of variables that count turns of training."""
_ENDINGS = frozenset({"exit", "quit", "sys.exit", "os._exit"})
_BUILTINS = frozenset(dir(builtins))


def follow(program: SourceProgram, seeds: Seeds) -> Flows:
    """Follow all hyperparameters through `program`."""
    run = _Run(program, seeds)
    run.all_modules()
    return run.flows


class _Run(FlowBranches):
    """The abstract run over all modules of a program."""

    def __init__(self, program: SourceProgram, seeds: Seeds) -> None:
        super().__init__(program, seeds)
        self._training = TrainingLoops(program)
        self._training_depth = 0
        """How many loops that train are around the statement at hand."""
        self._inner_loops: set[ast.AST] = set()
        """Loops inside of those."""

    def all_modules(self) -> None:
        for module in reversed(list(self._program)):
            self._block(module.tree.body, Frame(module, self._globals[id(module)]))
        asleep = {function for known in self._summaries_of.values() for function in known}
        for function in list(self._functions.values()):
            if function not in asleep:
                self._enter_uncalled(function)
        for function, summary in list(self._summaries.items()):
            if summary.visits <= MAX_VISITS and not summary.reads.are_current():
                self._enter(function, {}, is_new=True)
        self._note_lines()

    def _block(self, body: Sequence[ast.stmt], frame: Frame) -> Left | None:
        for index, statement in enumerate(body):
            if self._asleep is None:
                self._running.add(statement)
            action = _STATEMENTS.get(type(statement))
            left = action(self, statement, frame) if action is not None else None
            if left is not None and left.branch is not None:
                self._sleeping_block(body[index + 1 :], left.branch, frame)
                return left
            if left is not None or isinstance(statement, ast.Continue | ast.Break):
                return Left()
        return None

    def _define_function(self, node: Any, frame: Frame) -> None:
        function = self._functions.setdefault(node, LocalFunction(frame.module, node))
        self._note_defined(function)
        self._enclose(node, frame)
        for decorator in node.decorator_list:
            self._value(decorator, frame)
        self._store(node.name, referring(function), frame)

    def _enclose(self, node: Any, frame: Frame) -> None:
        """A function inside another one reads its variables, as they are when it is called."""
        if frame.summary is not None:
            self._closures[node] = frame.variables

    def _define_class(self, node: Any, frame: Frame) -> None:
        cls = self._classes.get(node)
        if cls is None:
            cls = self._classes[node] = LocalClass(
                frame.module, node, [self._value(base, frame) for base in node.bases]
            )
            for item in node.body:
                if isinstance(item, Function):
                    method = LocalFunction(frame.module, item, cls)
                    cls.methods[item.name] = method
                    self._functions.setdefault(item, method)
                    self._enclose(item, frame)
        self._note_defined(cls)
        inner = Frame(frame.module, {**frame.variables})
        self._block([item for item in node.body if not isinstance(item, Function)], inner)
        for name in inner.variables.keys() - frame.variables.keys():
            cls.attributes.put(name, inner.variables[name])
        self._store(node.name, referring(cls), frame)

    def _assign(self, node: Any, frame: Frame) -> None:
        if node.value is None:
            return
        value = self._value(node.value, frame)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(_is_loss(target) for target in targets):
            self._reach(self._factors(node.value, frame), LOSS_WEIGHT)
        for target in targets:
            if isinstance(node, ast.AugAssign):
                self._act(value.origins)
                self._bind(target, inexact(join(value, self._value(target, frame))), frame)
            else:
                self._bind(target, value, frame)

    def _factors(self, node: ast.AST, frame: Frame) -> frozenset[str]:
        """What parts of a sum are multiplied with, here or in the function that gives it: `a + weight * b`."""
        if isinstance(node, ast.Call):
            called = self._value(node.func, frame).of(LocalFunction)
            known = [self._summaries[f] for f in called if f in self._summaries]
            for summary in known:
                self._reads.result(summary)
            return frozenset[str]().union(*(summary.factors for summary in known))
        found = frozenset[str]()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
            for side in (node.left, node.right):
                found |= self._factors(side, frame)
                is_plain = isinstance(side, ast.Name | ast.Attribute | ast.Subscript) and not _is_loss(side)
                if is_plain and isinstance(node.op, ast.Mult | ast.Div):
                    found |= self._value(side, frame).origins
        return found

    def _bind(self, target: ast.AST, value: Value, frame: Frame) -> None:
        if isinstance(target, ast.Name):
            self._store(target.id, value, frame)
        elif isinstance(target, ast.Tuple | ast.List):
            for index, item in enumerate(target.elts):
                inner = item.value if isinstance(item, ast.Starred) else item
                self._bind(inner, self._element(inexact(value), index), frame)
        elif isinstance(target, ast.Attribute):
            self._put(self._value(target.value, frame), target.attr, value)
        elif isinstance(target, ast.Subscript):
            key = target.slice.value if isinstance(target.slice, ast.Constant) else "*"
            self._put(self._value(target.value, frame), str(key), value)

    def _loop(self, node: Any, frame: Frame) -> None:
        items = self._value(node.iter, frame)
        counted = range_in(node.iter)
        trains = self._is_training(node, counted, frame)
        if counted is not None:
            ends = self._value(counted.args[min(1, len(counted.args) - 1)], frame)
            self._reach(ends.origins, self._loop_label(node, trains=trains))
            makes_layers = items.origins and any(self._makes_layers(part, frame) for part in _calls(node.body))
            if makes_layers and not self._training.starts_anew(node.body, frame.module):
                self._reach(items.origins, LAYER_COUNT)
        self._act(items.origins)
        self._bind(node.target, inexact(self._any_item(items)), frame)
        self._training_depth += trains
        self._block([*node.body, *node.orelse], frame)
        self._training_depth -= trains

    def _any_item(self, items: Value) -> Value:
        """What going through a value may give."""
        records = [join(*self._reads.all(r.items).values()) for r in items.of(Record)]
        return join(*records) if records else items

    def _is_training(self, node: Any, counted: ast.Call | None, frame: Frame) -> bool:
        """Whether a loop trains, as far as a hyperparameter says how often or in which parts; notes the parts' size."""
        size = counted.args[2] if counted is not None and len(counted.args) > 2 else split_size(node.iter)
        parts = self._value(size, frame).origins if size is not None else frozenset[str]()
        if counted is None and not parts:
            return False
        trains = self._training.trains_on(node.body, frame.module)
        if trains:
            self._reach(parts, BATCH_SIZE)
        if self._training_depth:
            self._inner_loops.add(node)
        return trains and counted is not None

    def _loop_label(self, node: Any, *, trains: bool) -> str:
        """What a count of a loop's turns is: by its body where that trains, else by the name of its variable.

        Inside a loop that trains, more turns are no longer training.
        """
        name = _loop_name(node.target)
        if trains and node not in self._inner_loops and not any(word in name.lower() for word in _TURNS):
            return "for.epoch"
        return f"for.{name}"

    def _makes_layers(self, call: ast.Call, frame: Frame) -> bool:
        """Whether a call makes a layer of a network: one of a library, or an object of a class below one."""
        for reference in self._value(call.func, frame).references:
            above = [reference] if isinstance(reference, External) else []
            if isinstance(reference, LocalClass):
                above = [r for base in reference.bases for r in base.of(External)]
            if any(r.name.startswith(_LAYERS) and "functional" not in r.name for r in above):
                return True
        return False

    def _return(self, node: Any, frame: Frame) -> Left:
        value = self._value(node.value, frame) if node.value is not None else NOTHING
        if frame.summary is not None:
            frame.summary.returned = join(frame.summary.returned, value)
            frame.summary.factors |= self._factors(node.value, frame) if node.value is not None else frozenset()
        return Left()

    def _raise(self, node: Any, frame: Frame) -> Left:
        self._expressions_of(node, frame)
        return Left()

    def _with(self, node: Any, frame: Frame) -> Left | None:
        for item in node.items:
            value = self._value(item.context_expr, frame)
            if item.optional_vars is not None:
                self._bind(item.optional_vars, value, frame)
        return self._block(node.body, frame)

    def _expression(self, node: Any, frame: Frame) -> Left | None:
        self._value(node.value, frame)
        is_call = isinstance(node.value, ast.Call)
        return Left() if is_call and dotted_name(node.value.func) in _ENDINGS else None

    def _assert(self, node: Any, frame: Frame) -> None:
        self._note_allowed(node, frame)
        self._expressions_of(node, frame)

    def _expressions_of(self, node: Any, frame: Frame) -> None:
        for child in parts_of(node):
            if isinstance(child, ast.expr):
                self._value(child, frame)

    def _declare_global(self, node: Any, frame: Frame) -> None:
        frame.globals.update(node.names)

    def _value(self, node: ast.AST, frame: Frame) -> Value:
        action = _EXPRESSIONS.get(type(node), _Run._parts)
        try:
            return action(self, node, frame)
        except RecursionError:  # a sum of a thousand terms
            return NOTHING

    def _literal(self, node: Any, frame: Frame) -> Value:
        """A literal that has a name; any other tells nothing."""
        origin = self._seeds.literals.get(node)
        if origin is not None:
            return Value(origins=frozenset({origin}))
        return NOTHING if isinstance(node, ast.Constant) else self._parts(node, frame)

    def _operation(self, node: Any, frame: Frame) -> Value:
        """`[width] * depth`: how often a width is repeated is how many layers there are."""
        if isinstance(node.op, ast.Mult):
            for one, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(one, ast.List) and len(one.elts) == 1 and self._value(one.elts[0], frame).origins:
                    self._reach(self._value(other, frame).origins, LAYER_COUNT)
        return self._sides(node, frame)

    def _parts(self, node: ast.AST, frame: Frame) -> Value:
        """Any other expression may depend on all of its parts."""
        value = inexact(join(*[self._value(child, frame) for child in parts_of(node) if isinstance(child, ast.expr)]))
        self._act(value.origins)
        return value

    def _name(self, node: Any, frame: Frame) -> Value:
        found = frame.variables.get(node.id)
        if found is None:
            found = self._reads.get(self._globals[id(frame.module)], node.id)
        if found is not None:
            return found
        qualified = frame.module.imports.get(node.id)
        if qualified is None:
            return external(node.id) if node.id in _BUILTINS else NOTHING
        return self._imported(frame.module, qualified)

    def _attribute(self, node: Any, frame: Frame) -> Value:
        return self._member(self._value(node.value, frame), node.attr)

    def _subscript(self, node: Any, frame: Frame) -> Value:
        if isinstance(node.value, ast.Dict) and (item := self._chosen_item(node, frame)) is not None:
            return item
        owner = self._value(node.value, frame)
        if not isinstance(node.slice, ast.Constant):
            place = self._value(node.slice, frame)
            chosen = self._chosen(owner, place)
            records = [join(*self._reads.all(r.items).values()) for r in owner.of(Record)]
            return chosen or join(Value(origins=owner.origins), *records)
        key = node.slice.value
        if External("sys.argv") in owner.references and isinstance(key, int):
            return self._argument(f"argv{key}")
        if External("os.environ") in owner.references:
            return self._argument(str(key))
        if isinstance(key, int):
            return join(Value(origins=owner.origins), self._element(Value(references=owner.references), key))
        return self._member(owner, str(key))

    def _dictionary(self, node: Any, frame: Frame) -> Value:
        record = Record()
        spread: list[Value] = []
        for key, item in zip(node.keys, node.values, strict=True):
            value = self._value(item, frame)
            if key is None:
                spread.append(value)
            else:
                record.put(str(key.value) if isinstance(key, ast.Constant) else "*", value)
        for value in spread:
            for reference in value.of(Record):
                for name, inner in self._reads.all(reference.items).items():
                    record.put(name, inner)
        return join(referring(record), *(Value(namespaces=value.namespaces) for value in spread))

    def _sequence(self, node: Any, frame: Frame) -> Value:
        return record_of((str(index), self._value(item, frame)) for index, item in enumerate(node.elts))

    def _comprehension(self, node: Any, frame: Frame) -> Value:
        inner = Frame(frame.module, dict(frame.variables), frame.globals, frame.summary)
        for generator in node.generators:
            items = self._value(generator.iter, inner)
            self._act(items.origins)
            self._bind(generator.target, inexact(self._any_item(items)), inner)
            if (
                items.origins
                and _is_range(generator.iter)
                and any(self._makes_layers(c, inner) for c in _calls([node]))
            ):
                self._reach(items.origins, LAYER_COUNT)
        if isinstance(node, ast.DictComp):
            return record_of([("*", self._value(node.value, inner))])
        return record_of([("*", self._value(node.elt, inner))])

    def _comparison(self, node: Any, frame: Frame) -> Value:
        for side in (node.left, *node.comparators):
            self._act(self._value(side, frame).origins)
        return NOTHING

    def _sides(self, node: Any, frame: Frame) -> Value:
        value = inexact(join(self._value(node.left, frame), self._value(node.right, frame)))
        self._act(value.origins)
        return value

    def _text(self, node: Any, frame: Frame) -> Value:
        """A number inside a text is shown or names a file; it no longer acts as a number."""
        for piece in node.values:
            if isinstance(piece, ast.FormattedValue):
                self._value(piece.value, frame)
        return NOTHING

    def _lambda(self, node: Any, frame: Frame) -> Value:
        inner = Frame(frame.module, dict(frame.variables), frame.globals)
        for argument in node.args.args:
            inner.variables[argument.arg] = NOTHING
        return self._value(node.body, inner)

    def _named(self, node: Any, frame: Frame) -> Value:
        value = self._value(node.value, frame)
        self._bind(node.target, value, frame)
        return value


def _is_range(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and dotted_name(node.func) in ("range", "tqdm.trange", "trange")


def _calls(nodes: Sequence[ast.AST]) -> list[ast.Call]:
    return [part for node in nodes for part in walk(node) if isinstance(part, ast.Call)]


def _is_loss(node: ast.AST) -> bool:
    """Whether a name says that it holds a loss."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return "loss" in name.lower()


def _loop_name(target: ast.AST) -> str:
    return target.id if isinstance(target, ast.Name) else "_"


_Action = Callable[[_Run, Any, Frame], Left | None]
_Evaluation = Callable[[_Run, Any, Frame], Value]

_STATEMENTS: dict[type[ast.stmt], _Action] = {
    ast.FunctionDef: _Run._define_function,
    ast.AsyncFunctionDef: _Run._define_function,
    ast.ClassDef: _Run._define_class,
    ast.Assign: _Run._assign,
    ast.AnnAssign: _Run._assign,
    ast.AugAssign: _Run._assign,
    ast.For: _Run._loop,
    ast.AsyncFor: _Run._loop,
    ast.While: _Run._branches,
    ast.If: _Run._if,
    ast.Try: _Run._branches,
    ast.Match: _Run._match,
    ast.With: _Run._with,
    ast.AsyncWith: _Run._with,
    ast.Return: _Run._return,
    ast.Expr: _Run._expression,
    ast.Raise: _Run._raise,
    ast.Assert: _Run._assert,
    ast.Global: _Run._declare_global,
    ast.Nonlocal: _Run._declare_global,
}
_EXPRESSIONS: dict[type[ast.AST], _Evaluation] = {
    ast.Constant: _Run._literal,
    ast.UnaryOp: _Run._literal,
    ast.BinOp: _Run._operation,
    ast.Name: _Run._name,
    ast.Attribute: _Run._attribute,
    ast.Subscript: _Run._subscript,
    ast.Call: _Run._call,
    ast.Dict: _Run._dictionary,
    ast.List: _Run._sequence,
    ast.Tuple: _Run._sequence,
    ast.Set: _Run._sequence,
    ast.ListComp: _Run._comprehension,
    ast.SetComp: _Run._comprehension,
    ast.GeneratorExp: _Run._comprehension,
    ast.DictComp: _Run._comprehension,
    ast.IfExp: _Run._conditional,
    ast.Compare: _Run._comparison,
    ast.JoinedStr: _Run._text,
    ast.Lambda: _Run._lambda,
    ast.NamedExpr: _Run._named,
}
