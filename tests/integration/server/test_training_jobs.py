"""Training jobs by boto3, as against AWS: of their own, and those of tuning jobs."""

from __future__ import annotations

import io
import json
import os
import tarfile
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.integration

ROLE = "arn:aws:iam::000000000000:role/tester"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311"
BUCKET = "training-jobs"
TRAIN = """
import argparse, json, os, sys, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--how", default="well")
options = parser.parse_args()
for epoch in range(options.epochs):
    print(f"epoch {epoch} loss={options.lr / (epoch + 1)} special<{epoch}>", flush=True)
open(os.path.join(os.environ["SM_MODEL_DIR"], "weights.txt"), "w").write(str(options.lr))
open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "report.txt"), "w").write("all is well")
if options.how == "tellingly":
    with open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "environment.json"), "w") as file:
        json.dump(dict(os.environ), file)
if options.how == "badly":
    sys.exit("it went badly")
while options.how == "slowly":
    time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def sagemaker(server: Any) -> Any:
    return server.client("sagemaker")


@pytest.fixture(scope="module")
def s3(server: Any) -> Any:
    client = server.client("s3")
    client.create_bucket(Bucket=BUCKET)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(TRAIN.encode())
        tar.addfile(member, io.BytesIO(TRAIN.encode()))
    client.put_object(Bucket=BUCKET, Key="code/sourcedir.tar.gz", Body=archive.getvalue())
    return client


@pytest.fixture(scope="module")
def train(sagemaker: Any, s3: Any) -> Callable[..., str]:
    """Creates a training job."""
    assert s3 is not None

    def create(name: str, how: str = "well", **changes: Any) -> str:
        request = {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "special", "Regex": r"special<(\d+)>"}],
            },
            "HyperParameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{BUCKET}/code/sourcedir.tar.gz",
                "lr": "0.5",
                "how": how,
            },
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out/"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5},
            "StoppingCondition": {"MaxRuntimeInSeconds": 300},
            **changes,
        }
        return sagemaker.create_training_job(**request)["TrainingJobArn"]

    return create


def ended(sagemaker: Any, name: str) -> dict[str, Any]:
    waiter = sagemaker.get_waiter("training_job_completed_or_stopped")
    waiter.wait(TrainingJobName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})
    return sagemaker.describe_training_job(TrainingJobName=name)


def files_at(s3: Any, address: str) -> dict[str, bytes]:
    bucket, _, key = address.removeprefix("s3://").partition("/")
    body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar if member.isreg()}


def test_a_training_job_runs_and_leaves_its_model_where_describe_says(sagemaker, s3, train):
    arn = train("one")
    job = ended(sagemaker, "one")
    assert (job["TrainingJobArn"], job["TrainingJobStatus"], job["SecondaryStatus"]) == (arn, "Completed", "Completed")
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://{BUCKET}/out/one/output/model.tar.gz"}
    assert files_at(s3, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"weights.txt": b"0.5"}
    assert files_at(s3, f"s3://{BUCKET}/out/one/output/output.tar.gz") == {"report.txt": b"all is well"}
    metrics = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert metrics["special"] == 2.0
    assert metrics["loss"] == pytest.approx(0.5 / 3)
    assert job["HyperParameters"]["lr"] == "0.5"
    assert job["HyperParameters"]["sagemaker_program"] == "train.py"
    assert job["OutputDataConfig"] == {"KmsKeyId": "", "S3OutputPath": f"s3://{BUCKET}/out/"}
    assert job["AlgorithmSpecification"]["MetricDefinitions"] == [{"Name": "special", "Regex": r"special<(\d+)>"}]
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 300}
    assert job["TrainingTimeInSeconds"] >= 1
    assert job["BillableTimeInSeconds"] == job["TrainingTimeInSeconds"]
    assert [each["Status"] for each in job["SecondaryStatusTransitions"]] == ["Starting", "Training", "Completed"]
    assert "TuningJobArn" not in job


def test_a_job_sees_its_own_variables_and_none_of_the_servers_secrets(sagemaker, s3, train):
    train("tells", "tellingly", Environment={"DB_PASSWORD": "of-the-job"})
    job = ended(sagemaker, "tells")
    told = json.loads(files_at(s3, f"s3://{BUCKET}/out/tells/output/output.tar.gz")["environment.json"])
    assert job["TrainingJobStatus"] == "Completed"
    assert "of-the-server" not in json.dumps(told)
    assert told["DB_PASSWORD"] == "of-the-job"
    assert told["PATH"] == os.environ["PATH"]
    assert told["TRAINING_JOB_NAME"] == "tells"


def test_a_training_job_that_fails_says_why_and_leaves_no_model(sagemaker, s3, train):
    train("fails", "badly")
    with pytest.raises(Exception, match="Failed"):
        ended(sagemaker, "fails")
    job = sagemaker.describe_training_job(TrainingJobName="fails")
    assert "it went badly" in job["FailureReason"]
    assert "ModelArtifacts" not in job
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix="out/fails/")["Contents"]]
    assert keys == ["out/fails/output/output.tar.gz"]


def test_results_that_cannot_be_kept_fail_the_training_job(sagemaker, s3, train):
    s3.create_bucket(Bucket="soon-gone")
    train("nowhere", "slowly", OutputDataConfig={"S3OutputPath": "s3://soon-gone"})
    s3.delete_bucket(Bucket="soon-gone")
    until(lambda: sagemaker.describe_training_job(TrainingJobName="nowhere")["FinalMetricDataList"])
    sagemaker.stop_training_job(TrainingJobName="nowhere")
    until(lambda: sagemaker.describe_training_job(TrainingJobName="nowhere")["TrainingJobStatus"] == "Failed")
    assert (
        "There is no bucket 'soon-gone'" in sagemaker.describe_training_job(TrainingJobName="nowhere")["FailureReason"]
    )


def test_a_stopped_training_job_keeps_its_model(sagemaker, s3, train):
    train("stopped", "slowly")
    until(lambda: sagemaker.describe_training_job(TrainingJobName="stopped")["FinalMetricDataList"])
    with pytest.raises(ClientError, match="ResourceInUse"):
        sagemaker.delete_training_job(TrainingJobName="stopped")
    sagemaker.stop_training_job(TrainingJobName="stopped")
    job = ended(sagemaker, "stopped")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert files_at(s3, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"weights.txt": b"0.5"}


def test_a_training_job_that_takes_too_long_is_stopped(sagemaker, train):
    train("long", "slowly", StoppingCondition={"MaxRuntimeInSeconds": 2})
    job = ended(sagemaker, "long")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")


def test_a_training_job_and_a_tuning_job_may_bear_one_name_and_a_training_job_s_is_used_once(sagemaker, train):
    train("twice")
    with pytest.raises(ClientError, match="ResourceInUse"):
        train("TWICE")
    assert all(
        each["HyperParameterTuningJobName"] != "training.twice"
        for each in sagemaker.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    )
    ended(sagemaker, "twice")
    sagemaker.delete_training_job(TrainingJobName="twice")
    with pytest.raises(ClientError, match="Requested resource not found"):
        sagemaker.describe_training_job(TrainingJobName="twice")
    train("twice")
    ended(sagemaker, "twice")


def test_training_jobs_are_listed_by_what_is_asked_for(sagemaker, train):
    train("listed-b")
    train("listed-a")
    ended(sagemaker, "listed-a")
    ended(sagemaker, "listed-b")
    asked = {"NameContains": "listed", "StatusEquals": "Completed"}
    by_name = sagemaker.list_training_jobs(**asked, SortBy="Name", SortOrder="Ascending")["TrainingJobSummaries"]
    newest = sagemaker.list_training_jobs(**asked)["TrainingJobSummaries"]
    assert [each["TrainingJobName"] for each in by_name] == ["listed-a", "listed-b"]
    assert [each["TrainingJobName"] for each in newest] == ["listed-a", "listed-b"]
    pages = sagemaker.get_paginator("list_training_jobs").paginate(**asked, PaginationConfig={"PageSize": 1})
    assert [each["TrainingJobName"] for page in pages for each in page["TrainingJobSummaries"]] == [
        "listed-a",
        "listed-b",
    ]
    assert not sagemaker.list_training_jobs(**asked, CreationTimeBefore=1)["TrainingJobSummaries"]


def test_the_output_bucket_must_be_there_when_the_job_is_made(train):
    with pytest.raises(ClientError, match="no bucket 'never-made'"):
        train("unmade", OutputDataConfig={"S3OutputPath": "s3://never-made/x"})


@pytest.fixture(scope="module")
def tuning(sagemaker: Any, s3: Any) -> str:
    """A tuning job of three training jobs that has ended."""
    assert s3 is not None
    name = "tuned"
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2},
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.01", "MaxValue": "1"}],
            },
        },
        TrainingJobDefinition={
            "StaticHyperParameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": f"s3://{BUCKET}/code/sourcedir.tar.gz",
                "epochs": "2",
            },
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "loss", "Regex": r"loss=([0-9.e-]+)"},
                    {"Name": "special", "Regex": r"special<(\d+)>"},
                ],
            },
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/tuned"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5},
            "StoppingCondition": {"MaxRuntimeInSeconds": 300},
        },
        Tags=[{"Key": "team", "Value": "blue"}],
    )

    def status() -> str:
        found = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        return found["HyperParameterTuningJobStatus"]

    until(lambda: status() not in ("InProgress", "Stopping"))
    assert status() == "Completed"
    return name


def test_a_training_job_of_a_tuning_job_is_described_in_full(sagemaker, s3, tuning):
    best = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)["BestTrainingJob"]
    job = ended(sagemaker, best["TrainingJobName"])
    assert job["TuningJobArn"].endswith(f":hyper-parameter-tuning-job/{tuning}")
    assert job["HyperParameters"]["_tuning_objective_metric"] == "loss"
    assert job["HyperParameters"]["epochs"] == "2"
    assert job["HyperParameters"]["lr"] == best["TunedHyperParameters"]["lr"]
    assert [each["MetricName"] for each in job["FinalMetricDataList"]] == ["loss", "special"]
    assert files_at(s3, job["ModelArtifacts"]["S3ModelArtifacts"]) == {
        "weights.txt": job["HyperParameters"]["lr"].encode()
    }
    with pytest.raises(ClientError, match="DeleteHyperParameterTuningJob"):
        sagemaker.delete_training_job(TrainingJobName=best["TrainingJobName"])


def test_search_finds_training_jobs_by_what_describe_says_of_them(sagemaker, tuning):
    def search(**expression: Any) -> list[str]:
        found = sagemaker.search(Resource="TrainingJob", SearchExpression=expression, MaxResults=100)
        return [each["TrainingJob"]["TrainingJobName"] for each in found["Results"]]

    mine = {"Name": "TrainingJobName", "Operator": "Contains", "Value": f"{tuning}-0"}
    assert len(search(Filters=[mine])) == 3
    low = {"Name": "HyperParameters.lr", "Operator": "LessThan", "Value": "0.5"}
    high = {"Name": "HyperParameters.lr", "Operator": "GreaterThanOrEqualTo", "Value": "0.5"}
    assert len(search(Filters=[mine, low])) + len(search(Filters=[mine, high])) == 3
    either = {"Filters": [low, high], "Operator": "Or"}
    assert len(search(Filters=[mine], SubExpressions=[either])) == 3
    assert search(Filters=[mine, {"Name": "Metrics.special", "Operator": "Equals", "Value": "7"}]) == []
    output = {"Name": "OutputDataConfig.S3OutputPath", "Operator": "Equals", "Value": f"s3://{BUCKET}/tuned"}
    assert len(search(Filters=[output])) == 3
    with pytest.raises(ClientError, match="Unknown property"):
        search(Filters=[{"Name": "Nonsense", "Operator": "Exists"}])


def test_search_finds_tuning_jobs_by_their_tags(sagemaker, tuning):
    found = sagemaker.search(
        Resource="HyperParameterTuningJob",
        SearchExpression={"Filters": [{"Name": "Tags.team", "Operator": "Equals", "Value": "blue"}]},
    )
    names = [each["HyperParameterTuningJob"]["HyperParameterTuningJobName"] for each in found["Results"]]
    assert names == [tuning]


def test_a_tuning_job_is_deleted_with_its_training_jobs_and_its_objects_stay(sagemaker, s3, tuning):
    jobs = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)
    name = jobs["TrainingJobSummaries"][0]["TrainingJobName"]
    sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)
    for ask in (
        lambda: sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning),
        lambda: sagemaker.describe_training_job(TrainingJobName=name),
    ):
        with pytest.raises(ClientError, match=r"(?i)not ?found|No tuning job"):
            ask()
    assert s3.head_object(Bucket=BUCKET, Key=f"tuned/{name}/output/model.tar.gz")


def until(condition: Callable[[], Any], seconds: float = 60.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)
