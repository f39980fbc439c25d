"""Warm start, Hyperband and several training job definitions by boto3, as against AWS."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.integration

BUCKET = "strategies"
TRAIN = """
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=1)
options = parser.parse_args()
for epoch in range(1, options.epochs + 1):
    print(f"epoch {epoch} loss={(options.lr - 0.3) ** 2 + 1 / epoch}", flush=True)
    if options.epochs > 1:
        time.sleep(0.05)
"""

OTHER = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int, default=1)
print(f"error={(parser.parse_args().depth - 4) ** 2 + 5}")
"""


@pytest.fixture(scope="module")
def sagemaker(server: Any) -> Any:
    s3 = server.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, text in (("train.py", TRAIN), ("other.py", OTHER)):
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
    s3.put_object(Bucket=BUCKET, Key="sourcedir.tar.gz", Body=archive.getvalue())
    return server.client("sagemaker")


def config(jobs: int, strategy: str = "Bayesian", parallel: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "Strategy": strategy,
        "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel},
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.0", "MaxValue": "1"}]},
        **changes,
    }


def definition(**static: str) -> dict[str, Any]:
    return {
        "StaticHyperParameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{BUCKET}/sourcedir.tar.gz",
            **static,
        },
        "AlgorithmSpecification": {
            "TrainingImage": "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311",
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=([0-9.e-]+)"}],
        },
        "RoleArn": "arn:aws:iam::000000000000:role/tester",
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5},
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
    }


def run(sagemaker: Any, name: str, **request: Any) -> dict[str, Any]:
    """The description of a tuning job that has ended."""
    sagemaker.create_hyper_parameter_tuning_job(HyperParameterTuningJobName=name, **request)
    end = time.monotonic() + 120
    while True:
        found = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        if found["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
            return found
        assert time.monotonic() < end, found
        time.sleep(0.2)


def training_jobs(sagemaker: Any, name: str) -> list[dict[str, Any]]:
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job").paginate(
        HyperParameterTuningJobName=name, SortBy="CreationTime", SortOrder="Ascending"
    )
    return [each for page in pages for each in page["TrainingJobSummaries"]]


def warm_start(kind: str, *parents: str) -> dict[str, Any]:
    named = [{"HyperParameterTuningJobName": parent} for parent in parents]
    return {"ParentHyperParameterTuningJobs": named, "WarmStartType": kind}


@pytest.mark.parametrize("kind", ["IdenticalDataAndAlgorithm", "TransferLearning"])
def test_a_warm_start_begins_with_the_best_of_its_parents(sagemaker, kind):
    suffix = kind[:4].lower()
    parents = [f"parent-{suffix}-{number}" for number in (1, 2)]
    old = [
        run(sagemaker, parent, HyperParameterTuningJobConfig=config(4), TrainingJobDefinition=definition())
        for parent in parents
    ]
    started = warm_start(kind, *parents)
    bare = definition()
    bare["AlgorithmSpecification"].pop("MetricDefinitions")  # as the SDK leaves them out
    child = run(
        sagemaker,
        f"child-{suffix}",
        HyperParameterTuningJobConfig=config(3),
        TrainingJobDefinition=bare,
        WarmStartConfig=started,
    )
    inherited = child["TrainingJobDefinition"]["AlgorithmSpecification"]["MetricDefinitions"]
    assert inherited == definition()["AlgorithmSpecification"]["MetricDefinitions"]
    assert child["WarmStartConfig"] == started
    first = training_jobs(sagemaker, f"child-{suffix}")[0]
    assert first["TunedHyperParameters"] == old[0]["BestTrainingJob"]["TunedHyperParameters"]
    if kind == "TransferLearning":
        assert "OverallBestTrainingJob" not in child
    else:
        everything = [*old, child]
        values = [value(each["BestTrainingJob"]) for each in everything]
        assert value(child["OverallBestTrainingJob"]) == min(values)


def value(summary: dict[str, Any]) -> float:
    return summary["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]


def test_a_parent_that_is_not_there_is_refused(sagemaker):
    with pytest.raises(ClientError, match=r"ValidationException.*'never' is not there"):
        sagemaker.create_hyper_parameter_tuning_job(
            HyperParameterTuningJobName="orphan",
            HyperParameterTuningJobConfig=config(3),
            TrainingJobDefinition=definition(),
            WarmStartConfig=warm_start("TransferLearning", "never"),
        )


@pytest.mark.parametrize(("status", "count"), [("Completed", 2), ("Stopped", 0), ("Deleting", 0)])
def test_training_jobs_are_listed_by_every_status_that_the_service_knows(sagemaker, status, count):
    name = f"by-{status.lower()}"
    run(sagemaker, name, HyperParameterTuningJobConfig=config(2), TrainingJobDefinition=definition())
    found = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, StatusEquals=status
    )
    assert len(found["TrainingJobSummaries"]) == count


def test_hyperband_stops_most_training_jobs_early(sagemaker):
    described = run(
        sagemaker,
        "bands",
        HyperParameterTuningJobConfig=config(12, "Hyperband", 2),
        TrainingJobDefinition=definition(epochs="27"),
    )
    assert described["HyperParameterTuningJobConfig"]["Strategy"] == "Hyperband"
    assert described["HyperParameterTuningJobConfig"]["TrainingJobEarlyStoppingType"] == "Off"
    statuses = [each["TrainingJobStatus"] for each in training_jobs(sagemaker, "bands")]
    assert len(statuses) == 12
    assert statuses.count("Stopped") >= 4
    assert statuses[0] == "Completed"


@pytest.mark.parametrize(
    ("changes", "static", "said"),
    [
        ({"TrainingJobEarlyStoppingType": "Auto"}, {"epochs": "9"}, "Auto is not possible"),
        ({}, {}, "needs MaxResource"),
        (
            {"StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 9, "MaxResource": 9}}},
            {},
            "smaller than MaxResource",
        ),
    ],
)
def test_what_hyperband_cannot_work_with_is_refused(sagemaker, changes, static, said):
    ask: Callable[..., Any] = sagemaker.create_hyper_parameter_tuning_job
    with pytest.raises(ClientError, match=rf"ValidationException.*{said}"):
        ask(
            HyperParameterTuningJobName="refused",
            HyperParameterTuningJobConfig=config(12, "Hyperband", **changes),
            TrainingJobDefinition=definition(**static),
        )


def two_definitions() -> list[dict[str, Any]]:
    first = {
        **definition(),
        "DefinitionName": "by-rate",
        "TuningObjective": {"Type": "Minimize", "MetricName": "loss"},
        "HyperParameterRanges": {
            "ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.0", "MaxValue": "1", "ScalingType": "Linear"}]
        },
    }
    second = {
        **definition(sagemaker_program="other.py"),
        "DefinitionName": "by-depth",
        "TuningObjective": {"Type": "Minimize", "MetricName": "error"},
        "HyperParameterRanges": {
            "IntegerParameterRanges": [{"Name": "depth", "MinValue": "1", "MaxValue": "3", "ScalingType": "Linear"}]
        },
    }
    second["AlgorithmSpecification"] = {
        **second["AlgorithmSpecification"],
        "MetricDefinitions": [{"Name": "error", "Regex": r"error=([0-9.e-]+)"}],
    }
    return [first, second]


def test_two_definitions_are_tuned_together_each_by_its_own_objective(sagemaker):
    wanted = {
        "Strategy": "Bayesian",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 10, "MaxParallelTrainingJobs": 2},
    }
    described = run(
        sagemaker, "two-ways", HyperParameterTuningJobConfig=wanted, TrainingJobDefinitions=two_definitions()
    )
    assert described["HyperParameterTuningJobStatus"] == "Completed"
    assert "TrainingJobDefinition" not in described
    limits = described["HyperParameterTuningJobConfig"]["ResourceLimits"]
    assert limits.items() >= wanted["ResourceLimits"].items()
    for given, found in zip(two_definitions(), described["TrainingJobDefinitions"], strict=True):
        assert found["DefinitionName"] == given["DefinitionName"]
        assert found["TuningObjective"] == given["TuningObjective"]
        for kind, ranges in given["HyperParameterRanges"].items():
            assert [each["Name"] for each in found["HyperParameterRanges"][kind]] == [each["Name"] for each in ranges]
    jobs = training_jobs(sagemaker, "two-ways")
    by_name = {name: [j for j in jobs if j["TrainingJobDefinitionName"] == name] for name in ("by-rate", "by-depth")}
    assert {frozenset(job["TunedHyperParameters"]) for job in by_name["by-rate"]} == {frozenset({"lr"})}
    assert {frozenset(job["TunedHyperParameters"]) for job in by_name["by-depth"]} == {frozenset({"depth"})}
    assert len(by_name["by-depth"]) == 3  # each of its values once, then it has no more
    assert len(by_name["by-rate"]) == 7
    assert all(job["TrainingJobStatus"] == "Completed" for job in jobs)
    assert described["BestTrainingJob"]["TrainingJobDefinitionName"] == "by-rate"
    one = sagemaker.describe_training_job(TrainingJobName=by_name["by-depth"][0]["TrainingJobName"])
    assert one["HyperParameters"]["_tuning_objective_metric"] == "error"
    assert [each["MetricName"] for each in one["FinalMetricDataList"]] == ["error"]


def test_definitions_that_do_not_compare_are_refused(sagemaker):
    for change, said in (
        ({"TuningObjective": {"Type": "Maximize", "MetricName": "error"}}, "one type"),
        ({"DefinitionName": "by-rate"}, "name of its own"),
    ):
        first, second = two_definitions()
        with pytest.raises(ClientError, match=rf"ValidationException.*{said}"):
            sagemaker.create_hyper_parameter_tuning_job(
                HyperParameterTuningJobName="apples-and-pears",
                HyperParameterTuningJobConfig={
                    "Strategy": "Random",
                    "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 1},
                },
                TrainingJobDefinitions=[first, {**second, **change}],
            )


def test_autotune_of_a_request_that_lists_nothing_reads_the_script(sagemaker):
    bare = definition()
    automatic = {key: value for key, value in config(2).items() if key != "ParameterRanges"}
    ended = run(
        sagemaker,
        "lists-nothing",
        HyperParameterTuningJobConfig=automatic,
        TrainingJobDefinition=bare,
        Autotune={"Mode": "Enabled"},
    )
    ranges = ended["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert "lr" in {each["Name"] for kind in ranges.values() for each in kind}
