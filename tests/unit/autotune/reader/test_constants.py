"""Values of expressions that can be known without running them."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from selftune.autotune.reader.python.constants import UNKNOWN, as_declared, fold, type_named


def value(text: str, **names: Any) -> Any:
    return fold(ast.parse(text, mode="eval").body, names)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-3", 0.001),
        ("-2 ** 3", -8),
        ("10 * 0.5", 5.0),
        ("'a' + 'b'", "ab"),
        ("[1, 2][0]", 1),
        ("{'a': 3}['a']", 3),
        ("f'x{1 + 1}'", "x2"),
        ("'a b'.split()", ["a", "b"]),
        ("int('7')", 7),
        ("os.environ.get('X', 3)", 3),
        ("os.environ.get('X') or 4", 4),
        ("not True", False),
        ("list({'a': 1}.keys())", ["a"]),
    ],
)
def test_literals_and_what_is_computed_from_them_are_known(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "f()",
        "9 ** 9 ** 9",
        "'a' * 10 ** 9",
        "1 / 0",
        "[x]",
        "os.environ['X']",
        "{}['a']",
        "'a' - 1",
        "a if b else c",
    ],
)
def test_what_only_a_run_would_tell_is_unknown(text: str) -> None:
    assert value(text) is UNKNOWN


def test_names_stand_for_what_is_known_of_them() -> None:
    assert value("LR * 2", LR=0.1) == 0.2
    assert fold(ast.parse("C.lr", mode="eval").body, {"C.lr": 3}) == 3


@pytest.mark.parametrize(
    ("given", "declared", "expected"),
    [
        ("0.9", "float", 0.9),
        (1, "float", 1.0),
        (0.2, "int", 0.2),
        (0.1, "str", 0.1),
        ([1, 2], "int", "1 2"),
        (None, "int", None),
    ],
)
def test_a_default_is_read_as_the_program_will_see_it(given: object, declared: str, expected: object) -> None:
    read = as_declared(given, declared)
    assert read == expected
    assert type(read) is type(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("float", "float"),
        ("np.int32", "int"),
        ("str2bool", "bool"),
        ("positive_int", "int"),
        ("thing", None),
        (None, None),
    ],
)
def test_the_name_of_a_type_tells_what_it_makes(name: str | None, expected: str | None) -> None:
    assert type_named(name) == expected
