"""How a range came about, in words: around what, over what, by which evidence."""

from __future__ import annotations

from selftune.autotune.knowledge import KnowledgeEntry, Known
from selftune.autotune.range_prior import doubt_about
from selftune.autotune.ranges import is_smoke
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.model.ranges import CategoricalRange, Range
from selftune.model.values import HyperparameterValue, is_number, short_value


def around(found: FoundHyperparameter, known: Known, inferred: Range) -> str:
    """How the range came about, to be read after the name and its meaning."""
    value = short_value(found.value) if found.value is not None else "its default"
    if is_smoke(known.entry, found.value) and not found.choices:
        way = "" if known.flow is None else f"goes into {known.flow} and "
        return f"{way}is tried over {inferred}: today's {value} looks like a quick test's"
    doubt = doubt_about(known.entry, found.value)
    if doubt and not found.choices:
        way = "" if known.flow is None else f"goes into {known.flow} and "
        return f"{way}is tried over {inferred}: today's {value} {doubt}"
    if known.flow is not None:
        return f"goes into {known.flow} and is tried {_where(found, known.entry, inferred)}"
    if found.choices:
        return f"is tried over {inferred}, which is all that the program takes"
    part = "" if known.is_exact else f", as the end of its name says ({known.entry.name}),"
    part = ", as its help says," if known.is_by_help else part
    if is_relative(known.entry, found.value):
        return f"is tried{part} around {value}, over {inferred}"
    return f"is tried{part} {_where(found, known.entry, inferred)}"


def _where(found: FoundHyperparameter, entry: KnowledgeEntry, inferred: Range) -> str:
    """Around today's value only where the range moves with it."""
    value = short_value(found.value) if found.value is not None else "its default"
    if is_relative(entry, found.value) and not found.choices:
        return f"around {value}"
    usual = "" if found.choices or isinstance(inferred, CategoricalRange) else ", where good values usually lie"
    return f"over {inferred}{usual}, starting at today's {value}"


def is_relative(entry: KnowledgeEntry, value: HyperparameterValue | None) -> bool:
    """Whether the range moves with today's value: a factor of zero is no range."""
    return entry.step is not None or (entry.factor is not None and is_above_zero(value))


def evidence_of(found: FoundHyperparameter, known: Known) -> str:
    where = f"{found.source}; " if known.flow is not None else ""
    data = f"; {known.entry.observed}" if known.entry.observed else ""
    return f"{where}knowledge: {known.entry.key} ({known.entry.source}){data}"


def is_above_zero(value: HyperparameterValue | None) -> bool:
    """Whether a value is a number above zero."""
    return value is not None and is_number(value) and float(value) > 0
