"""Objects: put, got whole or in part, copied, deleted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime

from selftune.server.aws.errors import AwsError
from selftune.server.http import FilePart, Request, Response
from selftune.server.s3 import xml
from selftune.server.s3.body import ObjectBody
from selftune.server.s3.errors import s3_error
from selftune.server.s3.target import Target
from selftune.store.artifacts.artifacts import Artifact, PutCondition
from selftune.store.artifacts.folder import ArtifactFolder

KEPT_HEADERS = (
    "content-type",
    "content-encoding",
    "content-language",
    "content-disposition",
    "cache-control",
    "expires",
)
META = "x-amz-meta-"
LARGEST_META = 2048
MOST_DELETED = 1000
_RANGE = re.compile(r"bytes=([0-9]*)-([0-9]*)\Z")
_MOST_DIGITS = 18
_LAST_OF_A_HEADER = 0xFF
"""Of the characters that HTTP can send in a header: ISO-8859-1."""
_XML = {"content-type": "application/xml"}


def put(folder: ArtifactFolder, bucket: str, key: str, body: ObjectBody, request: Request) -> Response:
    """PutObject."""
    headers = {**described(request), **body.checksums}
    artifact = folder.put(bucket, key, body.file, headers, condition=condition_of(request))
    return Response(headers={"etag": f'"{artifact.etag}"', **body.checksums})


def get(folder: ArtifactFolder, bucket: str, key: str, request: Request) -> Response:
    """GetObject and HeadObject."""
    artifact = folder.find(bucket, key)
    _check_conditions(artifact, request)
    start, length, is_part = _stretch(artifact, request)
    headers = {
        "content-type": "binary/octet-stream",
        **artifact.headers,
        "etag": f'"{artifact.etag}"',
        "last-modified": formatdate(artifact.modified_at, usegmt=True),
        "accept-ranges": "bytes",
        "content-length": str(length),
    }
    if is_part:
        headers = {name: text for name, text in headers.items() if not name.startswith("x-amz-checksum-")}
        headers["content-range"] = f"bytes {start}-{start + length - 1}/{artifact.size}"
    headers |= _overridden(request.query)
    if request.method == "HEAD":
        return Response(status=206 if is_part else 200, headers=headers)
    file = folder.open(artifact)
    return Response(
        status=206 if is_part else 200, headers=headers, body=FilePart(file=file, start=start, length=length)
    )


def copy(folder: ArtifactFolder, bucket: str, key: str, request: Request) -> Response:
    """CopyObject."""
    source = source_of(folder, request)
    is_new = (request.header("x-amz-metadata-directive") or "COPY").upper() == "REPLACE"
    kept = {name: text for name, text in source.headers.items() if name.startswith("x-amz-checksum-")}
    headers = {**described(request), **kept} if is_new else source.headers
    with folder.open(source) as file:
        made = folder.put(bucket, key, file, headers, etag=source.etag, condition=condition_of(request))
    content = {"LastModified": xml.time_text(made.modified_at), "ETag": f'"{made.etag}"'}
    return Response(headers=_XML, body=xml.document("CopyObjectResult", content))


def source_of(folder: ArtifactFolder, request: Request) -> Artifact:
    """The object that a copy reads, if the copy's own conditions on it hold."""
    target = Target.of_copy_source(request.header("x-amz-copy-source") or "")
    assert target.bucket is not None
    assert target.key is not None
    source = folder.find(target.bucket, target.key)
    wanted, unwanted = request.header("x-amz-copy-source-if-match"), request.header("x-amz-copy-source-if-none-match")
    if (wanted is not None and not _is_among(source, wanted)) or (unwanted and _is_among(source, unwanted)):
        raise s3_error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold.")
    return source


def delete(folder: ArtifactFolder, bucket: str, key: str) -> Response:
    """DeleteObject."""
    folder.delete(bucket, key)
    return Response(status=204)


def delete_many(folder: ArtifactFolder, bucket: str, request: Request) -> Response:
    """DeleteObjects."""
    folder.check_bucket(bucket)
    root = xml.parsed(request.read())
    keys = [element.text or "" for element in root.iterfind("Object/Key")]
    if not 1 <= len(keys) <= MOST_DELETED:
        raise s3_error("MalformedXML", f"Name 1 to {MOST_DELETED} objects.")
    for key in keys:
        folder.delete(bucket, key)
    is_quiet = (root.findtext("Quiet") or "").lower() == "true"
    content = {} if is_quiet else {"Deleted": [{"Key": key} for key in keys]}
    return Response(headers=_XML, body=xml.document("DeleteResult", content))


def described(request: Request) -> dict[str, str]:
    """What the client says of an object, to be given back with it.

    Raises:
        AwsError: its metadata are too large.
    """
    found = {name: text for name, text in request.received.headers if name in KEPT_HEADERS or name.startswith(META)}
    encoding = found.pop("content-encoding", "").replace("aws-chunked", "").strip(", ")
    if encoding:
        found["content-encoding"] = encoding
    if sum(len(name) + len(text) for name, text in found.items() if name.startswith(META)) > LARGEST_META:
        raise s3_error("InvalidArgument", f"The metadata of an object have at most {LARGEST_META} bytes.")
    return found


def condition_of(request: Request) -> PutCondition:
    """When the object may be written."""
    absent, etag = request.header("if-none-match"), request.header("if-match")
    if absent not in (None, "*"):
        raise s3_error("NotImplemented", "A put knows If-None-Match: * only.")
    return PutCondition(is_absent=absent is not None, etag=None if etag is None else etag.strip('"'))


def _check_conditions(artifact: Artifact, request: Request) -> None:
    wanted, unwanted = request.header("if-match"), request.header("if-none-match")
    if wanted is not None and not _is_among(artifact, wanted):
        raise s3_error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold.")
    if wanted is None and _is_later(request.header("if-unmodified-since"), artifact):
        raise s3_error("PreconditionFailed", "At least one of the pre-conditions you specified did not hold.")
    since = request.header("if-modified-since")
    is_known = unwanted is None and since is not None and not _is_later(since, artifact)
    if (unwanted is not None and _is_among(artifact, unwanted)) or is_known:
        raise AwsError("NotModified", "It is the one that you have.", status=304)


def _is_among(artifact: Artifact, etags: str) -> bool:
    return any(etag.strip().strip('"') in ("*", artifact.etag) for etag in etags.split(","))


def _is_later(date: str | None, artifact: Artifact) -> bool:
    """Whether the object was changed after a date, to the second; False where the date is none."""
    try:
        return date is not None and int(artifact.modified_at) > parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return False


def _stretch(artifact: Artifact, request: Request) -> tuple[int, int, bool]:
    """(first byte, number of bytes, whether a part was asked for)."""
    match = _RANGE.match((request.header("range") or "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return 0, artifact.size, False
    first, last = (_position(digits) for digits in match.groups())
    if first is None:
        length = min(last or 0, artifact.size)
        start = artifact.size - length
    else:
        start = first
        length = min(artifact.size - 1 if last is None else last, artifact.size - 1) - start + 1
    if length <= 0 or start >= artifact.size:
        raise s3_error("InvalidRange", "The requested range is not satisfiable.")
    return start, length, True


def _position(digits: str) -> int | None:
    """A place in an object; one beyond all that a disk holds is as good as any beyond the object."""
    if len(digits) > _MOST_DIGITS:
        return int(10**_MOST_DIGITS)
    return int(digits) if digits else None


def _overridden(query: Mapping[str, str]) -> dict[str, str]:
    """`response-content-type=...` and the like."""
    names = {f"response-{name}": name for name in KEPT_HEADERS}
    found = {names[name]: text for name, text in query.items() if name in names and text.isprintable()}
    if any(ord(character) > _LAST_OF_A_HEADER for text in found.values() for character in text):
        raise s3_error("InvalidArgument", "Header value cannot be represented using ISO-8859-1.")
    return found
