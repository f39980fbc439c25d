"""From a request to S3 to the operation that it means, and its answer or refusal in XML.

Path style only: `/bucket/key`. What names a part of S3 that is not here (access lists, versions, policies) is refused
by name rather than ignored.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from selftune.model.errors import SelftuneError
from selftune.server.aws.errors import AwsError
from selftune.server.aws.signature import AccessKey
from selftune.server.http import Request, Response
from selftune.server.s3 import buckets, multipart, objects, signed_chunks, xml
from selftune.server.s3.body import ObjectBody
from selftune.server.s3.errors import from_ours, s3_error
from selftune.server.s3.target import Target
from selftune.store.artifacts.folder import ArtifactFolder
from selftune.store.artifacts.uploads import MultipartUploads

LARGEST_OBJECT = 5 << 30
"""Bytes of one put, as S3 has it; larger objects come in parts."""
_NOT_HERE = frozenset(
    [
        "accelerate",
        "acl",
        "analytics",
        "attributes",
        "cors",
        "encryption",
        "intelligent-tiering",
        "inventory",
        "lifecycle",
        "logging",
        "metadataTable",
        "metrics",
        "notification",
        "object-lock",
        "ownershipControls",
        "policy",
        "policyStatus",
        "publicAccessBlock",
        "legal-hold",
        "replication",
        "requestPayment",
        "restore",
        "retention",
        "select",
        "tagging",
        "torrent",
        "versionId",
        "versioning",
        "versions",
        "website",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Service:
    """S3 over one artifact folder.

    Args:
        folder: Buckets and objects.
        uploads: Uploads in parts.
        region: What GetBucketLocation says.
        key: Signs the chunks of a body that comes in signed ones.
    """

    folder: ArtifactFolder
    uploads: MultipartUploads
    region: str
    key: AccessKey

    def handle(self, request: Request) -> Response:
        """Carry out a request whose signature is good. Never raises: a refusal is an answer too."""
        request_id = uuid.uuid4().hex[:16].upper()
        try:
            signed_chunks.check(request.received, request.body, self.key)
            response = self._carried_out(request)
        except (AwsError, SelftuneError) as error:
            response = error_response(error, request.received.raw_path, request_id)
        return Response(
            status=response.status,
            headers={"x-amz-request-id": request_id, **response.headers},
            body=response.body,
        )

    def _carried_out(self, request: Request) -> Response:
        target = Target.of(request)
        self._refuse_what_is_not_here(request.query)
        if target.bucket is None:
            return buckets.list_all(self.folder) if request.method == "GET" else _not_allowed(request)
        if target.key is None:
            return self._on_bucket(request, target.bucket)
        return self._on_object(request, target.bucket, target.key)

    def _refuse_what_is_not_here(self, query: Mapping[str, str]) -> None:
        unknown = sorted(_NOT_HERE & set(query))
        if unknown:
            raise s3_error("NotImplemented", f"'{unknown[0]}' is a part of S3 that is not here.")

    def _on_bucket(self, request: Request, bucket: str) -> Response:
        query = request.query
        match request.method:
            case "PUT":
                return buckets.create(self.folder, bucket)
            case "HEAD":
                return buckets.head(self.folder, bucket, self.region)
            case "DELETE":
                return buckets.delete(self.folder, bucket)
            case "POST" if "delete" in query:
                return objects.delete_many(self.folder, bucket, request)
            case "GET" if "location" in query:
                return buckets.location(self.folder, bucket, self.region)
            case "GET" if "uploads" in query:
                return multipart.list_uploads(self.uploads, self.folder, bucket)
            case "GET" if query.get("list-type") == "2":
                return buckets.list_objects(self.folder, bucket, query)
            case "GET":
                return buckets.list_objects_before_2(self.folder, bucket, query)
        return _not_allowed(request)

    def _on_object(self, request: Request, bucket: str, key: str) -> Response:
        query = request.query
        if "uploadId" in query or (request.method == "POST" and "uploads" in query):
            return self._on_upload(request, bucket, key)
        match request.method:
            case "PUT" if request.header("x-amz-copy-source") is not None:
                return objects.copy(self.folder, bucket, key, request)
            case "PUT":
                with ObjectBody.of(request) as body:
                    return objects.put(self.folder, bucket, key, body, request)
            case "GET" | "HEAD":
                return objects.get(self.folder, bucket, key, request)
            case "DELETE":
                return objects.delete(self.folder, bucket, key)
        return _not_allowed(request)

    def _on_upload(self, request: Request, bucket: str, key: str) -> Response:
        query = request.query
        if request.method == "POST" and "uploads" in query:
            return multipart.begin(self.uploads, bucket, key, request)
        upload = self.uploads.find(bucket, key, query["uploadId"])
        match request.method:
            case "PUT" if request.header("x-amz-copy-source") is not None:
                return multipart.copy_part(self.uploads, self.folder, upload, request)
            case "PUT":
                with ObjectBody.of(request) as body:
                    return multipart.put_part(self.uploads, upload, body, request)
            case "GET":
                return multipart.list_parts(self.uploads, upload)
            case "POST":
                return multipart.complete(self.uploads, upload, request)
            case "DELETE":
                return multipart.abort(self.uploads, upload)
        return _not_allowed(request)


def s3_service(root: Path, region: str, key: AccessKey) -> S3Service:
    """S3 over the artifact folder at `root`."""
    folder = ArtifactFolder(root)
    return S3Service(folder=folder, uploads=MultipartUploads(folder, root / "uploads.db"), region=region, key=key)


def error_response(error: AwsError | SelftuneError, resource: str, request_id: str) -> Response:
    """A refusal as S3 writes it."""
    refusal = error if isinstance(error, AwsError) else from_ours(error)
    if refusal.status == 304:
        return Response(status=304)
    content = {
        "Code": refusal.code,
        "Message": refusal.message,
        "Resource": resource,
        "RequestId": request_id,
    }
    body = xml.document("Error", content, namespace=None)
    return Response(status=refusal.status, headers={"content-type": "application/xml"}, body=body)


def _not_allowed(request: Request) -> Response:
    raise s3_error("MethodNotAllowed", f"{request.method} means nothing here.")
