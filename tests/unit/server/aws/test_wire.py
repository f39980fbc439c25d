"""A body becomes an input only where botocore's model allows all of it, and says in AWS's words what it does not."""

from __future__ import annotations

import json

import pytest

from selftune.server.aws import wire
from selftune.server.aws.errors import AwsError

DESCRIBE = wire.operation_model("sagemaker", "DescribeHyperParameterTuningJob")
LIST = wire.operation_model("sagemaker", "ListHyperParameterTuningJobs")
CREATE = wire.operation_model("sagemaker", "CreateHyperParameterTuningJob")


def refusal(body: object, operation: object = DESCRIBE) -> AwsError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(AwsError) as caught:
        wire.parsed(raw, operation)
    return caught.value


def test_a_valid_input_comes_back_without_unknown_members_and_nulls() -> None:
    body = {"HyperParameterTuningJobName": "a", "Unknown": 1}
    assert wire.parsed(json.dumps(body).encode(), DESCRIBE) == {"HyperParameterTuningJobName": "a"}
    assert wire.parsed(b'{"NextToken": null, "MaxResults": 5}', LIST) == {"MaxResults": 5}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"MaxResults": NaN}',
        b'{"MaxResults": 1e400}',
        b'{"MaxResults": 1' + b"0" * 400 + b"}",
        b'{"CreationTimeAfter": -1' + b"0" * 400 + b"}",
        b'{"MaxResults": 1, "MaxResults": 2}',
        b"\xff\xfe{}",
        '{"NextToken": "ü"}'.encode("utf-16"),
        b'{"MaxResults": "5"}',
        b'{"MaxResults": 1.5}',
        b'{"MaxResults": true}',
        b'{"NameContains": 3}',
        b"[" * 100_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
    ],
)
def test_what_is_no_such_json_is_a_serialization_exception(body: bytes) -> None:
    operation = LIST
    if body == b"":
        assert wire.parsed(body, operation) == {}
        return
    assert refusal(body, operation).code == "SerializationException"


def test_bounds_patterns_and_enumerations_are_held_with_the_words_of_the_service() -> None:
    error = refusal({"HyperParameterTuningJobName": "x" * 40})
    assert error.code == "ValidationException"
    assert error.message == (
        f"1 validation error detected: Value '{'x' * 40}' at 'hyperParameterTuningJobName' failed to satisfy "
        "constraint: Member must have length less than or equal to 32"
    )
    assert "Member must satisfy regular expression pattern" in refusal({"HyperParameterTuningJobName": "../x"}).message
    assert (
        "Member must satisfy enum value set: [Name, Status, CreationTime]" in refusal({"SortBy": "Size"}, LIST).message
    )
    assert "Member must have value less than or equal to 100" in refusal({"MaxResults": 1000}, LIST).message
    assert "'hyperParameterTuningJobName' failed to satisfy constraint: Member must not be null" in refusal({}).message


def test_all_broken_constraints_are_told_at_once_with_their_place() -> None:
    error = refusal({"HyperParameterTuningJobName": "a", "HyperParameterTuningJobConfig": {"Strategy": "Best"}}, CREATE)
    assert error.message.startswith("2 validation errors detected: ")
    assert "'hyperParameterTuningJobConfig.strategy'" in error.message
    assert "'hyperParameterTuningJobConfig.resourceLimits'" in error.message


def test_members_of_lists_are_counted_from_one() -> None:
    body = {
        "HyperParameterTuningJobName": "a",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0", "MaxValue": "1" * 300}]},
        },
    }
    assert "continuousParameterRanges.1.member.maxValue" in refusal(body, CREATE).message


def test_a_pattern_is_not_tried_on_what_is_too_long() -> None:
    error = refusal({"HyperParameterTuningJobName": "a-" * 50_000 + "!"})
    assert "length less than or equal to 32" in error.message
    assert len(error.message) < 1000


def test_an_unknown_operation_is_refused_by_name() -> None:
    with pytest.raises(AwsError) as caught:
        wire.operation_model("sagemaker", "DescribeNothing")
    assert caught.value.code == "UnknownOperationException"


def test_an_output_holds_only_what_the_model_knows() -> None:
    shape = wire.operation_model("sagemaker", "CreateHyperParameterTuningJob").output_shape
    arn = "arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/a"
    assert json.loads(wire.serialized({"HyperParameterTuningJobArn": arn, "Secret": "s"}, shape)) == {
        "HyperParameterTuningJobArn": arn
    }


def test_of_maps_and_lists_all_that_members_must_satisfy_is_told_and_no_value_of_a_map() -> None:
    training = wire.operation_model("sagemaker", "CreateTrainingJob")
    body = {"TrainingJobName": "a", "HyperParameters": {"lr": "a\nsecret"}, "VpcConfig": {"Subnets": ["a b"]}}
    message = refusal(body, training).message
    assert (
        "Value '{lr=...}' at 'hyperParameters' failed to satisfy constraint: Map value must satisfy constraint: "
        "[Member must have length less than or equal to 2500, Member must have length greater than or equal to 0, "
        "Member must satisfy regular expression pattern: .*]"
    ) in message
    assert "secret" not in message
    assert (
        "Value '[a b]' at 'vpcConfig.subnets' failed to satisfy constraint: Member must satisfy constraint: "
        "[Member must have length less than or equal to 32"
    ) in message
    assert refusal({"HyperParameters": {"lr": None}}, training).code == "SerializationException"
