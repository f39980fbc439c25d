"""Search expressions over documents: paths, comparisons, lists, and how they combine."""

from __future__ import annotations

import pytest

from selftune.server.aws.sagemaker.search import holds, values_at

DOCUMENT = {
    "TrainingJobName": "Digits-001",
    "TrainingJobStatus": "Completed",
    "CreationTime": 1_700_000_000.0,
    "HyperParameters": {"lr": "0.01", "optimizer.name": "adam"},
    "EnableNetworkIsolation": False,
    "InputDataConfig": [
        {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/train"}}},
        {"ChannelName": "test", "DataSource": {"S3DataSource": {"S3Uri": "s3://b/test"}}},
    ],
    "FinalMetricDataList": [{"MetricName": "validation:rmse", "Value": 0.5}],
    "Tags": [{"Key": "team", "Value": "blue"}],
}


def passes(name, operator=None, value=None):
    given = {"Name": name, "Operator": operator, "Value": value}
    return holds({"Filters": [{key: text for key, text in given.items() if text is not None}]}, DOCUMENT)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("TrainingJobName", ["Digits-001"]),
        ("HyperParameters.lr", ["0.01"]),
        ("HyperParameters.optimizer.name", ["adam"]),
        ("InputDataConfig.DataSource.S3DataSource.S3Uri", ["s3://b/train", "s3://b/test"]),
        ("Metrics.validation:rmse", [0.5]),
        ("Tags.team", ["blue"]),
        ("Tags.Key", ["team"]),
        ("HyperParameters.none", []),
        ("TrainingJobName.deeper", []),
    ],
)
def test_a_path_leads_to_values(path, values):
    assert values_at(DOCUMENT, path) == values


@pytest.mark.parametrize(
    ("name", "operator", "value"),
    [
        ("TrainingJobStatus", "Equals", "Completed"),
        ("TrainingJobStatus", None, "Completed"),
        ("TrainingJobStatus", "NotEquals", "Failed"),
        ("TrainingJobStatus", "In", "Failed, Completed"),
        ("TrainingJobName", "Contains", "digits"),
        ("HyperParameters.lr", "Equals", "1e-2"),
        ("HyperParameters.lr", "GreaterThan", "0.002"),
        ("HyperParameters.lr", "LessThanOrEqualTo", "0.01"),
        ("CreationTime", "LessThan", "2024-01-01T00:00:00Z"),
        ("CreationTime", "GreaterThanOrEqualTo", "1700000000"),
        ("EnableNetworkIsolation", "Equals", "false"),
        ("HyperParameters.none", "NotExists", None),
        ("HyperParameters.none", "NotEquals", "1"),
        ("FinalMetricDataList", "Exists", None),
        ("Metrics.validation:rmse", "LessThan", "0.6"),
    ],
)
def test_what_is_so_passes(name, operator, value):
    assert passes(name, operator, value)


@pytest.mark.parametrize(
    ("name", "operator", "value"),
    [
        ("TrainingJobStatus", "Equals", "completed"),
        ("TrainingJobStatus", "In", "Failed"),
        ("HyperParameters.none", "Equals", "1"),
        ("HyperParameters.none", "Exists", None),
        ("HyperParameters.lr", "GreaterThan", "0.01"),
        ("TrainingJobName", "NotExists", None),
    ],
)
def test_what_is_not_so_does_not(name, operator, value):
    assert not passes(name, operator, value)


def nested(*filters):
    prefix = "InputDataConfig"
    named = [{"Name": f"{prefix}.{name}", "Operator": "Equals", "Value": value} for name, value in filters]
    return holds({"NestedFilters": [{"NestedPropertyName": prefix, "Filters": named}]}, DOCUMENT)


def test_nested_filters_speak_of_one_entry():
    uri = "DataSource.S3DataSource.S3Uri"
    assert nested(("ChannelName", "train"), (uri, "s3://b/train"))
    assert not nested(("ChannelName", "train"), (uri, "s3://b/test"))


def test_filters_combine_by_the_operator_and_an_empty_expression_holds():
    true = {"Name": "TrainingJobStatus", "Value": "Completed"}
    false = {"Name": "TrainingJobStatus", "Value": "Failed"}
    assert holds({}, DOCUMENT)
    assert not holds({"Filters": [true, false]}, DOCUMENT)
    assert holds({"Filters": [true, false], "Operator": "Or"}, DOCUMENT)
    assert holds({"SubExpressions": [{"Filters": [false]}, {"Filters": [true]}], "Operator": "Or"}, DOCUMENT)
    assert not holds({"Filters": [true], "SubExpressions": [{"Filters": [false]}]}, DOCUMENT)
