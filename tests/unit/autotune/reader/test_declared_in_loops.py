"""Arguments that a loop declares, and defaults that a converter makes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading

from .conftest import Programs

Find = Callable[[ProgramReading, str], FoundHyperparameter]
CONFIG = """
import argparse, dataclasses, torch
from dataclasses import asdict, dataclass, fields
@dataclass
class Config:
    x1: float = 0.1
    width: int = 64
parser = argparse.ArgumentParser()
"""
READ = """
config = Config(**vars(parser.parse_args()))
torch.optim.Adam([], lr=config.x1)
"""


@pytest.mark.parametrize(
    "loop",
    [
        'for f in fields(Config):\n    parser.add_argument(f"--{f.name}", type=f.type, default=f.default)',
        'for f in dataclasses.fields(Config()):\n    parser.add_argument("--" + f.name, default=f.default)',
        'for n, f in Config.__dataclass_fields__.items():\n    parser.add_argument("--" + n, default=f.default)',
        'for f in Config.__dataclass_fields__.values():\n    parser.add_argument("--" + f.name, default=f.default)',
        'for k, v in vars(Config()).items():\n    parser.add_argument(f"--{k}", type=type(v), default=v)',
        'for k, v in asdict(Config()).items():\n    parser.add_argument(f"--{k}", type=type(v), default=v)',
    ],
)
def test_a_loop_over_the_fields_of_a_dataclass_declares_them(programs: Programs, found: Find, loop: str) -> None:
    reading = programs.script(f"{CONFIG}{loop}\n{READ}")
    assert (found(reading, "x1").value, found(reading, "width").value) == (0.1, 64)
    assert found(reading, "x1").flows == ("torch.optim.Adam.lr",)
    assert found(reading, "x1").source == "train.py:6"
    assert [h.name for h in reading.hyperparameters if h.is_literal] == []
    assert reading.template.render({"x1": 0.5})[-1] == "--x1=0.5"


def test_a_loop_over_names_types_and_defaults_declares_them(programs: Programs, found: Find) -> None:
    table = '[("lr", float, 0.1), ("width", int, 8)]'
    loop = f"for n, t, d in {table}:\n    parser.add_argument('--' + n, type=t, default=d)\n"
    reading = programs.script(CONFIG + loop)
    assert (found(reading, "lr").declared_type, found(reading, "width").declared_type) == ("float", "int")
    assert found(reading, "lr").value == 0.1


@pytest.mark.parametrize(
    ("default", "value"),
    [
        ('positive("8e-4")', 8e-4),
        ("float('3e-4')", 3e-4),
        ("positive(0.5)", 0.5),
        ("lookup('8e-4')", None),
        ("positive('none')", None),
    ],
)
def test_a_default_that_the_arguments_own_type_makes_is_its_number(
    programs: Programs, found: Find, default: str, value: float | None
) -> None:
    reading = programs.script(
        f"""
import argparse
def positive(text):
    value = float(text)
    assert value > 0
    return value
def lookup(name):
    return TABLE[name]
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=positive, default={default})
"""
    )
    assert found(reading, "lr").value == value


@pytest.mark.parametrize(
    "loop",
    [
        'for n, d in dict(x1=0.5, x2=2).items():\n    p.add_argument("--" + n, default=d)\n',
        'for i, d in enumerate([0.5, 2], 1):\n    p.add_argument(f"--x{i}", default=d)\n',
        'for i, d in enumerate([0.5, 2], start=1):\n    p.add_argument(f"--x{i}", default=d)\n',
        'for n, d in zip(["x1", "x2"], (0.5, 2)):\n    p.add_argument("--" + n, default=d)\n',
    ],
)
def test_the_items_of_a_loop_may_be_made_in_its_head(programs: Programs, loop: str) -> None:
    reading = programs.script(f"import argparse\np = argparse.ArgumentParser()\n{loop}a = p.parse_args()\n")
    assert [(h.name, h.value) for h in reading.hyperparameters] == [("x1", 0.5), ("x2", 2)]
