"""Hydra configurations are put together as Hydra does it, and `_target_` says where their values go."""

from __future__ import annotations

from tests.unit.autotune.reader.conftest import Programs

PROGRAM = """
import hydra
from hydra.utils import instantiate

@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(cfg):
    model = instantiate(cfg.model)
    optimizer = instantiate(cfg.optim, params=model.parameters())
    for epoch in range(cfg.trainer.epochs):
        pass

main()
"""


def write_configuration(programs: Programs) -> None:
    programs.write(
        "conf/config.yaml", "defaults:\n  - model: mlp\n  - optim: adam\n  - _self_\ntrainer:\n  epochs: 3\n"
    )
    programs.write("conf/model/mlp.yaml", "_target_: net.MLP\nwidth: 64\nact: ???\n")
    programs.write("conf/model/deep.yaml", "defaults:\n  - mlp\n  - _self_\nwidth: 128\ndepth: 8\n")
    programs.write("conf/optim/adam.yaml", "_target_: torch.optim.Adam\nlr: 1e-3\nx9: 0.01\n")
    programs.write("conf/optim/sgd.yaml", "_target_: torch.optim.SGD\nlr: 0.1\nmomentum: 0.9\n")
    programs.write(
        "conf/experiment/big.yaml",
        "# @package _global_\ndefaults:\n  - override /optim: sgd\n  - override /model: deep\ntrainer:\n  epochs: 50\n",
    )


def values(programs: Programs, *arguments: str) -> dict[str, object]:
    reading = programs.script(PROGRAM, *arguments)
    return {h.name: h.value for h in reading.hyperparameters if not h.is_literal}


def test_groups_of_the_defaults_list_have_their_keys_below_their_names(programs: Programs) -> None:
    write_configuration(programs)
    assert values(programs) == {
        "model.width": 64,
        "model.act": None,
        "optim.lr": 0.001,
        "optim.x9": 0.01,
        "trainer.epochs": 3,
    }


def test_the_command_line_chooses_groups(programs: Programs) -> None:
    write_configuration(programs)
    found = values(programs, "optim=sgd", "model=deep", "optim.lr=0.2")
    assert found["optim.momentum"] == 0.9
    assert (found["model.width"], found["model.depth"]) == (128, 8)
    assert found["optim.lr"] == 0.2


def test_an_experiment_overrides_the_choices_of_the_defaults_list(programs: Programs) -> None:
    write_configuration(programs)
    found = values(programs, "+experiment=big")
    assert (found["optim.momentum"], found["model.depth"], found["trainer.epochs"]) == (0.9, 8, 50)


def test_another_primary_configuration_may_be_named(programs: Programs) -> None:
    write_configuration(programs)
    programs.write("conf/small.yaml", "lr: 0.5\n")
    assert values(programs, "--config-name=small")["lr"] == 0.5


def test_a_target_says_which_argument_of_a_library_a_key_is(programs: Programs) -> None:
    write_configuration(programs)
    reading = programs.script(PROGRAM)
    flows = {h.name: h.flows for h in reading.hyperparameters}
    assert flows["optim.lr"] == ("torch.optim.Adam.lr",)
    assert flows["trainer.epochs"] == ("for.epoch",)


def test_a_class_of_the_program_that_only_the_configuration_names_is_followed(programs: Programs) -> None:
    write_configuration(programs)
    programs.write(
        "net.py", "import torch\nclass MLP:\n    def __init__(self, width):\n        torch.nn.Linear(3, width)\n"
    )
    reading = programs.script(PROGRAM)
    assert [h.flows for h in reading.hyperparameters if h.name == "model.width"] == [("torch.nn.Linear.out_features",)]


def test_what_is_instantiated_as_a_whole_may_be_read(programs: Programs) -> None:
    write_configuration(programs)
    reading = programs.script(PROGRAM)
    assert all(h.is_read is not False for h in reading.hyperparameters if h.name.startswith("optim"))


def test_a_value_that_hydra_asks_for_is_required(programs: Programs) -> None:
    write_configuration(programs)
    reading = programs.script(PROGRAM)
    assert [h.name for h in reading.hyperparameters if h.help_needed] == ["model.act"]


def test_a_stored_dataclass_is_a_configuration(programs: Programs) -> None:
    reading = programs.script(
        """
        import hydra
        from dataclasses import dataclass, field
        from hydra.core.config_store import ConfigStore

        @dataclass
        class Optim:
            lr: float = 0.1

        @dataclass
        class Config:
            depth: int = 3
            optim: Optim = field(default_factory=Optim)

        ConfigStore.instance().store(name="config", node=Config)

        @hydra.main(version_base=None, config_name="config")
        def main(cfg):
            print(cfg.depth, cfg.optim.lr)
        """,
        "depth=5",
    )
    assert {h.name: h.value for h in reading.hyperparameters if not h.is_literal} == {"depth": 5, "optim.lr": 0.1}
    assert "optim.lr=0.3" in reading.template.render({"optim.lr": 0.3})


def test_a_configuration_as_hydra_0_11_has_it_is_read(programs: Programs) -> None:
    programs.write(
        "agent/sac.py",
        """
        import torch
        class SAC:
            def __init__(self, obs_dim, x1):
                torch.optim.Adam([], lr=x1)
        """,
    )
    programs.write("config/train.yaml", "defaults:\n  - agent: sac\n\nenv: run\nexperiment: test\n")
    agent = "agent:\n  class: agent.sac.SAC\n  params:\n    obs_dim: ???\n    x1: 0.1\n    name: ${experiment}\n"
    programs.write("config/agent/sac.yaml", agent)
    reading = programs.script(
        """
        import hydra
        @hydra.main(config_path="config/train.yaml", strict=True)
        def main(cfg):
            cfg.agent.params.obs_dim = 4
            hydra.utils.instantiate(cfg.agent)
        """,
        "env=run",
    )
    known = {h.name: h for h in reading.hyperparameters}
    assert known["agent.params.x1"].flows == ("torch.optim.Adam.lr",)
    assert not known["agent.params.obs_dim"].help_needed  # the code fills it in
    assert known["experiment"].is_read is not False  # another key reads it


def test_a_target_may_be_named_from_the_root_of_the_repository(programs: Programs) -> None:
    programs.write("src/models/net.py", "class Net:\n    def __init__(self):\n        self.log('val/acc', acc)\n")
    programs.write("configs/train.yaml", "model:\n  _target_: src.models.net.Net\n")
    programs.write(
        "src/train.py",
        """
        import hydra
        @hydra.main(config_path="../configs", config_name="train.yaml")
        def main(cfg):
            hydra.utils.instantiate(cfg.model)
        """,
    )
    inner = Programs(programs.folder / "src")
    assert [metric.name for metric in inner.read("python", "train.py").metrics] == ["val/acc"]


def test_a_file_that_does_not_read_is_named_with_its_line_and_the_others_count(programs: Programs) -> None:
    write_configuration(programs)
    programs.write("conf/model/mlp.yaml", "_target_: net.MLP\nwidth: 64\n  act: relu\n")
    reading = programs.script(PROGRAM)

    (warning,) = reading.warnings
    assert warning.startswith("conf/model/mlp.yaml does not read as YAML (line 3 is indented below the value of the")
    assert warning.endswith("so the values in it are not known.")
    assert {"optim.lr", "trainer.epochs"} <= {h.name for h in reading.hyperparameters}
