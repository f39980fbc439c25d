"""Search: training jobs and tuning jobs by what Describe says of them.

A property is named by its path (`HyperParameters.lr`, `InputDataConfig.DataSource.S3DataSource.S3Uri`, `Metrics.loss`,
`Tags.team`); behind a list it is that of any of its entries. Nested filters ask that one entry satisfies all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from selftune.engine.service import TuningService
from selftune.server.aws import wire
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import validation
from selftune.server.aws.paging import Pager
from selftune.server.aws.sagemaker.arns import TRAINING_JOB, TUNING_JOB
from selftune.server.aws.sagemaker.finding import all_training_jobs, parents_of
from selftune.server.aws.sagemaker.tagging import resource_of
from selftune.server.aws.sagemaker.training_documents import training_job_described
from selftune.server.aws.sagemaker.tuning_documents import described
from selftune.store.tags import SqliteTags

DEEPEST = 20
"""Levels of SubExpressions."""
_SHAPES = {"TrainingJob": "TrainingJob", "HyperParameterTuningJob": "HyperParameterTuningJobSearchEntity"}
"""What can be searched for -> the shape that says which properties it has."""
_BY_DEFAULT = "LastModifiedTime"

Given = Mapping[str, Any]
Document = Mapping[str, Any]


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
        found = [document for document in self._documents(resource, caller) if holds(expression, document)]
        ordered = _ordered(found, sort_by, is_descending=given.get("SortOrder", "Descending") == "Descending")
        name = f"{resource}Name"
        page = self.pager.page("Search", given, ordered, lambda document: str(document[name]))
        return {
            "Results": [{resource: document} for document in page.items],
            "NextToken": page.next_token,
            "TotalHits": {"Value": len(ordered), "Relation": "EqualTo"},
        }

    def _documents(self, resource: str, caller: Caller) -> Iterator[Document]:
        if resource == "TrainingJob":
            for record, training_job in all_training_jobs(self.service):
                points = self.service.metrics(record.job.name, training_job.number)
                document = training_job_described(record, training_job, points, caller.region)
                yield {**document, "Tags": self._tags(TRAINING_JOB, training_job.name)}
        else:
            for record in self.service.records():
                document = described(
                    record, self.service.summary(record.job.name), caller.region, parents_of(self.service, record)
                )
                yield {**document, "Tags": self._tags(TUNING_JOB, record.job.name)}

    def _tags(self, kind: str, name: str) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in self.tags.of(resource_of(kind, name)).items()]


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
    try:
        return float(value)
    except (TypeError, ValueError):
        return _time(value) if isinstance(value, str) else None


def _time(text: str) -> float | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=UTC)).timestamp()


def _ordered(documents: Sequence[Document], path: str, *, is_descending: bool) -> list[Document]:
    """By the first value under a path; documents without one come last whatever the order."""
    keyed = [(values_at(document, path), document) for document in documents]
    known = [(_key(values[0]), document) for values, document in keyed if values]
    known.sort(key=lambda pair: pair[0], reverse=is_descending)
    return [document for _, document in known] + [document for values, document in keyed if not values]


def _key(value: Any) -> tuple[int, float, str]:
    """Numbers before texts."""
    number = _number(value)
    return (1, 0.0, _text(value)) if number is None else (0, number, "")
