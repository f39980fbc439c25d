"""The arguments of LightningCLI are those of the model's and the data module's `__init__`."""

from __future__ import annotations

from tests.unit.autotune.reader.conftest import Programs

PROGRAM = """
import torch
from lightning.pytorch import LightningDataModule, LightningModule
from lightning.pytorch.cli import LightningCLI

class Model(LightningModule):
    def __init__(self, width: int = 64, x1: float = 1e-3, name: str = "a"):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Linear(10, width)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.x1)

    def validation_step(self, batch, index):
        self.log("val_loss", self.net(batch).mean())

class Data(LightningDataModule):
    def __init__(self, batch_size: int = 32):
        super().__init__()
        self.batch_size = batch_size

    def train_dataloader(self):
        return torch.utils.data.DataLoader([], batch_size=self.batch_size)

def main():
    LightningCLI(Model, Data, trainer_defaults={"max_epochs": 7, "callbacks": []}RUN)

main()
"""


def test_model_data_and_trainer_are_groups_of_options(programs: Programs) -> None:
    reading = programs.script(PROGRAM.replace("RUN", ""), "fit", "--model.width=32")
    assert {h.name: h.value for h in reading.hyperparameters if not h.is_literal} == {
        "model.width": 32,
        "model.x1": 0.001,
        "model.name": "a",
        "data.batch_size": 32,
        "trainer.max_epochs": 7,
    }
    rendered = reading.template.render({"model.x1": 0.01, "data.batch_size": 64})
    assert rendered == (
        "python", "train.py", "fit", "--model.width=32", "--model.x1=0.01", "--data.batch_size=64",
    )  # fmt: skip


def test_saved_hyperparameters_are_followed_to_the_optimizer(programs: Programs) -> None:
    reading = programs.script(PROGRAM.replace("RUN", ""), "fit")
    found = {h.name: h for h in reading.hyperparameters}
    assert found["model.x1"].flows == ("torch.optim.Adam.lr",)
    assert found["data.batch_size"].flows == ("torch.utils.data.DataLoader.batch_size",)


def test_the_trainer_reads_its_own_options(programs: Programs) -> None:
    reading = programs.script(PROGRAM.replace("RUN", ""), "fit")
    assert [h.is_read for h in reading.hyperparameters if h.name == "trainer.max_epochs"] == [True]


def test_without_subcommands_options_follow_the_script(programs: Programs) -> None:
    reading = programs.script(PROGRAM.replace("RUN", ", run=False"))
    assert reading.warnings == ()
    assert reading.template.render({"model.x1": 0.5}) == ("python", "train.py", "--model.x1=0.5")


def test_a_configuration_file_of_lightning_is_rewritten(programs: Programs) -> None:
    programs.write("config.yaml", "model:\n  x1: 0.05\ntrainer:\n  max_epochs: 3\n")
    reading = programs.script(PROGRAM.replace("RUN", ""), "fit", "--config", "config.yaml")
    found = {h.name: h for h in reading.hyperparameters}
    assert (found["model.x1"].value, found["model.x1"].flows) == (0.05, ("torch.optim.Adam.lr",))
    assert ("model.x1", "model.x1") in reading.config_files[0].keys
