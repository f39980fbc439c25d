"""Whatever is written into a configuration file is read again, and all other values stay."""

from __future__ import annotations

import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.training.config_file import read_values, rewrite

TEXTS = {
    "json": '{"a": {"x": 1, "y": "s"}, "b": true}',
    "toml": 'b = true # c\n[a]\nx = 1\ny = "s"\n',
    "yaml": 'b: true # c\na:\n  x: 1\n  y: "s"\n',
}
SCALARS = (
    st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
)


@pytest.mark.parametrize("format", sorted(TEXTS))
@given(key=st.sampled_from(["a.x", "a.y", "b"]), value=SCALARS)
def test_what_is_written_is_read_again(format: str, key: str, value: bool | int | float | str) -> None:
    before = read_values(TEXTS[format], format)
    after = read_values(rewrite(TEXTS[format], format, {key: value}), format)
    assert after == {**before, key: value}
    assert type(after[key]) is type(value)


@given(value=SCALARS)
def test_what_is_written_is_valid_for_others(value: bool | int | float | str) -> None:
    assert json.loads(rewrite(TEXTS["json"], "json", {"a.x": value}))["a"]["x"] == value
    assert tomllib.loads(rewrite(TEXTS["toml"], "toml", {"a.x": value}))["a"]["x"] == value
