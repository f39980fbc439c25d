"""What a parser of dataclasses takes for a class of a library is known without the library."""

from __future__ import annotations

from tests.unit.autotune.reader.conftest import Programs

PROGRAM = """
import sys
from dataclasses import dataclass
from transformers import HfArgumentParser, Trainer, TrainingArguments

@dataclass
class Mine(TrainingArguments):
    learning_rate: float = 3e-4
    dropout: float = 0.1

def main():
    parser = HfArgumentParser(Mine)
    if len(sys.argv) == 2 and sys.argv[1].endswith(".json"):
        (args,) = parser.parse_json_file(sys.argv[1])
    else:
        (args,) = parser.parse_args_into_dataclasses()
    Trainer(args=args, eval_dataset=[])
"""


def test_the_trainer_s_fields_have_its_defaults_unless_a_subclass_has_others(programs: Programs) -> None:
    reading = programs.script(PROGRAM)
    values = {h.name: h.value for h in reading.hyperparameters}
    assert (values["weight_decay"], values["num_train_epochs"], values["per_device_train_batch_size"]) == (0.0, 3.0, 8)
    assert (values["learning_rate"], values["dropout"]) == (3e-4, 0.1)


def test_a_field_that_the_command_leaves_out_is_added_as_an_option(programs: Programs) -> None:
    reading = programs.script(PROGRAM, "--output_dir", "out")
    assert reading.template.render({"weight_decay": 0.1})[-1] == "--weight_decay=0.1"


def test_nothing_is_added_where_a_file_is_all_that_the_script_is_given(programs: Programs) -> None:
    programs.write("run.json", '{"learning_rate": 1e-5, "num_train_epochs": 2}')
    reading = programs.script(PROGRAM, "run.json")
    assert {h.name: h.value for h in reading.hyperparameters} == {"learning_rate": 1e-5, "num_train_epochs": 2}
    assert reading.template.render({"learning_rate": 2e-5}) == ("python", "train.py", "run.json")


def test_arguments_that_are_built_in_code_flow_into_the_library(programs: Programs) -> None:
    reading = programs.script(
        """
        import argparse
        from transformers import TrainingArguments
        p = argparse.ArgumentParser()
        p.add_argument("--x1", type=float, default=5e-5)
        a = p.parse_args()
        t = TrainingArguments("out", learning_rate=a.x1, weight_decay=0.01)
        """
    )
    found = {h.name: h for h in reading.hyperparameters}
    assert found["x1"].flows == ("transformers.TrainingArguments.learning_rate",)
    assert found["weight_decay"].is_literal
