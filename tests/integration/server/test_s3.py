"""S3 as boto3 uses it: what goes in comes out byte for byte, and what cannot be is refused as S3 refuses it."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import io
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

KEYS = ["plain", "a/b c+d/é&<x>.txt", "a/2", "z//y", "b/./..//x", "../up", "100%", "q?x=1#y", "tilde~*'()"]
BUCKET = "round-trips"


@pytest.fixture(scope="module")
def s3(server: Any) -> Any:
    client = server.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Code"])


def put(s3: Any, key: str, data: bytes = b"data", **others: Any) -> Any:
    return s3.put_object(Bucket=BUCKET, Key=key, Body=data, **others)


def read(s3: Any, key: str, **others: Any) -> bytes:
    data: bytes = s3.get_object(Bucket=BUCKET, Key=key, **others)["Body"].read()
    return data


@pytest.mark.parametrize("key", KEYS)
def test_an_object_comes_back_whatever_its_key(s3: Any, key: str) -> None:
    data = os.urandom(3000) + key.encode()
    put(s3, key, data, Metadata={"who": "me"}, ContentType="text/x-test")
    answer = s3.get_object(Bucket=BUCKET, Key=key)
    assert answer["Body"].read() == data
    assert (answer["Metadata"], answer["ContentType"]) == ({"who": "me"}, "text/x-test")
    assert s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"] == len(data)
    assert key in [entry["Key"] for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]]


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums_are_verified_and_given_back(s3: Any, algorithm: str) -> None:
    written = put(s3, algorithm, b"hello", ChecksumAlgorithm=algorithm)
    found = s3.get_object(Bucket=BUCKET, Key=algorithm, ChecksumMode="ENABLED")
    assert found[f"Checksum{algorithm}"] == written[f"Checksum{algorithm}"]
    wrong = {
        f"Checksum{algorithm}": s3.put_object(Bucket=BUCKET, Key="o", Body=b"other", ChecksumAlgorithm=algorithm)[
            f"Checksum{algorithm}"
        ]
    }
    assert code_of(lambda: put(s3, algorithm, b"hello", **wrong)) == "BadDigest"


def test_large_objects_come_in_parts_and_go_in_parts(s3: Any) -> None:
    data = os.urandom((18 << 20) + 17)
    s3.upload_fileobj(io.BytesIO(data), BUCKET, "large")
    place = io.BytesIO()
    s3.download_fileobj(BUCKET, "large", place)
    assert place.getvalue() == data
    assert s3.head_object(Bucket=BUCKET, Key="large")["ETag"].endswith('-3"')
    s3.copy({"Bucket": BUCKET, "Key": "large"}, BUCKET, "large copy")
    assert read(s3, "large copy") == data
    assert not s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads")


def test_an_upload_in_parts_that_is_given_up_leaves_nothing(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="given up")["UploadId"]
    where = {"Bucket": BUCKET, "Key": "given up", "UploadId": upload}
    part = s3.upload_part(**where, PartNumber=1, Body=b"x")
    assert [p["PartNumber"] for p in s3.list_parts(**where)["Parts"]] == [1]
    wrong = {"Parts": [{"PartNumber": 1, "ETag": '"0"'}]}
    assert code_of(lambda: s3.complete_multipart_upload(**where, MultipartUpload=wrong)) == "InvalidPart"
    twice = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}] * 2}
    assert code_of(lambda: s3.complete_multipart_upload(**where, MultipartUpload=twice)) == "InvalidPartOrder"
    small = [{"PartNumber": n, "ETag": s3.upload_part(**where, PartNumber=n, Body=b"x")["ETag"]} for n in (1, 2)]
    too_small = {"Parts": small}
    assert code_of(lambda: s3.complete_multipart_upload(**where, MultipartUpload=too_small)) == "EntityTooSmall"
    s3.abort_multipart_upload(**where)
    assert code_of(lambda: s3.upload_part(**where, PartNumber=2, Body=b"x")) == "NoSuchUpload"
    assert code_of(lambda: read(s3, "given up")) == "NoSuchKey"


def test_ranges_and_conditions(s3: Any) -> None:
    etag = put(s3, "ranged", b"0123456789")["ETag"]
    assert read(s3, "ranged", Range="bytes=2-4") == b"234"
    assert read(s3, "ranged", Range="bytes=-3") == b"789"
    assert read(s3, "ranged", Range="bytes=7-100") == b"789"
    assert s3.get_object(Bucket=BUCKET, Key="ranged", Range="bytes=2-4")["ContentRange"] == "bytes 2-4/10"
    assert code_of(lambda: read(s3, "ranged", Range="bytes=10-")) == "InvalidRange"
    assert code_of(lambda: read(s3, "ranged", IfNoneMatch=etag)) == "304"
    assert code_of(lambda: read(s3, "ranged", IfMatch='"other"')) == "PreconditionFailed"
    assert code_of(lambda: put(s3, "ranged", IfNoneMatch="*")) == "PreconditionFailed"
    assert code_of(lambda: put(s3, "none to be over", IfMatch=etag)) == "NoSuchKey"
    assert code_of(lambda: put(s3, "k" * 1025)) == "KeyTooLongError"
    put(s3, "ranged", b"new", IfMatch=etag)
    assert read(s3, "ranged") == b"new"


def test_empty_objects(s3: Any) -> None:
    put(s3, "empty", b"")
    assert read(s3, "empty") == b""


def test_copies_keep_or_replace_what_is_said_of_an_object(s3: Any) -> None:
    put(s3, "from é", b"copied", Metadata={"a": "1"})
    source = {"Bucket": BUCKET, "Key": "from é"}
    s3.copy_object(Bucket=BUCKET, Key="kept", CopySource=source)
    s3.copy_object(Bucket=BUCKET, Key="new", CopySource=source, MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert s3.head_object(Bucket=BUCKET, Key="kept")["Metadata"] == {"a": "1"}
    assert s3.head_object(Bucket=BUCKET, Key="new")["Metadata"] == {"b": "2"}
    assert read(s3, "new") == b"copied"


def test_listings_know_prefix_delimiter_and_pages(server: Any) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="listed")
    for key in ("a/1", "a/2", "b", "c/1", "c/d/2", "e"):
        s3.put_object(Bucket="listed", Key=key, Body=b"")
    for size in (1, 2, 3, 10):
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket="listed", Delimiter="/", PaginationConfig={"PageSize": size}
        )
        found = [
            entry.get("Key") or entry["Prefix"]
            for page in pages
            for entry in (*page.get("Contents", ()), *page.get("CommonPrefixes", ()))
        ]
        assert sorted(found) == ["a/", "b", "c/", "e"]
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="listed", Prefix="c/")["Contents"]] == ["c/1", "c/d/2"]
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="listed", StartAfter="b")["Contents"]] == ["c/1", "c/d/2", "e"]
    assert [o["Key"] for o in s3.list_objects(Bucket="listed", Marker="c/1")["Contents"]] == ["c/d/2", "e"]
    assert code_of(lambda: s3.list_objects_v2(Bucket="listed", ContinuationToken="ü-made-up")) == "InvalidArgument"


def test_many_are_deleted_at_once_and_an_empty_bucket_goes(server: Any) -> None:
    s3 = server.client("s3")
    s3.create_bucket(Bucket="short-lived")
    s3.put_object(Bucket="short-lived", Key="k", Body=b"")
    assert code_of(lambda: s3.delete_bucket(Bucket="short-lived")) == "BucketNotEmpty"
    answer = s3.delete_objects(Bucket="short-lived", Delete={"Objects": [{"Key": "k"}, {"Key": "none"}]})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["k", "none"]
    s3.delete_bucket(Bucket="short-lived")
    assert code_of(lambda: s3.head_bucket(Bucket="short-lived")) == "404"


def test_what_is_not_there_or_not_here_is_said(s3: Any) -> None:
    assert code_of(lambda: read(s3, "nowhere")) == "NoSuchKey"
    assert code_of(lambda: s3.get_object(Bucket="no-such-bucket", Key="k")) == "NoSuchBucket"
    assert code_of(lambda: s3.create_bucket(Bucket=BUCKET)) == "BucketAlreadyOwnedByYou"
    assert code_of(lambda: s3.get_object_acl(Bucket=BUCKET, Key="plain")) == "NotImplemented"
    assert s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"] is None


def test_a_wrong_secret_reads_and_writes_nothing(server: Any) -> None:
    stranger = server.client("s3", aws_secret_access_key="wrong")
    assert code_of(stranger.list_buckets) == "SignatureDoesNotMatch"
    assert code_of(lambda: stranger.put_object(Bucket=BUCKET, Key="planted", Body=b"x")) == "SignatureDoesNotMatch"
    foreign = server.client("s3", aws_access_key_id="AKIAFOREIGN")
    assert code_of(foreign.list_buckets) == "InvalidAccessKeyId"


def test_a_body_that_is_not_the_one_that_was_signed_is_refused_and_not_stored(server: Any, s3: Any) -> None:
    sender = server.client("s3", config=Config(request_checksum_calculation="when_required"))

    def exchange(request: Any, **_others: Any) -> None:
        request.body = b"another!"

    sender.put_object(Bucket=BUCKET, Key="as-signed", Body=b"original")
    sender.meta.events.register("before-send.s3.PutObject", exchange)
    assert code_of(lambda: sender.put_object(Bucket=BUCKET, Key="as-signed", Body=b"signed!!")) == (
        "XAmzContentSHA256Mismatch"
    )
    assert read(s3, "as-signed") == b"original"


class SignedChunks(S3SigV4Auth):
    """Signs as SDKs do that send a body in signed chunks."""

    def payload(self, request: AWSRequest) -> str:
        del request
        return "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"


def test_a_body_in_signed_chunks_is_stored_as_signed_and_refused_otherwise(server: Any, s3: Any) -> None:
    keys, chunks = server.environment, [b"a" * 70_000, b"the rest", b""]

    def put(sent: list[bytes]) -> int:
        url = f"{keys['AWS_ENDPOINT_URL']}/{BUCKET}/in-chunks"
        headers = {"X-Amz-Decoded-Content-Length": str(sum(map(len, chunks)))}
        request = AWSRequest(method="PUT", url=url, headers=headers)
        credentials = Credentials(keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
        SignedChunks(credentials, "s3", "us-east-1").add_auth(request)
        words, at = request.headers["Authorization"], request.headers["X-Amz-Date"]
        scope = words.partition("Credential=")[2].partition(",")[0].partition("/")[2]
        signing = f"AWS4{credentials.secret_key}".encode()
        for part in scope.split("/"):
            signing = hmac.digest(signing, part.encode(), "sha256")
        last, body = words.rpartition("=")[2], b""
        for signed, chunk in zip(chunks, sent, strict=True):
            digests = f"{hashlib.sha256().hexdigest()}\n{hashlib.sha256(signed).hexdigest()}"
            text = f"AWS4-HMAC-SHA256-PAYLOAD\n{at}\n{scope}\n{last}\n{digests}"
            last = hmac.new(signing, text.encode(), hashlib.sha256).hexdigest()
            body += f"{len(chunk):x};chunk-signature={last}\r\n".encode() + chunk + b"\r\n"
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        connection.request("PUT", address.path, body, dict(request.headers.items()))
        return connection.getresponse().status

    assert put(chunks) == 200
    assert read(s3, "in-chunks") == b"".join(chunks)
    assert put([chunks[0], b"the lies", b""]) == 403
    assert read(s3, "in-chunks") == b"".join(chunks)
