"""Scalars in configuration files are found, changed in place, and nothing else is."""

from __future__ import annotations

import json
import tomllib

import pytest

from selftune.model.errors import UnknownName, UnreadableInput
from selftune.training.config_file import passed_over, read_values, rewrite

JSON = """{
  "lr": 1e-3, "name": "a \\"b\\"",
  "model": {"depth": 6, "bias": true, "drop": null, "sizes": [1, 2]},
  "lr schedule": "cos"
}
"""

TOML = """# today
title = "run"   # a name
[optimizer]
lr = 1e-3  # learning rate
betas = [0.9, 0.999]
"weight decay" = 0.0
nested.momentum = 0.9
text = '''
lr = 5
'''
[optimizer.schedule]
warmup = 10
started = 2020-01-01
inline = { a = 1 }
[[layers]]
size = 3
"""

YAML = """# today
seed: 1
optimizer:
  lr: 1e-4   # YAML calls this text
  name: "adam"  # quoted
  kind: 'it''s'
  nesterov: no
  betas: [0.9, 0.99]
  url: http://host:80/x#y
  empty:
  nothing: null
model:
    depth: 3
    layers:
      - size: 1
        width: 2
      - size: 3
    text: |
      lr: 7
      depth: 8
    width: -2
    anchor: &a 1
    ref: *a
weight-decay: .5
"""


def test_json_scalars_are_read_by_dotted_key() -> None:
    assert read_values(JSON, "json") == {
        "lr": 0.001,
        "name": 'a "b"',
        "model.depth": 6,
        "model.bias": True,
        "lr schedule": "cos",
    }


def test_json_is_changed_in_place() -> None:
    changed = rewrite(JSON, "json", {"model.depth": 8, "lr": 1e-05, "model.bias": False})
    assert changed == JSON.replace("6", "8").replace("1e-3", "1e-05").replace("true", "false")
    assert json.loads(changed)["model"] == {"depth": 8, "bias": False, "drop": None, "sizes": [1, 2]}


@pytest.mark.parametrize("text", ["[1, 2]", "3", "{}", '{"a": {}}', '{"a": [{"b": 1}]}'])
def test_json_without_scalars_below_objects_has_no_values(text: str) -> None:
    assert read_values(text, "json") == {}


def test_toml_scalars_are_read_by_dotted_key() -> None:
    assert read_values(TOML, "toml") == {
        "title": "run",
        "optimizer.lr": 0.001,
        "optimizer.weight decay": 0.0,
        "optimizer.nested.momentum": 0.9,
        "optimizer.schedule.warmup": 10,
    }


def test_toml_is_changed_in_place() -> None:
    changed = rewrite(TOML, "toml", {"optimizer.lr": 3e-05, "optimizer.schedule.warmup": 20, "title": 'a "b"'})
    expected = TOML.replace("1e-3", "3e-05").replace("warmup = 10", "warmup = 20").replace('"run"', r'"a \"b\""')
    assert changed == expected
    assert tomllib.loads(changed)["optimizer"]["lr"] == 3e-05


def test_a_toml_line_inside_a_long_string_is_no_assignment() -> None:
    text = 'note = """\n[a]\nlr = 5\n"""\n[b]\nlr = 6\n'
    assert read_values(text, "toml") == {"b.lr": 6}


def test_yaml_scalars_are_read_by_dotted_key() -> None:
    assert read_values(YAML, "yaml") == {
        "seed": 1,
        "optimizer.lr": 1e-4,
        "optimizer.name": "adam",
        "optimizer.kind": "it's",
        "optimizer.nesterov": False,
        "optimizer.url": "http://host:80/x#y",
        "model.depth": 3,
        "model.width": -2,
        "weight-decay": 0.5,
    }


def test_yaml_is_changed_in_place() -> None:
    new = {"optimizer.lr": 1e-05, "optimizer.name": "sgd", "optimizer.kind": "o'", "model.depth": 4}
    changed = rewrite(YAML, "yaml", {**new, "optimizer.nesterov": True})
    expected = (
        YAML.replace("1e-4 ", "1.0e-05 ")
        .replace('"adam"', '"sgd"')
        .replace("'it''s'", "'o'''")
        .replace("depth: 3", "depth: 4")
        .replace("nesterov: no", "nesterov: true")
    )
    assert changed == expected
    assert read_values(changed, "yaml") == {**read_values(YAML, "yaml"), **new, "optimizer.nesterov": True}


@pytest.mark.parametrize("value", ["yes", "1e5", "null", "a: b", "", "- x", "two words"])
def test_a_yaml_text_that_reads_as_something_else_is_quoted(value: str) -> None:
    changed = rewrite("name: adam\n", "yaml", {"name": value})
    assert changed != f"name: {value}\n"
    assert read_values(changed, "yaml") == {"name": value}


def test_a_repeated_key_is_left_out() -> None:
    assert read_values('{"a": 1, "a": 2, "b.c": 1, "b": {"c": 2}}', "json") == {}
    assert read_values("a: 1\na: 2\n", "yaml") == {}


def test_several_yaml_documents_are_left_alone() -> None:
    assert read_values("---\na: 1\n", "yaml") == {"a": 1}
    assert read_values("a: 1\n---\nb: 2\n", "yaml") == {}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_stay(ending: str) -> None:
    text = ending.join(["a: 1", "b: 2", ""])
    assert rewrite(text, "yaml", {"b": 3}) == ending.join(["a: 1", "b: 3", ""])


def test_a_list_at_the_indent_of_its_key_is_passed_over() -> None:
    assert read_values("items:\n- lr: 1\n  depth: 2\nlr: 3\n", "yaml") == {"lr": 3}


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="optimiser") as caught:
        rewrite(YAML, "yaml", {"optimiser.lr": 1})
    assert "optimizer.lr" in str(caught.value)


def test_an_unknown_format_is_named() -> None:
    with pytest.raises(UnknownName, match="ini"):
        read_values("", "ini")


@pytest.mark.parametrize(("text", "format"), [("{", "json"), ("a = ", "toml")])
def test_a_text_of_another_syntax_is_an_error(text: str, format: str) -> None:
    with pytest.raises(UnreadableInput, match=format.upper()):
        read_values(text, format)


def test_lines_of_a_conf_file_are_read_below_their_sections() -> None:
    text = "# a\nlr = 1e-3 # rate\nname: adam\nflag=true\n[model]\ndepth = 6\npath = 'a b'\n; c\nempty =\n"
    assert read_values(text, "conf") == {
        "lr": 1e-3, "name": "adam", "flag": True, "model.depth": 6, "model.path": "a b",
    }  # fmt: skip


def test_a_conf_file_is_changed_in_place() -> None:
    text = "lr = 1e-3 # rate\nname = 'adam'\nflag = True\n"
    changed = rewrite(text, "conf", {"lr": 0.5, "name": "sgd", "flag": False})
    assert changed == "lr = 0.5 # rate\nname = 'sgd'\nflag = False\n"


FLOW = """model: {hidden: 128, "act": gelu, name: 'a, b'}  # the network
optim: { lr: 3.0e-4, betas: [0.9, 0.999],
  schedule: {warmup: 10}, # in steps
}
data: [1, {rows: 5}]
seed: 1
"""


def test_yaml_in_flow_style_is_read_by_dotted_key_over_several_lines() -> None:
    assert read_values(FLOW, "yaml") == {
        "model.hidden": 128,
        "model.act": "gelu",
        "model.name": "a, b",
        "optim.lr": 3.0e-4,
        "optim.schedule.warmup": 10,
        "seed": 1,
    }
    assert passed_over(FLOW, "yaml") == []
    assert read_values("{lr: 0.1, depth: 3}\n", "yaml") == {"lr": 0.1, "depth": 3}


def test_yaml_in_flow_style_is_changed_in_place() -> None:
    changed = rewrite(FLOW, "yaml", {"optim.lr": 0.01, "model.name": "c, d", "optim.schedule.warmup": 20})

    assert changed == FLOW.replace("3.0e-4", "0.01").replace("'a, b'", "'c, d'").replace("warmup: 10", "warmup: 20")


@pytest.mark.parametrize(
    "value",
    ["{lr: *base}", "{lr: &base 1}", "{lr: ${base}}", "{lr: 1]", "{lr, depth}", "{lr: 1, lr: 2}", "{lr: 1} 2"],
)
def test_a_flow_mapping_that_is_not_surely_understood_is_passed_over_whole_and_named(value: str) -> None:
    text = f"depth: 3\noptim: {value}\n"

    assert read_values(text, "yaml") == {"depth": 3}
    assert passed_over(text, "yaml") == [(2, f"optim: {value}")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: {c: 1", 2), ("a: 1\nbroken here\nb: 2\n", 2), ("a:\n  lr: 1\n  broken\n", 3)],
)
def test_a_text_that_is_surely_no_yaml_is_an_error_that_names_the_line(text: str, line: int) -> None:
    with pytest.raises(UnreadableInput, match=f"line {line}"):
        read_values(text, "yaml")


@pytest.mark.parametrize(
    "text", ["a: some\n  more words\nb: 2\n", 'a: "some\nmore words"\nb: 2\n', "a: |\n  words\n\n  more\nb: 2\n"]
)
def test_words_that_continue_a_text_are_no_mistake(text: str) -> None:
    assert read_values(text, "yaml")["b"] == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("lr: 0.1\nmodel:\n\twidth: 3\n", "line 3 is indented by a tab"),
        ("lr: 0.1\n\twidth: 3\n", "line 2 is indented by a tab"),
        ("lr: 0.1\n  wd: 0.2\n", "line 2 is indented below the value of the line before"),
        ('lr: 0.1\nname: "run\nwd: 3\n', "line 2 opens a quote that is never closed"),
    ],
)
def test_what_is_surely_no_yaml_is_refused_with_its_line(text: str, problem: str) -> None:
    with pytest.raises(UnreadableInput, match=problem):
        read_values(text, "yaml")


@pytest.mark.parametrize(
    "text",
    ["a: |\n  x: 3\n\ty: 4\nlr: 0.1\n", "a: 1\n? b\n: c\n  d: 2\nlr: 0.1\n", 'a: "one\n  two: 3"\nlr: 0.1\n'],
)
def test_what_may_be_yaml_is_not_refused(text: str) -> None:
    assert read_values(text, "yaml")["lr"] == 0.1
