"""Objects in a folder: what was put is what is got, whatever the key."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from selftune.model.errors import NameTaken, UsageError
from selftune.store.artifacts.artifacts import NoSuchArtifact, PreconditionFailed, PutCondition
from selftune.store.artifacts.folder import ArtifactFolder, BucketNotEmpty


@pytest.fixture
def store(tmp_path: Path) -> ArtifactFolder:
    folder = ArtifactFolder(tmp_path / "artifacts")
    folder.create_bucket("models")
    return folder


def put(store: ArtifactFolder, key: str, data: bytes = b"data") -> None:
    store.put("models", key, io.BytesIO(data))


def read(store: ArtifactFolder, key: str) -> bytes:
    with store.open(store.find("models", key)) as file:
        return file.read()


def keys(store: ArtifactFolder, prefix: str = "", after: str = "") -> list[str]:
    return [artifact.key for artifact in store.list("models", prefix, after)]


@pytest.mark.parametrize("key", ["a", "a/b.c", "../../etc/passwd", "/abs", "a//b", ".", "ä ö", "a\x00b", "x" * 1024])
def test_any_key_comes_back_and_leads_nowhere(store: ArtifactFolder, tmp_path: Path, key: str) -> None:
    put(store, key, key.encode())
    assert read(store, key) == key.encode()
    assert keys(store) == [key]
    assert {path.name for path in tmp_path.iterdir()} == {"artifacts"}


@pytest.mark.parametrize("key", ["", "x" * 1025, "\ud800"])
def test_what_is_no_key_is_refused(store: ArtifactFolder, key: str) -> None:
    with pytest.raises(UsageError):
        put(store, key)


def test_an_object_says_its_size_etag_and_headers(store: ArtifactFolder) -> None:
    put_one = store.put("models", "k", io.BytesIO(b"abc"), {"x-amz-meta-a": "1"})
    assert (put_one.size, put_one.etag) == (3, hashlib.md5(b"abc").hexdigest())
    assert store.find("models", "k") == put_one
    assert put_one.headers == {"x-amz-meta-a": "1"}


def test_overwriting_leaves_one_file(store: ArtifactFolder, tmp_path: Path) -> None:
    put(store, "k", b"old")
    put(store, "k", b"new")
    assert read(store, "k") == b"new"
    assert len(list((tmp_path / "artifacts" / "blobs").glob("*/*"))) == 1


def test_an_open_object_can_be_read_after_it_was_deleted(store: ArtifactFolder) -> None:
    put(store, "k", b"kept")
    with store.open(store.find("models", "k")) as file:
        store.delete("models", "k")
        assert file.read() == b"kept"
    with pytest.raises(NoSuchArtifact):
        store.find("models", "k")


def test_listing_is_in_the_order_of_bytes_and_knows_prefix_and_start(store: ArtifactFolder) -> None:
    for key in ("b", "a/2", "a/1", "a", "é", "aa"):
        put(store, key)
    assert keys(store) == ["a", "a/1", "a/2", "aa", "b", "é"]
    assert keys(store, "a/") == ["a/1", "a/2"]
    assert keys(store, "a", after="a/1") == ["a/2", "aa"]


def test_listing_goes_on_over_pages(store: ArtifactFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selftune.store.artifacts.folder._PAGE", 3)
    for number in range(10):
        put(store, f"k{number}")
    assert keys(store) == [f"k{number}" for number in range(10)]


def test_conditions_hold(store: ArtifactFolder) -> None:
    absent = PutCondition(is_absent=True)
    first = store.put("models", "k", io.BytesIO(b"1"), condition=absent)
    with pytest.raises(PreconditionFailed):
        store.put("models", "k", io.BytesIO(b"2"), condition=absent)
    store.put("models", "k", io.BytesIO(b"3"), condition=PutCondition(etag=first.etag))
    with pytest.raises(PreconditionFailed):
        store.put("models", "k", io.BytesIO(b"4"), condition=PutCondition(etag=first.etag))
    assert read(store, "k") == b"3"


def test_a_body_that_breaks_off_changes_nothing(store: ArtifactFolder, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise EOFError("the client has gone")

    put(store, "k", b"old")
    with pytest.raises(EOFError):
        store.put("models", "k", Broken())
    assert read(store, "k") == b"old"
    assert len(list((tmp_path / "artifacts" / "blobs").glob("*/*"))) == 1


def test_buckets_come_and_go(store: ArtifactFolder) -> None:
    with pytest.raises(NameTaken):
        store.create_bucket("models")
    put(store, "k")
    with pytest.raises(BucketNotEmpty):
        store.delete_bucket("models")
    store.delete("models", "k")
    store.delete_bucket("models")
    assert store.buckets() == []
    with pytest.raises(NoSuchArtifact):
        put(store, "k")


@pytest.mark.parametrize("name", ["ab", "UPPER", "../x", "a..b", "-ab", "a" * 64, "a/b", ""])
def test_what_cannot_name_a_bucket_is_refused(store: ArtifactFolder, name: str) -> None:
    with pytest.raises(UsageError):
        store.create_bucket(name)


def test_another_object_of_the_store_sees_what_was_put(store: ArtifactFolder, tmp_path: Path) -> None:
    put(store, "k", b"seen")
    again = ArtifactFolder(tmp_path / "artifacts")
    again.get(again.find("models", "k"), tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"seen"
