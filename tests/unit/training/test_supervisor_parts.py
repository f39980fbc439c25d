"""The pieces of a supervisor that need no process."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from selftune.training.supervisor import records
from selftune.training.supervisor.order import Order
from selftune.training.supervisor.output import OutputLog
from selftune.training.supervisor.records import claim_json, reserve_status, status_json, take_lock, write_durably
from selftune.training.supervisor.settling import settle


def order(**isolation: tuple[tuple[str, str], ...]) -> Order:
    limits = {"max_runtime_seconds": 1.0, "stop_grace_seconds": 1.0, "log_limit": 10}
    return Order(argv=("true",), folder="/w", **limits, **isolation)  # type: ignore[arg-type]


def test_an_order_is_read_as_it_was_written() -> None:
    given = Order(
        argv=("sh", "-c", "echo 'a\nb'", "", "\udcff"),
        folder="/w",
        max_runtime_seconds=1.5,
        stop_grace_seconds=120.0,
        log_limit=10,
        guarded=(("/a", "/w/a"), ("/b", "/w/b")),
        layers=("/s", "/a"),
        copies=(("/s", "/w"),),
        shown=(("/t/ml", "/opt/ml"),),
    )
    again = Order.from_bytes(given.to_bytes())
    assert [getattr(again, name) for name in Order.__slots__] == [getattr(given, name) for name in Order.__slots__]


def test_something_else_is_no_order() -> None:
    with pytest.raises(ValueError, match="not an order"):
        Order.from_bytes(b'{"argv": []}')


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    first = take_lock(str(tmp_path / "lock"))
    assert first is not None
    assert take_lock(str(tmp_path / "lock")) is None
    os.close(first)
    second = take_lock(str(tmp_path / "lock"))
    assert second is not None
    os.close(second)


def test_a_status_is_valid_json_in_the_space_reserved_for_it(tmp_path: Path) -> None:
    reserve_status(str(tmp_path / "status.json"))
    assert not (tmp_path / "status.json").exists()
    text = status_json(how="timed out", exit_code=None, started_at=1.5, ended_at=2.5, seconds=1.0, dropped=3)
    write_durably(str(tmp_path / "status.json"), text)
    assert json.loads((tmp_path / "status.json").read_bytes()) == {
        "how": "timed out",
        "exit_code": None,
        "started_at": 1.5,
        "ended_at": 2.5,
        "seconds": 1.0,
        "dropped_bytes": 3,
    }
    assert [path.name for path in tmp_path.iterdir()] == ["status.json"]


def test_a_claim_names_the_process() -> None:
    assert json.loads(claim_json(started_at=1.25)) | {"boot_id": ""} == {
        "pid": os.getpid(),
        "boot_id": "",
        "started_at": 1.25,
    }


def test_output_beyond_the_limit_is_drained_and_counted(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    log = OutputLog(str(tmp_path / "log"), limit=4)
    os.write(writer, b"abcdef")
    assert log.drain(reader)
    os.write(writer, b"ghi")
    os.close(writer)
    assert not log.drain(reader)
    log.close()
    os.close(reader)
    assert log.dropped == 5
    kept, note = (tmp_path / "log").read_bytes().split(b"[selftune]")
    assert kept == b"abcd"
    assert b"5 bytes of output were dropped" in note


def test_what_was_written_behind_links_moves_to_its_place(tmp_path: Path) -> None:
    original, attempt = tmp_path / "project", tmp_path / "attempt"
    (original / "data").mkdir(parents=True)
    for name in ("data/kept.csv", "data/changed.csv", "big.pt"):
        (original / name).write_text("mine")
    work, written = attempt / "work", attempt / "written" / "0"
    work.mkdir(parents=True)
    (work / "data").symlink_to(original / "data")
    (work / "big.pt").symlink_to(original / "big.pt")
    (work / "own.txt").write_text("relative")
    (written / "data").mkdir(parents=True)
    for name in ("data/changed.csv", "big.pt", "own.txt", "new.txt"):
        (written / name).write_text("job")
    settle(order(guarded=((str(original), str(work)),)), str(attempt))
    assert (work / "data" / "kept.csv").read_text() == "mine"
    for name in ("data/changed.csv", "big.pt", "new.txt"):
        assert (work / name).read_text() == "job"
    assert (original / "data" / "changed.csv").read_text() == (original / "big.pt").read_text() == "mine"
    assert (work / "own.txt").read_text() == "relative"
    assert [path.name for path in written.iterdir()] == ["own.txt"]


def test_what_has_its_place_behind_a_link_stays_where_it_was_written(tmp_path: Path) -> None:
    original, attempt = tmp_path / "project", tmp_path / "attempt"
    (original / "data" / "disk").mkdir(parents=True)
    (attempt / "work").mkdir(parents=True)
    (attempt / "work" / "data").symlink_to(original / "data")
    (attempt / "written" / "0").mkdir(parents=True)
    (attempt / "written" / "0" / "new").touch()
    guarded = ((str(original / "data" / "disk"), str(attempt / "work" / "data" / "disk")),)
    settle(order(guarded=guarded), str(attempt))
    assert list((original / "data" / "disk").iterdir()) == []
    assert (attempt / "written" / "0" / "new").exists()


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """A snapshot and a copy of it in an attempt that is claimed after it was made."""
    snapshot, attempt = tmp_path / "snapshot", tmp_path / "attempt"
    for folder in (snapshot, attempt / "work"):
        (folder / "sub").mkdir(parents=True)
        (folder / "large.bin").symlink_to("/project/large.bin")
        for name in ("train.py", "sub/data.csv", "longer.txt", "newer.txt", "touched.txt"):
            (folder / name).write_text("mine")
            os.utime(folder / name, (1_000, 1_000))
    (attempt / "control").mkdir()
    (attempt / "control" / "running.json").touch()
    os.utime(attempt / "control" / "running.json", (4_000_000_000, 4_000_000_000))  # whatever the clock's steps
    return snapshot, attempt


def test_unchanged_copies_are_removed_and_what_was_written_stays(copied: tuple[Path, Path]) -> None:
    snapshot, attempt = copied
    work = attempt / "work"
    (work / "longer.txt").write_text("longer")
    os.utime(work / "longer.txt", (1_000, 1_000))
    (work / "newer.txt").write_text("ours")
    (work / "model.pt").write_text("job")
    settle(order(copies=((str(snapshot), str(work)),)), str(attempt))
    assert sorted(path.name for path in work.iterdir()) == ["longer.txt", "model.pt", "newer.txt"]
    assert (snapshot / "sub" / "data.csv").read_text() == "mine"


def test_a_copy_whose_inode_changed_after_the_claim_stays(copied: tuple[Path, Path]) -> None:
    snapshot, attempt = copied
    os.utime(attempt / "control" / "running.json", (2_000, 2_000))
    settle(order(copies=((str(snapshot), str(attempt / "work")),)), str(attempt))
    assert (attempt / "work" / "train.py").exists()
    assert not (attempt / "work" / "large.bin").is_symlink()


def test_output_that_a_full_disk_swallowed_is_told_from_a_reached_limit(tmp_path: Path) -> None:
    torn = {}
    for path, limit in ((Path("/dev/full"), 100), (tmp_path / "log", 4)):
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.write(writer, b"abcdef")
        log = OutputLog(str(path), limit=limit)
        log.drain(reader)
        torn[path.name] = (log.is_torn, log.dropped)
        for descriptor in (reader, writer):
            os.close(descriptor)
        log.close()
    assert torn == {"full": (True, 6), "log": (False, 2)}


def test_a_record_is_on_the_disk_before_it_gets_its_name_and_its_name_before_anything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []
    sync, rename = os.fsync, os.rename

    def watched_sync(descriptor: int) -> None:
        done.append(("sync", str(Path(f"/proc/self/fd/{descriptor}").readlink())))
        sync(descriptor)

    def watched_rename(source: str, target: str) -> None:
        done.append(("rename", target))
        rename(source, target)

    monkeypatch.setattr(records.os, "fsync", watched_sync)
    monkeypatch.setattr(records.os, "rename", watched_rename)
    path = str(tmp_path / "status.json")
    write_durably(path, b"{}")
    assert done == [("sync", path + ".tmp"), ("rename", path), ("sync", str(tmp_path))]
