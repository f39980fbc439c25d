"""Addresses that carry their signature: what boto3's `generate_presigned_url` makes, for S3.

Two kinds are about: Signature Version 4 in the query, and the older form that boto3 still makes where it is told
nothing else (an HMAC-SHA1 over method, headers and path). Both name the moment at which they end; a body may be
anything, since whoever made the address did not know it. Sources: "Authenticating requests: using query parameters" and
"Signing and authenticating REST requests", Amazon S3.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import HmacV1QueryAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from selftune.server.aws.errors import AwsError
from selftune.server.aws.signature import MAX_SKEW, UNSIGNED, AccessKey, ReceivedRequest, Signed
from selftune.server.http import whole_number

LONGEST_SECONDS = 7 * 86_400
_ALGORITHM = "AWS4-HMAC-SHA256"
_CREDENTIAL = re.compile(r"([^/\s]+)/(\d{8})/([^/\s]+)/s3/aws4_request\Z")
_SIGNATURE = re.compile(r"(^|&)X-Amz-Signature=[^&]*")
_OLD = frozenset({"AWSAccessKeyId", "Signature", "Expires"})
_OLD_HEADERS = ("content-md5", "content-type")


def is_presigned(request: ReceivedRequest) -> bool:
    """Whether the address itself carries a signature."""
    names = {name for name, _ in parse_qsl(request.query, keep_blank_values=True)}
    return "X-Amz-Signature" in names or names >= _OLD


def verify_presigned(request: ReceivedRequest, key: AccessKey, *, now: datetime) -> Signed:
    """Check the signature that an address carries.

    Args:
        now: Aware time.

    Raises:
        AwsError: with S3's codes: AuthorizationQueryParametersError (400), InvalidAccessKeyId, AccessDenied where the
            time is over, SignatureDoesNotMatch (403).
    """
    pairs = parse_qsl(request.query, keep_blank_values=True)
    query = dict(pairs)
    if request.header("authorization") is not None:
        raise AwsError("InvalidRequest", "Only one way to sign is allowed: the header or the address.", status=400)
    if len(query) != len(pairs):
        raise _malformed("A parameter stands in the address twice.")
    return (
        _verified_4(request, query, key, now) if "X-Amz-Signature" in query else _verified_2(request, query, key, now)
    )


def _verified_4(request: ReceivedRequest, query: dict[str, str], key: AccessKey, now: datetime) -> Signed:
    claim = _CREDENTIAL.match(query.get("X-Amz-Credential", ""))
    if query.get("X-Amz-Algorithm") != _ALGORITHM or claim is None:
        raise _malformed(f"X-Amz-Algorithm must be {_ALGORITHM}, X-Amz-Credential KEY/DATE/REGION/s3/aws4_request.")
    access_key_id, date, region = claim.groups()
    _check_key(access_key_id, key)
    signed_at = _time(query.get("X-Amz-Date", ""), date)
    seconds = query.get("X-Amz-Expires", "")
    if not 1 <= (whole_number(seconds, digits=6) or 0) <= LONGEST_SECONDS:
        raise _malformed(f"X-Amz-Expires must be 1 to {LONGEST_SECONDS} seconds.")
    if not signed_at - MAX_SKEW <= now <= signed_at + timedelta(seconds=int(seconds)):
        raise _over()
    _check_signature(_signature_4(request, query, key, region, signed_at), query["X-Amz-Signature"])
    return Signed(region=region, service="s3", payload_hash=UNSIGNED, signature=None)


def _signature_4(
    request: ReceivedRequest, query: dict[str, str], key: AccessKey, region: str, signed_at: datetime
) -> str:
    names = query.get("X-Amz-SignedHeaders", "").split(";")
    headers = {name: text for name, text in request.headers if name in names}
    if "host" not in headers or set(headers) != set(names):
        raise _malformed("X-Amz-SignedHeaders must name headers of the request, 'host' among them.")
    unsigned = {name for name, _ in request.headers if name.startswith("x-amz-")} - set(names)
    if unsigned - {"x-amz-content-sha256"}:
        raise AwsError("AccessDenied", f"Headers that were not signed: {', '.join(sorted(unsigned))}.", status=403)
    rest = _SIGNATURE.sub("", request.query).lstrip("&")
    again = AWSRequest(method=request.method, url=f"http://{headers['host']}{request.raw_path}?{rest}", headers=headers)
    again.context["timestamp"] = signed_at.strftime("%Y%m%dT%H%M%SZ")
    signer = S3SigV4QueryAuth(Credentials(key.access_key_id, key.secret), "s3", region)
    return str(signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again))


def _verified_2(request: ReceivedRequest, query: dict[str, str], key: AccessKey, now: datetime) -> Signed:
    _check_key(query["AWSAccessKeyId"], key)
    until = query["Expires"]
    end = whole_number(until, digits=12)
    if end is None:
        raise _malformed("Expires must be seconds since the epoch.")
    if now.timestamp() > end:
        raise _over()
    signed = [(n, text) for n, text in request.headers if n.startswith("x-amz-") or n in _OLD_HEADERS]
    headers = HTTPHeaders.from_pairs(signed)
    signer = _UntilSigner(Credentials(key.access_key_id, key.secret), until)
    again = urlsplit(f"http://{request.header('host')}{request.raw_path}?{request.query}")
    _check_signature(signer.get_signature(request.method, again, headers), query["Signature"])
    return Signed(region="us-east-1", service="s3", payload_hash=UNSIGNED, signature=None)


class _UntilSigner(HmacV1QueryAuth):  # type: ignore[misc]  # botocore has no types
    """botocore's signer for a given end, which it would reckon from its own clock."""

    def __init__(self, credentials: Credentials, until: str) -> None:
        super().__init__(credentials)
        self._until = until

    def _get_date(self) -> str:
        return self._until


def _check_key(given: str, key: AccessKey) -> None:
    if not hmac.compare_digest(given.encode(), key.access_key_id.encode()):
        raise AwsError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist here.", status=403)


def _check_signature(computed: str, given: str) -> None:
    if not hmac.compare_digest(computed.encode(), given.encode()):
        raise AwsError(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
            status=403,
        )


def _time(text: str, date: str) -> datetime:
    try:
        at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _malformed("X-Amz-Date is no time of the form 20150830T123600Z.") from None
    if text[:8] != date:
        raise _malformed("The date of X-Amz-Credential is not that of X-Amz-Date.")
    return at


def _malformed(message: str) -> AwsError:
    return AwsError("AuthorizationQueryParametersError", message, status=400)


def _over() -> AwsError:
    return AwsError("AccessDenied", "Request has expired: make a new presigned URL.", status=403)
