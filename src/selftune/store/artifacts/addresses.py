"""`s3://bucket/key`: the address of an object, or of all that lies below a prefix."""

from __future__ import annotations

import re

from selftune.model.errors import UsageError

_ADDRESS = re.compile(r"s3://([a-z0-9.-]{3,63})(?:/(.*))?\Z", re.DOTALL)


def parts_of(address: str) -> tuple[str, str]:
    """(bucket, key or prefix) of an s3:// address.

    Raises:
        UsageError: it is none.
    """
    match = _ADDRESS.match(address)
    if match is None:
        raise UsageError(f"'{address[:200]}' is no s3:// address.", hint="Write s3://BUCKET/KEY.")
    return match[1], match[2] or ""
