"""Search: training jobs and tuning jobs by what Describe says of them.

A property is named by its path (`HyperParameters.lr`, `InputDataConfig.DataSource.S3DataSource.S3Uri`, `Metrics.loss`,
`Tags.team`); behind a list it is that of any of its entries. Nested filters ask that one entry satisfies all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from selftune.engine.service import TuningService
from selftune.server.aws import wire
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.paging import Page, Pager
from selftune.server.aws.sagemaker.job_lists import place_of, text_of_place
from selftune.server.aws.sagemaker.search_documents import (
    ALL,
    Document,
    Documents,
    Listed,
    TrainingJobDocuments,
    TuningJobDocuments,
    all_listed,
)
from selftune.server.aws.sagemaker.search_query import narrowed, properties, time_of
from selftune.store.store import JobQuery
from selftune.store.tags import SqliteTags

DEEPEST = 20
"""Levels of SubExpressions."""
_SHAPES = {"TrainingJob": "TrainingJob", "HyperParameterTuningJob": "HyperParameterTuningJobSearchEntity"}
"""What can be searched for -> the shape that says which properties it has."""
_BY_DEFAULT = "LastModifiedTime"

Given = Mapping[str, Any]
L = TypeVar("L", bound=Listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOperation:
    """Search over one home."""

    service: TuningService
    pager: Pager
    tags: SqliteTags

    def search(self, given: Given, caller: Caller) -> Mapping[str, Any]:
        """Search: the newest first where nothing is said."""
        resource = given["Resource"]
        if resource not in _SHAPES:
            raise validation(f"Search of {resource} is not here: {' and '.join(_SHAPES)} can be searched for.")
        expression = given.get("SearchExpression", {})
        _check(expression, resource)
        sort_by = given.get("SortBy", _BY_DEFAULT)
        _check_property(sort_by, resource)
        if resource == "TrainingJob":
            training = TrainingJobDocuments(service=self.service, tags=self.tags, region=caller.region)
            found, token, total = self._page(given, training)
        else:
            tuning = TuningJobDocuments(service=self.service, tags=self.tags, region=caller.region)
            found, token, total = self._page(given, tuning)
        return {
            "Results": [{resource: document} for document in found],
            "NextToken": token,
            "TotalHits": {"Value": total, "Relation": "EqualTo"},
        }

    def _page(self, given: Given, documents: Documents[L]) -> tuple[list[Document], str | None, int]:
        """(the documents of the page, the token of the next, how many there are on all pages)"""
        expression, sort_by = given.get("SearchExpression", {}), given.get("SortBy", _BY_DEFAULT)
        is_descending = given.get("SortOrder", "Descending") == "Descending"
        asked = narrowed(given["Resource"], expression, sort_by, is_descending=is_descending)
        if asked.is_whole and asked.is_in_order:
            page = self._page_of_store(given, documents, asked.query)
            total = self.service.count_jobs(documents.kind, asked.query)
        else:
            found = _ordered(_found(documents, asked.query, expression, sort_by), is_descending=is_descending)
            page, total = self.pager.page("Search", given, found, _token_of), len(found)
        shown = [document for listed in page.items for document in documents.document(listed, ALL)]
        return shown, page.next_token, total

    def _page_of_store(self, given: Given, documents: Documents[L], query: JobQuery) -> Page[L]:
        def read(last: str | None, limit: int) -> Sequence[L]:
            return documents.read(replace(query, after=place_of(last), limit=limit))

        return self.pager.page_read("Search", given, read, _token_of)


def _token_of(listed: Listed) -> str:
    return text_of_place(listed.place)


def _found(documents: Documents[L], query: JobQuery, expression: Given, sort_by: str) -> Iterator[tuple[list[Any], L]]:
    """Of all that the store finds those whose documents hold, with what they are put in order by."""
    needed = frozenset(path.partition(".")[0] for path in (*properties(expression), sort_by))
    for listed in all_listed(documents, query):
        for document in documents.document(listed, needed):
            if holds(expression, document):
                yield values_at(document, sort_by)[:1], listed


# --- what is asked for


def _check(expression: Mapping[str, Any], resource: str, depth: int = 1) -> None:
    """Refuse what no document can answer."""
    if depth > DEEPEST:
        raise validation(f"SubExpressions are nested deeper than {DEEPEST} levels.")
    nested = [filter for each in expression.get("NestedFilters", ()) for filter in each["Filters"]]
    for filter in (*expression.get("Filters", ()), *nested):
        _check_property(filter["Name"], resource)
        if filter.get("Operator") not in (None, "Exists", "NotExists") and "Value" not in filter:
            raise validation(f"The filter on {filter['Name']} with {filter['Operator']} needs a Value.")
    for below in expression.get("SubExpressions", ()):
        _check(below, resource, depth + 1)


def _check_property(path: str, resource: str) -> None:
    known = {*wire.service_model("sagemaker").shape_for(_SHAPES[resource]).members, "Metrics"}
    first = path.partition(".")[0]
    if first not in known:
        raise validation(f"Unknown property name: {path[:100]} is none of {resource}.")


# --- whether a document answers it


def holds(expression: Mapping[str, Any], document: Document) -> bool:
    """Whether a document satisfies a search expression; an empty one holds for all."""
    answers = [_passes(filter, values_at(document, filter["Name"])) for filter in expression.get("Filters", ())]
    answers += [_passes_nested(each, document) for each in expression.get("NestedFilters", ())]
    answers += [holds(each, document) for each in expression.get("SubExpressions", ())]
    if not answers:
        return True
    return any(answers) if expression.get("Operator") == "Or" else all(answers)


def values_at(document: Any, path: str) -> list[Any]:
    """All values under a path; a list stands for each of its entries."""
    found: Any = document
    first, _, rest = path.partition(".")
    if isinstance(document, Mapping):
        if first == "Metrics" and "FinalMetricDataList" in document:
            return [m["Value"] for m in document["FinalMetricDataList"] if m["MetricName"] == rest]
        if first == "Tags" and rest not in ("", "Key", "Value"):
            return [tag["Value"] for tag in document.get("Tags", ()) if tag["Key"] == rest.removeprefix("Key.")]
        if path in document:
            found, rest = document[path], ""
        elif first in document and rest:
            return values_at(document[first], rest)
        else:
            return []
    elif isinstance(document, list):
        return [value for entry in document for value in values_at(entry, path)]
    else:
        return []
    return list(found) if isinstance(found, list) else [found]


def _passes_nested(nested: Mapping[str, Any], document: Document) -> bool:
    """Whether one entry of the list satisfies all filters, whose names begin with that of the list or leave it out."""
    head = nested["NestedPropertyName"]
    filters = [{**filter, "Name": filter["Name"].removeprefix(f"{head}.")} for filter in nested["Filters"]]
    return any(
        all(_passes(filter, values_at(entry, filter["Name"])) for filter in filters)
        for entry in values_at(document, head)
    )


def _passes(filter: Mapping[str, str], values: Sequence[Any]) -> bool:
    operator = filter.get("Operator") or ("Equals" if "Value" in filter else "Exists")
    if operator in ("Exists", "NotExists"):
        return bool(values) is (operator == "Exists")
    if operator == "NotEquals":
        return not any(_EQUAL(value, filter["Value"]) for value in values)
    return any(_OPERATORS[operator](value, filter["Value"]) for value in values)


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Any, str], bool]:
    """A comparison of numbers and times where both sides are some, else of texts."""

    def compare(value: Any, text: str) -> bool:
        number, other = _number(value), _number(text)
        if number is not None and other is not None:
            return test(number, other)
        return test(_text(value), text)

    return compare


_EQUAL = _compared(lambda value, other: bool(value == other))
_OPERATORS: Mapping[str, Callable[[Any, str], bool]] = {
    "Equals": _EQUAL,
    "GreaterThan": _compared(lambda value, other: bool(value > other)),
    "GreaterThanOrEqualTo": _compared(lambda value, other: bool(value >= other)),
    "LessThan": _compared(lambda value, other: bool(value < other)),
    "LessThanOrEqualTo": _compared(lambda value, other: bool(value <= other)),
    "Contains": lambda value, text: text.lower() in _text(value).lower(),
    "In": lambda value, text: any(_EQUAL(value, part.strip()) for part in text.split(",")),
}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(value: Any) -> float | None:
    """A number, or a time as seconds since the epoch; None for all else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return time_of(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _ordered(found: Iterable[tuple[list[Any], L]], *, is_descending: bool) -> list[L]:
    """By their values; those without one come last whatever the order."""
    known, unknown = list[tuple[tuple[int, float, str], L]](), list[L]()
    for values, listed in found:
        if values:
            known.append((_key(values[0]), listed))
        else:
            unknown.append(listed)
    known.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [listed for _, listed in known] + unknown


def _key(value: Any) -> tuple[int, float, str]:
    """Numbers before texts."""
    number = _number(value)
    return (1, 0.0, _text(value)) if number is None else (0, number, "")
