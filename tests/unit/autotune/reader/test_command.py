"""Whole commands: configuration files, Hydra, scripts that do not parse, other languages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from selftune.autotune.reader.command import read_command
from selftune.model.errors import UnknownName, UnreadableInput, UsageError
from selftune.model.plan import ConfigFile

from .conftest import Programs


def test_an_empty_command_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no command"):
        read_command([], tmp_path)


def test_a_script_is_never_imported_or_run(programs: Programs) -> None:
    programs.script("import sys\nopen('trace', 'w')\nraise SystemExit(3)\n")
    assert not (programs.folder / "trace").exists()
    assert "train" not in sys.modules


@pytest.mark.parametrize("text", ["def broken(:\n", "x = 1\n  y = 2\n", "a\0b"])
def test_a_script_that_does_not_parse_leaves_the_command_line(programs: Programs, text: str) -> None:
    reading = programs.script(text, "--lr", "0.1")
    assert [(h.name, h.value) for h in reading.hyperparameters] == [("lr", 0.1)]
    assert "train.py does not parse (" in reading.warnings[0]


def test_a_script_that_is_nested_too_deeply_leaves_the_command_line(programs: Programs) -> None:
    reading = programs.script("x = " + "-" * 5_000 + "1\n", "--lr", "0.1")
    assert [h.name for h in reading.hyperparameters] == ["lr"]
    assert len(reading.warnings) == 1


def test_a_sibling_module_that_does_not_parse_is_left_out(programs: Programs) -> None:
    programs.write("lib.py", "def broken(:\n")
    reading = programs.script(
        'import lib, argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default=0.1)\n'
    )
    assert [h.name for h in reading.hyperparameters] == ["lr"]


def test_a_missing_script_names_the_nearest_file(programs: Programs) -> None:
    programs.write("train.py", "")
    with pytest.raises(UnreadableInput) as caught:
        programs.read("python", "tran.py")
    assert "'train.py'" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("c.yaml", "epochs: 3\noptimizer:\n  lr: 0.1\n", "yaml"),
        ("c.json", '{"epochs": 3, "optimizer": {"lr": 0.1}}', "json"),
        ("c.toml", "epochs = 3\n[optimizer]\nlr = 0.1\n", "toml"),
    ],
)
@pytest.mark.parametrize("words", [["--config", "{}"], ["--config={}"], ["{}"], ["config={}"]])
def test_the_values_of_a_configuration_file_are_found(
    programs: Programs, name: str, text: str, kind: str, words: list[str]
) -> None:
    programs.write(name, text)
    reading = programs.read("./train", *[word.format(name) for word in words]) if _binary(programs) else None
    assert reading is not None
    found = {h.name: (h.value, h.source) for h in reading.hyperparameters if "." in h.source}
    assert found == {"epochs": (3, name), "optimizer.lr": (0.1, name)}
    keys = (("epochs", "epochs"), ("optimizer.lr", "optimizer.lr"))
    assert reading.config_files == (ConfigFile(path=name, format=kind, keys=keys),)


def _binary(programs: Programs) -> bool:
    """A program of which nothing but its command line is known."""
    return bool((programs.folder / "train").write_bytes(b"\x7fELF"))


def test_an_argument_hides_the_key_of_its_name(programs: Programs) -> None:
    programs.write("c.yaml", "lr: 0.1\ndecay: 0.2\n")
    reading = programs.read("fit", "--config", "c.yaml", "--lr", "0.5")
    assert {h.name: h.value for h in reading.hyperparameters} == {"config": "c.yaml", "lr": 0.5, "decay": 0.2}
    assert reading.config_files[0].keys == (("decay", "decay"),)


def test_a_configuration_file_outside_of_the_folder_stays_with_a_warning(programs: Programs, tmp_path: Path) -> None:
    outside = programs.write("c.yaml", "lr: 0.1\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    for name in (str(outside), "../c.yaml"):
        reading = read_command(["fit", "--config", name], inner)
        assert reading.config_files == ()
        assert "name it relative" in reading.warnings[0]


def test_a_configuration_file_that_does_not_parse_stays_with_a_warning(programs: Programs) -> None:
    programs.write("c.json", "{,}")
    reading = programs.read("fit", "--config", "c.json")
    assert "c.json does not read as JSON" in reading.warnings[0]


def test_an_override_of_a_key_of_a_configuration_file_is_today_s_value(programs: Programs) -> None:
    programs.write("c.yaml", "lr: 0.1\n")
    reading = read_command(["fit", "--config", "c.yaml"], programs.folder, {"lr": 0.3})
    assert [(h.name, h.value, h.source) for h in reading.hyperparameters][1:] == [("lr", 0.3, "--hp")]


def test_a_hydra_program_takes_the_keys_of_its_configuration(programs: Programs) -> None:
    programs.write("conf/config.yaml", "defaults:\n  - _self_\n  - model: mlp\nlr: 1e-3\nepochs: 3\nhydra:\n  run: x\n")
    programs.write("conf/model/mlp.yaml", "_target_: net.MLP\nwidth: 64\n")
    reading = programs.script(
        """
        import hydra, torch
        @hydra.main(version_base=None, config_path="conf", config_name="config")
        def main(settings):
            torch.optim.Adam([], lr=settings.lr)
            torch.nn.Linear(4, settings.model.width)
        main()
        """,
        "epochs=5",
    )
    found = {h.name: h for h in reading.hyperparameters if not h.is_literal}
    assert {name: h.value for name, h in found.items()} == {"epochs": 5, "model.width": 64, "lr": 0.001}
    assert found["lr"].flows == ("torch.optim.Adam.lr",)
    assert "torch.nn.Linear.out_features" in found["model.width"].flows
    assert found["model.width"].source == "conf/model/mlp.yaml"
    assert reading.template.render({"lr": 0.1, "epochs": 6}) == ("python", "train.py", "epochs=6", "lr=0.1")
    with pytest.raises(UnknownName):
        programs.read("python", "train.py", learning_rate=1)


def test_a_program_in_any_language_is_read_by_its_command_line(programs: Programs) -> None:
    programs.write("fit.R", "")
    reading = programs.read("Rscript", "fit.R", "--lr", "0.01", "--depth=3")
    assert {h.name: h.value for h in reading.hyperparameters} == {"lr": 0.01, "depth": 3}
    assert reading.template.render({"lr": 0.5}) == ("Rscript", "fit.R", "--lr", "0.5", "--depth=3")


def test_an_override_that_a_program_of_which_nothing_is_known_may_take_is_appended(programs: Programs) -> None:
    assert programs.read("fit", "--lr", "1", decay=0.5).template.render({}) == ("fit", "--lr", "1", "--decay=0.5")


def test_options_of_a_launcher_are_not_the_program_s(programs: Programs) -> None:
    programs.write("train.py", "")
    reading = programs.read("torchrun", "--nproc_per_node", "2", "train.py", "--lr", "0.1")
    assert [h.name for h in reading.hyperparameters] == ["lr"]


def test_several_values_say_why_they_stay(programs: Programs) -> None:
    reading = programs.read("fit", "--layers", "64", "32")
    assert reading.hyperparameters[0].fixed_because == "takes several values"


def test_without_a_subcommand_what_they_take_is_listed_with_a_warning(programs: Programs) -> None:
    text = """
        import click
        @click.group()
        def cli(): ...
        @cli.command()
        @click.option("--lr", default=0.1)
        def train(lr): ...
        """
    reading = programs.script(text)
    assert [(h.name, h.value, h.fixed_because) for h in reading.hyperparameters] == [("lr", 0.1, "")]
    assert any("no subcommand (train)" in warning for warning in reading.warnings)
    assert not programs.script(text, "train").warnings


def test_without_a_subcommand_what_only_others_than_training_take_stays(programs: Programs) -> None:
    text = """
        import click
        @click.group()
        def cli(): ...
        @cli.command()
        @click.option("--lr", default=0.1)
        def train(lr): ...
        @cli.command()
        @click.option("--batch-size", default=8)
        def evaluate(batch_size): ...
        """
    reasons = {h.name: h.fixed_because for h in programs.script(text).hyperparameters}
    assert reasons == {"lr": "", "batch-size": "belongs to the subcommand 'evaluate', which does not train"}
    assert programs.script(text, "evaluate").hyperparameters[0].fixed_because == ""


def test_an_argument_of_several_subcommands_is_listed_once(programs: Programs) -> None:
    text = """
        import argparse
        parser = argparse.ArgumentParser()
        commands = parser.add_subparsers()
        test = commands.add_parser("test")
        test.add_argument("--lr", type=float)
        train = commands.add_parser("train")
        train.add_argument("--lr", type=float, default=0.1)
        args = parser.parse_args()
        print(args.lr)
        """
    assert [(h.name, h.value) for h in programs.script(text).hyperparameters] == [("lr", 0.1)]


def test_frameworks_are_known_by_imports(programs: Programs) -> None:
    code = """
        import torch.nn as nn
        from sklearn.svm import SVC
        import tensorflow as tf
        def late():
            import xgboost
        tf.keras.Sequential()
        """
    reading = programs.script(code)
    assert reading.frameworks == {"pytorch", "sklearn", "xgboost", "tensorflow", "keras"}


def test_a_configuration_file_beats_the_default_of_the_argument_of_its_name(programs: Programs) -> None:
    programs.write("c.yaml", "batch-size: 8\n")
    reading = programs.script(
        """
        import argparse, yaml
        p = argparse.ArgumentParser()
        p.add_argument("--config")
        p.add_argument("--batch-size", type=int, default=64, help="rows")
        p.set_defaults(**yaml.safe_load(open(p.parse_known_args()[0].config)))
        """,
        "--config",
        "c.yaml",
    )
    found = {h.name: h for h in reading.hyperparameters}
    assert (found["batch-size"].value, found["batch-size"].source, found["batch-size"].help) == (8, "c.yaml", "rows")
    assert "batch-size" not in reading.template.slot_names


def test_an_override_may_be_spelled_with_underscores(programs: Programs) -> None:
    programs.write(
        "train.py", 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--batch-size", default=8)\n'
    )
    assert programs.read("python", "train.py", batch_size=16).template.render({}) == (
        *("python", "train.py"),
        "--batch-size=16",
    )


def test_a_text_by_position_that_has_a_default_is_not_written(programs: Programs) -> None:
    code = """
        import sys
        lr = float(sys.argv[1]) if len(sys.argv) > 1 else 0.1
        out = sys.argv[2] if len(sys.argv) > 2 else "x"
        """
    assert programs.script(code).template.render({"lr": 0.5}) == ("python", "train.py", "0.5")


def test_a_very_long_sum_of_texts_is_no_obstacle(programs: Programs) -> None:
    terms = " + ".join(["name"] * 700)
    reading = programs.script(
        f'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default=1)\nx = {terms}\n'
    )
    assert [h.name for h in reading.hyperparameters] == ["lr"]


@pytest.mark.parametrize("code", ['"{:>999999999}".format(1)', '"%999999999d" % 1', "10 ** 10 ** 10", '"a" * 10 ** 10'])
def test_an_expression_that_would_fill_the_memory_is_left_alone(programs: Programs, code: str) -> None:
    reading = programs.script(
        f'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", default={code})\n'
    )
    assert reading.hyperparameters[0].value is None
