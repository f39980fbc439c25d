"""Settings of tuning jobs and training jobs with boto3 alone: python boto3_settings.py BUCKET FOLDER; prints JSON."""

import io
import json
import os
import sys
import tarfile
import time
from pathlib import Path

import boto3
from botocore.exceptions import ClientError

bucket, folder = sys.argv[1], Path(sys.argv[2])
s3, sagemaker, logs = boto3.client("s3"), boto3.client("sagemaker"), boto3.client("logs")
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{REGISTRY}/pytorch-training:2.3.0-cpu-py311-ubuntu20.04-sagemaker"
OBJECTIVE = {"Type": "Minimize", "MetricName": "val_loss"}
X = {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0.001", "MaxValue": "1", "ScalingType": "Linear"}]}
saw = {}

s3.create_bucket(Bucket=bucket)
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    tar.add(Path(__file__).parent / "code" / "curve.py", "curve.py")
s3.put_object(Bucket=bucket, Key="code/sourcedir.tar.gz", Body=archive.getvalue())
SCRIPT = {
    "sagemaker_program": "curve.py",
    "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
}
RUN = {
    "AlgorithmSpecification": {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "val_loss", "Regex": "val_loss=([0-9.]+)"}],
    },
    "RoleArn": os.environ["SAGEMAKER_ROLE"],
    "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/models/"},
    "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5},
    "StoppingCondition": {"MaxRuntimeInSeconds": 300},
    "RetryStrategy": {"MaximumRetryAttempts": 2},
}


def definition(**static):
    return {"StaticHyperParameters": {**SCRIPT, **static}, **RUN}


def config(jobs, ranges=X, strategy="Random", parallel=2, **others):
    return {
        "Strategy": strategy,
        "RandomSeed": 7,
        "HyperParameterTuningJobObjective": OBJECTIVE,
        "ParameterRanges": ranges,
        "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": parallel},
        **others,
    }


def create(name, settings, wanted, **others):
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig=settings,
        TrainingJobDefinition=wanted,
        **others,
    )


def ended(name):
    while True:
        found = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        if found["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
            break
        time.sleep(0.5)
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
    jobs = [each for page in pages.paginate(HyperParameterTuningJobName=name) for each in page["TrainingJobSummaries"]]
    return {"described": found, "jobs": jobs}


criteria = {
    "target": ({"TargetObjectiveMetricValue": 5.0}, {}),
    "patience": ({"BestObjectiveNotImproving": {"MaxNumberOfTrainingJobsNotImproving": 3}}, {"flat": "1"}),
    "converged": ({"ConvergenceDetected": {"CompleteOnConvergence": "Enabled"}}, {"flat": "1"}),
}
for name, (wanted, static) in criteria.items():
    create(f"set-{name}", config(60, parallel=1, TuningJobCompletionCriteria=wanted), definition(**static))
slow = definition(steps="40", seconds="0.05")
create("set-early", config(10, TrainingJobEarlyStoppingType="Auto"), slow)
bands = {"HyperbandStrategyConfig": {"MinResource": 1, "MaxResource": 27}}
create("set-bands", config(12, strategy="Hyperband", StrategyConfig=bands), definition(steps="27", seconds="0.05"))
for name in criteria:
    saw[name] = ended(f"set-{name}")
saw["early"], saw["bands"] = ended("set-early"), ended("set-bands")

# Warm starts of both types, from two parents.
parents = [{"HyperParameterTuningJobName": f"set-{name}"} for name in ("target", "patience")]
for name, kind in (("same", "IdenticalDataAndAlgorithm"), ("other", "TransferLearning")):
    start = {"ParentHyperParameterTuningJobs": parents, "WarmStartType": kind}
    create(f"set-{name}", config(2, strategy="Bayesian"), definition(), WarmStartConfig=start)

# Several definitions, each with its own objective and ranges.
several = config(4)
del several["ParameterRanges"], several["HyperParameterTuningJobObjective"]
sagemaker.create_hyper_parameter_tuning_job(
    HyperParameterTuningJobName="set-several",
    HyperParameterTuningJobConfig=several,
    TrainingJobDefinitions=[
        {
            **definition(flat=flat),
            "DefinitionName": name,
            "TuningObjective": OBJECTIVE,
            "HyperParameterRanges": X,
        }
        for name, flat in (("bowl", "0"), ("plain", "1"))
    ],
)

# A training job of its own, its log, its model.
sagemaker.create_training_job(TrainingJobName="set-alone", HyperParameters={**SCRIPT, "x": "0.25", "steps": "3"}, **RUN)
sagemaker.get_waiter("training_job_completed_or_stopped").wait(
    TrainingJobName="set-alone", WaiterConfig={"Delay": 1, "MaxAttempts": 120}
)
saw["alone"] = sagemaker.describe_training_job(TrainingJobName="set-alone")
address = saw["alone"]["ModelArtifacts"]["S3ModelArtifacts"]
s3.download_file(bucket, address.removeprefix(f"s3://{bucket}/"), str(folder / "alone.tar.gz"))
with tarfile.open(folder / "alone.tar.gz") as tar:
    saw["alone model"] = json.load(tar.extractfile("model.json"))
group = "/aws/sagemaker/TrainingJobs"
stream = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix="set-alone")["logStreams"][0]
events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True)["events"]
saw["alone log"] = [event["message"] for event in events]

for name in ("same", "other", "several"):
    saw[name] = ended(f"set-{name}")

# Lists of everything, page by page.
pages = sagemaker.get_paginator("list_training_jobs").paginate(SortBy="CreationTime", PaginationConfig={"PageSize": 7})
saw["all jobs"] = [each["TrainingJobName"] for page in pages for each in page["TrainingJobSummaries"]]
found = sagemaker.search(
    Resource="TrainingJob",
    SearchExpression={"Filters": [{"Name": "TrainingJobName", "Operator": "Contains", "Value": "set-alone"}]},
)
saw["searched"] = [each["TrainingJob"]["TrainingJobName"] for each in found["Results"]]

# What is not there.
missing = {
    "describe_training_job": {"TrainingJobName": "not-there"},
    "stop_training_job": {"TrainingJobName": "not-there"},
    "describe_hyper_parameter_tuning_job": {"HyperParameterTuningJobName": "not-there"},
    "stop_hyper_parameter_tuning_job": {"HyperParameterTuningJobName": "not-there"},
    "list_training_jobs_for_hyper_parameter_tuning_job": {"HyperParameterTuningJobName": "not-there"},
}
saw["missing"] = {}
for operation, words in missing.items():
    try:
        getattr(sagemaker, operation)(**words)
    except ClientError as error:
        saw["missing"][operation] = [error.response["Error"]["Code"], error.response["Error"]["Message"]]

print(json.dumps(saw, default=str))
