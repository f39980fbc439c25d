"""The wire both ways: what botocore writes, we read as it was meant; what we write, botocore reads as it was meant.

And one answer as a file: whoever changes what clients see, sees it here first.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import botocore.parsers
import botocore.serialize
import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selftune.server.aws import wire
from selftune.server.aws.sagemaker.tuning_documents import described, training_job_summary
from selftune.testing.aws_inputs import valid_inputs
from selftune.testing.factories import T0, a_plan, a_record, a_state, a_training_job
from selftune.views.summary import totals_of

OPERATIONS = (
    "CreateHyperParameterTuningJob",
    "DescribeHyperParameterTuningJob",
    "ListHyperParameterTuningJobs",
    "ListTrainingJobsForHyperParameterTuningJob",
    "StopHyperParameterTuningJob",
    "DeleteHyperParameterTuningJob",
    "CreateTrainingJob",
    "DescribeTrainingJob",
    "ListTrainingJobs",
    "StopTrainingJob",
    "AddTags",
    "ListTags",
    "DeleteTags",
)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SERIALIZER = botocore.serialize.create_serializer("json", include_validation=True)
PARSER = botocore.parsers.create_parser("json")
GOLDEN = Path(__file__).parent / "describe_tuning_job.json"


def times_as_values(value: Any, shape: Shape) -> Any:
    """Seconds since the epoch as the times that a user of boto3 gives and gets."""
    if isinstance(shape, StructureShape):
        return {name: times_as_values(item, shape.members[name]) for name, item in value.items()}
    if isinstance(shape, ListShape):
        return [times_as_values(item, shape.member) for item in value]
    if isinstance(shape, MapShape):
        return {key: times_as_values(item, shape.value) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return datetime.datetime.fromtimestamp(value, datetime.UTC)
    return value


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_botocore_writes_is_read_as_it_was_meant(name: str) -> None:
    operation = wire.operation_model("sagemaker", name)
    assert operation.input_shape is not None

    @FEW
    @given(valid_inputs(operation.input_shape, {}))
    def round_trip(value: Any) -> None:
        request = SERIALIZER.serialize_to_request(times_as_values(value, operation.input_shape), operation)
        assert request["headers"]["X-Amz-Target"] == f"SageMaker.{name}"
        assert request["headers"]["Content-Type"] == wire.CONTENT_TYPE
        assert wire.parsed(request["body"], operation) == value

    round_trip()


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_we_write_is_read_by_botocore_as_it_was_meant(name: str) -> None:
    shape = wire.operation_model("sagemaker", name).output_shape
    values = st.just({}) if shape is None else valid_inputs(shape, {})

    @FEW
    @given(values)
    def round_trip(value: Any) -> None:
        raw = {"status_code": 200, "headers": {}, "body": wire.serialized(value, shape)}
        parsed = PARSER.parse(raw, shape)
        del parsed["ResponseMetadata"]
        assert parsed == ({} if shape is None else times_as_values(value, shape))

    round_trip()


def test_a_refusal_is_read_by_botocore_with_its_code_and_message() -> None:
    error = wire.AwsError("ValidationException", "No \u2028 such thing.")
    raw = {"status_code": error.status, "headers": {}, "body": wire.serialized_error(error)}
    parsed = PARSER.parse(raw, None)["Error"]
    assert (parsed["Code"], parsed["Message"]) == ("ValidationException", "No \u2028 such thing.")


def test_the_description_of_a_tuning_job_is_the_one_on_file() -> None:
    """To accept a change that is meant, write the file anew from what this test shows."""
    jobs = [
        a_training_job(1, {"lr": 0.01, "batch-size": 32}, objective=2.5),
        a_training_job(2, {"lr": 0.1, "batch-size": 64}, objective=1.5),
        a_training_job(3, {"lr": 0.001, "batch-size": 8}),
    ]
    record = a_record(a_state(jobs), plan=a_plan(max_jobs=5))
    document = described(record, totals_of(record, now=T0 + 100), "us-east-1")
    shape = wire.operation_model("sagemaker", "DescribeHyperParameterTuningJob").output_shape
    written = json.loads(wire.serialized(document, shape))
    assert written == json.loads(GOLDEN.read_text(encoding="utf-8"))
    listed = training_job_summary(record, jobs[1], "us-east-1")
    assert written["BestTrainingJob"] == json.loads(json.dumps(listed))
