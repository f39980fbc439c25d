"""What the way of a value through a program says of it where its name says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune.plan import make_plan
from selftune.model.plan import Plan, Role
from selftune.model.request import CommandRequest, TuningJobRequest

HEAD = """
import argparse
import torch
from torch import nn
p = argparse.ArgumentParser()
p.add_argument("--x1", type=TYPE, default=VALUE)
args = p.parse_args()
"""


def plan_of(folder: Path, text: str, kind: str, value: str) -> Plan:
    (folder / "train.py").write_text(HEAD.replace("TYPE", kind).replace("VALUE", value) + text)
    request = TuningJobRequest(name="t", program=CommandRequest(argv=("python", "train.py"), folder=str(folder)))
    return make_plan(request, slots=1)


@pytest.mark.parametrize(
    "text",
    [
        "layers = []\nfor _ in range(args.x1):\n    layers.append(nn.Linear(4, 4))\n",
        "nn.Sequential(*[nn.Linear(4, 4) for _ in range(args.x1)])\n",
        "class Block(nn.Module):\n    pass\nnn.ModuleList([Block() for _ in range(args.x1)])\n",
    ],
)
def test_the_number_of_layers_that_a_loop_builds_is_a_depth(tmp_path: Path, text: str) -> None:
    found = plan_of(tmp_path, text, "int", "3").hyperparameter("x1")
    assert found is not None
    assert found.role is Role.TUNED
    assert "num_layers" in found.source


def test_a_loop_that_builds_nothing_says_nothing_of_depth(tmp_path: Path) -> None:
    found = plan_of(tmp_path, "for i in range(args.x1):\n    print(i)\n", "int", "3").hyperparameter("x1")
    assert found is not None
    assert "num_layers" not in found.source


def test_what_a_loss_is_multiplied_with_stays_where_that_loss_is_the_objective(tmp_path: Path) -> None:
    text = "loss = first + args.x1 * second\nprint(f'val_loss: {loss:.3f}')\n"
    found = plan_of(tmp_path, text, "float", "0.003").hyperparameter("x1")
    assert found is not None
    assert found.role is Role.STATIC
    assert "scale" in found.reason


@pytest.mark.parametrize(
    ("name", "is_tuned"), [("lr", True), ("warmup_lr", False), ("lr_noise_std", False), ("final_lr", False)]
)
def test_the_course_of_a_learning_rate_is_no_learning_rate(tmp_path: Path, name: str, is_tuned: bool) -> None:
    text = f"p.add_argument('--{name}', type=float, default=0.01)\nprint(p.parse_args().{name})\n"
    found = plan_of(tmp_path, text, "float", "0.0").hyperparameter(name)
    assert found is not None
    assert (found.role is Role.TUNED) is is_tuned
