"""Bodies whose chunks are signed one by one, each with the signature before it, as some SDKs send them over HTTP.

    "AWS4-HMAC-SHA256-PAYLOAD" \\n time \\n scope \\n signature before \\n SHA-256 of nothing \\n SHA-256 of the chunk

The first of them follows the signature of the request, the last chunk is empty, and trailers are signed like a chunk.
Source: "Signature calculations: transferring payload in multiple chunks", Amazon S3 API Reference.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import IO

from selftune.server.aws.signature import AccessKey, ReceivedRequest, signing_key
from selftune.server.s3 import chunked
from selftune.server.s3.errors import s3_error

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_TRAILER = f"{SIGNED}-TRAILER"
_NOTHING = hashlib.sha256(b"").hexdigest()
_AUTHORIZATION = re.compile(r"Credential=[^/]+/(([^/]+)/([^/]+)/([^/]+)/aws4_request),.*Signature=([0-9a-f]{64})")
_CHUNK = re.compile(rb"[0-9A-Fa-f]+;chunk-signature=([0-9a-f]{64})")
_BLOCK = 1 << 20


@dataclass(slots=True, kw_only=True)
class _Chain:
    """The signatures so far."""

    key: bytes
    context: str
    last: str

    def take(self, kind: str, middle: str, digest: str, given: str | None) -> None:
        """The next signature, which must be that of the chunk.

        Raises:
            AwsError: SignatureDoesNotMatch.
        """
        text = f"{kind}\n{self.context}\n{self.last}\n{middle}{digest}"
        self.last = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        if given is None or not hmac.compare_digest(self.last, given):
            raise s3_error("SignatureDoesNotMatch", "A part of the body is not the one that was signed.")


def check(request: ReceivedRequest, body: IO[bytes], key: AccessKey) -> None:
    """Check every chunk of a body, where its chunks are signed; any other body is left alone.

    Args:
        request: One whose own signature is good.
        body: As it arrived.

    Raises:
        AwsError: SignatureDoesNotMatch, or IncompleteBody where it breaks off.
    """
    kind = request.header("x-amz-content-sha256")
    match = _AUTHORIZATION.search(request.header("authorization") or "")
    if kind not in (SIGNED, SIGNED_TRAILER) or match is None:
        return
    scope, date, region, service, seed = match.groups()
    context = f"{request.header('x-amz-date')}\n{scope}"
    chain = _Chain(key=signing_key(key.secret, date, region, service), context=context, last=seed)
    body.seek(0)
    size = -1
    while size != 0:
        line = chunked.read_line(body)
        size = chunked.chunk_size(line)
        given = _CHUNK.fullmatch(line)
        digest = _digest(body, size)
        chain.take("AWS4-HMAC-SHA256-PAYLOAD", f"{_NOTHING}\n", digest, given and given[1].decode())
        if size:
            chunked.read_line(body)
    if kind == SIGNED_TRAILER:
        trailers = chunked.read_trailers(body)
        signature = trailers.pop("x-amz-trailer-signature", None)
        signed = "".join(f"{name}:{value}\n" for name, value in sorted(trailers.items()))
        chain.take("AWS4-HMAC-SHA256-TRAILER", "", hashlib.sha256(signed.encode("latin-1")).hexdigest(), signature)


def _digest(body: IO[bytes], size: int) -> str:
    digest = hashlib.sha256()
    while size > 0 and (block := body.read(min(size, _BLOCK))):
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()
