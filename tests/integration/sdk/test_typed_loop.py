"""What the guide shows of ask and tell is what a type checker at its strictest accepts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import selftune

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
SOURCE = Path(selftune.__file__).parents[1]
AROUND = """
from pathlib import Path

from selftune import OptimizerResult, OptimizerSuggestion

def train(lr: float, layers: int, kernel: str) -> float:
    return lr * layers + len(kernel)
"""
BESIDE = """
ranges = {"lr": (1e-5, 0.1), "layers": (1, 6), "kernel": ["rbf", "poly"]}
other = Optimizer(ranges, "Minimize", 1, parents=[optimizer, [({"lr": 0.1}, 0.5)]])
one: OptimizerSuggestion = other.ask()
several: list[OptimizerSuggestion] = other.ask(2)
half: float = one["lr"] / 2
result: OptimizerResult = other.tell(one, half, seconds=2)
if other.best is not None:
    next_lr: float = other.best.values["lr"] * 2
again = Optimizer(other.ranges)
other.run(lambda values: values["lr"] * 2, jobs=2)
"""
WRONG = """
optimizer.tell(suggestion, "good")
optimizer.ask("two")
"""


def complaints(program: str, folder: Path) -> list[str]:
    """What `mypy --strict` says of a program."""
    (folder / "loop.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={folder / 'cache'}", "loop.py"],
        cwd=folder,
        env={**os.environ, "MYPYPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    return [line for line in done.stdout.splitlines() if "error:" in line]


def test_the_loops_of_the_guide_are_typed(tmp_path):
    blocks = re.findall(r"```python\n(.+?)```", (ROOT / "docs" / "optimizer.md").read_text(), re.DOTALL)
    assert len(blocks) == 2
    shown = AROUND + "\n".join(blocks) + BESIDE
    assert complaints(shown, tmp_path) == []
    wrong = complaints(shown + WRONG, tmp_path)
    assert [re.findall(r"\[([\w-]+)\]$", line) for line in wrong] == [["arg-type"], ["call-overload"]]


def test_the_example_of_a_loop_is_typed(tmp_path):
    assert complaints((ROOT / "examples" / "own_loop.py").read_text(), tmp_path) == []
