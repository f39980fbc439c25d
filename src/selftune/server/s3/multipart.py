"""Uploads in parts: begun, filled, listed, put together or given up."""

from __future__ import annotations

import re

from selftune.server.http import Request, Response, whole_number
from selftune.server.s3 import xml
from selftune.server.s3.body import ObjectBody
from selftune.server.s3.errors import s3_error
from selftune.server.s3.objects import condition_of, described, source_of
from selftune.store.artifacts.folder import ArtifactFolder
from selftune.store.artifacts.uploads import MultipartUploads, Upload

MOST_PARTS = 10_000
SMALLEST_PART = 5 << 20
"""Bytes of a part that is not the last."""
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})\Z")
_XML = {"content-type": "application/xml"}


def begin(uploads: MultipartUploads, bucket: str, key: str, request: Request) -> Response:
    """CreateMultipartUpload."""
    upload = uploads.begin(bucket, key, described(request))
    content = {"Bucket": bucket, "Key": key, "UploadId": upload.id}
    return Response(headers=_XML, body=xml.document("InitiateMultipartUploadResult", content))


def put_part(uploads: MultipartUploads, upload: Upload, body: ObjectBody, request: Request) -> Response:
    """UploadPart."""
    part = uploads.put_part(upload, _number(request), body.file)
    return Response(headers={"etag": f'"{part.etag}"', **body.checksums})


def copy_part(uploads: MultipartUploads, folder: ArtifactFolder, upload: Upload, request: Request) -> Response:
    """UploadPartCopy."""
    source = source_of(folder, request)
    start, length = _copied_stretch(request, source.size)
    with folder.open(source) as file:
        file.seek(start)
        part = uploads.put_part(upload, _number(request), file, length)
    content = {"LastModified": xml.time_text(part.modified_at), "ETag": f'"{part.etag}"'}
    return Response(headers=_XML, body=xml.document("CopyPartResult", content))


def list_parts(uploads: MultipartUploads, upload: Upload) -> Response:
    """ListParts."""
    parts = [
        {
            "PartNumber": number,
            "LastModified": xml.time_text(part.modified_at),
            "ETag": f'"{part.etag}"',
            "Size": part.size,
        }
        for number, part in uploads.parts(upload).items()
    ]
    content = {"Bucket": upload.bucket, "Key": upload.key, "UploadId": upload.id, "IsTruncated": False, "Part": parts}
    return Response(headers=_XML, body=xml.document("ListPartsResult", content))


def list_uploads(uploads: MultipartUploads, folder: ArtifactFolder, bucket: str) -> Response:
    """ListMultipartUploads."""
    folder.check_bucket(bucket)
    found = [
        {"Key": upload.key, "UploadId": upload.id, "Initiated": xml.time_text(upload.created_at)}
        for upload in uploads.of(bucket)
    ]
    content = {"Bucket": bucket, "IsTruncated": False, "Upload": found}
    return Response(headers=_XML, body=xml.document("ListMultipartUploadsResult", content))


def complete(uploads: MultipartUploads, upload: Upload, request: Request) -> Response:
    """CompleteMultipartUpload."""
    root = xml.parsed(request.read())
    wanted = [
        (_part_number(part.findtext("PartNumber")), (part.findtext("ETag") or "").strip().strip('"'))
        for part in root.iterfind("Part")
    ]
    if not wanted:
        raise s3_error("MalformedXML", "Name at least one part.")
    if [number for number, _ in wanted] != sorted({number for number, _ in wanted}):
        raise s3_error("InvalidPartOrder", "The list of parts was not in ascending order.")
    _check_sizes(uploads, upload, [number for number, _ in wanted])
    made = uploads.complete(upload, wanted, condition_of(request))
    content = {
        "Location": f"/{made.bucket}/{made.key}",
        "Bucket": made.bucket,
        "Key": made.key,
        "ETag": f'"{made.etag}"',
    }
    return Response(headers=_XML, body=xml.document("CompleteMultipartUploadResult", content))


def _check_sizes(uploads: MultipartUploads, upload: Upload, numbers: list[int]) -> None:
    """All parts but the last must have a certain size, as on S3: code that passes here passes there."""
    parts = uploads.parts(upload)
    small = [number for number in numbers[:-1] if number in parts and parts[number].size < SMALLEST_PART]
    if small:
        raise s3_error(
            "EntityTooSmall", f"Part {small[0]} is smaller than {SMALLEST_PART >> 20} MiB, and it is not the last."
        )


def abort(uploads: MultipartUploads, upload: Upload) -> Response:
    """AbortMultipartUpload."""
    uploads.abort(upload)
    return Response(status=204)


def _number(request: Request) -> int:
    return _part_number(request.query.get("partNumber"))


def _part_number(text: str | None) -> int:
    number = whole_number(text or "", digits=5) or 0
    if not 1 <= number <= MOST_PARTS:
        raise s3_error("InvalidArgument", f"A part number is an integer from 1 to {MOST_PARTS}.")
    return number


def _copied_stretch(request: Request, size: int) -> tuple[int, int]:
    """(first byte, number of bytes) of the source that become the part."""
    text = request.header("x-amz-copy-source-range")
    if text is None:
        return 0, size
    match = _RANGE.match(text)
    if match is None or not int(match[1]) <= int(match[2]) < size:
        raise s3_error("InvalidArgument", "x-amz-copy-source-range must be bytes=FIRST-LAST inside the source.")
    return int(match[1]), int(match[2]) - int(match[1]) + 1
