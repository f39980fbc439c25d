"""SQLite with real processes that die, a full disk, a read-only home, and readers in a hurry."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from selftune.model.errors import StorageFailure
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import NAME, a_state, a_training_job
from selftune.testing.stored import create, taken_lease, transition

pytestmark = pytest.mark.integration

WRITER = """
import sys
from pathlib import Path
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import NAME, a_training_job
from selftune.testing.stored import taken_lease, transition
from dataclasses import replace

store = SqliteStore(Path(sys.argv[1]))
lease, state = taken_lease(store), store.load(NAME).state
while True:
    job = a_training_job(len(state.training_jobs) + 1, objective=1.0)
    state = replace(state, training_jobs=(*state.training_jobs, job))
    store.commit(NAME, lease, [transition(state)])
    print(job.number, flush=True)
"""

READER = """
import sys, time
from pathlib import Path
from selftune.store.sqlite import SqliteStore
from selftune.testing.factories import NAME

store = SqliteStore(Path(sys.argv[1]))
print("reading", flush=True)
while True:
    store.load(NAME)
    store.events(NAME)
    time.sleep(0.02)
"""


@contextmanager
def running(code: str, path: Path):
    process = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def mounted(folder: Path, *options: str):
    """A small file system of its own at `folder`; tests run as root."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def commits_without_end(store):
    """Commit one large training job after another; yields how many there are after each commit."""
    lease, jobs = taken_lease(store), ()
    while True:
        jobs = (*jobs, a_training_job(len(jobs) + 1, failure_reason="x" * 100_000))
        store.commit(NAME, lease, [transition(a_state(jobs))])
        yield len(jobs)


def collect(source, into):
    """Append one by one, so that what came before an error is kept."""
    for item in source:
        into.append(item)


@pytest.fixture
def store(tmp_path):
    store = SqliteStore(tmp_path / "selftune.db")
    create(store)
    yield store
    store.close()


def test_every_acknowledged_commit_survives_20_kills_of_the_writer(store):
    delays = random.Random(4)
    for _ in range(20):
        with running(WRITER, store.path) as writer:
            acknowledged = [int(writer.stdout.readline())]
            killer = threading.Timer(delays.uniform(0.0, 0.03), os.kill, (writer.pid, signal.SIGKILL))
            killer.start()
            acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
            killer.join()
        record = store.load(NAME)
        numbers = [job.number for job in record.state.training_jobs]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= acknowledged[-1]
        assert len(store.events(NAME)) == record.version == len(numbers) + 1
        assert not store.is_leased(NAME)


def test_a_reader_fifty_times_a_second_never_disturbs_the_writer(store):
    lease, longest = taken_lease(store), 0.0
    with running(READER, store.path) as reader:
        assert reader.stdout.readline() == "reading\n"
        jobs = ()
        for number in range(1, 101):
            jobs = (*jobs, a_training_job(number, objective=1.0))
            began = time.monotonic()
            store.commit(NAME, lease, [transition(a_state(jobs))])
            longest = max(longest, time.monotonic() - began)
        assert reader.poll() is None, "the reader met no error"
    assert longest < 5.0


def test_a_full_disk_is_said_and_what_was_there_is_kept(tmp_path):
    home = tmp_path / "home"
    with mounted(home, "-t", "tmpfs", "-o", "size=2m", "tmpfs"):
        store = SqliteStore(home / "selftune.db")
        create(store)
        acknowledged = []
        with pytest.raises(StorageFailure, match="disk is full"):
            collect(commits_without_end(store), acknowledged)
        kept = store.load(NAME).state.training_jobs
        assert [job.number for job in kept] == acknowledged
        store.close()


def test_a_search_goes_on_once_there_is_space_again(tmp_path):
    home = tmp_path / "home"
    with mounted(home, "-t", "tmpfs", "-o", "size=2m", "tmpfs"):
        store = SqliteStore(home / "selftune.db")
        create(store)
        lease, filler = taken_lease(store), home / "filler"
        with filler.open("wb") as file, pytest.raises(OSError, match="No space"):
            file.write(b"x" * 4_000_000)
        full = [transition(a_state([a_training_job(1, failure_reason="x" * 300_000)]))]
        with pytest.raises(StorageFailure, match="disk is full"):
            store.commit(NAME, lease, full)
        filler.unlink()
        store.commit(NAME, lease, full)
        assert len(store.load(NAME).state.training_jobs) == 1
        store.close()


def test_a_home_that_cannot_be_written_is_said(tmp_path):
    home = tmp_path / "home"
    with mounted(home, "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs"):
        with pytest.raises(StorageFailure, match=str(home)) as caught:
            SqliteStore(home / "selftune.db").names()
        assert "--home" in caught.value.hint
        with pytest.raises(StorageFailure, match="cannot be written"):
            SqliteStore(home / "deeper" / "selftune.db").names()


def test_a_database_on_a_file_system_that_became_read_only_is_said(tmp_path):
    home = tmp_path / "home"
    with mounted(home, "-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        first = SqliteStore(home / "selftune.db")
        create(first)
        first.close()
        subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
        store = SqliteStore(home / "selftune.db")
        with pytest.raises(StorageFailure, match="cannot be"):
            create(store, "another")
        store.close()


def test_eight_processes_that_create_at_once_find_one_database(tmp_path):
    path = tmp_path / "home" / "selftune.db"
    code = (
        "import sys; from pathlib import Path; from selftune.store.sqlite import SqliteStore;"
        "from selftune.testing.stored import create; create(SqliteStore(Path(sys.argv[1])), 'job-' + sys.argv[2])"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(path), str(number)]) for number in range(8)]
    assert [process.wait() for process in processes] == [0] * 8
    assert sorted(SqliteStore(path).names()) == [f"job-{number}" for number in range(8)]
