"""Arguments that other libraries than argparse read, and those that no library reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading

from .conftest import Programs

Find = Callable[[ProgramReading, str], FoundHyperparameter]


def test_click_options_and_arguments_are_read(programs: Programs, found: Find) -> None:
    reading = programs.script(
        """
        import click
        @click.command()
        @click.argument("data")
        @click.option("--lr", "-l", type=float, default=0.01, show_default=True, help="step")
        @click.option("--shuffle/--no-shuffle", default=True)
        @click.option("--fast", is_flag=True)
        @click.option("--kind", type=click.Choice(["a", "b"]), default="a")
        @click.option("--size", multiple=True, type=int)
        @click.option("--hidden", "width", type=click.IntRange(1, 9), default=4)
        def main(data, lr, shuffle, fast, kind, size, width):
            print(lr)
        """,
        "d.csv",
        "--no-shuffle",
    )
    assert found(reading, "data").value == "d.csv"
    assert (found(reading, "lr").value, found(reading, "lr").is_read) == (0.01, True)
    assert found(reading, "shuffle").value is False
    assert found(reading, "fast").value is False
    assert found(reading, "kind").choices == ("a", "b")
    assert (found(reading, "hidden").declared_type, found(reading, "hidden").is_read) == ("int", False)
    rendered = reading.template.render({"shuffle": True, "fast": True, "lr": 0.5})
    assert rendered == ("python", "train.py", "d.csv", "--shuffle", "--lr=0.5", "--fast")


def test_a_short_click_option_is_appended_as_two_words(programs: Programs) -> None:
    text = 'import click\n@click.command()\n@click.option("-l", default=0.1)\ndef main(l): ...\n'
    assert programs.script(text).template.render({"l": 0.2}) == ("python", "train.py", "-l", "0.2")


def test_click_commands_of_a_group_are_told_apart(programs: Programs) -> None:
    text = """
        import click
        @click.group()
        def cli(): ...
        @cli.command()
        @click.option("--lr", default=0.1)
        def train(lr): ...
        @cli.command()
        @click.option("--file", default="x")
        def test(file): ...
        """
    assert [h.name for h in programs.script(text, "train").hyperparameters] == ["lr"]
    assert [h.name for h in programs.script(text).hyperparameters] == ["lr", "file"]
    assert programs.script(text).template.render({"lr": 5}) == ("python", "train.py", "--lr=5")


def test_typer_functions_are_read_in_both_styles(programs: Programs) -> None:
    reading = programs.script(
        """
        import typer
        from typing import Annotated
        app = typer.Typer()
        @app.command()
        def main(
            data: str,
            lr: float = 0.01,
            batch_size: Annotated[int, typer.Option("--batch", help="rows")] = 32,
            epochs: int = typer.Option(3, help="passes"),
            fast: bool = False,
        ): ...
        app()
        """,
        "d.csv",
        "--no-fast",
    )
    assert {h.name: h.value for h in reading.hyperparameters} == {
        "data": "d.csv",
        "fast": False,
        "lr": 0.01,
        "batch": 32,
        "epochs": 3,
    }
    assert reading.template.render({"epochs": 4, "fast": True}) == (
        "python",
        "train.py",
        "d.csv",
        "--fast",
        "--epochs=4",
    )


@pytest.mark.parametrize(
    ("call", "shown", "off"),
    [
        ("import tyro\nargs = tyro.cli(Args)", "--learning-rate=0.5", "--no-shuffle"),
        (
            "from transformers import HfArgumentParser\nHfArgumentParser(Args).parse_args_into_dataclasses()",
            "--learning_rate=0.5",
            "--shuffle=False",
        ),
        ("import simple_parsing\nsimple_parsing.parse(Args)", "--learning_rate=0.5", "--shuffle=False"),
    ],
)
def test_fields_of_a_dataclass_are_read_in_each_library_s_spelling(
    programs: Programs, call: str, shown: str, off: str
) -> None:
    reading = programs.script(
        f"""
from dataclasses import dataclass, field
from typing import Literal, Optional
@dataclass
class Args:
    learning_rate: float = 1e-3
    \"\"\"the step size\"\"\"
    shuffle: bool = True
    kind: Literal["a", "b"] = "a"
    decay: Optional[float] = field(default=0.1, metadata={{"help": "L2"}})
    sizes: list[int] = field(default_factory=lambda: [1, 2])
    name: str
{call}
"""
    )
    values = {h.name.replace("-", "_"): h for h in reading.hyperparameters}
    assert values["learning_rate"].value == 1e-3
    assert values["learning_rate"].help == "the step size"
    assert values["kind"].choices == ("a", "b")
    assert (values["decay"].value, values["decay"].declared_type, values["decay"].help) == (0.1, "float", "L2")
    assert values["name"].help_needed
    name = next(h.name for h in reading.hyperparameters if h.name.startswith("learning"))
    assert reading.template.render({name: 0.5, "shuffle": False}) == ("python", "train.py", shown, off)


def test_nested_dataclasses_have_dotted_names(programs: Programs, found: Find) -> None:
    reading = programs.script(
        """
        import tyro, torch
        from dataclasses import dataclass, field
        @dataclass
        class Optimizer:
            lr: float = 0.1
        @dataclass
        class Config:
            optimizer: Optimizer = field(default_factory=Optimizer)
        def main(config: Config):
            torch.optim.Adam([], lr=config.optimizer.lr)
        main(tyro.cli(Config))
        """
    )
    assert (found(reading, "optimizer.lr").value, found(reading, "optimizer.lr").flows) == (
        0.1,
        ("torch.optim.Adam.lr",),
    )
    assert reading.template.render({"optimizer.lr": 0.2}) == ("python", "train.py", "--optimizer.lr=0.2")


def test_a_parser_that_is_also_given_a_library_s_class_takes_more(programs: Programs) -> None:
    programs.write(
        "train.py",
        """
        from dataclasses import dataclass
        from transformers import HfArgumentParser, TrainingArguments
        @dataclass
        class Model:
            dropout: float = 0.1
        HfArgumentParser((Model, TrainingArguments)).parse_args_into_dataclasses()
        """,
    )
    reading = programs.read("python", "train.py", "--per_device_train_batch_size", "8", learning_rate=1e-4)
    assert reading.template.render({}) == (
        *("python", "train.py", "--per_device_train_batch_size", "8"),
        "--learning_rate=0.0001",
    )


def test_a_field_that_the_code_overwrites_is_not_read(programs: Programs, found: Find) -> None:
    reading = programs.script(
        """
        import tyro
        from dataclasses import dataclass
        @dataclass
        class Args:
            envs: int = 4
            steps: int = 8
            batch: int = 0
        args = tyro.cli(Args)
        args.batch = args.envs * args.steps
        print(args.batch)
        """
    )
    assert found(reading, "batch").is_read is False
    assert found(reading, "envs").is_read is True


def test_absl_flags_are_read(programs: Programs, found: Find) -> None:
    reading = programs.script(
        """
        from absl import app, flags
        import optax
        FLAGS = flags.FLAGS
        flags.DEFINE_float("lr", 0.1, "step size")
        flags.DEFINE_boolean("fast", False, "")
        flags.DEFINE_enum("kind", "a", ["a", "b"], "which")
        _STEPS = flags.DEFINE_integer("steps", default=10, help="how many")
        def main(_):
            optax.adam(FLAGS.lr)
            for step in range(_STEPS.value): ...
        app.run(main)
        """,
        "--nofast",
    )
    assert (found(reading, "lr").value, found(reading, "lr").help) == (0.1, "step size")
    assert found(reading, "lr").flows == ("optax.adam.learning_rate",)
    assert found(reading, "kind").choices == ("a", "b")
    assert found(reading, "steps").flows == ("for.step",)
    assert reading.template.render({"fast": True}) == ("python", "train.py", "--fast")


def test_the_parameters_of_a_fire_function_are_read(programs: Programs) -> None:
    reading = programs.script("import fire\ndef main(lr: float = 0.1, layers=3): ...\nfire.Fire(main)\n", "--lr=0.2")
    assert {h.name: h.value for h in reading.hyperparameters} == {"lr": 0.2, "layers": 3}
    assert reading.template.render({"layers": 4}) == ("python", "train.py", "--lr=0.2", "--layers=4")


def test_positions_of_sys_argv_take_the_names_of_their_variables(programs: Programs, found: Find) -> None:
    text = """
        import sys
        from torch.optim import SGD
        lr = float(sys.argv[1]) if len(sys.argv) > 1 else 0.01
        hidden = int(sys.argv[2]) if len(sys.argv) > 2 else 16
        SGD([], lr)
        """
    reading = programs.script(text, "1e-2")
    assert (found(reading, "lr").value, found(reading, "lr").flows) == (0.01, ("torch.optim.SGD.lr",))
    assert (found(reading, "hidden").value, found(reading, "hidden").is_listed) == (16, False)
    assert reading.template.render({"hidden": 32}) == ("python", "train.py", "1e-2", "32")


def test_variables_of_the_environment_are_tuned_only_where_the_command_sets_them(
    programs: Programs, found: Find
) -> None:
    text = 'import os\nlr = float(os.environ.get("LR", "0.01"))\nroot = os.getenv("SM_CHANNEL_TRAIN", ".")\n'
    reading = programs.script(text)
    assert [(h.name, h.value, h.is_listed) for h in reading.hyperparameters] == [("LR", 0.01, False)]
    assert "environment" in found(reading, "LR").on_request
    assert reading.template.render({}) == ("python", "train.py")
    assert reading.template.render({"LR": 0.1}) == ("env", "LR=0.1", "python", "train.py")
    reading = programs.read("env", "LR=1e-1", "python", "train.py")
    assert (found(reading, "LR").value, found(reading, "LR").is_listed) == (0.1, True)
    assert reading.template.render({"LR": 0.5}) == ("env", "LR=0.5", "python", "train.py")


def test_a_variable_in_front_without_env_gets_one(programs: Programs) -> None:
    programs.write("train.py", "")
    assert programs.read("LR=1", "python", "train.py").template.render({"LR": 2}) == (
        "env",
        "LR=2",
        "python",
        "train.py",
    )


def test_members_of_an_enumeration_are_all_the_choices(
    programs: Programs, found: Callable[[ProgramReading, str], FoundHyperparameter]
) -> None:
    text = """
        import typer
        from enum import Enum
        from typing import Literal
        class Activation(str, Enum):
            relu = "relu"
            swish = "swish"
        app = typer.Typer()
        @app.command()
        def main(activation: Activation = Activation.relu, optimizer: Literal["sgd", "lion"] = "sgd"):
            print(activation, optimizer)
        """
    reading = programs.script(text)
    assert found(reading, "activation").choices == ("relu", "swish")
    assert found(reading, "optimizer").choices == ("sgd", "lion")


def test_positions_of_sys_argv_count_the_options_before_them(programs) -> None:
    text = """
        import sys
        config = sys.argv[2]
        rate = float(sys.argv[4])
        rest = sys.argv[5]
    """
    reading = programs.script(text, "--config", "c.txt", "--rate", "0.1", "7")

    assert {h.name: h.value for h in reading.hyperparameters} == {"config": "c.txt", "rate": 0.1, "rest": 7}
    assert not any(h.help_needed for h in reading.hyperparameters)
    assert reading.template.render({"rate": 0.5}) == (
        *("python", "train.py", "--config", "c.txt", "--rate", "0.5", "7"),
    )


def test_a_position_of_sys_argv_that_the_command_does_not_reach_is_required(programs) -> None:
    short = programs.script("import sys\nsize = int(sys.argv[3])\n", "--rate", "0.1")
    assert [h.name for h in short.hyperparameters if h.help_needed] == ["size"]


def test_a_command_that_only_an_imported_file_s_own_main_guard_runs_is_not_the_script_s(programs: Programs) -> None:
    guard = 'if __name__ == "__main__":\n    '
    programs.write(
        "tool.py",
        "import click\ndef load(p):\n    return p\n@click.command()\n@click.option('--source', required=True)\n"
        f"def convert(source):\n    print(source)\n{guard}convert()\n",
    )
    text = "import click\nimport tool\n@click.command()\n@click.option('--lr', type=float, default=1e-3)\n"
    reading = programs.script(f"{text}def main(lr):\n    tool.load(lr)\n{guard}main()\n")
    assert [h.name for h in reading.hyperparameters] == ["lr"]
    assert not any("source" in warning for warning in reading.warnings)


def test_a_command_that_the_script_takes_from_a_module_is_the_script_s(programs: Programs) -> None:
    programs.write(
        "tool.py", "import click\n@click.command()\n@click.option('--lr', default=0.1)\ndef train(lr):\n    print(lr)\n"
    )
    assert [h.name for h in programs.script("import tool\ntool.train()\n").hyperparameters] == ["lr"]
    assert [h.name for h in programs.script("from tool import train as t\nt()\n").hyperparameters] == ["lr"]


def test_what_an_imported_file_hands_to_fire_in_its_own_main_guard_is_not_the_script_s(programs: Programs) -> None:
    programs.write(
        "tool.py", "import fire\ndef convert(size=3):\n    pass\nif __name__ == '__main__':\n    fire.Fire(convert)\n"
    )
    reading = programs.script("import fire\nimport tool\ndef train(lr=0.1):\n    print(lr)\nfire.Fire(train)\n")
    assert [h.name for h in reading.hyperparameters] == ["lr"]
