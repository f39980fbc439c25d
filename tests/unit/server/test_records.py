"""The server's log has one record a line, and nothing that a client has sent but names."""

from __future__ import annotations

import logging

from selftune.server.records import LONGEST, OneLine, printable


def line_of(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord("selftune.server", logging.WARNING, __file__, 1, message, arguments, info)
    return OneLine().format(record)


def test_what_would_end_the_line_or_move_the_cursor_is_written_out() -> None:
    line = line_of("GET %s", "/a\r\n2026 fake\x1b[31m\u202ex\x00\u2028")
    assert line.isprintable()
    assert "\\r\\n2026 fake\\x1b[31m\\u202ex\\x00\\u2028" in line


def test_an_error_is_told_by_its_kind_and_its_places_not_by_its_words() -> None:
    def fails() -> None:
        raise ValueError("a secret of the request")

    try:
        fails()
    except ValueError as error:
        line = line_of("POST / failed", error=error)
    assert line.isprintable()
    assert "ValueError at" in line
    assert "fails" in line
    assert "secret" not in line


def test_a_record_is_bounded() -> None:
    assert len(printable("x" * 10 * LONGEST)) < LONGEST + 10
