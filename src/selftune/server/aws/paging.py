"""Tokens of paged lists: opaque to clients, and refused when they were changed or belong to another list."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from selftune.server.aws.errors import AwsError, validation

T = TypeVar("T")
DEFAULT_PAGE = 10
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next_token: str | None


class Pager:
    """Cuts lists into pages.

    Args:
        secret: Signs the tokens.
    """

    def __init__(self, secret: str) -> None:
        self._secret = hashlib.sha256(b"selftune paging " + secret.encode()).digest()

    def page(
        self, operation: str, given: Mapping[str, Any], items: Sequence[T], identity: Callable[[T], str]
    ) -> Page[T]:
        """The page of `items` that a request asks for.

        A token names the last item of the page before, so that what is added in front meanwhile moves nothing.

        Args:
            operation: Its name; a token of another is refused.
            given: The request: MaxResults, NextToken, and all that chose and ordered the items.
            items: All of them, in order.
            identity: What tells an item from the others.

        Raises:
            AwsError: ValidationException for a token that is none of this list's.
        """
        size = int(given.get("MaxResults", DEFAULT_PAGE))
        start = self._start(operation, given, items, identity)
        chosen = tuple(items[start : start + size])
        is_last = start + size >= len(items)
        token = None if is_last else self._token(operation, given, identity(chosen[-1]), start + size)
        return Page(items=chosen, next_token=token)

    def page_read(
        self,
        operation: str,
        given: Mapping[str, Any],
        read: Callable[[str | None, int], Sequence[T]],
        identity: Callable[[T], str],
    ) -> Page[T]:
        """The same page, of a list that is read in parts.

        Args:
            read: From the identity of the last item before (None: from the beginning) and a number to so many items.

        Raises:
            AwsError: ValidationException for a token that is none of this list's.
        """
        size = int(given.get("MaxResults", DEFAULT_PAGE))
        token = given.get("NextToken")
        last = None if token is None else self._opened(operation, given, token)[0]
        items = read(last, size + 1)
        chosen = tuple(items[:size])
        is_last = len(items) <= size
        return Page(
            items=chosen, next_token=None if is_last else self._token(operation, given, identity(chosen[-1]), 0)
        )

    def _start(self, operation: str, given: Mapping[str, Any], items: Sequence[T], identity: Callable[[T], str]) -> int:
        token = given.get("NextToken")
        if token is None:
            return 0
        last, position = self._opened(operation, given, token)
        found = next((place for place, item in enumerate(items) if identity(item) == last), None)
        return min(position, len(items)) if found is None else found + 1  # None: deleted since

    def _token(self, operation: str, given: Mapping[str, Any], last: str, position: int) -> str:
        content = json.dumps([last, position]).encode()
        return base64.urlsafe_b64encode(self._tag(operation, given, content) + content).decode()

    def _opened(self, operation: str, given: Mapping[str, Any], token: str) -> tuple[str, int]:
        try:
            raw = base64.urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            raise _invalid() from None
        tag, content = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
        if not hmac.compare_digest(tag, self._tag(operation, given, content)):
            raise _invalid()
        last, position = json.loads(content)
        return str(last), int(position)

    def _tag(self, operation: str, given: Mapping[str, Any], content: bytes) -> bytes:
        chosen_by = {name: given[name] for name in sorted(given) if name not in ("NextToken", "MaxResults")}
        message = json.dumps([operation, chosen_by], sort_keys=True, default=str).encode() + content
        return hmac.new(self._secret, message, hashlib.sha256).digest()[:_TAG_BYTES]


def _invalid() -> AwsError:
    return validation("Invalid NextToken: it is none of this list, or was changed.")
