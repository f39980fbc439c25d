"""The index of a file's syntax: what is asked of it comes in the order of the source, and it is made once."""

from __future__ import annotations

import ast

import pytest

from selftune.autotune.reader.python.syntax import parsed, walk

CODE = b"""
loss = first()
other.second(third(loss)).first()
f()()
lr = 0.1
lr = base.lr
"""


def test_calls_are_found_by_their_last_name_in_the_order_of_the_source() -> None:
    found = parsed(CODE, "train.py").calls_named({"first", "third"})
    assert [(call.lineno, ast.unparse(call)) for call in found] == [
        (2, "first()"),
        (3, "other.second(third(loss)).first()"),
        (3, "third(loss)"),
    ]


def test_only_dotted_names_are_names_of_what_is_called() -> None:
    assert parsed(CODE, "train.py").called() == {"first", "other.second", "third", "f"}


def test_a_name_is_found_on_its_lines_alone_and_behind_a_dot() -> None:
    assert parsed(CODE, "train.py").lines_of(["lr", "base"]) == [5, 6, 6, 6]


def test_assignments_of_a_name_come_in_order() -> None:
    assert [line for line, _ in parsed(CODE, "train.py").assigned("lr")] == [5, 6]


def test_what_somebody_holds_is_parsed_once() -> None:
    held = parsed(CODE, "train.py")
    assert parsed(CODE, "train.py") is held
    assert parsed(CODE + b"\n", "train.py") is not held


def test_a_walk_sees_every_node_but_contexts_and_signs() -> None:
    tree = ast.parse(
        "def f(a, *, b=[1, -x], **c):\n    with g(a) as h:\n        return {**c, 'k': lambda y: y.z < 2}\n"
    )
    passed_over = (ast.expr_context, ast.operator, ast.unaryop, ast.cmpop)
    assert set(walk(tree)) == {node for node in ast.walk(tree) if not isinstance(node, passed_over)}


def test_null_bytes_are_a_mistake_of_syntax() -> None:
    with pytest.raises(SyntaxError):
        parsed(b"a = 1\0", "train.py")
