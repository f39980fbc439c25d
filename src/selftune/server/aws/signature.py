"""Signature Version 4, verified: who sent this request, and is it the one that was signed.

botocore's own canonical form of a request is computed again from what arrived, so that clients and server cannot drift
apart; that of a document, which has no path and no query, is written here (`_of_document`), since Describe is asked for
all the time, and a test holds it to botocore's. A signature holds for five minutes either way; that none is used twice
for something that changes anything is the business of `replays`.
Source: "Signature Version 4 signing process", AWS General Reference.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from selftune.server.aws.errors import AwsError

MAX_SKEW = timedelta(minutes=5)
UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMING = "STREAMING-"
"""How the names of bodies begin that come in chunks of their own."""
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_ALGORITHM = "AWS4-HMAC-SHA256"
_ALWAYS = ("host", "x-amz-date")
_DECIDING = "x-amz-"
"""How the names of headers begin that decide what is done, such as what is copied."""
_HASH = re.compile(r"[0-9a-f]{64}\Z")
_TIME = re.compile(r"\d{8}T\d{6}Z")
_AUTHORIZATION = re.compile(
    rf"{_ALGORITHM} Credential=([^/,\s]+)/(\d{{8}})/([^/,\s]+)/([^/,\s]+)/aws4_request,\s*"
    r"SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """What clients sign with."""

    access_key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """A request as it came over the wire, before anything in it is believed."""

    method: str
    raw_path: str
    """As sent: percent-encoded."""
    query: str
    headers: tuple[tuple[str, str], ...]
    """Lower-case names, in the order received."""
    _first: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_first", dict(reversed(self.headers)))

    def header(self, name: str) -> str | None:
        """The first header of a lower-case name."""
        return self._first.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request whose signature is good."""

    region: str
    service: str
    payload_hash: str | None
    """What the client says the body's SHA-256 is, where it says so in a header; that header is signed."""
    signature: str | None
    """Hexadecimal; None where it may be used as often as one likes, as in an address."""


def verify(
    request: ReceivedRequest, body: bytes | None, key: AccessKey, *, services: Iterable[str], now: datetime
) -> Signed:
    """Check the signature of a request.

    Args:
        request: What arrived.
        body: The whole body; None where its hash is signed in a header and is checked as it streams.
        key: The one key of this server.
        services: Names of the services that may be meant.
        now: Aware time.

    Raises:
        AwsError: status 403, with MissingAuthenticationTokenException, IncompleteSignatureException,
            UnrecognizedClientException or InvalidSignatureException.
    """
    claim = _claim(request)
    signed_at = _signed_at(request, claim.date)
    if not hmac.compare_digest(claim.access_key_id.encode(), key.access_key_id.encode()):
        raise _refused("UnrecognizedClientException", "The security token included in the request is invalid.")
    if claim.service not in services:
        raise _refused(
            "InvalidSignatureException", f"Credential should be scoped to service: '{' or '.join(services)}'."
        )
    if abs(now - signed_at) > MAX_SKEW:
        raise _refused(
            "InvalidSignatureException",
            f"Signature expired: {_text(signed_at)} is not within 5 minutes of {_text(now.astimezone(UTC))}.",
        )
    if not hmac.compare_digest(_signature(request, body, key, claim), claim.signature):
        raise _refused(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your secret access "
            "key: `selftune env` prints it.",
        )
    payload_hash = request.header("x-amz-content-sha256")
    _check_kind(request, payload_hash, claim.service)
    _check_body(body, payload_hash)
    return Signed(region=claim.region, service=claim.service, payload_hash=payload_hash, signature=claim.signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    access_key_id: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str


def _claim(request: ReceivedRequest) -> _Claim:
    given = [value for name, value in request.headers if name == "authorization"]
    if not given:
        raise _refused("MissingAuthenticationTokenException", "Missing Authentication Token")
    match = _AUTHORIZATION.fullmatch(given[0].strip()) if len(given) == 1 else None
    if match is None:
        raise _refused("IncompleteSignatureException", f"The Authorization header is not one of {_ALGORITHM}.")
    access_key_id, date, region, service, names, signature = match.groups()
    signed_headers = tuple(names.split(";"))
    _check_signed_headers(request, signed_headers)
    return _Claim(
        access_key_id=access_key_id,
        date=date,
        region=region,
        service=service,
        signed_headers=signed_headers,
        signature=signature,
    )


def _check_signed_headers(request: ReceivedRequest, signed: tuple[str, ...]) -> None:
    """What decides what a request does must be signed; nothing may be there twice."""
    present = [name for name, _ in request.headers]
    deciding = [*_ALWAYS, *(name for name in present if name.startswith(_DECIDING))]
    missing = sorted({name for name in deciding if name not in signed})
    if missing:
        raise _refused("IncompleteSignatureException", f"Not signed: {', '.join(missing)}.")
    doubled = sorted({name for name in signed if present.count(name) != 1})
    if doubled:
        raise _refused("IncompleteSignatureException", f"Signed headers must stand there once: {', '.join(doubled)}.")


def _signed_at(request: ReceivedRequest, date: str) -> datetime:
    text = request.header("x-amz-date") or ""
    try:
        signed_at = datetime.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise _refused("IncompleteSignatureException", f"X-Amz-Date is no time: '{text[:32]}'.") from None
    if text[:8] != date:
        raise _refused("InvalidSignatureException", "The date of the credential scope is not that of X-Amz-Date.")
    return signed_at


def _signature(request: ReceivedRequest, body: bytes | None, key: AccessKey, claim: _Claim) -> str:
    is_document = body is not None and claim.service != "s3" and request.raw_path == "/" and not request.query
    canonical = _of_document(request, body or b"", claim) if is_document else _of_any(request, body, key, claim)
    scope = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"{_ALGORITHM}\n{request.header('x-amz-date')}\n{scope}\n{digest}"
    derived = signing_key(key.secret, claim.date, claim.region, claim.service)
    return hmac.digest(derived, to_sign.encode(), "sha256").hex()


def _of_document(request: ReceivedRequest, body: bytes, claim: _Claim) -> str:
    """The canonical form of a request that is all body: SigV4, task 1."""
    names = sorted(claim.signed_headers)
    headers = "\n".join([f"{name}:{' '.join((request.header(name) or '').split())}" for name in names])
    payload = request.header("x-amz-content-sha256") or hashlib.sha256(body).hexdigest()
    return f"{request.method}\n/\n\n{headers}\n\n{';'.join(names)}\n{payload}"


def _of_any(request: ReceivedRequest, body: bytes | None, key: AccessKey, claim: _Claim) -> str:
    """The canonical form of any request, as botocore writes it."""
    headers: Mapping[str, str] = dict(request.headers)
    url = f"http://{headers['host']}{request.raw_path}{'?' + request.query if request.query else ''}"
    again = AWSRequest(method=request.method, url=url, headers={name: headers[name] for name in claim.signed_headers})
    again.context["body"] = body or b""
    signer_class = S3SigV4Auth if claim.service == "s3" else _BodySigner
    signer = signer_class(Credentials(key.access_key_id, key.secret), claim.service, claim.region)
    return str(signer.canonical_request(again))


class _BodySigner(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """botocore's signer for a body that lies there whole, which it would prepare for sending once more."""

    def payload(self, request: AWSRequest) -> str:
        return hashlib.sha256(request.context["body"]).hexdigest()


@functools.lru_cache(maxsize=32)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key of one day, region and service, which a secret gives: SigV4, task 3."""
    derived = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        derived = hmac.new(derived, part.encode(), hashlib.sha256).digest()
    return derived


def _check_kind(request: ReceivedRequest, payload_hash: str | None, service: str) -> None:
    """What stands for a body must be its hash; S3 alone also takes bodies that are not signed or signed in pieces."""
    if payload_hash is None or _HASH.match(payload_hash):
        return
    is_of_object = request.method == "PUT" and payload_hash.startswith(STREAMING)
    if service != "s3" or not (payload_hash == UNSIGNED or is_of_object):
        raise _refused("InvalidSignatureException", f"'{payload_hash[:64]}' is not the hash of a body.")


def _check_body(body: bytes | None, payload_hash: str | None) -> None:
    if body is None or payload_hash is None or payload_hash in (UNSIGNED, UNSIGNED_TRAILER):
        return
    if not hmac.compare_digest(hashlib.sha256(body).hexdigest(), payload_hash):
        raise _refused("InvalidSignatureException", "The body is not the one that was signed.")


def _refused(code: str, message: str) -> AwsError:
    return AwsError(code, message, status=403)


def _text(time: datetime) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ")
