"""An archive can make plain files inside its folder, and nothing else."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from selftune.model.errors import UnreadableInput
from selftune.server.aws.sagemaker import archives
from selftune.server.aws.sagemaker.archives import unpack

Member = tuple[tarfile.TarInfo, bytes]


def member(name: str, data: bytes = b"x", **fields: object) -> Member:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def archive(*members: Member, mode: str = "w:gz") -> io.BytesIO:
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode=mode) as tar:  # type: ignore[call-overload]
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    place.seek(0)
    return place


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_plain_files_come_out_as_they_were(tmp_path: Path, mode: str) -> None:
    folder = tmp_path / "source"
    unpack(archive(member("train.py", b"code"), member("pkg/a.sh", b"s", mode=0o755), mode=mode), folder, title="s")
    assert (folder / "train.py").read_bytes() == b"code"
    assert (folder / "pkg" / "a.sh").stat().st_mode & 0o777 == 0o755
    assert (folder / "train.py").stat().st_mode & 0o777 == 0o644


def test_set_user_id_bits_are_dropped(tmp_path: Path) -> None:
    unpack(archive(member("run", mode=0o6755)), tmp_path / "s", title="s")
    assert (tmp_path / "s" / "run").stat().st_mode & 0o7777 == 0o755


@pytest.mark.parametrize(
    "hostile",
    [
        member("../out"),
        member("/tmp/out"),
        member("a/../../out"),
        member("a\\..\\out"),
        member("link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("hard", b"", type=tarfile.LNKTYPE, linkname="a"),
        member("fifo", b"", type=tarfile.FIFOTYPE),
        member("device", b"", type=tarfile.CHRTYPE),
        member("n" * 300),
        member("/".join(["n" * 200] * 30)),
        member("a/b"),
        member("a", b"", type=tarfile.DIRTYPE),
        member("a/", b"", type=tarfile.DIRTYPE),
    ],
    ids=lambda value: value[0].name[:20],
)
def test_what_leads_out_or_can_be_no_plain_file_is_refused(tmp_path: Path, hostile: Member) -> None:
    with pytest.raises(UnreadableInput):
        unpack(archive(member("a"), hostile), tmp_path / "in" / "source", title="s3://b/k")
    assert {path.split("/")[0] for path in files_below(tmp_path)} == {"in"}


def test_a_file_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="twice"):
        unpack(archive(member("a"), member("a")), tmp_path / "s", title="s")


@pytest.mark.parametrize(
    ("bound", "value", "make"),
    [
        ("MOST_MEMBERS", 3, lambda: archive(*(member(str(n)) for n in range(5)))),
        ("MOST_BYTES", 1000, lambda: archive(member("bomb", b"\0" * 5000))),
    ],
)
def test_number_and_size_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int, make: Callable[[], io.BytesIO]
) -> None:
    monkeypatch.setattr(archives, bound, value)
    with pytest.raises(UnreadableInput, match="holds more than"):
        unpack(make(), tmp_path / "s", title="s")


@pytest.mark.parametrize("data", [b"", b"no archive at all", b"PK\x03\x04" + b"\0" * 600])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableInput, match="no tar archive"):
        unpack(io.BytesIO(data), tmp_path / "s", title="s3://b/k")


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    whole = archive(member("a", b"y" * 100_000), mode="w").getvalue()
    with pytest.raises(UnreadableInput):
        unpack(io.BytesIO(whole[:60_000]), tmp_path / "s", title="s")


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
def test_an_archive_that_was_damaged_on_its_way_is_refused_or_comes_out_as_it_was(tmp_path: Path, mode: str) -> None:
    """A few bits say the same either way, such as the time in gzip's header; all others are in a checksum."""
    whole = archive(member("train.py", b"code" * 50), member("notes", b"n" * 700), mode=mode).getvalue()
    refused = 0
    for place in range(len(whole)):
        damaged, folder = bytes([*whole[:place], whole[place] ^ 0x10, *whole[place + 1 :]]), tmp_path / str(place)
        try:
            unpack(io.BytesIO(damaged), folder, title="s")
        except UnreadableInput:
            refused += 1
        else:
            assert [(folder / name).read_bytes() for name in ("train.py", "notes")] == [b"code" * 50, b"n" * 700]
    assert refused > 0.85 * len(whole)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path, number: int) -> None:
    whole = bytearray(archive(member("a"), member("b"), member("c"), mode="w").getvalue())
    whole[number * 1024 + 1] ^= 1  # in the name
    with pytest.raises(UnreadableInput, match="no tar archive"):
        unpack(io.BytesIO(bytes(whole)), tmp_path / "s", title="s")


def test_what_is_behind_the_end_of_an_archive_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 50_000)
    padded = archive(member("a"), mode="w").getvalue() + b"\0" * 100_000
    with pytest.raises(UnreadableInput, match="holds more than"):
        unpack(io.BytesIO(padded), tmp_path / "s", title="s")


def test_attributes_that_would_fill_the_memory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="too large"):
        unpack(archive(member("x", b"x" * (2 << 20), type=tarfile.XHDTYPE), member("a")), tmp_path / "s", title="s")


def test_a_long_name_that_a_file_can_have_comes_out_whole(tmp_path: Path) -> None:
    name = "/".join(["n" * 90] * 5) + "/\N{GREEK SMALL LETTER LAMDA}.py"
    unpack(archive(member(name)), tmp_path / "s", title="s")
    assert (tmp_path / "s" / name).read_bytes() == b"x"
