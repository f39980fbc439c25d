"""Chunks are believed only with the signatures that Amazon's own documents give them."""

from __future__ import annotations

import io

import pytest

from selftune.server.aws.errors import AwsError
from selftune.server.aws.signature import AccessKey, ReceivedRequest
from selftune.server.s3.signed_chunks import SIGNED, check

KEY = AccessKey(access_key_id="AKIAIOSFODNN7EXAMPLE", secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
REQUEST = ReceivedRequest(
    method="PUT",
    raw_path="/examplebucket/chunkObject.txt",
    query="",
    headers=(
        (
            "authorization",
            (
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                "x-amz-decoded-content-length;x-amz-storage-class,"
                "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
            ),
        ),
        ("x-amz-date", "20130524T000000Z"),
        ("x-amz-content-sha256", SIGNED),
    ),
)
CHUNKS = (
    (65536, b"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, b"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, b"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)
"""The example of the API reference: sizes of chunks of "a", and their signatures."""
BODY = b"".join(b"%x;chunk-signature=%s\r\n%s\r\n" % (size, text, b"a" * size) for size, text in CHUNKS)


def test_the_published_example_is_good() -> None:
    check(REQUEST, io.BytesIO(BODY), KEY)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BODY.replace(b"a" * 1024 + b"\r\n0", b"a" * 1023 + b"b\r\n0"), id="another chunk"),
        pytest.param(BODY.replace(b"400;chunk-signature=0", b"400;chunk-signature=1"), id="another signature"),
        pytest.param(BODY.replace(b"0;chunk-signature=" + CHUNKS[2][1], b"0"), id="no signature"),
        pytest.param(BODY[: BODY.index(b"400;")] + b"0\r\n\r\n", id="an end too early"),
    ],
)
def test_what_was_changed_on_its_way_is_refused(body: bytes) -> None:
    assert body != BODY
    with pytest.raises(AwsError, match="not the one that was signed"):
        check(REQUEST, io.BytesIO(body), KEY)


def test_a_body_that_breaks_off_is_incomplete() -> None:
    with pytest.raises(AwsError) as caught:
        check(REQUEST, io.BytesIO(BODY[: BODY.index(b"400;")]), KEY)
    assert caught.value.code == "IncompleteBody"
