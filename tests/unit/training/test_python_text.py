"""Literals of a script are found by name and changed in place; nothing else of it changes."""

from __future__ import annotations

import pytest

from selftune.model.errors import UnreadableInput
from selftune.training.config_file import read_values, rewrite

SCRIPT = '''"""Ünïcode: ½"""
LR = 1e-3  # the step
NAME = "adam"
A = B = 2
params = {"max_depth": 6, "nested": {"eta": -0.1}, **other}
more = dict(gamma=0.5)
text = f"{call(inside=3)}"; after = 7
class Config:
    width: int = 64
    "ä"; height = 3.5
def main(depth=4, *, drop=0.1):
    local = 10
    params["alpha"] = 2
    self.beta = 0.9
    "é"; Model(units=32, hidden=[1, 2]).fit(5, verbose=True)
    parser.add_argument("--x", default=0.3)
if LR:
    twice = 1
else:
    twice = 2
'''


def test_literals_are_called_by_where_they_stand() -> None:
    assert read_values(SCRIPT, "python") == {
        "LR": 1e-3,
        "NAME": "adam",
        "params.max_depth": 6,
        "params.nested.eta": -0.1,
        "more.gamma": 0.5,
        "after": 7,
        "Config.width": 64,
        "Config.height": 3.5,
        "main.depth": 4,
        "main.drop": 0.1,
        "main.local": 10,
        "main.params.alpha": 2,
        "main.beta": 0.9,
        "Model.units": 32,
        "fit.0": 5,
        "fit.verbose": True,
        "default of --x": 0.3,
    }


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        ("LR", 0.5, "LR = 1e-3  # the step", "LR = 0.5  # the step"),
        ("params.nested.eta", 0.2, '{"eta": -0.1}', '{"eta": 0.2}'),
        ("Config.height", 2.0, '"ä"; height = 3.5', '"ä"; height = 2.0'),
        ("Model.units", 64, "Model(units=32,", "Model(units=64,"),
        ("NAME", "s'gd", 'NAME = "adam"', 'NAME = "s\'gd"'),
        ("fit.verbose", False, "verbose=True", "verbose=False"),
    ],
)
def test_only_the_literal_changes(key: str, value: object, before: str, after: str) -> None:
    assert rewrite(SCRIPT, "python", {key: value}) == SCRIPT.replace(before, after)  # type: ignore[dict-item]


def test_several_literals_of_one_line_change_together() -> None:
    changed = rewrite(SCRIPT, "python", {"params.max_depth": 12, "params.nested.eta": -1.5})
    assert 'params = {"max_depth": 12, "nested": {"eta": -1.5}, **other}' in changed


def test_a_form_feed_ends_no_line() -> None:
    assert rewrite("a = 1\n\f\nb = 2\n", "python", {"b": 3}) == "a = 1\n\f\nb = 3\n"


def test_what_is_no_python_is_an_error() -> None:
    with pytest.raises(UnreadableInput, match="PYTHON"):
        read_values("def (:", "python")
