"""The pieces of a supervisor that need no process."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from selftune.training.supervisor.order import Order
from selftune.training.supervisor.output import OutputLog
from selftune.training.supervisor.private_view import settle
from selftune.training.supervisor.records import claim_json, reserve_status, status_json, take_lock, write_durably


def test_an_order_is_read_as_it_was_written() -> None:
    order = Order(
        argv=("sh", "-c", "echo 'a\nb'", "", "\udcff"),
        folder="/w",
        max_runtime_seconds=1.5,
        stop_grace_seconds=120.0,
        log_limit=10,
        guarded=(("/a", "/w/a"), ("/b", "/w/b")),
        layers=("/s", "/a"),
    )
    again = Order.from_bytes(order.to_bytes())
    assert [getattr(again, name) for name in Order.__slots__] == [getattr(order, name) for name in Order.__slots__]


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
    settle(((str(original), str(work)),), str(attempt))
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
    settle(((str(original / "data" / "disk"), str(attempt / "work" / "data" / "disk")),), str(attempt))
    assert list((original / "data" / "disk").iterdir()) == []
    assert (attempt / "written" / "0" / "new").exists()
