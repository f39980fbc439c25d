"""A value that the declared type turns away is told by the script's default, in a copy for each training job."""

from __future__ import annotations

from pathlib import Path

from selftune.autotune.declared_types import told_as_defaults
from selftune.autotune.reader.command import read_command
from selftune.model.plan import ConfigFile
from selftune.training import config_file

SCRIPT = """\
import argparse
import torch
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("-d", "--dropout", type=int, default=0.2, help="share")
args = parser.parse_args()
model = torch.nn.Dropout(p=args.dropout)
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
print(f"val_loss={1.0}")
"""


def test_a_fraction_declared_int_is_told_by_the_default_of_a_copy(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    reading = told_as_defaults(read_command(("python3", "train.py"), tmp_path, {}, {}), tmp_path)
    dropout = next(h for h in reading.hyperparameters if h.name == "dropout")
    assert (dropout.declared_type, dropout.value) == ("float", 0.2)
    assert "dropout" not in reading.template.slot_names
    expected = ConfigFile(path="train.py", format="python", keys=(("dropout", "default of --dropout"),))
    assert reading.config_files == (expected,)
    changed = config_file.rewrite(SCRIPT, "python", {"default of --dropout": 0.31})
    assert 'type=int, default=0.31, help="share"' in changed
    assert changed.replace("0.31", "0.2") == SCRIPT


def test_what_the_command_line_gives_stays_there(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    reading = read_command(("python3", "train.py", "--dropout", "0.3"), tmp_path, {}, {})
    assert told_as_defaults(reading, tmp_path) == reading


def test_a_default_that_is_no_literal_or_stands_there_twice_is_left_alone(tmp_path: Path) -> None:
    for text in (
        SCRIPT.replace("default=0.2", "default=1 / 5"),
        SCRIPT + '\nother = argparse.ArgumentParser()\nother.add_argument("--dropout", type=int, default=0.2)\n',
    ):
        (tmp_path / "train.py").write_text(text)
        reading = read_command(("python3", "train.py"), tmp_path, {}, {})
        assert told_as_defaults(reading, tmp_path).config_files == reading.config_files
