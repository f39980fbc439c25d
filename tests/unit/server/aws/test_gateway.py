"""Inputs that were checked once are not shared with the operation that gets them, and refusals are made anew."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from selftune.server.aws import wire
from selftune.server.aws.errors import AwsError
from selftune.server.aws.gateway import Gateway
from selftune.server.aws.signature import AccessKey, ReceivedRequest
from selftune.server.http import Request, Response
from selftune.server.s3.service import s3_service

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


# --- what is sent again, or signed in part

KEY = AccessKey(access_key_id="SELFTUNEKEY000000001", secret="a-secret-of-this-test")
NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)


class Watch:
    """The time, as a test sets it."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def created() -> list[str]:
    """Names of the training jobs that were created."""
    return []


@pytest.fixture
def door(tmp_path: Path, watch: Watch, created: list[str]) -> Gateway:
    def create(given: Any, _: Any) -> dict[str, str]:
        created.append(given["TrainingJobName"])
        return {"TrainingJobArn": "arn:aws:sagemaker:us-east-1:000000000000:training-job/one"}

    operations: Any = {"sagemaker": {"StopTrainingJob": create, "DescribeTrainingJob": lambda *_: {}}}
    return Gateway(
        key=KEY, operations=operations, forms=lambda *_: Response(), s3=s3_service(tmp_path / "s3", "x", KEY), now=watch
    )


def request(method: str, path: str, body: bytes = b"", *, at: datetime = NOW, target: str | None = None) -> Request:
    """What botocore sends."""
    given = {"X-Amz-Target": target, "Content-Type": wire.CONTENT_TYPE} if target else {}
    sent = AWSRequest(method=method, url=f"http://h:1{path}", data=body, headers={"Host": "h:1", **given})
    signer, service = (botocore.auth.SigV4Auth, "sagemaker") if target else (botocore.auth.S3SigV4Auth, "s3")
    with mock.patch.object(botocore.auth, "get_current_datetime", return_value=at.replace(tzinfo=None)):
        signer(Credentials(KEY.access_key_id, KEY.secret), service, "us-east-1").add_auth(sent)
    headers = tuple((name.lower(), value) for name, value in sent.headers.items())
    received = ReceivedRequest(method=method, raw_path=path, query="", headers=headers)
    return Request(received=received, body=io.BytesIO(body), size=len(body))


def test_a_put_that_is_sent_again_does_not_bring_back_what_was_replaced(door: Gateway, watch: Watch) -> None:
    old, new = request("PUT", "/bucket/k", b"old"), request("PUT", "/bucket/k", b"new")
    assert [door.handle(each).status for each in (request("PUT", "/bucket"), old, new)] == [200, 200, 200]
    watch.now = NOW + timedelta(seconds=30)
    again = door.handle(old)
    assert (again.status, b"SignatureDoesNotMatch" in again.body) == (403, True)  # type: ignore[operator]
    got = door.handle(request("GET", "/bucket/k", at=watch.now))
    with got.body.file as file:  # type: ignore[union-attr]
        assert file.read() == b"new"


def test_reads_may_be_sent_again_and_a_call_that_is_signed_anew_is_another(door: Gateway, watch: Watch) -> None:
    read = request("GET", "/")
    describe = request("POST", "/", b'{"TrainingJobName": "one"}', target="SageMaker.DescribeTrainingJob")
    for seconds in (0, 30):
        watch.now = NOW + timedelta(seconds=seconds)
        assert door.handle(read).status == door.handle(describe).status == 200
        assert door.handle(request("PUT", "/again", at=watch.now)).status in (200, 409)


def test_an_operation_that_is_sent_again_is_not_carried_out_again(
    door: Gateway, watch: Watch, created: list[str]
) -> None:
    stop = request("POST", "/", b'{"TrainingJobName": "one"}', target="SageMaker.StopTrainingJob")
    assert door.handle(stop).status == 200
    watch.now = NOW + timedelta(seconds=30)
    again = door.handle(stop)
    assert json.loads(again.body)["__type"] == "InvalidSignatureException"  # type: ignore[arg-type]
    assert created == ["one"]


@pytest.mark.parametrize("body", [b"another", b""])
def test_the_body_of_an_object_must_be_the_one_that_was_signed(door: Gateway, body: bytes) -> None:
    assert door.handle(request("PUT", "/bucket")).status == 200
    signed = request("PUT", "/bucket/k", b"one")
    answer = door.handle(Request(received=signed.received, body=io.BytesIO(body), size=len(body)))
    assert (answer.status, b"XAmzContentSHA256Mismatch" in answer.body) == (400, True)  # type: ignore[operator]


def test_a_large_object_of_a_stranger_is_refused_by_its_headers_and_one_of_ours_is_not(door: Gateway) -> None:
    good = request("PUT", "/bucket/k", b"one").received
    assert door.refused_unread(good) is None
    changed = ReceivedRequest(method="PUT", raw_path="/bucket/other", query="", headers=good.headers)
    for stranger in (changed, ReceivedRequest(method="PUT", raw_path="/bucket/k", query="", headers=())):
        refusal = door.refused_unread(stranger)
        assert refusal is not None
        assert refusal.status == 403
