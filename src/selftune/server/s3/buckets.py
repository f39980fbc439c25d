"""Buckets: made, named, listed, deleted; and what lies in one, in pages."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from selftune.model.errors import UsageError
from selftune.server.http import Response, whole_number
from selftune.server.s3 import xml
from selftune.server.s3.errors import s3_error
from selftune.store.artifacts.artifacts import Artifact
from selftune.store.artifacts.folder import BUCKET_NAME, ArtifactFolder

MOST_KEYS = 1000
_UNNAMED_REGION = "us-east-1"
"""S3 says nothing where a bucket is in this one."""
_OWNER = {"ID": "selftune", "DisplayName": "selftune"}
_XML = {"content-type": "application/xml"}


def list_all(folder: ArtifactFolder) -> Response:
    """ListBuckets."""
    listed = [
        {"Name": bucket.name, "CreationDate": xml.time_text(bucket.created_at)}
        for bucket in folder.buckets()
        if BUCKET_NAME.match(bucket.name)
    ]
    content = {"Owner": _OWNER, "Buckets": {"Bucket": listed}}
    return Response(headers=_XML, body=xml.document("ListAllMyBucketsResult", content))


def create(folder: ArtifactFolder, bucket: str) -> Response:
    """CreateBucket."""
    try:
        folder.create_bucket(bucket)
    except UsageError as error:
        if BUCKET_NAME.match(bucket):
            raise
        raise s3_error("InvalidBucketName", " ".join(str(error).split("\n"))) from None
    return Response(headers={"location": f"/{bucket}"})


def head(folder: ArtifactFolder, bucket: str, region: str) -> Response:
    """HeadBucket."""
    folder.check_bucket(bucket)
    return Response(headers={"x-amz-bucket-region": region})


def delete(folder: ArtifactFolder, bucket: str) -> Response:
    """DeleteBucket."""
    folder.delete_bucket(bucket)
    return Response(status=204)


def location(folder: ArtifactFolder, bucket: str, region: str) -> Response:
    """GetBucketLocation."""
    folder.check_bucket(bucket)
    shown = "" if region == _UNNAMED_REGION else region
    return Response(headers=_XML, body=xml.document("LocationConstraint", shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One page of a listing."""

    artifacts: tuple[Artifact, ...]
    prefixes: tuple[str, ...]
    """What keys have in common up to the delimiter, each once."""
    is_truncated: bool
    last: str
    """The next page begins behind it."""


def list_objects(folder: ArtifactFolder, bucket: str, query: Mapping[str, str]) -> Response:
    """ListObjectsV2."""
    token = query.get("continuation-token")
    after = _from_token(token) if token is not None else query.get("start-after", "")
    page = _page(folder, bucket, query, after)
    write = _encoding(query)
    content = {
        "Name": bucket,
        "Prefix": write(query.get("prefix", "")),
        "Delimiter": _given(query, "delimiter", write),
        "StartAfter": _given(query, "start-after", write),
        "MaxKeys": _max_keys(query),
        "EncodingType": query.get("encoding-type"),
        "KeyCount": len(page.artifacts) + len(page.prefixes),
        "IsTruncated": page.is_truncated,
        "ContinuationToken": token,
        "NextContinuationToken": _token(page.last) if page.is_truncated else None,
        "Contents": [_content(artifact, write) for artifact in page.artifacts],
        "CommonPrefixes": [{"Prefix": write(prefix)} for prefix in page.prefixes],
    }
    return Response(headers=_XML, body=xml.document("ListBucketResult", content))


def list_objects_before_2(folder: ArtifactFolder, bucket: str, query: Mapping[str, str]) -> Response:
    """ListObjects, the older form."""
    page = _page(folder, bucket, query, query.get("marker", ""))
    write = _encoding(query)
    content = {
        "Name": bucket,
        "Prefix": write(query.get("prefix", "")),
        "Marker": write(query.get("marker", "")),
        "Delimiter": _given(query, "delimiter", write),
        "MaxKeys": _max_keys(query),
        "EncodingType": query.get("encoding-type"),
        "IsTruncated": page.is_truncated,
        "NextMarker": write(page.last) if page.is_truncated else None,
        "Contents": [{**_content(artifact, write), "Owner": _OWNER} for artifact in page.artifacts],
        "CommonPrefixes": [{"Prefix": write(prefix)} for prefix in page.prefixes],
    }
    return Response(headers=_XML, body=xml.document("ListBucketResult", content))


def _page(folder: ArtifactFolder, bucket: str, query: Mapping[str, str], after: str) -> _Page:
    prefix, delimiter, most = query.get("prefix", ""), query.get("delimiter", ""), _max_keys(query)
    entries = list(itertools.islice(_entries(folder, bucket, prefix, delimiter, after), most + 1))
    shown = entries[:most]
    return _Page(
        artifacts=tuple(entry for entry in shown if isinstance(entry, Artifact)),
        prefixes=tuple(entry for entry in shown if isinstance(entry, str)),
        is_truncated=len(entries) > most and most > 0,
        last=_name(shown[-1]) if shown else "",
    )


def _entries(folder: ArtifactFolder, bucket: str, prefix: str, delimiter: str, after: str) -> Iterator[Artifact | str]:
    """Objects, and in place of all that share a name up to the delimiter that name, in order."""
    while True:
        skip = ""
        for artifact in folder.list(bucket, prefix, after):
            head, found, _ = artifact.key.removeprefix(prefix).partition(delimiter) if delimiter else ("", "", "")
            if not found:
                yield artifact
                continue
            common = f"{prefix}{head}{delimiter}"
            if common != after:  # a page that ended with this name goes on behind it
                yield common
            skip = f"{common}\U0010ffff"
            break
        if not skip:
            return
        after = skip


def _name(entry: Artifact | str) -> str:
    return entry.key if isinstance(entry, Artifact) else entry


def _content(artifact: Artifact, write: _Writer) -> dict[str, object]:
    return {
        "Key": write(artifact.key),
        "LastModified": xml.time_text(artifact.modified_at),
        "ETag": f'"{artifact.etag}"',
        "Size": artifact.size,
        "StorageClass": "STANDARD",
    }


class _Writer:
    """How keys are written: as they are, or percent-encoded where the client asks, since XML cannot hold all."""

    def __init__(self, is_encoded: bool) -> None:
        self._is_encoded = is_encoded

    def __call__(self, text: str) -> str:
        return quote(text, safe="/*") if self._is_encoded else text


def _encoding(query: Mapping[str, str]) -> _Writer:
    kind = query.get("encoding-type")
    if kind not in (None, "url"):
        raise s3_error("InvalidArgument", "encoding-type must be 'url'.")
    return _Writer(kind == "url")


def _given(query: Mapping[str, str], name: str, write: _Writer) -> str | None:
    return write(query[name]) if query.get(name) else None


def _max_keys(query: Mapping[str, str]) -> int:
    wanted = whole_number(query.get("max-keys", str(MOST_KEYS)), digits=9)
    if wanted is None:
        raise s3_error("InvalidArgument", "max-keys must be a number from 0 on.")
    return min(wanted, MOST_KEYS)


def _token(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _from_token(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode("ascii")).decode("utf-8")
    except ValueError:
        raise s3_error("InvalidArgument", "The continuation token provided is incorrect.") from None
