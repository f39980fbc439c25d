"""Signatures that have been used: what changes something is not done again because its request was sent again.

Clients sign anew for each call and each of their own retries, but a signature knows the time to the second only: two
equal calls in one second have the same. So a signature is good for a moment after it was first seen, and then no more.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from selftune.server.aws.errors import AwsError
from selftune.server.aws.signature import MAX_SKEW

SAME_MOMENT = timedelta(seconds=2)
_KEPT_FOR = 2 * MAX_SKEW
"""One that was signed ahead of time holds for so long."""


class UsedSignatures:
    """Signatures of requests that were carried out, as long as they could be used again; one object for all threads.

    Args:
        size: How many are kept; beyond it the oldest are forgotten.
    """

    def __init__(self, size: int = 50_000) -> None:
        self._size = size
        self._first_seen: OrderedDict[bytes, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def use(self, signature: str, now: datetime) -> None:
        """Note that a request of this signature is carried out now.

        Args:
            signature: Hexadecimal; it was found good.

        Raises:
            AwsError: InvalidSignatureException: it was carried out before.
        """
        key = bytes.fromhex(signature)
        with self._lock:
            first = self._first_seen.get(key)
            if first is None or now - first > _KEPT_FOR:
                self._first_seen.pop(key, None)
                self._make_room(now)
                self._first_seen[key] = first = now
        if now - first > SAME_MOMENT:
            raise AwsError(
                "InvalidSignatureException",
                "This request was carried out already, and what is sent again is not done again. Sign it anew.",
                status=403,
            )

    def _make_room(self, now: datetime) -> None:
        while self._first_seen:
            key, first = next(iter(self._first_seen.items()))
            if now - first <= _KEPT_FOR and len(self._first_seen) < self._size:
                return
            del self._first_seen[key]
