"""Whatever a program prints, reading it holds, and a line that is read by its shape is read as if it were the first."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from selftune.training.metrics import MetricReader, complete_lines

WORDS = st.sampled_from(
    [
        *("epoch", "step", "loss", "val_loss", "acc@1", "acc@5", "top-5", "f1", "train:", "Val:", "is", "-", "|", "lr"),
        *("=", ": ", ":", "/", " ", "  ", "\t", ", ", "(", ")", "%", "[", "]", "{'", "': ", "}", "it/s", "s", "e", "."),
    ]
)
NUMBERS = st.one_of(
    st.integers(-10, 10_000).map(str),
    st.floats(allow_nan=True, allow_infinity=True, width=32).map(str),
    st.sampled_from(["12:30", "1.2.3", "1e-05", "1.e-05", ".5", "5.", "0.50", "10_000", "2026-01-02", "1/4", "9/10"]),
)
TEMPLATES = st.lists(st.one_of(WORDS, st.none()), min_size=1, max_size=12)


def filled(template: list[str | None], numbers: list[str]) -> str:
    left = iter(numbers * len(template))
    return "".join(next(left) if part is None else part for part in template)


@settings(max_examples=400, deadline=None)
@given(TEMPLATES, st.lists(st.lists(NUMBERS, min_size=1, max_size=4), min_size=2, max_size=4))
def test_a_line_is_read_the_same_whatever_lines_of_its_kind_came_before(
    template: list[str | None], fillings: list[list[str]]
) -> None:
    lines = [filled(template, numbers) for numbers in fillings]
    reader = MetricReader()
    for line in lines:
        reader.read(line + "\n")
    for line in lines:
        assert repr(reader.read(line + "\n")) == repr(MetricReader().read(line + "\n"))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
def test_bytes_of_any_kind_are_read_without_an_error(data: bytes, cut: int) -> None:
    reader = MetricReader()
    text, consumed = complete_lines(data[:cut], at_end=False)
    reader.read(text)
    rest, _ = complete_lines(data[consumed:], at_end=True)
    assert all(isinstance(name, str) and isinstance(value, float) for name, value in reader.read(rest))
