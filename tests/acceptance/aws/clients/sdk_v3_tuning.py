"""The flow of version 3 of the SageMaker Python SDK: python sdk_v3_tuning.py FOLDER; prints what it saw as JSON."""

import json
import os
import sys
from pathlib import Path

import boto3
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.core.s3 import S3Downloader, S3Uploader
from sagemaker.core.shapes import OutputDataConfig
from sagemaker.core.training.configs import Compute, SourceCode
from sagemaker.train.model_trainer import ModelTrainer
from sagemaker.train.tuner import HyperparameterTuner

folder = Path(sys.argv[1])
session = Session()
client = boto3.client("sagemaker")
METRICS = [{"Name": "val_loss", "Regex": "val_loss=([0-9.]+)"}]
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
IMAGE = f"{REGISTRY}/pytorch-training:2.3.0-cpu-py311-ubuntu20.04-sagemaker"
saw = {}


def trainer(**hyperparameters):
    return ModelTrainer(
        sagemaker_session=session,
        role=os.environ["SAGEMAKER_ROLE"],
        training_image=IMAGE,
        source_code=SourceCode(source_dir=str(Path(__file__).parent / "code"), entry_script="train.py"),
        compute=Compute(instance_type="ml.m5.large", instance_count=1),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{session.default_bucket()}/v3"),
        hyperparameters=hyperparameters,
        base_job_name="v3",
    )


def tuned(name, tuner):
    tuner.tune(job_name=name, wait=False)
    at_once = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    tuner.latest_tuning_job.wait()
    best = tuner.best_training_job()
    training_jobs = client.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    return {
        "status": tuner.latest_tuning_job.refresh().hyper_parameter_tuning_job_status,
        "config": at_once["HyperParameterTuningJobConfig"],
        "best": best,
        "model": client.describe_training_job(TrainingJobName=best)["ModelArtifacts"]["S3ModelArtifacts"],
        "jobs": training_jobs["TrainingJobSummaries"],
    }


(folder / "bytes.bin").write_bytes(os.urandom(300_000))
uploaded = S3Uploader.upload(
    str(folder / "bytes.bin"), f"s3://{session.default_bucket()}/round", sagemaker_session=session
)
S3Downloader.download(uploaded, str(folder / "back"), sagemaker_session=session)
saw["same bytes"] = (folder / "back" / "bytes.bin").read_bytes() == (folder / "bytes.bin").read_bytes()

# One training job, its log followed to the end.
alone = trainer(lr=0.01, epochs=2)
alone.train(wait=True, logs=True)
name = alone._latest_training_job.training_job_name
saw["alone"] = client.describe_training_job(TrainingJobName=name)

ranges = {
    "lr": ContinuousParameter(0.001, 0.1),
    "hidden": IntegerParameter(2, 16),
    "activation": CategoricalParameter(["relu", "tanh"]),
}
saw["ranges"] = tuned(
    "v3-ranges",
    HyperparameterTuner(
        trainer(epochs=3), "val_loss", ranges, METRICS, objective_type="Minimize", max_jobs=3, max_parallel_jobs=2
    ),
)
saw["auto"] = tuned(
    "v3-auto",
    HyperparameterTuner(
        trainer(epochs=3),
        "val_loss",
        {},
        METRICS,
        objective_type="Minimize",
        max_jobs=3,
        max_parallel_jobs=2,
        autotune=True,
    ),
)
more = HyperparameterTuner(
    trainer(epochs=3),
    "val_loss",
    {},
    METRICS,
    objective_type="Minimize",
    max_jobs=12,
    autotune=True,
)
more.tune(job_name="v3-more", wait=False)
saw["more"] = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="v3-more")
client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="v3-more")
S3Downloader.download(saw["auto"]["model"], str(folder / "model"), sagemaker_session=session)

print()
print(json.dumps(saw, default=str))
