"""From a training job to what a backend is given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.engine.bounds import deadline
from selftune.engine.spec import SHORTEST_RUNTIME_SECONDS, training_job_spec
from selftune.model.plan import ConfigFile
from selftune.model.request import Origin, ScriptRequest
from selftune.testing.factories import (
    T0,
    a_plan,
    a_request,
    a_static_hyperparameter,
    a_training_job,
    a_tuned_hyperparameter,
    a_tuning_job,
)


def spec_of(job, training_job=None, now=T0):
    return training_job_spec(job, training_job or a_training_job(1), "val_loss", now)


def test_the_command_has_the_values_in_their_places():
    spec = spec_of(a_tuning_job(), a_training_job(1, {"lr": 0.5, "batch-size": 8}))
    assert spec.argv == ("python", "train.py", "--lr", "0.5", "--batch-size", "8", "--epochs", "5")
    assert dict(spec.hyperparameters)["lr"] == "0.5"
    assert dict(spec.hyperparameters)["epochs"] == "5"
    assert dict(spec.hyperparameters)["_tuning_objective_metric"] == "val_loss"


@pytest.mark.parametrize(("origin", "is_wanted"), [(Origin.SERVER, True), (Origin.CLI, False)])
def test_only_what_came_over_the_wire_is_shown_its_folders_at_opt_ml(origin, is_wanted):
    job = a_tuning_job()
    job = replace(job, request=replace(job.request, origin=origin))
    assert spec_of(job).is_opt_ml_wanted is is_wanted


@pytest.mark.parametrize(("origin", "is_bounded"), [(Origin.SERVER, True), (Origin.CLI, False), (Origin.SDK, False)])
def test_only_what_came_over_the_wire_is_kept_from_the_environment_of_this_process(origin, is_bounded):
    job = a_tuning_job()
    job = replace(job, request=replace(job.request, origin=origin))
    assert spec_of(job).is_environment_bounded is is_bounded


def test_a_training_job_never_outruns_the_tuning_jobs_bound():
    job = a_tuning_job(plan=a_plan(max_runtime_seconds=1_000.0, job_max_runtime_seconds=900.0))
    assert spec_of(job, now=deadline(job) - 60).max_runtime_seconds == pytest.approx(60)
    assert spec_of(job, now=deadline(job) + 60).max_runtime_seconds == SHORTEST_RUNTIME_SECONDS


def test_another_attempt_has_what_the_earlier_ones_left():
    job = a_tuning_job(plan=a_plan(max_runtime_seconds=10_000.0, job_max_runtime_seconds=100.0))
    again = a_training_job(1, attempt=2, earlier_seconds=30.0)
    assert spec_of(job, again).max_runtime_seconds == 70


def test_the_program_is_found_as_it_was_at_creation_and_the_users_variables_win():
    job = a_tuning_job(environment=(("PATH", "/then"), ("VIRTUAL_ENV", "/venv")))
    program = replace(job.plan.program, environment=(("PATH", "/wanted"),))
    job = replace(job, plan=replace(job.plan, program=program))
    assert dict(spec_of(job).environment) == {"PATH": "/wanted", "VIRTUAL_ENV": "/venv"}


def test_a_configuration_file_gets_the_jobs_values_and_those_given_beside_the_command():
    job = a_tuning_job()
    file = ConfigFile(path="conf.yaml", format="yaml", keys=(("lr", "optimizer.lr"), ("epochs", "epochs")))
    settings = replace(job.request.settings, values=(("epochs", 7),))
    job = replace(
        job,
        plan=replace(job.plan, program=replace(job.plan.program, config_files=(file,))),
        request=replace(job.request, settings=settings),
    )
    (rewritten,) = spec_of(job, a_training_job(1, {"lr": 0.5})).rewritten_files
    assert dict(rewritten.values) == {"optimizer.lr": 0.5, "epochs": 7}


def test_in_place_there_is_no_snapshot_to_work_in():
    job = a_tuning_job()
    in_place = replace(job, plan=replace(job.plan, program=replace(job.plan.program, is_in_place=True)))
    assert spec_of(in_place).snapshot is None
    assert spec_of(in_place).in_place_folder == job.plan.program.folder
    assert spec_of(job).snapshot == f"{job.folder}/snapshot"


def test_a_limit_that_was_lowered_holds_for_all_but_the_first_training_job():
    job = a_tuning_job(plan=a_plan(job_max_runtime_seconds=500.0, max_runtime_seconds=1e6))
    other = a_training_job(2, {"lr": 0.01, "batch-size": 32})
    assert training_job_spec(job, other, "val_loss", T0, 60.0).max_runtime_seconds == 60.0
    assert training_job_spec(job, a_training_job(1), "val_loss", T0, 60.0).max_runtime_seconds == 500.0
    lost = a_training_job(2, {"lr": 0.01, "batch-size": 32}, earlier_seconds=20.0)
    assert training_job_spec(job, lost, "val_loss", T0, 60.0).max_runtime_seconds == 40.0


def test_a_script_in_script_mode_is_given_no_default_of_its_own_as_if_somebody_had_set_it():
    defaults = [a_tuned_hyperparameter("lr", 0.1), a_static_hyperparameter("model-dir", ".")]
    plan = a_plan([*defaults, a_static_hyperparameter("epochs", 2)])
    plan = replace(plan, program=replace(plan.program, static_values=(("epochs", 2),)))
    script = ScriptRequest(entry_point="train.py", folder="/code", python="python", hyperparameters=(("epochs", 2),))
    given = dict(spec_of(a_tuning_job(plan=plan, request=a_request(program=script))).hyperparameters)
    assert "model-dir" not in given
    assert given["epochs"] == "2"
    assert "model-dir" in dict(spec_of(a_tuning_job(plan=plan)).hyperparameters), "a command's values are today's"
