from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from selftune.model.command import CommandTemplate, Literal
from selftune.model.plan import ConfigFile, Program
from selftune.model.request import Channel, UserSettings
from selftune.testing.factories import a_plan, a_request, a_training_job, a_tuning_job
from selftune.views.results import command_of, result_of


def algorithm_job(**settings):
    program = Program(
        template=CommandTemplate(parts=(Literal(text="python"), Literal(text="/opt/program.py"))),
        folder=None,
        title="xgboost",
        algorithm="xgboost",
        static_values=(("objective", "reg:squarederror"), ("max_depth", 5), ("_target_column", "price")),
    )
    request = a_request(channels=(Channel(name="train", path="/data/my train.csv"),), settings=UserSettings(**settings))
    return a_tuning_job(plan=a_plan(program=program), request=request)


def test_the_command_has_the_best_values_in_their_places():
    job = a_tuning_job()
    assert command_of(job, {"lr": 0.1, "batch-size": 64}) == "python train.py --lr 0.1 --batch-size 64 --epochs 5"


def test_the_command_survives_a_shell():
    template = CommandTemplate(parts=(Literal(text="./train me.sh"), Literal(text="$HOME; rm")))
    job = a_tuning_job(plan=a_plan(program=replace(a_plan().program, template=template)))
    assert shlex.split(command_of(job, {})) == ["./train me.sh", "$HOME; rm"]


def test_a_built_in_algorithm_is_run_again_by_its_own_line():
    line = shlex.split(command_of(algorithm_job(target_column="price"), {"eta": 0.1, "max_depth": 7}))
    assert line[:7] == ["selftune", "run", "xgboost", "--data", "train=/data/my train.csv", "--target", "price"]
    assert line[7:] == [
        *("--hp", "objective=reg:squarederror", "--hp", "max_depth=7", "--hp", "eta=0.1"),
        *("--max-jobs", "1"),
    ]


CONFIG = ConfigFile(path="conf/c.yaml", format="yaml", keys=(("lr", "optimizer.lr"), ("depth", "model.depth")))


def config_job(*words, **changes):
    template = CommandTemplate(parts=tuple(Literal(text=word) for word in ("python", "train.py", *words)))
    program = replace(a_plan().program, template=template, config_files=(CONFIG,), **changes)
    return a_tuning_job(plan=a_plan(program=program))


def test_values_in_a_configuration_file_are_told_as_edits_to_the_last_digit():
    exact = 0.0031622776601683794
    (edit,) = result_of(config_job("conf/c.yaml"), a_training_job(2, {"lr": exact}, objective=1.0)).file_edits
    assert (edit.path, edit.format, edit.key, edit.value) == ("conf/c.yaml", "yaml", "optimizer.lr", exact)


@pytest.mark.parametrize("lead", ["", "--config=", "config=", "@", "--config=@"])
def test_the_command_names_the_copy_of_the_configuration_file_that_the_training_job_ran(lead):
    result = result_of(
        config_job(lead + "conf/c.yaml", "conf/other.yaml"), a_training_job(2, {"lr": 0.3}, objective=1.0)
    )
    assert shlex.split(result.command) == ["python", "train.py", f"{lead}{result.work}/conf/c.yaml", "conf/other.yaml"]


def test_a_value_given_beside_the_command_is_an_edit_too():
    job = config_job("conf/c.yaml")
    given = replace(job, request=a_request(settings=UserSettings(values=(("depth", 4),))))
    keys = [edit.key for edit in result_of(given, a_training_job(2, {"lr": 0.3}, objective=1.0)).file_edits]
    assert keys == ["optimizer.lr", "model.depth"]


def test_a_configuration_file_without_a_changed_value_keeps_its_name():
    result = result_of(config_job("conf/c.yaml"), a_training_job(2, {"batch-size": 8}, objective=1.0))
    assert (result.file_edits, result.command) == ((), "python train.py conf/c.yaml")


def test_the_model_lies_in_the_folder_of_the_last_attempt():
    result = result_of(a_tuning_job(), a_training_job(2, objective=1.0, attempt=3))
    assert result.model == "/home/ada/.selftune/jobs/digits-1a2b/digits-1a2b-002-00000002/attempt-3/ml/model"
    assert result.work.endswith("attempt-3/work")


def test_a_job_in_place_worked_in_the_users_own_folder():
    job = a_tuning_job(plan=a_plan(program=replace(a_plan().program, is_in_place=True)))
    assert result_of(job, a_training_job(2, objective=1.0)).work == "/home/ada/digits"
