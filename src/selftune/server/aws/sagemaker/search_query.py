"""Which part of a search the store itself can answer, so that only the rest is looked for in documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from selftune.store.store import JobOrder, JobQuery

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A search as a query of the store."""

    query: JobQuery
    is_whole: bool
    """Whether the query finds just what is searched for; else each job that it finds is still to be tried."""
    is_in_order: bool
    """Whether the store puts it in order."""


def narrowed(resource: str, expression: Given, sort_by: str, *, is_descending: bool) -> Narrowed:
    """The query that finds all that is searched for, and as little else as possible.

    Args:
        resource: TrainingJob or HyperParameterTuningJob.
        expression: SearchExpression, checked.
        sort_by: A property's path.
    """
    orders = {
        f"{resource}Name": JobOrder.NAME,
        f"{resource}Status": JobOrder.STATUS,
        "CreationTime": JobOrder.CREATED,
        "LastModifiedTime": JobOrder.MODIFIED,
    }
    query = JobQuery(order=orders.get(sort_by, JobOrder.CREATED), is_descending=is_descending)
    filters, is_whole = expression.get("Filters", ()), True
    if expression.get("Operator") == "Or" and (len(filters) > 1 or _has_more(expression)):
        return Narrowed(query=query, is_whole=False, is_in_order=sort_by in orders)
    for filter in filters:
        found = _added(query, orders.get(filter["Name"]), filter)
        query, is_whole = (query, False) if found is None else (found, is_whole)
    return Narrowed(query=query, is_whole=is_whole and not _has_more(expression), is_in_order=sort_by in orders)


def properties(expression: Given) -> Iterator[str]:
    """The paths that an expression asks for."""
    for filter in expression.get("Filters", ()):
        yield filter["Name"]
    for nested in expression.get("NestedFilters", ()):
        yield nested["NestedPropertyName"]
    for below in expression.get("SubExpressions", ()):
        yield from properties(below)


def time_of(text: str) -> float | None:
    """A moment as seconds since the epoch, written so or as ISO 8601 says; None for all else."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()


def _has_more(expression: Given) -> bool:
    return bool(expression.get("NestedFilters") or expression.get("SubExpressions"))


def _added(query: JobQuery, by: JobOrder | None, filter: Mapping[str, str]) -> JobQuery | None:
    """The query with a filter; None where the store cannot try it."""
    operator, value = filter.get("Operator", "Equals"), filter.get("Value")
    if value is None or not _is_text(value):
        return None
    if by is JobOrder.NAME and operator == "Contains":
        return replace(query, name_contains=(*query.name_contains, value))
    if by is JobOrder.STATUS and operator == "Equals" and query.status in (None, value):
        return replace(query, status=value)
    at = time_of(value) if by in (JobOrder.CREATED, JobOrder.MODIFIED) else None
    if at is None or not math.isfinite(at):
        return None
    name = "created" if by is JobOrder.CREATED else "modified"
    if operator in ("GreaterThan", "GreaterThanOrEqualTo"):
        bound = at if operator.endswith("OrEqualTo") else math.nextafter(at, math.inf)
        return _bounded(query, f"{name}_from", bound, max)
    if operator in ("LessThan", "LessThanOrEqualTo"):
        bound = at if operator.endswith("OrEqualTo") else math.nextafter(at, -math.inf)
        return _bounded(query, f"{name}_until", bound, min)
    return None


def _is_text(value: str) -> bool:
    """False for what JSON can write and no database can hold: half of a surrogate pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _bounded(query: JobQuery, name: str, bound: float, stricter: Callable[[float, float], float]) -> JobQuery:
    known: float | None = getattr(query, name)
    fields: dict[str, Any] = {name: bound if known is None else stricter(known, bound)}
    return replace(query, **fields)
