"""An address that boto3 signs can be handed to anybody: it reads or writes one object, for as long as it says."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.config import Config

BUCKET = "handed-out"
KEY = "a b/é+.bin"


def fetch(url: str, data: bytes | None = None) -> bytes:
    request = urllib.request.Request(url, data=data, method="GET" if data is None else "PUT")
    if data is not None:
        request.add_header("Content-Type", "")
    with urllib.request.urlopen(request, timeout=30) as answer:
        content: bytes = answer.read()
        return content


@pytest.mark.parametrize("version", [None, "s3v4"])
def test_what_is_put_at_one_address_is_got_at_the_other(server: Any, version: str | None) -> None:
    s3 = server.client("s3", config=Config(signature_version=version) if version else None)
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET)
    where = {"Bucket": BUCKET, "Key": f"{version}/{KEY}"}
    fetch(s3.generate_presigned_url("put_object", Params=where), b"handed over")
    url = s3.generate_presigned_url("get_object", Params=where)
    assert fetch(url) == b"handed over"
    with pytest.raises(urllib.error.HTTPError) as caught:
        fetch(url.replace("handed-out", "handed-in"))
    assert caught.value.code == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in caught.value.read()
    assert url.rpartition("ignature=")[2][:20] not in server.log.read_text()
