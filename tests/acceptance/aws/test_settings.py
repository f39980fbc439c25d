"""Every setting of a tuning job does what it says when boto3 asks for it."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def saw(account) -> dict[str, Any]:
    return account.run("boto3", "boto3_settings.py", "settings-acceptance", str(account.work))


def values_of(found: dict[str, Any]) -> list[float]:
    metrics = [each.get("FinalHyperParameterTuningJobObjectiveMetric") for each in found["jobs"]]
    return [metric["Value"] for metric in metrics if metric is not None]


@pytest.mark.parametrize(("name", "fewest", "most"), [("target", 1, 1), ("patience", 4, 5), ("converged", 10, 40)])
def test_a_completion_criterion_ends_the_tuning_job_before_its_bound(saw, name, fewest, most):
    found = saw[name]
    assert found["described"]["HyperParameterTuningJobStatus"] == "Completed"
    assert fewest <= len(found["jobs"]) <= most


def test_criteria_are_described_as_they_were_given(saw):
    told = {
        name: saw[name]["described"]["HyperParameterTuningJobConfig"]["TuningJobCompletionCriteria"]
        for name in ("target", "patience", "converged")
    }
    assert told["target"]["TargetObjectiveMetricValue"] == 5.0
    assert told["patience"]["BestObjectiveNotImproving"] == {"MaxNumberOfTrainingJobsNotImproving": 3}
    assert told["converged"]["ConvergenceDetected"] == {"CompleteOnConvergence": "Enabled"}


def test_early_stopping_stops_training_jobs_that_are_behind_and_no_others(saw):
    jobs = saw["early"]["jobs"]
    assert len(jobs) == 10
    distance = {each["TrainingJobName"]: abs(float(each["TunedHyperParameters"]["x"]) - 0.5) for each in jobs}
    stopped = [name for name, each in zip(distance, jobs, strict=True) if each["TrainingJobStatus"] == "Stopped"]
    assert stopped
    assert saw["early"]["described"]["BestTrainingJob"]["TrainingJobName"] == min(distance, key=distance.__getitem__)
    assert min(distance[name] for name in stopped) > sorted(distance.values())[2]


def test_hyperband_ends_most_training_jobs_at_a_rung_and_trains_the_best_to_their_end(saw):
    found, jobs = saw["bands"]["described"], saw["bands"]["jobs"]
    assert found["HyperParameterTuningJobConfig"]["StrategyConfig"]["HyperbandStrategyConfig"]["MaxResource"] == 27
    distance = {each["TrainingJobName"]: abs(float(each["TunedHyperParameters"]["x"]) - 0.5) for each in jobs}
    whole = [each["TrainingJobName"] for each in jobs if each["TrainingJobStatus"] == "Completed"]
    stopped = [each["TrainingJobName"] for each in jobs if each["TrainingJobStatus"] == "Stopped"]
    assert len(whole) + len(stopped) == 12
    assert len(stopped) >= 4
    assert found["BestTrainingJob"]["TrainingJobName"] == min(whole, key=distance.__getitem__)
    assert max(distance[name] for name in stopped) > distance[found["BestTrainingJob"]["TrainingJobName"]]


def test_retries_are_described_where_they_were_asked_for(saw):
    definition = saw["early"]["described"]["TrainingJobDefinition"]
    assert definition["RetryStrategy"] == {"MaximumRetryAttempts": 2}
    assert saw["alone"]["RetryStrategy"] == {"MaximumRetryAttempts": 2}


def test_warm_starts_of_both_types_run_on_from_two_parents(saw):
    for name in ("same", "other"):
        assert saw[name]["described"]["TrainingJobStatusCounters"]["Completed"] == 2
        assert len(saw[name]["described"]["WarmStartConfig"]["ParentHyperParameterTuningJobs"]) == 2
    best_of_all = saw["same"]["described"]["OverallBestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    assert best_of_all["Value"] == min(values_of(saw["same"]) + values_of(saw["target"]) + values_of(saw["patience"]))
    assert "OverallBestTrainingJob" not in saw["other"]["described"]


def test_several_definitions_share_one_bound(saw):
    jobs = saw["several"]["jobs"]
    assert len(jobs) == 4
    assert {each["TrainingJobDefinitionName"] for each in jobs} == {"bowl", "plain"}
    assert saw["several"]["described"]["BestTrainingJob"]["TrainingJobDefinitionName"] == "bowl"


def test_a_training_job_of_its_own_finds_its_folders_where_a_container_has_them(saw):
    assert saw["alone"]["TrainingJobStatus"] == "Completed"
    assert saw["alone"]["SecondaryStatusTransitions"][-1]["Status"] == "Completed"
    assert saw["alone model"] == {"x": 0.25, "given": "0.25"}
    assert [line.partition(" val_loss")[0] for line in saw["alone log"]] == ["step 0", "step 1", "step 2"]


def test_lists_of_everything_hold_each_training_job_once(saw):
    of_tuning = [each["TrainingJobName"] for name in saw if "jobs" in saw[name] for each in saw[name]["jobs"]]
    assert sorted(saw["all jobs"]) == sorted([*of_tuning, "set-alone"])
    assert saw["searched"] == ["set-alone"]


def test_what_is_not_there_is_said_as_the_service_says_it(saw):
    codes = {operation: code for operation, (code, _) in saw["missing"].items()}
    assert codes == {
        "describe_training_job": "ValidationException",
        "stop_training_job": "ValidationException",
        "describe_hyper_parameter_tuning_job": "ResourceNotFound",
        "stop_hyper_parameter_tuning_job": "ResourceNotFound",
        "list_training_jobs_for_hyper_parameter_tuning_job": "ResourceNotFound",
    }
    assert saw["missing"]["describe_training_job"][1].startswith("Requested resource not found.")
