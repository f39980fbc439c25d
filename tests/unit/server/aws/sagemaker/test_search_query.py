"""What a store can answer of a search it answers; the rest is left to whoever looks into documents."""

from __future__ import annotations

import math

import pytest

from selftune.server.aws.sagemaker.search_query import narrowed, properties
from selftune.store.store import JobOrder

STATUS = {"Name": "TrainingJobStatus", "Operator": "Equals", "Value": "Completed"}
NAME = {"Name": "TrainingJobName", "Operator": "Contains", "Value": "digits"}
LOSS = {"Name": "Metrics.loss", "Operator": "LessThan", "Value": "0.5"}


def of(expression, sort_by="LastModifiedTime"):
    return narrowed("TrainingJob", expression, sort_by, is_descending=True)


def test_names_states_and_times_are_asked_of_the_store():
    since = {"Name": "CreationTime", "Operator": "GreaterThan", "Value": "2026-01-01T00:00:00Z"}
    until = {"Name": "LastModifiedTime", "Operator": "LessThanOrEqualTo", "Value": "1800000000"}
    found = of({"Filters": [STATUS, NAME, since, until]})
    assert found.is_whole
    assert found.query.status == "Completed"
    assert found.query.name_contains == ("digits",)
    assert found.query.created_from == math.nextafter(1767225600.0, math.inf)
    assert found.query.modified_until == 1_800_000_000.0
    assert found.query.order is JobOrder.MODIFIED


def test_the_stricter_of_two_bounds_holds():
    bounds = [{"Name": "CreationTime", "Operator": "GreaterThanOrEqualTo", "Value": text} for text in ("5", "7", "6")]
    assert of({"Filters": bounds}).query.created_from == 7.0


@pytest.mark.parametrize(
    "expression",
    [
        {"Filters": [STATUS, LOSS]},
        {"Filters": [STATUS], "SubExpressions": [{"Filters": [LOSS]}]},
        {"Filters": [STATUS], "NestedFilters": [{"NestedPropertyName": "InputDataConfig", "Filters": [NAME]}]},
        {"Filters": [STATUS, {**STATUS, "Value": "Failed"}]},
    ],
)
def test_what_the_store_cannot_answer_is_tried_on_what_it_finds(expression):
    found = of(expression)
    assert not found.is_whole
    assert found.query.status == "Completed"


@pytest.mark.parametrize(
    "expression",
    [
        {"Operator": "Or", "Filters": [STATUS, NAME]},
        {"Operator": "Or", "Filters": [STATUS], "SubExpressions": [{"Filters": [NAME]}]},
        {"Filters": [{**STATUS, "Operator": "NotEquals"}]},
        {"Filters": [{"Name": "CreationTime", "Operator": "LessThan", "Value": "yesterday"}]},
        {"Filters": [{**NAME, "Value": "half \ud800 of a pair"}]},
    ],
)
def test_alternatives_and_other_comparisons_narrow_nothing(expression):
    found = of(expression)
    assert not found.is_whole
    assert (found.query.status, found.query.name_contains, found.query.created_until) == (None, (), None)


def test_only_some_orders_are_those_of_the_store():
    assert of({}, "TrainingJobName").is_in_order
    assert not of({}, "Metrics.loss").is_in_order


def test_the_properties_of_an_expression_are_those_of_all_its_parts():
    nested = {"NestedPropertyName": "InputDataConfig", "Filters": [NAME]}
    expression = {"Filters": [STATUS], "NestedFilters": [nested], "SubExpressions": [{"Filters": [LOSS]}]}
    assert list(properties(expression)) == ["TrainingJobStatus", "InputDataConfig", "Metrics.loss"]
