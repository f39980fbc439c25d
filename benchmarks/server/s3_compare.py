"""Does this S3 answer as others do? The same calls of boto3, here and elsewhere, and where the answers differ.

    python benchmarks/server/s3_compare.py --moto .moto/bin/moto_server
    python benchmarks/server/s3_compare.py --endpoint http://127.0.0.1:8080 --key test:tester --secret testing

An answer is what a caller sees of it: values that are the same everywhere (bytes, sizes, ETags, metadata, keys, codes
and statuses of refusals). Prints one line a call, `same` or both answers. Differences are not faults by themselves:
what we do otherwise on purpose has its reason beside it.
"""

from __future__ import annotations

import argparse
import io
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from serving import running_server

BUCKET = "compared"
PART = 5 << 20
Call = Callable[[Any], Any]
ON_PURPOSE = {
    "a key that climbs": "a key is a name and never a path",
    "the same bucket again": "S3 says so in every region but its oldest; SDKs know both",
    "an access list": "refused by name rather than made up: there is one user",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moto", help="path of moto_server; it is started and ended")
    parser.add_argument("--endpoint", help="address of an S3 that runs")
    parser.add_argument("--key", default="key")
    parser.add_argument("--secret", default="secret")
    arguments = parser.parse_args()
    if (arguments.moto is None) == (arguments.endpoint is None):
        parser.error("give either --moto or --endpoint")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        running_server(Path(folder) / "home") as own,
    ):
        here = client(
            own.environment["AWS_ENDPOINT_URL"],
            own.environment["AWS_ACCESS_KEY_ID"],
            own.environment["AWS_SECRET_ACCESS_KEY"],
        )
        with other(arguments) as url:
            return compare(here, client(url, arguments.key, arguments.secret))


@contextmanager
def other(arguments: argparse.Namespace) -> Iterator[str]:
    """The address of the S3 to compare with."""
    if arguments.endpoint is not None:
        yield arguments.endpoint
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([arguments.moto, "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def client(url: str, key: str, secret: str) -> Any:
    return boto3.client(
        "s3", endpoint_url=url, aws_access_key_id=key, aws_secret_access_key=secret, region_name="us-east-1"
    )


def compare(here: Any, there: Any) -> int:
    """Make all calls on both, in order; returns how many answers differed."""
    differing = 0
    for title, call in CALLS.items():
        ours, theirs = outcome(call, here), outcome(call, there)
        if ours == theirs:
            print(f"same     {title}")
            continue
        differing += 1
        reason = ON_PURPOSE.get(title)
        print(
            f"differs  {title}{f' ({reason})' if reason else ''}\n           here:  {ours}\n           there: {theirs}"
        )
    print(f"{len(CALLS)} calls, {differing} differ")
    return 0


def outcome(call: Call, s3: Any) -> Any:
    try:
        return call(s3)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    except Exception as error:
        return type(error).__name__


def put(key: str, data: bytes = b"data", **others: Any) -> Call:
    return lambda s3: s3.put_object(Bucket=BUCKET, Key=key, Body=data, **others)["ETag"]


def get(key: str, **others: Any) -> Call:
    def call(s3: Any) -> Any:
        answer = s3.get_object(Bucket=BUCKET, Key=key, **others)
        kept = ("ContentType", "ETag", "Metadata", "ContentRange", "ContentEncoding", "CacheControl", "ContentLength")
        return answer["Body"].read(), {name: answer.get(name) for name in kept}

    return call


def head(key: str) -> Call:
    return lambda s3: s3.head_object(Bucket=BUCKET, Key=key)["ContentLength"]


def listed(**others: Any) -> Call:
    def call(s3: Any) -> Any:
        answer = s3.list_objects_v2(Bucket=BUCKET, **others)
        keys = [(each["Key"], each["Size"], each["ETag"]) for each in answer.get("Contents", ())]
        prefixes = [each["Prefix"] for each in answer.get("CommonPrefixes", ())]
        return keys, prefixes, answer["KeyCount"], answer["IsTruncated"]

    return call


def pages(**others: Any) -> Call:
    def call(s3: Any) -> Any:
        found = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 2}, **others)
        return [
            each.get("Key") or each["Prefix"]
            for page in found
            for each in (*page.get("Contents", ()), *page.get("CommonPrefixes", ()))
        ]

    return call


def in_parts(key: str, sizes: tuple[int, ...]) -> Call:
    def call(s3: Any) -> Any:
        where = {"Bucket": BUCKET, "Key": key}
        upload = s3.create_multipart_upload(**where, Metadata={"a": "b"})["UploadId"]
        parts = [
            {"PartNumber": n, "ETag": s3.upload_part(**where, UploadId=upload, PartNumber=n, Body=b"x" * size)["ETag"]}
            for n, size in enumerate(sizes, start=1)
        ]
        made = s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": parts})
        return made["ETag"], s3.head_object(**where)["ContentLength"], s3.head_object(**where)["Metadata"]

    return call


def up_and_down(s3: Any) -> Any:
    data = bytes(range(256)) * 40_000
    s3.upload_fileobj(io.BytesIO(data), BUCKET, "transferred")
    place = io.BytesIO()
    s3.download_fileobj(BUCKET, "transferred", place)
    return place.getvalue() == data


def copied(**others: Any) -> Call:
    def call(s3: Any) -> Any:
        s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "described"}, **others)
        return get("copy")(s3)

    return call


def deleted_many(s3: Any) -> Any:
    answer = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a/1"}, {"Key": "none"}]})
    return sorted(each["Key"] for each in answer["Deleted"])


CALLS: dict[str, Call] = {
    "no bucket yet": lambda s3: s3.list_objects_v2(Bucket=BUCKET),
    "a bucket": lambda s3: s3.create_bucket(Bucket=BUCKET)["Location"],
    "the same bucket again": lambda s3: s3.create_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPStatusCode"],
    "a bucket whose name cannot be": lambda s3: s3.create_bucket(Bucket="Not.A_Bucket")["Location"],
    "head of a bucket": lambda s3: s3.head_bucket(Bucket=BUCKET)["ResponseMetadata"]["HTTPStatusCode"],
    "head of no bucket": lambda s3: s3.head_bucket(Bucket="no-such-bucket"),
    "where a bucket is": lambda s3: s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"],
    "an object": put("plain"),
    "it comes back": get("plain"),
    "no object": get("nowhere"),
    "head of no object": head("nowhere"),
    "an object of no bucket": lambda s3: s3.get_object(Bucket="no-such-bucket", Key="k"),
    "a described object": put(
        "described", Metadata={"who": "me"}, ContentType="text/x", ContentEncoding="gzip", CacheControl="no-cache"
    ),
    "its description comes back": get("described"),
    "an empty object": put("empty", b""),
    "an empty object comes back": get("empty"),
    "a folder's mark": put("folder/", b""),
    "an odd key": put("z y+é&<x>?#.txt"),
    "an odd key comes back": get("z y+é&<x>?#.txt"),
    "a key that climbs": put("../../climbs"),
    "a key that is too long": lambda s3: (put("k" * 1025)(s3), s3.delete_object(Bucket=BUCKET, Key="k" * 1025))[0],
    "the middle of an object": get("plain", Range="bytes=1-2"),
    "the end of an object": get("plain", Range="bytes=-2"),
    "more than there is": get("plain", Range="bytes=2-100"),
    "behind the end": get("plain", Range="bytes=4-"),
    "a range that is none": get("plain", Range="bytes=x"),
    "only if it is another": get("plain", IfNoneMatch='"8d777f385d3dfec8815d20f7496026dc"'),
    "only if it is this": get("plain", IfMatch='"0"'),
    "only if there is none": put("plain", IfNoneMatch="*"),
    "over this only": put("plain", b"over", IfMatch='"0"'),
    "over none only": put("nothing-there", b"over", IfMatch='"0"'),
    "a wrong checksum": put("plain", ChecksumSHA256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    "a wrong MD5": put("plain", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg=="),
    "keys under a folder": lambda s3: [put(f"{key}")(s3) for key in ("a/1", "a/2", "a/b/3", "c")],
    "all keys": listed(),
    "keys of a prefix": listed(Prefix="a/"),
    "keys and folders": listed(Delimiter="/"),
    "keys and folders of a prefix": listed(Prefix="a/", Delimiter="/"),
    "keys from one on": listed(StartAfter="a/2"),
    "two keys": listed(MaxKeys=2),
    "no keys": listed(MaxKeys=0),
    "pages of keys": pages(),
    "pages of keys and folders": pages(Delimiter="/"),
    "a token that was made up": listed(ContinuationToken="made-up"),
    "a copy": copied(),
    "a copy with another description": copied(MetadataDirective="REPLACE", Metadata={"b": "2"}),
    "a copy of nothing": lambda s3: s3.copy_object(
        Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "nowhere"}
    ),
    "an upload in parts": in_parts("parts", (PART, 3)),
    "an upload with a part too small": in_parts("small-parts", (3, 3)),
    "a part of no upload": lambda s3: s3.upload_part(
        Bucket=BUCKET, Key="parts", UploadId="none", PartNumber=1, Body=b"x"
    ),
    "an upload given up": lambda s3: s3.abort_multipart_upload(
        Bucket=BUCKET, Key="k", UploadId=s3.create_multipart_upload(Bucket=BUCKET, Key="k")["UploadId"]
    )["ResponseMetadata"]["HTTPStatusCode"],
    "up and down again": up_and_down,
    "an access list": lambda s3: s3.get_object_acl(Bucket=BUCKET, Key="plain")["Grants"][0]["Permission"],
    "a deletion": lambda s3: s3.delete_object(Bucket=BUCKET, Key="plain")["ResponseMetadata"]["HTTPStatusCode"],
    "a deletion of nothing": lambda s3: s3.delete_object(Bucket=BUCKET, Key="none")["ResponseMetadata"][
        "HTTPStatusCode"
    ],
    "many deletions": deleted_many,
    "a bucket that is not empty": lambda s3: s3.delete_bucket(Bucket=BUCKET),
}

if __name__ == "__main__":
    sys.exit(main())
