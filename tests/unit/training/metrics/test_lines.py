"""Complete lines from the bytes of an output log."""

from __future__ import annotations

from selftune.training.metrics import MetricReader, complete_lines
from selftune.training.metrics.lines import LINE_LIMIT, plain_lines


def test_only_complete_lines_are_consumed() -> None:
    assert complete_lines(b"loss=1\nloss=", at_end=False) == ("loss=1\n", 7)


def test_the_rest_is_consumed_at_the_end() -> None:
    assert complete_lines(b"loss=1\nloss=2", at_end=True) == ("loss=1\nloss=2", 13)


def test_a_carriage_return_ends_a_line() -> None:
    assert complete_lines(b"10% loss=3\r20% lo", at_end=False) == ("10% loss=3\r", 11)


def test_nothing_is_consumed_while_no_line_is_complete() -> None:
    assert complete_lines(b"loss=0.", at_end=False) == ("", 0)


def test_bytes_that_are_no_utf8_do_not_stop_reading() -> None:
    text, size = complete_lines(b"\xff\xfe loss=0.5\n", at_end=False)
    assert size == 12
    assert MetricReader().read(text) == [("loss", 0.5)]


def test_an_endless_line_is_given_in_pieces_that_split_no_character() -> None:
    data = ("é" * LINE_LIMIT).encode() + b"\xc3"
    text, size = complete_lines(data, at_end=False)
    assert size == len(data) - 1
    assert text == "é" * LINE_LIMIT


def test_reading_in_chunks_gives_the_same_as_reading_at_once() -> None:
    data = "Epoch 1 loss=0.5\r\nEpoch 2 loss=0.4 ü\nloss=0.3".encode()
    for cut in range(len(data)):
        first, consumed = complete_lines(data[:cut], at_end=False)
        rest, _ = complete_lines(data[consumed:], at_end=True)
        reader = MetricReader()
        assert reader.read(first) + reader.read(rest) == [("loss", 0.5), ("loss", 0.4), ("loss", 0.3)]


def test_colours_and_cursor_movements_are_taken_out() -> None:
    assert list(plain_lines("\x1b[2K\x1b[1A\x1b[32mloss\x1b[0m=0.5\n")) == ["loss=0.5"]


def test_backspaces_end_a_line() -> None:
    assert list(plain_lines("loss: 0.9\x08\x08\x08loss: 0.5")) == ["loss: 0.9", "loss: 0.5"]


def test_a_long_line_is_read_up_to_its_limit() -> None:
    assert [len(line) for line in plain_lines("x" * (LINE_LIMIT + 5))] == [LINE_LIMIT]
