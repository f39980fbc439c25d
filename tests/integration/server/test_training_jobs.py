"""Training jobs by boto3, as against AWS: of their own, and those of tuning jobs."""

from __future__ import annotations

import io
import itertools
import json
import os
import tarfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.integration

ROLE = "arn:aws:iam::000000000000:role/tester"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311"
BUCKET = "training-jobs"
SEED = 7
CHANNELS = ("train", "validation")
TICK = timedelta(seconds=1)
SOON, HOUR = timedelta(seconds=30), timedelta(hours=1)
"""SOON: as long as a loaded machine may take between two things that follow each other at once."""
TRAIN = """
import argparse, json, os, sys, time
began = time.time()
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--how", default="well")
options = parser.parse_args()
for epoch in range(options.epochs):
    print(f"epoch {epoch} loss={options.lr / (epoch + 1)} special<{epoch}>", flush=True)
open(os.path.join(os.environ["SM_MODEL_DIR"], "weights.txt"), "w").write(str(options.lr))
open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "report.txt"), "w").write("all is well")
channels = {name: os.listdir(path) for name, path in os.environ.items() if name.startswith("SM_CHANNEL_")}
seen = {"channels": channels, "colour": os.environ.get("COLOUR"), "began": began, "ended": time.time()}
if os.environ.get("COLOUR"):
    json.dump(seen, open(os.path.join(os.environ["SM_OUTPUT_DATA_DIR"], "seen.json"), "w"))
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
    arn = train("one", Tags=[{"Key": "for", "Value": "one"}])
    job = ended(sagemaker, "one")
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "for", "Value": "one"}]
    assert (job["TrainingJobArn"], job["TrainingJobStatus"], job["SecondaryStatus"]) == (arn, "Completed", "Completed")
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://{BUCKET}/out/one/output/model.tar.gz"}
    assert files_at(s3, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"weights.txt": b"0.5"}
    assert files_at(s3, f"s3://{BUCKET}/out/one/output/output.tar.gz") == {"report.txt": b"all is well"}
    metrics = {metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}
    assert metrics == {"special": 2.0}
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
    assert sagemaker.describe_training_job(TrainingJobName="stopped")["TrainingJobStatus"] in ("Stopping", "Stopped")
    job = ended(sagemaker, "stopped")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "Stopped")
    assert files_at(s3, job["ModelArtifacts"]["S3ModelArtifacts"]) == {"weights.txt": b"0.5"}


def test_a_training_job_that_takes_too_long_is_stopped_and_its_model_is_left_unpacked_if_wanted(sagemaker, s3, train):
    output = {"S3OutputPath": f"s3://{BUCKET}/out", "CompressionType": "NONE"}
    train("long", "slowly", StoppingCondition={"MaxRuntimeInSeconds": 2}, OutputDataConfig=output)
    job = ended(sagemaker, "long")
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert job["ModelArtifacts"] == {"S3ModelArtifacts": f"s3://{BUCKET}/out/long/output/model/"}
    assert s3.get_object(Bucket=BUCKET, Key="out/long/output/model/weights.txt")["Body"].read() == b"0.5"


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
    last = max(each["LastModifiedTime"] for each in by_name)
    for asked_time in ({"LastModifiedTimeAfter": last + SOON}, {"LastModifiedTimeBefore": last - HOUR}):
        assert not sagemaker.list_training_jobs(**asked, **asked_time)["TrainingJobSummaries"]


def test_the_output_bucket_must_be_there_when_the_job_is_made(train):
    with pytest.raises(ClientError, match="no bucket 'never-made'"):
        train("unmade", OutputDataConfig={"S3OutputPath": "s3://never-made/x"})


def tune(sagemaker: Any, name: str, jobs: int, *, most_seconds: int = 300, **static: str) -> dict[str, Any]:
    """What is said of a tuning job with many settings once it has ended."""
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "RandomSeed": SEED,
            "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": 1},
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
                **static,
            },
            "AlgorithmSpecification": {
                "TrainingImage": IMAGE,
                "TrainingInputMode": "File",
                "MetricDefinitions": [
                    {"Name": "loss", "Regex": r"loss=([0-9.e-]+)"},
                    {"Name": "special", "Regex": r"special<(\d+)>"},
                ],
            },
            "InputDataConfig": [
                {
                    "ChannelName": channel,
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://{BUCKET}/data/{channel}/",
                            "S3DataDistributionType": "FullyReplicated",
                        }
                    },
                }
                for channel in CHANNELS
            ],
            "RoleArn": ROLE,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/{name}"},
            "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5},
            "StoppingCondition": {"MaxRuntimeInSeconds": most_seconds},
            "Environment": {"COLOUR": "blue"},
            "RetryStrategy": {"MaximumRetryAttempts": 3},
        },
        Tags=[{"Key": "called", "Value": name}],
    )

    def described() -> dict[str, Any]:
        return sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    until(lambda: described()["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"))
    assert described()["HyperParameterTuningJobStatus"] == "Completed"
    return described()


@pytest.fixture(scope="module")
def tuning(sagemaker: Any, s3: Any) -> str:
    """A tuning job of three training jobs that has ended."""
    for channel in CHANNELS:
        s3.put_object(Bucket=BUCKET, Key=f"data/{channel}/{channel}.csv", Body=b"1,2")
    return str(tune(sagemaker, "tuned", 3)["HyperParameterTuningJobName"])


@pytest.fixture(scope="module")
def training(sagemaker: Any, s3: Any, tuning: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Of each training job of the tuning job, in their order: what Describe says, and what the script itself saw."""
    summaries = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)
    found = []
    for name in sorted(each["TrainingJobName"] for each in summaries["TrainingJobSummaries"]):
        described = sagemaker.describe_training_job(TrainingJobName=name)
        seen = files_at(s3, f"s3://{BUCKET}/tuned/{name}/output/output.tar.gz")["seen.json"]
        found.append((described, json.loads(seen)))
    return found


def test_every_time_and_counter_of_describe_is_that_of_what_ran(sagemaker, tuning, training):
    for job, seen in training:
        began, ended_at = (datetime.fromtimestamp(seen[name], UTC) for name in ("began", "ended"))
        start, end = job["TrainingStartTime"], job["TrainingEndTime"]
        assert job["CreationTime"] <= start
        assert began - SOON <= start <= began + TICK
        assert ended_at - TICK <= end <= ended_at + SOON
        assert job["LastModifiedTime"] == end
        assert abs(job["TrainingTimeInSeconds"] - (end - start).total_seconds()) <= 1
        metrics = job["FinalMetricDataList"]
        assert all(began - TICK <= each["Timestamp"] <= ended_at + SOON for each in metrics)
        phases = {each["Status"]: (each["StartTime"], each["EndTime"]) for each in job["SecondaryStatusTransitions"]}
        assert phases == {"Starting": (job["CreationTime"], start), "Training": (start, end), "Completed": (end, end)}

    found = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)
    listed = sagemaker.list_hyper_parameter_tuning_jobs(NameContains=tuning)["HyperParameterTuningJobSummaries"][0]
    starts, ends = ([job[name] for job, _ in training] for name in ("TrainingStartTime", "TrainingEndTime"))
    assert starts[0] - SOON <= found["CreationTime"] <= starts[0]
    assert ends[-1] <= found["HyperParameterTuningEndTime"] <= ends[-1] + SOON
    assert ends[-1] <= found["LastModifiedTime"] <= ends[-1] + SOON
    times = ("CreationTime", "LastModifiedTime", "HyperParameterTuningEndTime")
    assert [listed[name] for name in times] == [found[name] for name in times]
    seconds = sum((end - start).total_seconds() for start, end in zip(starts, ends, strict=True))
    assert abs(found["ConsumedResources"]["RuntimeInSeconds"] - seconds) <= 1
    names = [job["TrainingJobName"] for job, _ in training]
    since = len(names) - 1 - names.index(found["BestTrainingJob"]["TrainingJobName"])
    assert since > 0, "another seed would tell more"
    assert found["TuningJobCompletionDetails"]["NumberOfTrainingJobsObjectiveNotImproving"] == since
    assert found["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxParallelTrainingJobs"] == 1
    assert found["TrainingJobStatusCounters"]["Completed"] == 3
    assert found["ObjectiveStatusCounters"] == {"Succeeded": 3, "Pending": 0, "Failed": 0}


def test_what_a_tuning_job_sets_reaches_its_training_jobs(training):
    assert [seen["colour"] for _, seen in training] == ["blue"] * 3
    channels = {f"SM_CHANNEL_{channel.upper()}": [f"{channel}.csv"] for channel in CHANNELS}
    assert [seen["channels"] for _, seen in training] == [channels] * 3
    assert all(earlier["ended"] <= later["began"] for (_, earlier), (_, later) in itertools.pairwise(training))
    assert all(job["RetryStrategy"] == {"MaximumRetryAttempts": 3} for job, _ in training)


def test_a_seed_repeats_a_search_and_the_limit_of_a_training_job_holds_in_a_tuning_job(sagemaker, training):
    found = tune(sagemaker, "tuned-again", 1, most_seconds=2, how="slowly")
    job = sagemaker.describe_training_job(TrainingJobName=found["BestTrainingJob"]["TrainingJobName"])
    assert job["TrainingJobStatus"] == "Stopped"
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 2}
    assert job["TrainingTimeInSeconds"] <= 4
    assert found["HyperParameterTuningJobConfig"]["RandomSeed"] == SEED
    assert job["HyperParameters"]["lr"] == training[0][0]["HyperParameters"]["lr"]


def test_each_region_is_told_of_a_job_that_has_ended_in_its_own_words(server, tuning):
    for region in ("us-east-1", "eu-west-1"):
        client = server.client("sagemaker", region_name=region)
        found = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=tuning)
        assert found["HyperParameterTuningJobArn"].startswith(f"arn:aws:sagemaker:{region}:")
        assert found["BestTrainingJob"]["TrainingJobArn"].startswith(f"arn:aws:sagemaker:{region}:")


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


def test_logs_are_read_from_either_end_and_of_several_training_jobs_at_once(server, tuning, training):
    logs, group = server.client("logs"), {"logGroupName": "/aws/sagemaker/TrainingJobs"}
    whole = {"logGroupName": group["logGroupName"], "logStreamNamePrefix": f"{tuning}-0"}
    found = logs.get_paginator("describe_log_streams").paginate(**whole, PaginationConfig={"PageSize": 2})
    names = [each["logStreamName"] for page in found for each in page["logStreams"]]
    assert [name.partition("/")[0] for name in names] == [job["TrainingJobName"] for job, _ in training]
    everything = logs.describe_log_streams(**group, orderBy="LastEventTime", descending=True)["logStreams"]
    assert [each["logStreamName"] for each in everything if each["logStreamName"] in names] == names[::-1]

    def lines(**asked: Any) -> tuple[list[str], dict[str, Any]]:
        answer = logs.get_log_events(**group, **{"logStreamName": names[0], **asked})
        return [each["message"].partition(" loss")[0] for each in answer["events"]], answer

    last, answer = lines(limit=1)
    assert last == ["epoch 1"]
    assert lines(limit=1, nextToken=answer["nextForwardToken"])[0] == []
    earlier, answer = lines(limit=1, nextToken=answer["nextBackwardToken"])
    assert earlier == lines(limit=1, startFromHead=True)[0] == ["epoch 0"]
    assert lines(limit=1, nextToken=answer["nextForwardToken"])[0] == ["epoch 1"]
    at = everything[[each["logStreamName"] for each in everything].index(names[0])]["creationTime"]
    assert lines(startTime=at, endTime=at + 1)[0] == ["epoch 0", "epoch 1"]
    assert lines(startTime=at + 1)[0] == lines(endTime=at)[0] == []
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        lines(logStreamName=f"{training[0][0]['TrainingJobName']}/algo-9-999")
    for asked in ({"logStreamNamePrefix": f"{tuning}-0"}, {"logStreamNames": names}):
        pages = logs.get_paginator("filter_log_events").paginate(**group, **asked, PaginationConfig={"PageSize": 2})
        events = [each for page in pages for each in page["events"]]
        assert [each["logStreamName"] for each in events] == [name for name in names for _ in range(2)]
        assert [each["message"].partition(" loss")[0] for each in events] == ["epoch 0", "epoch 1"] * 3
    assert {each["logStreamName"] for each in logs.filter_log_events(**group)["events"]} >= set(names)


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
        SearchExpression={"Filters": [{"Name": "Tags.called", "Operator": "Equals", "Value": tuning}]},
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
