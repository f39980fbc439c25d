"""Tuning with boto3 alone: python boto3_tuning.py BUCKET FOLDER; prints what it saw as JSON."""

import io
import json
import os
import sys
import tarfile
import time
from pathlib import Path

import boto3

bucket, folder = sys.argv[1], Path(sys.argv[2])
CODE = Path(__file__).parent / "code"
s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{REGISTRY}/pytorch-training:2.3.0-cpu-py311-ubuntu20.04-sagemaker"
saw = {}

s3.create_bucket(Bucket=bucket)
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    for path in sorted(CODE.glob("*.py")):
        tar.add(path, path.name)
s3.put_object(Bucket=bucket, Key="code/sourcedir.tar.gz", Body=archive.getvalue())

# Bytes there and back, small, and large enough to go in parts.
for name, size in (("small", 1000), ("large", 9_000_000)):
    (folder / name).write_bytes(os.urandom(size))
    s3.upload_file(str(folder / name), bucket, f"round/{name}")
    s3.download_file(bucket, f"round/{name}", str(folder / f"{name}.back"))
saw["same bytes"] = all((folder / n).read_bytes() == (folder / f"{n}.back").read_bytes() for n in ("small", "large"))

CONTINUOUS = {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.001", "MaxValue": "0.1"}]}
CHOICES = {"CategoricalParameterRanges": [{"Name": "activation", "Values": ["relu", "tanh"]}]}


def definition(**static):
    return {
        "StaticHyperParameters": {
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{bucket}/code/sourcedir.tar.gz",
            **static,
        },
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "val_loss", "Regex": "val_loss=([0-9.]+)"}],
        },
        "RoleArn": os.environ["SAGEMAKER_ROLE"],
        "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/models/"},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5},
        "StoppingCondition": {"MaxRuntimeInSeconds": 300},
    }


def create(name, config, wanted, **others):
    objective = {"Type": "Minimize", "MetricName": "val_loss"}
    sagemaker.create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={"HyperParameterTuningJobObjective": objective, **config},
        TrainingJobDefinition=wanted,
        **others,
    )
    return sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def ended(name):
    while True:
        found = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
        if found["HyperParameterTuningJobStatus"] not in ("InProgress", "Stopping"):
            return found
        time.sleep(1)


def training_jobs(name):
    pages = sagemaker.get_paginator("list_training_jobs_for_hyper_parameter_tuning_job")
    return [each for page in pages.paginate(HyperParameterTuningJobName=name) for each in page["TrainingJobSummaries"]]


LIMITS = {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 2}
automatic = {
    "Strategy": "Bayesian",
    "ResourceLimits": LIMITS,
    "ParameterRanges": {"AutoParameters": [{"Name": "lr", "ValueHint": "0.001"}, {"Name": "hidden", "ValueHint": "4"}]},
}
at_once = create("boto3-auto", automatic, definition(epochs="3"), Autotune={"Mode": "Enabled"})
saw["auto at once"] = at_once["HyperParameterTuningJobConfig"]

strategies = {
    "Random": {"ParameterRanges": CONTINUOUS, "ResourceLimits": LIMITS},
    "Bayesian": {"ParameterRanges": CONTINUOUS, "ResourceLimits": LIMITS, "TrainingJobEarlyStoppingType": "Auto"},
    "Grid": {"ParameterRanges": CHOICES, "ResourceLimits": {"MaxParallelTrainingJobs": 2}},
}
saw["auto"] = ended("boto3-auto")
saw["auto jobs"] = training_jobs("boto3-auto")
for strategy, config in strategies.items():
    name = f"boto3-{strategy.lower()}"
    create(name, {"Strategy": strategy, **config}, definition(epochs="3"))
    saw[strategy] = {"described": ended(name), "jobs": training_jobs(name)}

best = sagemaker.describe_training_job(TrainingJobName=saw["auto"]["BestTrainingJob"]["TrainingJobName"])
address = best["ModelArtifacts"]["S3ModelArtifacts"]
s3.download_file(bucket, address.removeprefix(f"s3://{bucket}/"), str(folder / "model.tar.gz"))

print(json.dumps(saw, default=str))
