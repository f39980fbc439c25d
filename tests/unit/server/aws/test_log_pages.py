"""Lines come whole, each once, in either direction."""

from __future__ import annotations

import pytest

from selftune.server.aws.log_pages import MOST_BYTES, Output

TEXT = b"".join(b"line %d\n" % number for number in range(10))
LINES = tuple(TEXT.splitlines(keepends=True))


def output_of(data: bytes, *, is_over: bool = True) -> Output:
    return Output(read=lambda offset, most: data[offset : offset + most], size=len(data), is_over=is_over)


@pytest.mark.parametrize("most", [1, 3, 4, 100])
def test_reading_on_in_either_direction_gives_each_line_once(most: int) -> None:
    output, forward, backward = output_of(TEXT), [], []
    here = output.forward(0, most)
    while here.lines:
        forward += here.lines
        here = output.forward(here.end, most)
    here = output.latest(most)
    while here.lines:
        backward[:0] = here.lines
        here = output.backward(here.start, most)
    assert tuple(forward) == tuple(backward) == LINES


def test_the_latest_are_the_last_ones_and_what_came_before_them_lies_backward() -> None:
    latest = output_of(TEXT).latest(2)
    assert latest.lines == LINES[-2:]
    assert output_of(TEXT).backward(latest.start, 2).lines == LINES[-4:-2]
    assert output_of(TEXT).forward(latest.end, 2).lines == ()


def test_a_line_that_is_still_being_written_waits_until_the_job_is_over() -> None:
    for read in (lambda output: output.forward(0, 100), lambda output: output.latest(100)):
        assert read(output_of(TEXT + b"half", is_over=False)).lines == LINES
        assert read(output_of(TEXT + b"half")).lines == (*LINES, b"half")


def test_a_line_that_is_longer_than_an_answer_comes_in_pieces() -> None:
    data = b"x" * (MOST_BYTES + 5) + b"\nshort\n"
    first = output_of(data).forward(0, 10)
    assert [len(line) for line in first.lines] == [MOST_BYTES]
    assert output_of(data).forward(first.end, 10).lines == (b"xxxxx\n", b"short\n")
    assert output_of(data).latest(1).lines == (b"short\n",)


def test_an_offset_beyond_the_end_is_the_end() -> None:
    assert output_of(TEXT).forward(10**15, 5).end == len(TEXT)
    assert output_of(TEXT).backward(10**15, 1).lines == LINES[-1:]
