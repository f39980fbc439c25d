"""A signature is believed only when everything that it stands for is as it was signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest import mock

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from selftune.server.aws.errors import AwsError
from selftune.server.aws.signature import AccessKey, ReceivedRequest, verify

KEY = AccessKey(access_key_id="SELFTUNEKEY000000001", secret="a-secret-of-this-test")
NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)
TARGET = {"X-Amz-Target": "SageMaker.ListTrainingJobs", "Content-Type": "application/x-amz-json-1.1"}


def signed(
    body: bytes = b"{}",
    *,
    key: AccessKey = KEY,
    service: str = "sagemaker",
    at: datetime = NOW,
    url: str = "http://127.0.0.1:8080/",
    headers: Mapping[str, str] = TARGET,
    method: str = "POST",
    payload: str | None = None,
) -> ReceivedRequest:
    """What botocore itself sends (`payload`: with these words for the hash of the body)."""
    request = AWSRequest(method=method, url=url, data=body, headers={"Host": "127.0.0.1:8080", **headers})
    signer = botocore.auth.S3SigV4Auth if service == "s3" else botocore.auth.SigV4Auth
    if payload is not None:
        signer = type("Told", (signer,), {"payload": lambda *_: payload})
    with mock.patch.object(botocore.auth, "get_current_datetime", return_value=at.replace(tzinfo=None)):
        signer(Credentials(key.access_key_id, key.secret), service, "local").add_auth(request)
    path, _, query = url.removeprefix("http://127.0.0.1:8080").partition("?")
    sent = tuple((name.lower(), value) for name, value in request.headers.items())
    return ReceivedRequest(method=method, raw_path=path, query=query, headers=sent)


def with_header(request: ReceivedRequest, name: str, value: str | None) -> ReceivedRequest:
    kept = tuple((key, old) for key, old in request.headers if key != name)
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


def code_of(request: ReceivedRequest, body: bytes | None = b"{}", services: tuple[str, ...] = ("sagemaker",)) -> str:
    with pytest.raises(AwsError) as caught:
        verify(request, body, KEY, services=services, now=NOW)
    assert caught.value.status == 403
    return caught.value.code


def test_what_botocore_signs_is_good() -> None:
    assert verify(signed(), b"{}", KEY, services=("sagemaker",), now=NOW).region == "local"


def test_keys_of_s3_with_odd_characters_are_good() -> None:
    request = signed(b"abc", service="s3", url="http://127.0.0.1:8080/bucket/a%20b/%C3%A4%2Bc?partNumber=1&uploadId=x")
    assert verify(request, b"abc", KEY, services=("s3",), now=NOW).service == "s3"


def test_a_wrong_secret_is_refused() -> None:
    assert code_of(signed(key=replace(KEY, secret="another"))) == "InvalidSignatureException"


def test_a_foreign_key_is_refused() -> None:
    assert code_of(signed(key=replace(KEY, access_key_id="AKIAFOREIGN"))) == "UnrecognizedClientException"


def test_no_signature_is_refused() -> None:
    assert code_of(with_header(signed(), "authorization", None)) == "MissingAuthenticationTokenException"


def test_a_truncated_signature_is_refused() -> None:
    request = signed()
    given = request.header("authorization") or ""
    assert code_of(with_header(request, "authorization", given[:-4])) == "IncompleteSignatureException"


def test_two_signatures_are_refused() -> None:
    request = signed()
    doubled = replace(request, headers=(*request.headers, ("authorization", request.header("authorization") or "")))
    assert code_of(doubled) == "IncompleteSignatureException"


def test_a_changed_body_is_refused() -> None:
    assert code_of(signed(), b'{"MaxResults": 1}') == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("name", "value"),
    [("x-amz-target", "SageMaker.DeleteTrainingJob"), ("host", "evil.example"), ("x-amz-date", "20261128T120001Z")],
)
def test_a_changed_header_is_refused(name: str, value: str) -> None:
    assert code_of(with_header(signed(), name, value)) == "InvalidSignatureException"


def test_a_target_beside_the_signature_is_refused() -> None:
    unsigned = with_header(signed(headers={}), "x-amz-target", "SageMaker.DeleteTrainingJob")
    assert code_of(unsigned) == "IncompleteSignatureException"


@pytest.mark.parametrize("name", ["x-amz-copy-source", "x-amz-meta-owner", "x-amz-anything"])
def test_a_header_that_decides_what_is_done_must_be_signed(name: str) -> None:
    request = signed(b"abc", service="s3", url="http://127.0.0.1:8080/bucket/key", method="PUT", headers={})
    assert verify(request, None, KEY, services=("s3",), now=NOW)
    assert code_of(with_header(request, name, "/other/secret"), None, ("s3",)) == "IncompleteSignatureException"


@pytest.mark.parametrize("kind", ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "foo", "F" * 64, "a" * 63])
def test_a_document_is_signed_by_its_hash_and_by_nothing_else(kind: str) -> None:
    request = signed(headers={**TARGET, "X-Amz-Content-SHA256": kind})
    assert code_of(request) == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("kind", "method", "is_good"),
    [
        ("UNSIGNED-PAYLOAD", "PUT", True),
        ("UNSIGNED-PAYLOAD", "POST", True),
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "PUT", True),
        ("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "POST", False),
        ("foo", "PUT", False),
        ("a" * 63, "PUT", False),
        ("g" * 64, "PUT", False),
    ],
)
def test_the_body_of_an_object_is_signed_in_a_way_that_is_known(kind: str, method: str, is_good: bool) -> None:
    request = signed(b"", service="s3", url="http://127.0.0.1:8080/b/k", method=method, headers={}, payload=kind)
    if is_good:
        assert verify(request, None, KEY, services=("s3",), now=NOW).payload_hash == kind
    else:
        assert code_of(request, None, ("s3",)) == "InvalidSignatureException"


def test_a_signed_header_that_stands_there_twice_is_refused() -> None:
    request = signed()
    doubled = replace(request, headers=(*request.headers, ("x-amz-target", "SageMaker.DeleteTrainingJob")))
    assert code_of(doubled) == "IncompleteSignatureException"


@pytest.mark.parametrize("change", [{"raw_path": "/other"}, {"query": "a=b"}, {"method": "PUT"}])
def test_a_changed_address_is_refused(change: dict[str, str]) -> None:
    assert code_of(replace(signed(), **change)) == "InvalidSignatureException"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_of_another_time_is_refused(minutes: int) -> None:
    assert code_of(signed(at=NOW + timedelta(minutes=minutes))) == "InvalidSignatureException"


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_may_differ_a_little(minutes: int) -> None:
    assert verify(signed(at=NOW + timedelta(minutes=minutes)), b"{}", KEY, services=("sagemaker",), now=NOW)


def test_a_signature_for_another_service_is_refused() -> None:
    assert code_of(signed(service="sts")) == "InvalidSignatureException"


def test_a_body_other_than_the_signed_hash_is_refused() -> None:
    request = signed(b"abc", service="s3", url="http://127.0.0.1:8080/bucket/key", method="PUT")
    assert request.header("x-amz-content-sha256") is not None
    assert code_of(request, b"abd", services=("s3",)) == "InvalidSignatureException"


def test_a_key_never_shows_its_secret() -> None:
    assert KEY.secret not in repr(KEY)


@given(
    value=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
    body=st.binary(max_size=40),
)
def test_documents_are_checked_by_the_form_that_botocore_signs(value: str, body: bytes) -> None:
    request = signed(body, headers={**TARGET, "X-Custom": value, "User-Agent": "is never signed"})
    assert verify(request, body, KEY, services=("sagemaker",), now=NOW).payload_hash is None
    moved = with_header(request, "x-custom", f"{value}x")
    assert code_of(moved, body) == "InvalidSignatureException"
