"""An address that carries its signature is believed as long as it says, for what it was made for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from selftune.server.aws.errors import AwsError
from selftune.server.aws.presigned import is_presigned, verify_presigned
from selftune.server.aws.signature import AccessKey, ReceivedRequest

KEY = AccessKey(access_key_id="SELFTUNEKEY000000001", secret="a-secret-of-this-test")
VERSIONS = [None, "s3v4"]


def presigned(version: str | None, *, method: str = "get_object", secret: str = KEY.secret, seconds: int = 60) -> str:
    """What boto3 makes; where nothing is said of the version, of the older kind."""
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:8490",
        aws_access_key_id=KEY.access_key_id,
        aws_secret_access_key=secret,
        region_name="us-east-1",
        config=Config(signature_version=version) if version else None,
    )
    url: str = client.generate_presigned_url(method, Params={"Bucket": "b", "Key": "k é/+"}, ExpiresIn=seconds)
    return url


def received(url: str, method: str = "GET", headers: tuple[tuple[str, str], ...] = ()) -> ReceivedRequest:
    parts = urlsplit(url)
    return ReceivedRequest(
        method=method, raw_path=parts.path, query=parts.query, headers=(("host", parts.netloc), *headers)
    )


def code(request: ReceivedRequest, later: timedelta = timedelta()) -> str:
    with pytest.raises(AwsError) as caught:
        verify_presigned(request, KEY, now=datetime.now(UTC) + later)
    return caught.value.code


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("method", "verb"), [("get_object", "GET"), ("put_object", "PUT"), ("head_object", "HEAD")])
def test_what_boto3_makes_is_good(version: str | None, method: str, verb: str) -> None:
    request = received(presigned(version, method=method), verb)
    assert is_presigned(request)
    assert verify_presigned(request, KEY, now=datetime.now(UTC)).service == "s3"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_over_changed_or_anothers_is_refused(version: str | None) -> None:
    url = presigned(version)
    assert code(received(url), timedelta(seconds=62)) == "AccessDenied"
    assert code(received(url, "PUT")) == "SignatureDoesNotMatch"
    assert code(received(url.replace("/b/", "/c/"))) == "SignatureDoesNotMatch"
    assert code(received(presigned(version, secret="wrong"))) == "SignatureDoesNotMatch"
    assert code(received(url.replace(KEY.access_key_id, "AKIAFOREIGN"))) == "InvalidAccessKeyId"


def test_the_time_of_an_address_cannot_be_changed() -> None:
    assert code(received(presigned("s3v4").replace("X-Amz-Expires=60", "X-Amz-Expires=600"))) == "SignatureDoesNotMatch"
    url = presigned(None)
    expires = url.rpartition("Expires=")[2]
    assert code(received(url.replace(expires, str(int(expires) + 60)))) == "SignatureDoesNotMatch"


def test_two_ways_to_sign_are_one_too_many() -> None:
    headers = (("authorization", "AWS4-HMAC-SHA256 x"),)
    assert code(received(presigned("s3v4"), headers=headers)) == "InvalidRequest"


def test_a_header_that_was_not_signed_does_not_count() -> None:
    assert code(received(presigned("s3v4"), "GET", (("x-amz-meta-a", "b"),))) == "AccessDenied"


@pytest.mark.parametrize(
    "change",
    [
        ("X-Amz-Expires=60", "X-Amz-Expires=604801"),
        ("X-Amz-Expires=60", "X-Amz-Expires=-1"),
        ("X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Algorithm=NONE"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=x"),
        ("X-Amz-Date=", "X-Amz-Date=x"),
        ("X-Amz-Expires=60", "X-Amz-Expires=60&X-Amz-Expires=60"),
    ],
)
def test_a_malformed_address_is_refused(change: tuple[str, str]) -> None:
    assert code(received(presigned("s3v4").replace(*change))) == "AuthorizationQueryParametersError"


@pytest.mark.parametrize("query", ["", "list-type=2", "AWSAccessKeyId=a&Signature=b", "X-Amz-Date=1"])
def test_other_addresses_carry_no_signature(query: str) -> None:
    request: Any = ReceivedRequest(method="GET", raw_path="/b", query=query, headers=(("host", "h"),))
    assert not is_presigned(request)
