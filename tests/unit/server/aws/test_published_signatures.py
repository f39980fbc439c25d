"""Requests and signatures that AWS itself has published ("Signature Version 4 test suite") are found good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from selftune.server.aws.errors import AwsError
from selftune.server.aws.signature import AccessKey, ReceivedRequest, verify

KEY = AccessKey(access_key_id="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
LETTERS = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
PUBLISHED = [
    # name, path, query, signature
    ("get-vanilla", "/", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    (
        "get-vanilla-empty-query-key",
        "/",
        "Param1=value1",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ),
    (
        "get-vanilla-query-order-key",
        "/",
        "Param1=value2&Param1=Value1",
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
    ),
    (
        "get-vanilla-query-order-key-case",
        "/",
        "Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    (
        "get-vanilla-query-order-value",
        "/",
        "Param1=value2&Param1=value1",
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
    ),
    ("get-unreserved", f"/{LETTERS}", "", "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
]


def request(path: str, query: str, signature: str) -> ReceivedRequest:
    authorization = (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )
    headers = (
        ("host", "example.amazonaws.com"),
        ("x-amz-date", "20150830T123600Z"),
        ("authorization", authorization),
    )
    return ReceivedRequest(method="GET", raw_path=path, query=query, headers=headers)


@pytest.mark.parametrize(
    ("path", "query", "signature"), [case[1:] for case in PUBLISHED], ids=[c[0] for c in PUBLISHED]
)
def test_a_published_signature_is_good_and_none_beside_it(path: str, query: str, signature: str) -> None:
    assert verify(request(path, query, signature), b"", KEY, services=("service",), now=NOW).region == "us-east-1"
    another = ("0" if signature[0] != "0" else "1") + signature[1:]
    with pytest.raises(AwsError):
        verify(request(path, query, another), b"", KEY, services=("service",), now=NOW)


def test_a_header_that_stands_there_twice_is_refused_where_aws_would_join_the_two() -> None:
    """The suite has requests with doubled headers; nobody here sends them, and smuggling begins with them."""
    one = request("/", "", PUBLISHED[0][3])
    doubled = ReceivedRequest(
        method="GET", raw_path="/", query="", headers=(*one.headers, ("x-amz-date", "20150830T123600Z"))
    )
    with pytest.raises(AwsError):
        verify(doubled, b"", KEY, services=("service",), now=NOW)
