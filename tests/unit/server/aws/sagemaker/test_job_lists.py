"""Requests of lists as queries of the store."""

from __future__ import annotations

from selftune.server.aws.sagemaker.job_lists import place_of, query_of, text_of_place
from selftune.store.store import JobOrder, JobQuery, Place


def test_a_request_that_says_nothing_has_the_order_of_its_operation():
    query = query_of({}, sort_by="CreationTime", sort_order="Descending")
    assert query == JobQuery(order=JobOrder.CREATED, is_descending=True)


def test_what_a_request_says_becomes_the_query():
    given = {"SortBy": "Name", "SortOrder": "Descending", "NameContains": "Net", "StatusEquals": "Failed"}
    query = query_of({**given, "CreationTimeAfter": 5, "LastModifiedTimeBefore": 9.5}, sort_by="Status", sort_order="")
    expected = JobQuery(order=JobOrder.NAME, is_descending=True, name_contains=("Net",), status="Failed")
    assert (query.order, query.is_descending, query.name_contains, query.status) == (
        expected.order,
        expected.is_descending,
        expected.name_contains,
        expected.status,
    )
    assert (query.created_from, query.created_until) == (5.0, None)
    assert (query.modified_from, query.modified_until) == (None, 9.5)


def test_a_time_of_many_digits_is_one_that_a_database_can_hold():
    query = query_of({"CreationTimeAfter": 10**40}, sort_by="Name", sort_order="Ascending")
    assert query.created_from == 1e40
    assert isinstance(query.created_from, float)


def test_a_place_comes_back_from_its_token():
    for place in (Place(key="a name", row=(3,)), Place(key=1.5e9, row=(3, 17))):
        assert place_of(text_of_place(place)) == place
    assert place_of(None) is None
