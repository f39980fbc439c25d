"""Metrics that a Python script prints, logs or hands to a logger, read from its source."""

from __future__ import annotations

import ast
import bisect
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from selftune.autotune.reader.metric_text import (
    BRACES,
    PERCENT,
    PLACE,
    header_names,
    is_metric_name,
    metric_names,
    with_brace_places,
    with_percent_places,
)
from selftune.autotune.reader.python.constants import dotted_name, fold
from selftune.autotune.reader.python.loop_keys import loop_keys
from selftune.autotune.reader.python.source import Function, SourceModule, SourceProgram
from selftune.autotune.reader.python.syntax import last_name, walk
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.objective import Direction
from selftune.training.metrics import direction_of, split_of

_PRINTING = frozenset(
    {"print", "echo", "secho", "pprint", "rprint", "tqdm_write", "print_log", "log_print", "print_rank_0"}
)
_WRITING = frozenset(
    {"info", "debug", "warning", "warn", "critical", "write", "set_description", "set_description_str"}
)
_KEYED = frozenset(
    {"log_dict", "log_metrics", "set_postfix", "log", "add_scalars", "log_row", "report", "log_stats", "dumps"}
)
_NAMED = frozenset({"log", "add_scalar", "log_metric", "log_scalar", "scalar", "logkv", "record", "record_mean"})
_ROWS = frozenset({"writerow", "add_row", "write", "DictWriter", "add_column"})
_READ = _PRINTING | _WRITING | _KEYED | _NAMED | _ROWS
_LOGGING = (_KEYED | _NAMED | {"writerow", "DictWriter"}) - {"set_postfix", "report", "dumps"}
"""What hands a metric to something that may write it to a file."""
_NUMERIC_CODES = frozenset("eEfFgG%")
_NOT_NUMBERS = frozenset({"args", "opt", "cfg", "config", "FLAGS", "flags", "hparams", "self.args", "self.hparams"})
_NO_NUMBERS = (ast.Constant, ast.JoinedStr, ast.List, ast.ListComp, ast.Tuple, ast.Dict, ast.DictComp)
_MAX_DEPTH = 40


def printed_metrics(program: SourceProgram) -> list[PrintedMetric]:
    """All metrics of a program in the order of the source, the script's own before those of its modules."""
    printing = frozenset(name for module in program for name in _printing_functions(module))
    found: list[PrintedMetric] = []
    for module in program:
        found += _Reader(module, program, printing).read()
    return found


def _printing_functions(module: SourceModule) -> Iterator[str]:
    """The program's own functions that print what they are given: `progress_bar(i, n, "Loss: %.3f" % loss)`."""
    functions: list[Function] = [*module.all(ast.FunctionDef), *module.all(ast.AsyncFunctionDef)]
    for call in module.calls_named(_PRINTING | _WRITING):
        function = _enclosing(functions, call) if functions and _is_printing(call) else None
        parameters = {argument.arg for argument in function.args.args} - {"self"} if function is not None else set()
        if function is not None and parameters & _names_in(call.args):
            yield function.name


def _is_printing(call: ast.Call) -> bool:
    name = last_name(call)
    return name in _PRINTING or (name in _WRITING and _is_stream(call, name))


def _names_in(nodes: Sequence[ast.expr]) -> set[str]:
    """Names among `nodes`, also inside sums and formatted texts."""
    return {part.id for node in nodes for part in walk(node) if isinstance(part, ast.Name)}


def _is_bare_split(name: str) -> bool:
    """Whether a name says on which data something was measured and not what: `Valid: 93.1`."""
    return direction_of(name) is None and split_of(name) is not None


def _told_by_variables(call: ast.Call) -> Direction | None:
    """Which way is better by the names of what is printed (`valid_acc`), where they agree."""
    names = [part.id for part in ast.walk(call) if isinstance(part, ast.Name)]
    names += [part.attr for part in ast.walk(call) if isinstance(part, ast.Attribute)]
    told = {direction for name in names if (direction := direction_of(name)) is not None}
    return told.pop() if len(told) == 1 else None


class _Reader:
    """The printing calls of one module."""

    def __init__(self, module: SourceModule, program: SourceProgram, printing: frozenset[str]) -> None:
        self._module = module
        self._program = program
        self._printing = printing
        """Names of the program's own functions that print."""
        self._assigned = _assignments(module)
        self._functions: list[Function] = [*module.all(ast.FunctionDef), *module.all(ast.AsyncFunctionDef)]

    def read(self) -> list[PrintedMetric]:
        found: list[PrintedMetric] = []
        meters = {name for name in self._module.syntax.last_names() if name.endswith("Meter")}
        for call in self._module.calls_named(_READ | self._printing | meters):
            names = dict.fromkeys(self._names(call))
            told = _told_by_variables(call) if any(_is_bare_split(name) for name in names) else None
            is_logged = last_name(call) in _LOGGING and not _is_printing(call)
            found += [
                PrintedMetric(
                    name=name,
                    source=self._module.source(call),
                    direction=told if _is_bare_split(name) else None,
                    is_logged=is_logged,
                )
                for name in names
            ]
        return found

    def _names(self, call: ast.Call) -> Iterator[str]:
        name = last_name(call)
        if name in _ROWS and call.args:
            yield from self._columns(call.args[0])
        if name == "tabulate":
            heads = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "headers")]
            yield from (column for head in heads for column in self._columns(head))
        if _is_printing(call):
            yield from self._printed(call)
        elif name in self._printing:
            for argument in call.args:
                yield from self._printed(ast.Call(func=call.func, args=[argument], keywords=[]))
        if name in _KEYED:
            yield from self._keys(call)
        if name in _NAMED or name.endswith("Meter"):
            yield from self._named(call)

    def _printed(self, call: ast.Call) -> Iterator[str]:
        arguments = call.args
        first = self._resolved(arguments[0]) if arguments else None
        template = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if "%" in template and len(arguments) > 1:
            certain = _in_text(PERCENT, template, arguments[1:])
            yield from metric_names(with_percent_places(template), is_number=certain)
            return
        texts, known = [], list[bool | None]()
        for argument in arguments:
            resolved = self._resolved(argument)
            keys = self._dictionary_keys(resolved)
            if keys is not None:
                yield from keys
                continue
            text, certain = self._text(resolved, 0)
            texts.append(text)
            known += certain
        shown = " ".join(texts)
        yield from metric_names(shown, is_number=known)
        yield from header_names(shown)

    def _columns(self, node: ast.expr) -> list[str]:
        """The names of measured columns in the head of a table: `writerow(["epoch", "loss", "val_acc"])`."""
        lists = [value for value in self._history(node) if isinstance(value, ast.List | ast.Tuple)]
        known = fold(lists[-1] if lists else self._resolved(node), self._module.constants)
        cells = known if isinstance(known, list | tuple) else [known] if isinstance(known, str) else []
        return header_names("\t".join(str(cell) for cell in cells)) if all(isinstance(c, str) for c in cells) else []

    def _dictionary_keys(self, node: ast.AST) -> list[str] | None:
        """Names in a dictionary, or in `json.dumps` of one."""
        if isinstance(node, ast.Call) and (dotted_name(node.func) or "").endswith("dumps") and node.args:
            node = self._resolved(node.args[0])
        if isinstance(node, ast.Call) and dotted_name(node.func) == "dict" and node.keywords:
            return [k.arg for k in node.keywords if k.arg is not None and is_metric_name(k.arg)]
        if not isinstance(node, ast.Dict):
            return None
        return [key for key in self._literal_keys(node) if is_metric_name(key)]

    def _literal_keys(self, node: ast.Dict) -> Iterator[str]:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None or isinstance(value, _NO_NUMBERS) or _is_media(value):
                continue
            yield from self._texts(key)

    def _texts(self, node: ast.AST) -> list[str]:
        """What the text of a name may be: a parameter in it takes each constant that the module's calls give it."""
        known = fold(node, self._module.constants)
        if isinstance(known, str):
            return [known]
        if not isinstance(node, ast.JoinedStr):
            return []
        found = [""]
        for piece in node.values:
            inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
            value = fold(inner, self._module.constants)
            options = [str(value)] if isinstance(value, str | int | float) else self._name_values(inner)
            found = [before + option for before in found for option in options][:20]
        return found

    def _name_values(self, node: ast.AST) -> list[str]:
        """What a parameter or a loop's variable may hold."""
        found = self._parameter_values(node)
        return found or (loop_keys(node, self._module, self._program) if isinstance(node, ast.Name) else [])

    def _parameter_values(self, node: ast.AST) -> list[str]:
        function = _enclosing(self._functions, node) if isinstance(node, ast.Name) else None
        if function is None or not isinstance(node, ast.Name):
            return []
        names = [argument.arg for argument in function.args.args]
        if node.id not in names:
            return []
        shift = 1 if names[0] in ("self", "cls") else 0
        place = names.index(node.id) - shift
        found: dict[str, None] = {}
        for call in self._module.calls_named([function.name]):
            if dotted_name(call.func) is None:
                continue
            given = [k.value for k in call.keywords if k.arg == node.id] + call.args[place : place + 1]
            found.update((g.value, None) for g in given if isinstance(g, ast.Constant) and isinstance(g.value, str))
        return list(found)

    def _keys(self, call: ast.Call) -> Iterator[str]:
        if (dotted_name(call.func) or "").rpartition(".")[2] == "add_scalars" and len(call.args) > 1:
            yield from self._tagged(call.args[0], self._resolved(call.args[1]))
            return
        for argument in call.args:
            yield from self._dictionary_keys(self._resolved(argument)) or ()
        if (dotted_name(call.func) or "").rsplit(".", 1)[-1] in ("set_postfix", "report", "log_metrics"):
            yield from (k.arg for k in call.keywords if k.arg is not None and is_metric_name(k.arg))

    def _tagged(self, tag: ast.expr, items: ast.AST) -> Iterator[str]:
        """`add_scalars("ppl", {"train": a, "val": b})`: each key belongs to the tag."""
        keys = list(self._literal_keys(items)) if isinstance(items, ast.Dict) else []
        names = (f"{text}/{key}" for text in self._texts(tag) for key in keys)
        yield from (name for name in names if is_metric_name(name))

    def _named(self, call: ast.Call) -> Iterator[str]:
        """`self.log("val_loss", loss)`, `AverageMeter("Acc@1", ":6.2f")`."""
        if len(call.args) > 1:
            yield from (name for name in self._texts(call.args[0]) if is_metric_name(name) and " " not in name.strip())

    def _history(self, node: ast.AST) -> list[ast.AST]:
        """What was assigned to a name before the line, in order."""
        history = self._module.assigned(node.id) if isinstance(node, ast.Name) else []
        return [value for line, value in history if line < getattr(node, "lineno", 0)]

    def _resolved(self, node: ast.AST) -> ast.AST:
        """The expression that was last assigned to a name before the line, where it makes a text or a dictionary."""
        if not isinstance(node, ast.Name):
            return node
        history = self._assigned.get(node.id, [])
        index = bisect.bisect_left([line for line, _ in history], node.lineno)
        return history[index - 1][1] if index else node

    def _text(self, node: ast.AST, depth: int) -> tuple[str, list[bool | None]]:
        """An expression as a text with places, and for each place whether it is a number."""
        if depth > _MAX_DEPTH:
            return PLACE, [None]
        if isinstance(node, ast.Constant):
            return str(node.value) if isinstance(node.value, str) else "", []
        if isinstance(node, ast.JoinedStr):
            return self._formatted(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self._text(node.left, depth + 1), self._text(node.right, depth + 1)
            is_text = any(
                isinstance(side, ast.Constant | ast.JoinedStr) or text != PLACE
                for side, (text, _) in ((node.left, left), (node.right, right))
            )
            return (left[0] + right[0], left[1] + right[1]) if is_text else (PLACE, [None])
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return self._percent(node)
        if isinstance(node, ast.Call):
            return self._call_text(node, depth)
        return PLACE, [_certainty(node, "")]

    def _formatted(self, node: ast.JoinedStr) -> tuple[str, list[bool | None]]:
        texts, certain = [], list[bool | None]()
        for piece in node.values:
            if not isinstance(piece, ast.FormattedValue):
                texts.append(str(piece.value) if isinstance(piece, ast.Constant) else "")
                continue
            known = fold(piece.value, self._module.constants)
            if isinstance(known, str):
                texts.append(known)
                continue
            texts.append(PLACE)
            certain.append(_certainty(piece.value, _specification(piece)))
        return "".join(texts), certain

    def _percent(self, node: ast.BinOp) -> tuple[str, list[bool | None]]:
        template = fold(node.left, self._module.constants)
        if not isinstance(template, str):
            return PLACE, [None]
        values = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right]
        return with_percent_places(template), _in_text(PERCENT, template, values)

    def _call_text(self, node: ast.Call, depth: int) -> tuple[str, list[bool | None]]:
        name = dotted_name(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            template = fold(self._resolved(node.func.value), self._module.constants)
            if isinstance(template, str):
                text = with_brace_places(template)
                return text, _in_text(BRACES, template, node.args)
        if name in ("str", "repr") and node.args:
            return self._text(node.args[0], depth + 1)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            return "", []
        return PLACE, [_certainty(node, "")]


def _is_media(node: ast.expr) -> bool:
    """`wandb.Image(...)`, `wandb.Histogram(...)`: what loggers show and nobody can compare."""
    name = dotted_name(node.func) if isinstance(node, ast.Call) else None
    return name is not None and name.rpartition(".")[2] in ("Image", "Histogram", "Table", "Video", "Audio", "Html")


def _is_stream(call: ast.Call, name: str) -> bool:
    """For `write`, whether it goes where people see it; other names always do."""
    if name != "write" or not isinstance(call.func, ast.Attribute):
        return True
    owner = dotted_name(call.func.value) or ""
    return owner.rsplit(".", 1)[-1] in ("stdout", "stderr", "tqdm", "trange", "pbar")


def _certainty(node: ast.AST, specification: str) -> bool | None:
    """True where the value surely is a real number, False where it is a setting or a text."""
    name = dotted_name(node)
    if name is not None and (name.partition(".")[0] in _NOT_NUMBERS or name.rpartition(".")[0] in _NOT_NUMBERS):
        return False
    if isinstance(node, ast.Call) and dotted_name(node.func) in ("len", "type", "time.time", "list", "os.getpid"):
        return False
    if specification and specification[-1] in _NUMERIC_CODES:
        return True
    return False if specification.endswith(("d", "i", "s", "r")) else None


def _specification(piece: ast.FormattedValue) -> str:
    parts = piece.format_spec.values if isinstance(piece.format_spec, ast.JoinedStr) else []
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def _in_text(directive: re.Pattern[str], template: str, values: Sequence[ast.expr]) -> list[bool | None]:
    """Certainty of each directive of a format, which takes `values` in order."""
    unnamed = ast.Constant(None)
    kinds = [match["kind"] or "" for match in directive.finditer(template)]
    given = [*values, *[unnamed] * len(kinds)]
    return [_certainty(value, kind) for value, kind in zip(given, kinds, strict=False)]


def _assignments(module: SourceModule) -> dict[str, list[tuple[int, ast.AST]]]:
    found: defaultdict[str, list[tuple[int, ast.AST]]] = defaultdict(list)
    for node in module.all(ast.Assign):
        if not isinstance(node.value, ast.JoinedStr | ast.Dict | ast.Constant | ast.BinOp | ast.Call):
            continue
        if isinstance(node.value, ast.Call) and not _makes_text_or_dictionary(node.value):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name):
                found[target.id].append((node.lineno, node.value))
    return found


def _makes_text_or_dictionary(call: ast.Call) -> bool:
    is_format = isinstance(call.func, ast.Attribute) and call.func.attr == "format"
    return is_format or dotted_name(call.func) == "dict"


def _enclosing(functions: Sequence[Function], node: ast.expr) -> Function | None:
    """The innermost function around a node."""
    around = [f for f in functions if f.lineno <= node.lineno <= (f.end_lineno or f.lineno)]
    return max(around, key=lambda f: f.lineno) if around else None
