"""Arguments declared to argparse, in the ways in which people build parsers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading
from selftune.model.errors import UnknownName
from selftune.model.values import HyperparameterValue

from .conftest import Programs

Find = Callable[[ProgramReading, str], FoundHyperparameter]
HEAD = "import argparse, os\np = argparse.ArgumentParser()\n"


def test_a_default_is_today_s_value_with_its_line(programs: Programs, found: Find) -> None:
    reading = programs.script(HEAD + 'p.add_argument("--lr", type=float, default=0.01, help="step size")\n')
    lr = found(reading, "lr")
    assert (lr.value, lr.declared_type, lr.help, lr.source, lr.is_listed) == (
        0.01,
        "float",
        "step size",
        "train.py:3",
        False,
    )


def test_the_command_line_beats_the_default_and_keeps_its_text(programs: Programs, found: Find) -> None:
    reading = programs.script(HEAD + 'p.add_argument("--lr", type=float, default=0.01)\n', "--lr", "1e-3")
    assert (found(reading, "lr").value, found(reading, "lr").source) == (0.001, "command line")
    assert reading.template.render({}) == ("python", "train.py", "--lr", "1e-3")


def test_an_argument_that_the_command_leaves_out_is_appended_when_it_changes(programs: Programs) -> None:
    text = HEAD + 'p.add_argument("--lr", type=float, default=0.01)\np.add_argument("--fast", action="store_true")\n'
    template = programs.script(text).template
    assert template.render({}) == ("python", "train.py")
    assert template.render({"lr": -0.5, "fast": True}) == ("python", "train.py", "--lr=-0.5", "--fast")


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        ('"--dropout", type=int, default=0.2', "dropout", 0.2),
        ('"--lr", type=str, default=0.1', "lr", 0.1),
        ('"--momentum", type=float, default="0.9"', "momentum", 0.9),
        ('"--lr", type=float, default=1', "lr", 1.0),
        ('"--size", type=int, default=2**5', "size", 32),
        ('"--out", default=os.environ.get("SM_MODEL_DIR", "model")', "out", "model"),
        ('"--out", default=os.environ["SM_MODEL_DIR"]', "out", None),
        ('"--layers", nargs="+", type=int, default=[64, 32]', "layers", "64 32"),
        ('"--fast", action="store_true"', "fast", False),
        ('"--mix", action=argparse.BooleanOptionalAction, default=True', "mix", True),
        ('"--lr", type=lambda text: float(text), default=0.1', "lr", 0.1),
        ('"--rate", default=-0.5, type=float', "rate", -0.5),
        ('"--root", default=os.path.join("data", "x")', "root", "data/x"),
    ],
)
def test_a_default_is_believed_over_a_declared_type_that_contradicts_it(
    programs: Programs, found: Find, arguments: str, name: str, value: HyperparameterValue | None
) -> None:
    hyperparameter = found(programs.script(f"{HEAD}p.add_argument({arguments})\n"), name)
    assert hyperparameter.value == value
    assert type(hyperparameter.value) is type(value)


def test_the_parser_may_be_built_in_a_function_in_groups_and_in_a_loop(programs: Programs) -> None:
    reading = programs.script(
        """
        import argparse
        DEFAULT_LR = 3e-4
        def build(parser):
            group = parser.add_argument_group("optimizer")
            group.add_argument("--lr", type=float, default=DEFAULT_LR)
            for name, value in [("alpha", 0.1), ("beta", 0.2)]:
                parser.add_argument(f"--{name}", type=float, default=value)
            for key, value in {"gamma": 1, "delta": 2}.items():
                parser.add_argument("--" + key, type=int, default=value)
            add = parser.add_argument
            add("--epochs", type=int, default=10)
            parser.set_defaults(epochs=20)
            return parser
        def main():
            args = build(argparse.ArgumentParser()).parse_args()
        """
    )
    values = {h.name: h.value for h in reading.hyperparameters}
    assert values == {"lr": 3e-4, "alpha": 0.1, "beta": 0.2, "gamma": 1, "delta": 2, "epochs": 20}


def test_a_function_that_adds_an_argument_is_followed(programs: Programs) -> None:
    reading = programs.script(
        """
        import argparse
        parser = argparse.ArgumentParser()
        def number(name, default, **kwargs):
            parser.add_argument(f"--{name}", type=float, default=default, **kwargs)
        number("lr", 0.1, help="step")
        number("momentum", default=0.9)
        """
    )
    assert {h.name: (h.value, h.help) for h in reading.hyperparameters} == {"lr": (0.1, "step"), "momentum": (0.9, "")}


def test_a_subclassed_parser_and_one_of_a_sibling_module_are_read(programs: Programs, found: Find) -> None:
    programs.write("lib/__init__.py", "")
    programs.write(
        "lib/options.py",
        """
        import argparse
        from .defaults import LR
        class Options(argparse.ArgumentParser):
            def __init__(self):
                super().__init__()
                self.add_argument("--lr", type=float, default=LR)
        """,
    )
    programs.write("lib/defaults.py", "LR = 0.25\n")
    reading = programs.script("from lib.options import Options\nargs = Options().parse_args()\n")
    assert (found(reading, "lr").value, found(reading, "lr").source) == (0.25, "lib/options.py:7")


def test_another_script_s_own_command_line_is_not_taken_for_this_one_s(programs: Programs) -> None:
    programs.write(
        "tools.py", 'import argparse\nif __name__ == "__main__":\n    argparse.ArgumentParser().add_argument("--x")\n'
    )
    reading = programs.script(
        'import tools, argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default=1)\n'
    )
    assert [h.name for h in reading.hyperparameters] == ["lr"]


def test_choices_and_custom_types_are_read(programs: Programs, found: Find) -> None:
    reading = programs.script(
        HEAD
        + """
def yes(text):
    return text == "yes"
p.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
p.add_argument("--augment", type=yes, default=False)
p.add_argument("--mix", type=str2bool, default="true")
"""
    )
    assert found(reading, "optimizer").choices == ("adam", "sgd")
    assert found(reading, "mix").value is True
    assert found(reading, "mix").declared_type == "bool"


def test_argparse_s_own_bool_is_switched_off_by_an_empty_text(programs: Programs) -> None:
    template = programs.script(HEAD + 'p.add_argument("--mix", type=bool, default=True)\n').template
    assert template.render({"mix": False}) == ("python", "train.py", "--mix=")


def test_a_position_is_named_and_required_where_nobody_gives_it(programs: Programs, found: Find) -> None:
    text = HEAD + 'p.add_argument("data")\np.add_argument("--lr", type=float, required=True)\n'
    assert found(programs.script(text), "data").help_needed
    assert found(programs.script(text), "lr").help_needed
    reading = programs.script(text, "d.csv", "--lr", "1")
    assert found(reading, "data").value == "d.csv"
    assert not found(reading, "lr").help_needed


def test_options_of_a_subcommand_are_appended_behind_it_and_others_before(programs: Programs) -> None:
    text = (
        HEAD
        + """
p.add_argument("--seed", type=int, default=1)
commands = p.add_subparsers()
train = commands.add_parser("train")
train.add_argument("--lr", type=float, default=0.1)
test = commands.add_parser("test")
test.add_argument("--file", default="x")
"""
    )
    reading = programs.script(text, "train", "--lr", "0.2")
    assert [h.name for h in reading.hyperparameters] == ["lr", "seed"]
    assert reading.template.render({"seed": 2}) == ("python", "train.py", "--seed=2", "train", "--lr", "0.2")


def test_appended_options_stand_before_two_dashes(programs: Programs) -> None:
    template = programs.script(HEAD + 'p.add_argument("--lr", type=float, default=0.1)\n', "--", "data").template
    assert template.render({"lr": 0.2}) == ("python", "train.py", "--lr=0.2", "--", "data")


def test_an_unknown_override_names_the_nearest_argument(programs: Programs) -> None:
    programs.write("train.py", HEAD + 'p.add_argument("--learning-rate", type=float, default=0.1)\n')
    with pytest.raises(UnknownName) as caught:
        programs.read("python", "train.py", learning_rat=0.2)
    assert "learning-rate" in caught.value.hint


def test_a_parser_that_lets_unknown_arguments_pass_takes_an_override(programs: Programs) -> None:
    programs.write("train.py", HEAD + 'p.add_argument("--lr", default=0.1)\nargs, rest = p.parse_known_args()\n')
    reading = programs.read("python", "train.py", extra=0.2)
    assert reading.template.render({}) == ("python", "train.py", "--extra=0.2")


def test_an_override_replaces_today_s_value(programs: Programs, found: Find) -> None:
    programs.write("train.py", HEAD + 'p.add_argument("--lr", type=float, default=0.1)\n')
    reading = programs.read("python", "train.py", "--lr", "0.2", lr=0.3)
    assert (found(reading, "lr").value, found(reading, "lr").source) == (0.3, "--hp")
    assert reading.template.render({}) == ("python", "train.py", "--lr", "0.3")


def test_version_and_help_are_no_hyperparameters(programs: Programs) -> None:
    reading = programs.script(
        HEAD + 'p.add_argument("--version", action="version")\np.add_argument("-h", action="help")\n'
    )
    assert reading.hyperparameters == ()


def test_each_subcommand_keeps_the_defaults_that_its_own_parser_sets(programs: Programs, found: Find) -> None:
    text = (
        HEAD
        + 's = p.add_subparsers(dest="cmd")\n'
        + 'x = s.add_parser("big")\nx.add_argument("--lr", type=float, default=1e-3)\nx.set_defaults(lr=0.5)\n'
        + 'y = s.add_parser("small")\ny.add_argument("--lr", type=float, default=1e-3)\ny.set_defaults(lr=0.02)\n'
    )
    assert found(programs.script(text, "big"), "lr").value == 0.5
    assert found(programs.script(text, "small"), "lr").value == 0.02


def test_a_variable_that_held_one_subcommand_s_parser_after_another_s_keeps_both(programs: Programs) -> None:
    text = HEAD + 's = p.add_subparsers()\nq = s.add_parser("fit")\nq.add_argument("--lr", default=1.0)\n'
    text += 'q = s.add_parser("test")\nq.add_argument("--path")\n'
    assert programs.script(text, "fit").template.render({"lr": "2"}) == ("python", "train.py", "fit", "--lr=2")


def test_defaults_that_the_script_sets_count_on_a_parser_that_a_module_makes(programs: Programs, found: Find) -> None:
    programs.write(
        "options.py",
        "import argparse\ndef make():\n    p = argparse.ArgumentParser()\n"
        "    p.add_argument('--lr', type=float, default=0.001)\n    return p\n",
    )
    reading = programs.script("from options import make\np = make()\np.set_defaults(lr=0.01)\na = p.parse_args()\n")
    assert found(reading, "lr").value == 0.01


def test_the_script_s_own_defaults_come_after_those_of_its_modules(programs: Programs, found: Find) -> None:
    programs.write("extra.py", "def extend(p):\n    p.set_defaults(lr=0.5)\n    return p\n")
    text = "from extra import extend\n" + HEAD + 'p.add_argument("--lr", type=float, default=0.001)\n'
    text += "extend(p)\np.set_defaults(lr=0.01)\n"
    assert found(programs.script(text), "lr").value == 0.01
