"""What is particular to the SQLite store: its file, its schema, what it says when it cannot go on."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from selftune.model.errors import StorageFailure
from selftune.store.schema import SCHEMA_VERSION
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import NAME, a_state, a_training_job
from selftune.testing.stored import commit_reports, create, taken_lease, transition


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "home" / "selftune.db")
    create(store)
    yield store
    store.close()


def written_rows(store):
    with sqlite3.connect(store.path) as connection:
        return connection.execute("SELECT number, document FROM training_job ORDER BY number").fetchall()


def test_nothing_is_written_before_the_first_use(tmp_path):
    SqliteStore(tmp_path / "home" / "selftune.db")
    assert list(tmp_path.iterdir()) == []


def test_the_home_is_made_on_first_use(store):
    assert store.path.is_file()


def test_the_database_has_a_write_ahead_log(store):
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_database_of_the_future_is_refused_with_both_versions(store):
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    store.close()
    with pytest.raises(StorageFailure, match=rf"version 99, .* up to {SCHEMA_VERSION}") as caught:
        store.names()
    assert "Upgrade selftune" in caught.value.hint


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "selftune.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (title TEXT)")
    with pytest.raises(StorageFailure, match="another program"):
        SqliteStore(path).names()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_a_file_that_is_no_database_is_refused(tmp_path):
    path = tmp_path / "selftune.db"
    path.write_text("lr,loss\n" * 1000)
    with pytest.raises(StorageFailure, match="not a selftune database"):
        SqliteStore(path).names()


def test_a_damaged_database_is_refused(store):
    lease = taken_lease(store)
    store.commit(NAME, lease, [transition(a_state([a_training_job(number) for number in range(1, 200)]))])
    store.close()
    content = bytearray(store.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    store.path.write_bytes(content)
    with pytest.raises(StorageFailure, match="damaged"):
        store.load(NAME)


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(StorageFailure) as caught:
        SqliteStore(tmp_path / "home" / "selftune.db").names()
    assert "--home" in caught.value.hint


def test_the_message_of_a_failure_names_the_file(tmp_path):
    path = tmp_path / "selftune.db"
    path.mkdir()
    with pytest.raises(StorageFailure, match=str(path)):
        SqliteStore(path).names()


def test_a_commit_writes_only_the_training_jobs_that_changed(store):
    lease = taken_lease(store)
    first, second = a_training_job(1, objective=1.0), a_training_job(2)
    store.commit(NAME, lease, [transition(a_state([first, second]))])
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE training_job SET document = '{}' WHERE number = 1")
    store.commit(NAME, lease, [transition(a_state([first, a_training_job(2, objective=0.5)]))])
    (_, untouched), (_, rewritten) = written_rows(store)
    assert untouched == "{}"
    assert '"objective":0.5' in rewritten


def test_points_are_stored_once(store):
    commit_reports(store, taken_lease(store), [0.125, 0.0625])
    with sqlite3.connect(store.path) as connection:
        (event,) = connection.execute("SELECT event FROM event WHERE sequence = 2").fetchone()
    assert '"points":[]' in event


def test_a_closed_store_opens_again(store):
    store.close()
    assert store.names() == [NAME]


def test_a_store_closed_by_another_thread_opens_again(store):
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(store.names).result() == [NAME]
        store.close()
        assert thread.submit(store.names).result() == [NAME]


def test_asking_for_the_holder_takes_nothing_from_it(store):
    assert not store.is_leased(NAME)
    lease = taken_lease(store)
    assert store.is_leased(NAME)
    store.commit(NAME, lease, [transition(a_state())])
    lease.release()
    assert not store.is_leased(NAME)


def test_the_lock_lies_in_the_folder_of_the_tuning_job(store):
    taken_lease(store)
    assert (store.path.parent / "jobs" / NAME / "loop.lock").is_file()


def test_a_holder_whose_lock_file_was_removed_is_replaced_and_commits_nothing(store):
    lost = taken_lease(store)
    (store.path.parent / "jobs" / NAME / "loop.lock").unlink()
    new = taken_lease(store)
    with pytest.raises(Exception, match="Another process has taken over"):
        store.commit(NAME, lost, [transition(a_state())])
    store.commit(NAME, new, [transition(a_state())])
    assert store.load(NAME).version == 2


def test_a_local_disk_needs_no_warning(store):
    assert store.warnings == ()
