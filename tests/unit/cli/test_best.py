from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selftune.cli.best import _give_patch
from selftune.cli.receipt import how_to_use
from selftune.model.command import CommandTemplate, Literal
from selftune.model.plan import ConfigFile
from selftune.testing.factories import a_plan, a_program, a_record, a_training_job, a_tuning_job
from selftune.views.results import result_of

EXACT = 0.0031622776601683794


@pytest.fixture
def record(tmp_path: Path):
    """A tuning job whose values lie in a configuration file, but for one that lies in the script."""
    (tmp_path / "c.yaml").write_text("lr: 0.01  # careful\n")
    (tmp_path / "train.py").write_text('p.add_argument("--depth", default=3)\n')
    words = ("python", "train.py", "c.yaml")
    program = a_program(
        folder=str(tmp_path),
        template=CommandTemplate(parts=tuple(Literal(text=word) for word in words)),
        config_files=(ConfigFile(path="c.yaml", format="yaml", keys=(("lr", "lr"),)),),
    )
    return a_record(job=a_tuning_job(plan=a_plan(program=program)))


def best_of(record, values):
    return result_of(record.job, a_training_job(2, values, objective=0.5))


def test_the_patch_changes_the_configuration_file_and_the_script(record, capsys):
    _give_patch(record, best_of(record, {"lr": EXACT, "depth": 5}))
    diff = capsys.readouterr().out
    assert f"+lr: {EXACT}  # careful\n" in diff
    assert '+p.add_argument("--depth", default=5)\n' in diff


def test_where_all_values_lie_in_the_configuration_file_the_script_is_not_looked_at(record, capsys, tmp_path):
    (tmp_path / "train.py").unlink()
    _give_patch(record, best_of(record, {"lr": EXACT}))
    assert capsys.readouterr().err == ""


def test_what_has_neither_a_default_nor_a_place_in_the_file_is_told(record, capsys):
    template = CommandTemplate(parts=(Literal(text="./train"), Literal(text="c.yaml")))
    program = replace(record.job.plan.program, template=template)
    other = replace(record, job=replace(record.job, plan=replace(record.job.plan, program=program)))
    _give_patch(other, best_of(other, {"lr": EXACT, "depth": 5}))
    given = capsys.readouterr()
    assert "+lr: " in given.out
    assert "depth: its best value is 5" in given.err


def test_the_receipt_tells_how_to_change_the_file_with_exact_values(record):
    said = "\n".join(how_to_use(record, best_of(record, {"lr": EXACT})))
    assert f"lr = {EXACT}" in said
    assert "--patch" in said
