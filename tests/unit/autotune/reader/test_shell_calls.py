"""Shell scripts that run a Python program: what they hand on is tuned in a copy of the script."""

from __future__ import annotations

from selftune.training.config_file import rewrite

from .conftest import Programs

TRAIN = """
import argparse, torch
p = argparse.ArgumentParser()
p.add_argument("--lr", type=float, default=0.1)
p.add_argument("--wd", type=float, default=1e-4)
p.add_argument("--x1", type=int, default=3)
a = p.parse_args()
torch.optim.SGD([], lr=a.lr, weight_decay=a.wd)
for epoch in range(a.x1):
    print(f"val_loss: {epoch:.3f}")
"""


def test_options_and_variables_of_the_script_are_followed_into_the_program(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    programs.write("run.sh", "RATE=0.05\nOTHER=7\npython train.py --lr $RATE --wd 0.001 --x1 ${ROUNDS:-5}\n")
    reading = programs.read("bash", "run.sh")
    found = {h.name: (h.value, h.flows) for h in reading.hyperparameters}
    assert found == {
        "RATE": (0.05, ("torch.optim.SGD.lr",)),
        "wd": (0.001, ("torch.optim.SGD.weight_decay",)),
        "ROUNDS": (5, ("for.epoch",)),
    }
    (file,) = reading.config_files
    assert (file.path, file.format, set(file.keys)) == ("run.sh", "shell", {("RATE", "RATE"), ("wd", "wd")})


def test_metrics_and_frameworks_are_the_program_s(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    programs.write("run.sh", "python train.py\n")
    reading = programs.read("bash", "run.sh")
    assert [metric.name for metric in reading.metrics] == ["val_loss"]
    assert "pytorch" in reading.frameworks


def test_arguments_that_are_handed_on_reach_the_program(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    programs.write("run.sh", 'python train.py --x1 9 "$@"\n')
    reading = programs.read("bash", "run.sh", "--lr", "0.2")
    values = {h.name: h.value for h in reading.hyperparameters}
    assert values == {"lr": 0.2, "wd": 1e-4, "x1": 9}
    assert reading.template.render({"lr": 0.5, "wd": 0.1})[-3:] == ("--lr", "0.5", "--wd=0.1")


def test_a_training_comes_before_what_prepares_it(programs: Programs) -> None:
    programs.write("prepare.py", "print('rows: 3')\n")
    programs.write("train.py", TRAIN)
    programs.write("run.sh", "python prepare.py --size 4\npython train.py --lr 0.3\n")
    reading = programs.read("bash", "run.sh")
    assert [metric.name for metric in reading.metrics] == ["val_loss"]


def test_a_command_in_quotes_is_read_as_it_is(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    reading = programs.read("bash", "-c", "python train.py --lr 0.2")
    assert reading.template.render({"lr": 0.4})[:4] == ("python", "train.py", "--lr", "0.4")


def test_a_quoted_command_that_needs_a_shell_stays_one(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    reading = programs.read("bash", "-c", "python train.py --lr 0.2 | tee log.txt")
    assert reading.template.render({}) == ("bash", "-c", "python train.py --lr 0.2 | tee log.txt")
    assert any("bash -c" in warning for warning in reading.warnings)


def test_what_a_script_leaves_out_is_added_to_its_call(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    text = "export A=1\npython train.py \\\n  --lr 0.05\n"
    programs.write("run.sh", text)
    reading = programs.read("bash", "run.sh")
    found = {h.name: (h.value, h.is_listed, h.source) for h in reading.hyperparameters}
    assert found["wd"] == (1e-4, False, "train.py:5")
    (file,) = reading.config_files
    assert dict(file.keys)["wd"] == "train.py --wd"
    assert rewrite(text, "shell", {"train.py --wd": 0.01, "lr": 0.2}) == (
        "export A=1\npython train.py --wd=0.01 \\\n  --lr 0.2\n"
    )


def test_nothing_is_added_where_a_script_runs_its_program_twice_or_hands_its_own_words_on(programs: Programs) -> None:
    programs.write("train.py", TRAIN)
    programs.write("run.sh", "python train.py --lr 0.05\npython train.py --lr 0.1\n")
    assert "wd" not in {h.name for h in programs.read("bash", "run.sh").hyperparameters}
    programs.write("run.sh", 'python train.py --lr 0.05 "$@"\n')
    reading = programs.read("bash", "run.sh")
    assert [key for file in reading.config_files for _, key in file.keys] == ["lr"]
