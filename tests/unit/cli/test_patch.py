from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from selftune.cli.patch import patch_config, patch_defaults
from selftune.model.errors import UnreadableInput

SCRIPT = """\
import argparse

p = argparse.ArgumentParser(description="é")
p.add_argument("--lr", "-l", type=float, default=0.01)  # a comment
p.add_argument(
    "--batch-size",
    default=32,
    help="größer",
)
p.add_argument("--act", default="relu"); p.add_argument("--shift", default=-1)
p.add_argument("--width", default=2 * 64)
p.add_argument("--bias", dest="has_bias", action="store_true", default=False)
p.add_argument("--free")
p.set_defaults(shift=-2)"""


def test_the_diff_puts_values_into_argparse_defaults_and_applies(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    values = {"lr": 0.003, "batch-size": 64, "act": "tanh", "shift": -4, "has-bias": True}
    patch = patch_defaults(SCRIPT, "train.py", values)
    subprocess.run(["git", "apply", "-"], input=patch.diff.encode(), cwd=tmp_path, check=True)
    patched = script.read_text()
    assert "default=0.003)  # a comment" in patched
    assert "default=64," in patched
    assert 'default="tanh"); p.add_argument("--shift", default=-1)' in patched
    assert patched.endswith("p.set_defaults(shift=-4)")
    assert 'action="store_true", default=True' in patched
    assert patch.notes == ()


def test_a_value_that_is_the_default_already_changes_nothing() -> None:
    assert patch_defaults(SCRIPT, "train.py", {"lr": 0.01}).diff == ""


def test_what_is_no_literal_default_is_told_and_left_alone() -> None:
    patch = patch_defaults(SCRIPT, "train.py", {"width": 64, "free": 3, "other": 1})
    assert patch.diff == ""
    assert [note.partition(":")[0] for note in patch.notes] == ["width", "free", "other"]
    assert "line 11" in patch.notes[0]


def test_line_ends_of_another_system_are_kept() -> None:
    source = 'p.add_argument("--lr", default=1)\r\np.add_argument("--b", default=2)\r\n'
    patch = patch_defaults(source, "t.py", {"b": 3})
    assert '+p.add_argument("--b", default=3)\r\n' in patch.diff


def test_a_script_that_does_not_parse_is_named_with_its_line() -> None:
    with pytest.raises(UnreadableInput, match=r"train\.py line 2"):
        patch_defaults("x = 1\ny = (\n", "train.py", {"lr": 1})


def test_the_diff_of_a_configuration_file_changes_the_values_alone_and_applies(tmp_path: Path) -> None:
    config = "# tuned by hand\noptimizer:\n  lr: 0.01   # careful\n  name: adam\ndepth: 3\n"
    (tmp_path / "c.yaml").write_text(config)
    patch = patch_config(config, "c.yaml", "yaml", {"optimizer.lr": 0.0031622776601683794, "depth": 3})
    subprocess.run(["git", "apply", "-"], input=patch.diff.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "c.yaml").read_text() == config.replace("0.01", "0.0031622776601683794")


def test_a_configuration_file_that_has_the_values_already_gives_no_diff() -> None:
    assert patch_config('{"lr": 0.1}\n', "c.json", "json", {"lr": 0.1}).diff == ""
