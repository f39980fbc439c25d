"""What lists of all jobs are asked by, as queries of the store; and places in them, as the text of a token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from selftune.store.store import JobOrder, JobQuery, Place

Given = Mapping[str, Any]
_ORDERS = {
    "Name": JobOrder.NAME,
    "CreationTime": JobOrder.CREATED,
    "Status": JobOrder.STATUS,
}
"""SortBy of the lists."""


def query_of(given: Given, *, sort_by: str, sort_order: str) -> JobQuery:
    """The query of a List request.

    Args:
        sort_by: Where the request does not say it.
        sort_order: "Ascending" or "Descending", where the request does not say it.
    """
    contains = given.get("NameContains")
    return JobQuery(
        order=_ORDERS[given.get("SortBy", sort_by)],
        is_descending=given.get("SortOrder", sort_order) == "Descending",
        name_contains=() if contains is None else (contains,),
        status=given.get("StatusEquals"),
        created_from=_time(given, "CreationTimeAfter"),
        created_until=_time(given, "CreationTimeBefore"),
        modified_from=_time(given, "LastModifiedTimeAfter"),
        modified_until=_time(given, "LastModifiedTimeBefore"),
    )


def _time(given: Given, name: str) -> float | None:
    """As a float: whole numbers may have more digits than a database's."""
    at = given.get(name)
    return None if at is None else float(at)


def text_of_place(place: Place) -> str:
    """A place as a token holds it."""
    return json.dumps([place.key, *place.row])


def place_of(text: str | None) -> Place | None:
    """The place that a token holds."""
    if text is None:
        return None
    key, *row = json.loads(text)
    return Place(key=key, row=tuple(row))
