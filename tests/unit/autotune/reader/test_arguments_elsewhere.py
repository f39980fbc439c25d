"""Arguments that are parsed in one place and read in another: star imports, closures, objects nobody could follow."""

from __future__ import annotations

from collections.abc import Callable

from selftune.autotune.reader.command import read_command
from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading

from .conftest import Programs

Find = Callable[[ProgramReading, str], FoundHyperparameter]
PARSER = """
import argparse
def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--x1", type=float, default=0.1)
    parser.add_argument("--idle", type=float, default=0.1)
    return parser.parse_args()
"""


def test_names_that_a_star_import_brings_are_followed(programs: Programs, found: Find) -> None:
    programs.write("utility/parser.py", PARSER)
    programs.write("utility/batch.py", "from utility.parser import parse_args\nimport torch\nargs = parse_args()\n")
    reading = programs.script("from utility.batch import *\ntorch.optim.Adam([], lr=args.x1)\n")
    assert found(reading, "x1").flows == ("torch.optim.Adam.lr",)
    assert (found(reading, "x1").is_read, found(reading, "idle").is_read) == (True, False)


def test_star_imports_that_go_round_in_a_circle_end(programs: Programs, found: Find) -> None:
    programs.write("a.py", PARSER + "from b import *\nfrom b import args\n")
    programs.write("b.py", "from a import *\nfrom a import args\n")
    assert found(programs.script("from a import *\nprint(args.x1)\n"), "x1").value == 0.1


def test_a_name_of_the_script_itself_counts_before_one_of_a_star_import(programs: Programs, found: Find) -> None:
    programs.write("settings.py", "import torch\nclass args: x1 = 3\n")
    reading = programs.script(PARSER + "from settings import *\nargs = parse_args()\ntorch.optim.SGD([], lr=args.x1)\n")
    assert found(reading, "x1").flows == ("torch.optim.SGD.lr",)


def test_a_name_that_another_module_hands_on_is_followed(programs: Programs, found: Find) -> None:
    programs.write("options.py", PARSER + "args = parse_args()\n")
    programs.write("common.py", "from options import args\n")
    reading = programs.script("from common import args\nimport torch\ntorch.optim.SGD([], lr=args.x1)\n")
    assert found(reading, "x1").flows == ("torch.optim.SGD.lr",)


def test_a_function_inside_another_reads_its_variables(programs: Programs, found: Find) -> None:
    reading = programs.script(
        PARSER
        + """
import torch
def main():
    a = parse_args()
    def optimizer():
        return torch.optim.Adam([], lr=a.x1)
    optimizer()
main()
"""
    )
    assert found(reading, "x1").flows == ("torch.optim.Adam.lr",)
    assert found(reading, "idle").is_read is False


def test_what_may_be_read_through_an_object_that_nobody_follows_is_not_called_unread(
    programs: Programs, found: Find
) -> None:
    programs.write("holder.py", "REGISTRY = load()\ndef rate():\n    return REGISTRY.newest().x1\n")
    reading = programs.script(PARSER + "import holder\nweakly = {1: parse_args()}\n")
    assert (found(reading, "x1").is_read, found(reading, "idle").is_read) == (None, False)


def test_arguments_given_by_name_to_a_function_of_the_script_may_be_read(programs: Programs, found: Find) -> None:
    reading = programs.script(PARSER + "def train(x1, idle):\n    steps[x1]\ntrain(**vars(parse_args()))\n")
    assert (found(reading, "x1").is_read, found(reading, "idle").is_read) == (None, False)


def test_the_weights_inside_a_function_that_gives_the_loss_are_known(programs: Programs, found: Find) -> None:
    reading = programs.script(
        PARSER
        + """
args = parse_args()
def total(a, b):
    return a + args.x1 * b
loss = total(1, 2)
"""
    )
    assert "loss.weight" in found(reading, "x1").flows


def test_how_often_a_width_is_repeated_is_the_number_of_layers(programs: Programs, found: Find) -> None:
    reading = programs.script(PARSER + "a = parse_args()\nsizes = [a.idle] * a.x1\nzeros = [0] * a.idle\n")
    assert found(reading, "x1").flows == ("layers.count",)
    assert found(reading, "idle").flows == ()


def test_where_a_loop_starts_is_not_how_long_it_is(programs: Programs, found: Find) -> None:
    reading = programs.script(PARSER + "a = parse_args()\nfor epoch in range(a.idle, a.x1 + 1):\n    pass\n")
    assert found(reading, "x1").flows == ("for.epoch",)
    assert found(reading, "idle").flows == ()


def test_the_modules_of_a_project_are_found_from_the_folder_of_its_examples(programs: Programs, found: Find) -> None:
    programs.write("pyproject.toml", "")
    programs.write("lib/__init__.py", "")
    programs.write("lib/options.py", PARSER)
    programs.write("examples/unet/train.py", "from lib.options import parse_args\na = parse_args()\nprint(a.x1)\n")
    inside = read_command(("python", "train.py"), programs.folder / "examples" / "unet", {})
    assert found(inside, "x1").value == found(programs.read("python", "examples/unet/train.py"), "x1").value


def test_folders_above_a_script_that_belongs_to_no_project_are_not_searched(programs: Programs) -> None:
    programs.write("options.py", PARSER)
    programs.write("a/b/train.py", "from options import parse_args\na = parse_args()\n")
    assert read_command(("python", "train.py"), programs.folder / "a" / "b", {}).hyperparameters == ()


def test_the_module_that_declares_the_arguments_and_was_not_found_is_named(programs: Programs) -> None:
    text = "from lib.options import get_args\nfrom torch.nn import Linear\na = get_args()\nLinear(3, 4)\n"
    told = [warning for warning in programs.script(text).warnings if "takes its arguments from" in warning]
    assert len(told) == 1
    assert "from lib.options, as" in told[0]
    programs.write("lib/options.py", PARSER.replace("parse_args():", "get_args():"))
    assert not any("takes its arguments from" in warning for warning in programs.script(text).warnings)
