"""The key of a home: made once, whoever is first, and nobody else's to read."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from selftune.model.errors import StorageFailure
from selftune.server.access_key import access_key, key_path


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    key, is_new = access_key(tmp_path)
    again, is_new_again = access_key(tmp_path)
    assert (is_new, is_new_again) == (True, False)
    assert again == key
    assert len(key.access_key_id) == 20
    assert len(key.secret) >= 40
    assert os.stat(key_path(tmp_path)).st_mode & 0o777 == 0o600  # noqa: PTH116
    assert [path.name for path in key_path(tmp_path).parent.iterdir()] == ["access_key.json"]


def test_keys_of_two_homes_differ(tmp_path: Path) -> None:
    assert access_key(tmp_path / "a")[0] != access_key(tmp_path / "b")[0]


def test_those_who_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: access_key(tmp_path), range(32)))
    assert len({key for key, _ in found}) == 1
    assert sum(is_new for _, is_new in found) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    access_key(tmp_path)
    key_path(tmp_path).chmod(0o644)
    with pytest.raises(StorageFailure, match="can be read by others"):
        access_key(tmp_path)


def test_a_damaged_key_is_refused_with_a_remedy(tmp_path: Path) -> None:
    access_key(tmp_path)
    key_path(tmp_path).write_text("{}")
    with pytest.raises(StorageFailure, match="holds no key"):
        access_key(tmp_path)


def test_a_secret_holds_nothing_that_a_command_line_could_take_for_an_option(tmp_path: Path) -> None:
    assert all(access_key(tmp_path / str(number))[0].secret.isalnum() for number in range(20))
