"""A command's tuning job in virtual time."""

from __future__ import annotations

import pytest

from selftune.model.ranges import ContinuousRange
from selftune.model.request import UserSettings
from selftune.testing import simulate_command

SCRIPT = """
import argparse
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.001)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
print(f"val_loss={loss}")
"""


def rate_in(argv: tuple[str, ...]) -> float:
    return next((float(word.removeprefix("--lr=")) for word in argv if word.startswith("--lr=")), 0.001)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    return tmp_path


def run(folder, program, **settings):
    defaults = {"max_jobs": 6, "seed": 1}
    settings = UserSettings(**{**defaults, **settings})
    return simulate_command(program, argv=["python", "train.py"], folder=folder, settings=settings)


def test_the_plan_is_read_from_the_script_and_each_job_gets_its_own_command_line(folder):
    seen = []

    def program(argv):
        seen.append(argv)
        yield 1.0, f"val_loss={abs(rate_in(argv) - 0.01)}"

    done = run(folder, program)
    assert done.plan.objective.name == "val_loss"
    assert seen[0] == ("python", "train.py")
    assert [job.hyperparameters["lr"] for job in done.training_jobs] == [rate_in(argv) for argv in seen]
    assert len({rate_in(argv) for argv in seen}) == 6
    assert done.best.objective == min(abs(rate_in(argv) - 0.01) for argv in seen)


def test_what_the_program_raises_fails_that_training_job_alone(folder):
    def program(argv):
        if rate_in(argv) > 0.001:
            raise ValueError("diverged")
        yield 1.0, "val_loss=1.0"

    done = run(folder, program)
    failed = [job.status == "Failed" for job in done.training_jobs]
    assert failed == [job.hyperparameters["lr"] > 0.001 for job in done.training_jobs]
    assert True in failed


def test_seconds_of_the_program_are_those_of_the_training_job(folder):
    done = run(folder, lambda _argv: [(3.0, "val_loss=2"), (7.0, "val_loss=1")], max_jobs=2)
    assert [job.ended_seconds - job.started_seconds for job in done.training_jobs] == [7.0, 7.0]
    assert {job.objective for job in done.training_jobs} == {1.0}


def test_ranges_that_went_further_are_told(folder):
    soft = run(folder, lambda argv: [(1.0, f"val_loss={-rate_in(argv)}")], max_jobs=25)
    assert [move.name for move in soft.range_moves][:1] == ["lr"]
    wall = (("lr", ContinuousRange(low=0.001, high=0.01)),)
    assert run(folder, lambda argv: [(1.0, f"val_loss={-rate_in(argv)}")], max_jobs=25, ranges=wall).range_moves == ()
