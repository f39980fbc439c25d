"""Inputs that were checked once are not shared with the operation that gets them, and refusals are made anew."""

from __future__ import annotations

from typing import Any

import pytest

from selftune.server.aws import wire
from selftune.server.aws.errors import AwsError
from selftune.server.aws.gateway import Gateway
from selftune.server.aws.signature import AccessKey

DESCRIBE = wire.operation_model("sagemaker", "DescribeTrainingJob")


@pytest.fixture
def gateway() -> Gateway:
    nothing: Any = None
    return Gateway(key=AccessKey(access_key_id="k", secret="s"), operations={}, forms=nothing, s3=nothing)


def test_an_input_that_was_changed_comes_back_as_it_was_sent(gateway: Gateway) -> None:
    body = b'{"TrainingJobName": "one"}'
    first = gateway.checked_input("sagemaker", DESCRIBE, body)
    first["TrainingJobName"] = "another"
    assert gateway.checked_input("sagemaker", DESCRIBE, body) == {"TrainingJobName": "one"}


def test_the_same_body_of_another_operation_is_another_input(gateway: Gateway) -> None:
    body = b'{"TrainingJobName": "one"}'
    gateway.checked_input("sagemaker", DESCRIBE, body)
    with pytest.raises(AwsError, match="hyperParameterTuningJobName"):
        gateway.checked_input("sagemaker", wire.operation_model("sagemaker", "StopHyperParameterTuningJob"), body)


def test_a_refused_input_is_refused_again(gateway: Gateway) -> None:
    for _ in range(2):
        with pytest.raises(AwsError, match="Member must not be null"):
            gateway.checked_input("sagemaker", DESCRIBE, b"{}")
