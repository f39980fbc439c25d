"""The knowledge base for people: frameworks with their counts, a framework's hyperparameters, one of them in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from selftune.autotune.knowledge import KnowledgeEntry, ValueType
from selftune.autotune.knowledge.catalogue import Catalogue, Overview, by_data, constraint_document
from selftune.cli.layout import bold, dim, paragraph, plain, table
from selftune.model.values import counted, short_number, short_value

_PRIORITIES = {
    3: "tuned first",
    2: "tuned from about 15 training jobs",
    1: "tuned from about 40 training jobs",
    0: "left alone unless you ask",
}
_FULL = 4
"""Up to so many entries are shown in full; more are a table."""


def overview_lines(known: Overview, *, width: int) -> list[str]:
    """All frameworks, a line each."""
    rows = [("FRAMEWORK", "KNOWN", "CONSTRAINTS", "")]
    rows += [(r.name, str(r.entries), str(r.constraints or ""), r.title) for r in known.frameworks]
    lines = paragraph(
        f"{counted(known.entries, 'hyperparameter')} of {counted(len(known.frameworks), 'framework')} are known.",
        width=width,
    )
    lines += ["", *table(rows, width=width, styles=(bold, plain, plain, dim)), ""]
    for name in known.files:
        lines += paragraph(f"Your own knowledge in {name} comes first.", width=width)
    hint = "More: selftune knowledge FRAMEWORK or selftune knowledge HYPERPARAMETER."
    return [*lines, *paragraph(hint, width=width, style=dim)]


def catalogue_lines(found: Catalogue, *, width: int) -> list[str]:
    """What is known under a name: a table of a framework, in full where it is about one hyperparameter."""
    lines: list[str] = []
    if found.static is not None:
        lines += paragraph(f"{found.name} is never tuned unless you ask: it is {found.static.why}.", width=width)
    if found.is_framework and len(found.entries) > _FULL:
        lines += _tables(found, width)
    else:
        for entry in found.entries:
            lines += [*_in_full(entry, found.titles, width), ""]
    return [*lines, *_constraints(found, width)]


def _tables(found: Catalogue, width: int) -> Iterator[str]:
    for framework in dict.fromkeys(entry.framework for entry in found.entries):
        entries = [entry for entry in found.entries if entry.framework == framework]
        yield f"{bold(framework)}  {found.titles[framework]}, {counted(len(entries), 'hyperparameter')}"
        rows = [(e.name, _box(e), _scale(e), _default(e), str(e.priority), e.meaning) for e in entries]
        head = ("", "USUAL RANGE", "SCALE", "DEFAULT", "PRIORITY", "")
        yield from table([head, *rows], width=width, styles=(bold, plain, dim, plain, plain, dim))
        yield ""


def _in_full(entry: KnowledgeEntry, titles: Mapping[str, str], width: int) -> Iterator[str]:
    title = titles.get(entry.framework, entry.framework)
    yield f"{bold(entry.key)}  {title}: {entry.meaning}"
    yield from table(list(_facts(entry)), width=width, indent=4, styles=(dim, plain))


def _facts(entry: KnowledgeEntry) -> Iterator[tuple[str, str]]:
    is_choice = entry.type is ValueType.CATEGORICAL
    kind = {ValueType.FLOAT: "a number", ValueType.INT: "a whole number", ValueType.CATEGORICAL: "a choice"}[entry.type]
    words = f", or {', '.join(entry.words)}" if entry.words else ""
    yield "type", kind + words
    yield "usual range", _box(entry) + ("" if is_choice else f", {entry.scale} scale")
    if entry.bounds is not None:
        yield "accepted", str(entry.bounds)
    if entry.sense_min is not None:
        yield "searched", f"not below {short_value(entry.sense_min)}"
    if entry.sense_max is not None:
        yield "searched", f"not above {short_value(entry.sense_max)}"
    if entry.default is not None:
        yield "default", short_value(entry.default)
    role = "the training length: kept, and what is spent" if entry.is_resource else _PRIORITIES[entry.priority]
    yield "priority", role if entry.is_resource else f"{entry.priority}: {role}"
    if entry.when is not None:
        yield "only where", str(entry.when)
    for name, rule in by_data(entry).items():
        yield f"{name}, by data", rule
    marks = [word for word, is_set in _marks(entry).items() if is_set]
    if marks:
        yield "it", ", ".join(marks)
    if entry.aliases:
        yield "also called", ", ".join(entry.aliases)
    if entry.note:
        yield "note", entry.note
    yield "source", entry.source


def _marks(entry: KnowledgeEntry) -> dict[str, Any]:
    off = " or ".join(short_number(value) for value in entry.off)
    return {
        "changes how long a training job takes": entry.affects_cost,
        "changes the scale of the loss itself": entry.scales_loss,
        f"is off at {off}": entry.off,
    }


def _constraints(found: Catalogue, width: int) -> Iterator[str]:
    if not found.constraints:
        return
    yield bold("What must hold")
    rows = []
    for constraint in found.constraints:
        said = constraint_document(constraint)
        when = f" Where {constraint.when}." if constraint.when is not None else ""
        rows.append((constraint.text, f"{said['reason']}{when} [{constraint.framework}: {constraint.source}]"))
    yield from table(rows, width=width, styles=(plain, dim))


def _box(entry: KnowledgeEntry) -> str:
    if entry.type is ValueType.CATEGORICAL:
        return ", ".join(short_value(value) for value in entry.values)
    zero = "0 or " if entry.has_zero else ""
    box = f"{zero}{short_number(entry.low)}..{short_number(entry.high)}"
    if entry.factor is not None:
        return f"today's / {short_number(entry.factor[0])} .. x {short_number(entry.factor[1])} within {box}"
    if entry.step is not None:
        return f"today's - {short_number(entry.step[0])} .. + {short_number(entry.step[1])} within {box}"
    return box


def _scale(entry: KnowledgeEntry) -> str:
    return "choice" if entry.type is ValueType.CATEGORICAL else str(entry.scale)


def _default(entry: KnowledgeEntry) -> str:
    return "" if entry.default is None else short_value(entry.default)
