"""Pages cut a list whole, in any size; tokens are good for their list alone."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.server.aws.errors import AwsError
from selftune.server.aws.paging import Pager

PAGER = Pager("secret")


def all_pages(items: list[str], size: int) -> list[list[str]]:
    pages, token = [], None
    while True:
        asked = {"MaxResults": size} | ({} if token is None else {"NextToken": token})
        page = PAGER.page("List", asked, items, str)
        pages.append(list(page.items))
        token = page.next_token
        if token is None:
            return pages


@given(st.lists(st.text(min_size=1), unique=True, max_size=30), st.integers(1, 12))
def test_all_pages_together_are_the_list(items: list[str], size: int) -> None:
    pages = all_pages(items, size)
    assert [item for page in pages for item in page] == items
    assert all(len(page) == size for page in pages[:-1])


def test_what_is_added_in_front_meanwhile_moves_nothing() -> None:
    first = PAGER.page("List", {"MaxResults": 2}, ["c", "b", "a"], str)
    second = PAGER.page("List", {"MaxResults": 2, "NextToken": first.next_token}, ["e", "d", "c", "b", "a"], str)
    assert (first.items, second.items) == (("c", "b"), ("a",))


def test_the_list_goes_on_where_its_last_item_was_deleted() -> None:
    first = PAGER.page("List", {"MaxResults": 2}, ["a", "b", "c", "d"], str)
    second = PAGER.page("List", {"NextToken": first.next_token}, ["a", "c", "d"], str)
    assert second.items in (("c", "d"), ("d",))


@pytest.mark.parametrize("token", ["", "abc", "ü", base64.urlsafe_b64encode(b"x" * 40).decode()])
def test_a_token_that_was_made_up_is_refused(token: str) -> None:
    with pytest.raises(AwsError) as caught:
        PAGER.page("List", {"NextToken": token}, ["a"], str)
    assert caught.value.code == "ValidationException"


def test_a_token_of_another_list_order_or_key_is_refused() -> None:
    token = PAGER.page("List", {"MaxResults": 1}, ["a", "b"], str).next_token
    for operation, asked, pager in (
        ("Other", {}, PAGER),
        ("List", {"SortBy": "Name"}, PAGER),
        ("List", {}, Pager("another secret")),
    ):
        with pytest.raises(AwsError):
            pager.page(operation, {**asked, "NextToken": token}, ["a", "b"], str)
