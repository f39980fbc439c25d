"""Configurations in code that absl's flags name are followed through the functions that build them."""

from __future__ import annotations

from tests.unit.autotune.reader.conftest import Programs

PROGRAM = """
import optax
from absl import app, flags
from ml_collections import config_flags

FLAGS = flags.FLAGS
flags.DEFINE_integer("seed", 1, "Seed.")
config_flags.DEFINE_config_file("config", "configs/default.py", "File.")

def main(_):
    optax.adam(FLAGS.config.optim.lr)

app.run(main)
"""
CONFIG = """
import ml_collections
from configs.base import base_config

def get_config():
    config = base_config()
    config.optim.lr = 3e-4
    optim = config.optim
    optim.momentum = 0.9
    config.model = model = ml_collections.ConfigDict()
    model.sizes = (256, 256)
    model.update({"width": 64})
    config.extra = dict(tau=0.005)
    return config
"""
BASE = """
import ml_collections

def base_config():
    config = ml_collections.ConfigDict({"batch_size": 128})
    config.optim = ml_collections.ConfigDict()
    config.optim.lr = 1.0
    config.optim.weight_decay = 0.1
    return config
"""


def write_configuration(programs: Programs) -> None:
    programs.write("configs/default.py", CONFIG)
    programs.write("configs/base.py", BASE)
    programs.write("configs/other.py", "def get_config():\n    return dict(lr=0.5)\n")


def test_the_items_of_the_default_file_are_options(programs: Programs) -> None:
    write_configuration(programs)
    reading = programs.script(PROGRAM)
    assert {h.name: h.value for h in reading.hyperparameters if not h.is_literal} == {
        "seed": 1,
        "config.batch_size": 128,
        "config.optim.lr": 0.0003,
        "config.optim.weight_decay": 0.1,
        "config.optim.momentum": 0.9,
        "config.model.sizes": "256 256",
        "config.model.width": 64,
        "config.extra.tau": 0.005,
    }
    assert "--config.optim.lr=0.1" in reading.template.render({"config.optim.lr": 0.1})
    assert [h.flows for h in reading.hyperparameters if h.name == "config.optim.lr"] == [("optax.adam.learning_rate",)]


def test_the_command_names_another_file(programs: Programs) -> None:
    write_configuration(programs)
    reading = programs.script(PROGRAM, "--config=configs/other.py:cifar", "--config.lr=0.2")
    assert {h.name: h.value for h in reading.hyperparameters if "lr" in h.name} == {"config.lr": 0.2}


def test_a_file_that_is_not_there_leaves_the_flags(programs: Programs) -> None:
    reading = programs.script(PROGRAM)
    assert [h.name for h in reading.hyperparameters if not h.is_literal] == ["seed"]
