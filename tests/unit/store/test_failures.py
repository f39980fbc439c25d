from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from selftune.model.errors import StorageFailure
from selftune.store.failures import failures_in_words

PATH = Path("/home/ada/.selftune/selftune.db")


def failure_for(error):
    with pytest.raises(StorageFailure) as caught, failures_in_words(PATH):
        raise error
    return caught.value


def sqlite_error(name):
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SQLITE_FULL", "disk is full"),
        ("SQLITE_READONLY", "cannot be written"),
        ("SQLITE_READONLY_DIRECTORY", "cannot be written"),
        ("SQLITE_CANTOPEN", "cannot be opened"),
        ("SQLITE_CORRUPT_INDEX", "damaged"),
        ("SQLITE_NOTADB", "not a selftune database"),
        ("SQLITE_BUSY_SNAPSHOT", "locked by another process"),
        ("SQLITE_IOERR_FSYNC", "Reading or writing"),
        ("SQLITE_MISMATCH", "cannot be used"),
    ],
)
def test_each_result_code_becomes_words_with_the_file_and_a_remedy(code, words):
    failure = failure_for(sqlite_error(code))
    assert words in failure.message
    assert str(PATH) in failure.message
    assert failure.hint


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.ENOTDIR, "cannot be used"),
    ],
)
def test_an_error_of_the_operating_system_becomes_words(number, words):
    failure = failure_for(OSError(number, "strerror", "/home/ada/.selftune"))
    assert words in failure.message
    assert "/home/ada/.selftune" in failure.message


def test_other_errors_pass_through_unchanged():
    with pytest.raises(KeyError), failures_in_words(PATH):
        raise KeyError("a bug of ours")
