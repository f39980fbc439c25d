"""One door for all AWS clients: whose request is it, which service does it mean, what is the answer.

    X-Amz-Target: SageMaker.*         SageMaker
    X-Amz-Target: Logs_20140328.*     CloudWatch Logs
    a form with Action=...            STS, IAM
    anything else                     S3, path style

Nothing is carried out, and no body is looked into, before the signature is found good.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.model import OperationModel

from selftune.model.errors import SelftuneError
from selftune.server.aws import wire
from selftune.server.aws.caller import Caller
from selftune.server.aws.errors import AwsError, aws_error
from selftune.server.aws.presigned import is_presigned, verify_presigned
from selftune.server.aws.replays import UsedSignatures
from selftune.server.aws.signature import STREAMING, UNSIGNED, AccessKey, ReceivedRequest, Signed, verify
from selftune.server.http import Request, Response
from selftune.server.s3.errors import from_signature
from selftune.server.s3.service import LARGEST_OBJECT, S3Service, error_response
from selftune.store.recent import Recent

LARGEST_DOCUMENT = 4 << 20
"""Bytes of a JSON or form body; the service's own limit is lower."""
_SERVICES = {"SageMaker": "sagemaker", "Logs_20140328": "logs"}
"""Prefix of X-Amz-Target -> botocore's name of the service."""
_FORM = "application/x-www-form-urlencoded"
_READS = ("Describe", "List", "Get", "Search", "Filter")
"""How the names of operations begin that change nothing."""
_READING_METHODS = ("GET", "HEAD")
_CHUNK = 1 << 20
_INPUTS_KEPT = 512
_LARGEST_KEPT = 512
"""Bytes of the body of an input that is kept."""

Operation = Callable[[Mapping[str, Any], Caller], Mapping[str, Any] | wire.Written]
"""From the checked input of an operation, and who asks, to its output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Answers every request of an AWS client.

    Args:
        key: The one that clients sign with.
        operations: By botocore's name of the service, then by the operation's name.
        forms: Answers a form with `Action=...` (STS, IAM) whose signature is good: (service, body).
        s3: Buckets and objects.
        now: Aware time.
    """

    key: AccessKey
    operations: Mapping[str, Mapping[str, Operation]]
    forms: Callable[[str, bytes], Response]
    s3: S3Service
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    inputs: Recent[tuple[str, str, bytes], dict[str, Any]] = field(default_factory=lambda: Recent(_INPUTS_KEPT))
    """Those of texts alone, such as the name in a Describe, which is asked for again and again."""
    used: UsedSignatures = field(default_factory=UsedSignatures)

    def handle(self, request: Request) -> Response:
        """The answer to a request. Never raises: a refusal is an answer too."""
        if request.header("x-amz-target") is not None:
            return self._json(request)
        if (request.header("content-type") or "").startswith(_FORM) and request.received.raw_path == "/":
            return self._form(request)
        return self._s3(request)

    def _json(self, request: Request) -> Response:
        try:
            service, name = _target(request)
            body = request.read()
            signed = verify(request.received, body, self.key, services=(service,), now=self.now())
            operation, carry_out = self._operation(service, name)
            self._use(signed, is_read=name.startswith(_READS))
            caller = Caller(region=signed.region, user_agent=request.header("user-agent") or "")
            output = carry_out(self.checked_input(service, operation, body), caller)
        except AwsError as error:
            return _json_refusal(error)
        except SelftuneError as error:
            return _json_refusal(aws_error(error))
        return Response(headers=_JSON, body=wire.serialized(output, operation.output_shape))

    def checked_input(self, service: str, operation: OperationModel, body: bytes) -> dict[str, Any]:
        """The checked input of an operation; a small one that was good once is good again, and is not read anew."""
        key = (service, operation.name, body)
        known = self.inputs.get(key)
        if known is None:
            known = wire.parsed(body, operation)
            if len(body) > _LARGEST_KEPT or not all(isinstance(value, str) for value in known.values()):
                return known
            self.inputs.put(key, known)
        return dict(known)

    def _operation(self, service: str, name: str) -> tuple[OperationModel, Operation]:
        model = wire.operation_model(service, name)
        carry_out = self.operations[service].get(name)
        if carry_out is None:
            raise AwsError("UnknownOperationException", f"{name} is not here: see docs/from-sagemaker.md.")
        return model, carry_out

    def _form(self, request: Request) -> Response:
        try:
            body = request.read()
            signed = verify(request.received, body, self.key, services=("sts", "iam"), now=self.now())
        except AwsError as error:
            return _json_refusal(error)
        return self.forms(signed.service, body)

    def _s3(self, request: Request) -> Response:
        try:
            signed = self._s3_signature(request.received)
            _check_body(request, signed.payload_hash)
            self._use(signed, is_read=request.method in _READING_METHODS)
        except AwsError as error:
            return error_response(from_signature(error), request.received.raw_path, "0")
        return self.s3.handle(request)

    def refused_unread(self, received: ReceivedRequest) -> Response | None:
        """The refusal of a request to S3 whose signature is not good, told before its body is read."""
        if _is_document(received):
            return None
        try:
            self._s3_signature(received)
        except AwsError as error:
            return error_response(from_signature(error), received.raw_path, "0")
        return None

    def _s3_signature(self, received: ReceivedRequest) -> Signed:
        """Whose request it is; what its body should be is not looked at."""
        if is_presigned(received):
            return verify_presigned(received, self.key, now=self.now())
        return verify(received, None, self.key, services=("s3",), now=self.now())

    def _use(self, signed: Signed, *, is_read: bool) -> None:
        """What changes something is done once a signature."""
        if not is_read and signed.signature is not None:
            self.used.use(signed.signature, self.now())


def _target(request: Request) -> tuple[str, str]:
    """(botocore's name of the service, the operation's name) that a request of the JSON protocol means."""
    prefix, _, name = (request.header("x-amz-target") or "").partition(".")
    service = _SERVICES.get(prefix)
    if request.method != "POST" or service is None:
        raise AwsError("UnknownOperationException", f"There is no '{prefix[:64]}.{name[:64]}'.")
    return service, name


def largest_body(received: ReceivedRequest) -> int:
    """Bytes that a body may have, told from what precedes it."""
    return LARGEST_DOCUMENT if _is_document(received) else LARGEST_OBJECT


def _is_document(received: ReceivedRequest) -> bool:
    """Whether the body is a JSON document or a form: it is small, and there is nothing behind it in S3."""
    return received.header("x-amz-target") is not None or received.raw_path == "/"


def too_large(received: ReceivedRequest) -> Response:
    """The refusal of a body that is larger than that."""
    if received.header("x-amz-target") is None:
        error = AwsError("EntityTooLarge", f"An object may have {LARGEST_OBJECT >> 30} GiB in one put.", status=400)
        return error_response(error, received.raw_path, "0")
    message = f"The body of a request may have {LARGEST_DOCUMENT >> 20} MiB."
    return _json_refusal(AwsError("RequestEntityTooLargeException", message, status=413))


def _check_body(request: Request, payload_hash: str | None) -> None:
    """A body whose hash was signed must have it; the others are covered by checksums or by nothing, as on S3."""
    if payload_hash is None:
        raise AwsError("IncompleteSignatureException", "x-amz-content-sha256 is missing.", status=403)
    if payload_hash == UNSIGNED or payload_hash.startswith(STREAMING):
        return
    digest = hashlib.sha256()
    request.body.seek(0)
    while chunk := request.body.read(_CHUNK):
        digest.update(chunk)
    request.body.seek(0)
    if not hmac.compare_digest(digest.hexdigest(), payload_hash):
        raise AwsError("XAmzContentSHA256Mismatch", "The body is not the one that was signed.", status=400)


_JSON = {"content-type": wire.CONTENT_TYPE}


def _json_refusal(error: AwsError) -> Response:
    headers = {**_JSON, "x-amzn-errortype": error.code}
    return Response(status=error.status, headers=headers, body=wire.serialized_error(error))
