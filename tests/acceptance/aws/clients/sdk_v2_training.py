"""One training job with version 2 of the SageMaker Python SDK: python sdk_v2_training.py; prints what it saw."""

import contextlib
import io
import json
import os
from pathlib import Path

import sagemaker
from sagemaker.pytorch import PyTorch

session = sagemaker.Session()
estimator = PyTorch(
    entry_point="train.py",
    source_dir=str(Path(__file__).parent / "code"),
    role=os.environ["SAGEMAKER_ROLE"],
    framework_version="2.3",
    py_version="py311",
    instance_count=1,
    instance_type="ml.m5.large",
    hyperparameters={"lr": 0.01, "epochs": 2},
    metric_definitions=[{"Name": "val_loss", "Regex": "val_loss=([0-9.]+)"}],
    sagemaker_session=session,
)
followed, read_again = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(followed):
    estimator.fit(wait=True, logs="All", job_name="v2-alone")
with contextlib.redirect_stdout(read_again):
    estimator.logs()
described = session.describe_training_job("v2-alone")
saw = {
    "followed": followed.getvalue(),
    "read again": read_again.getvalue(),
    "described": described,
    "model": estimator.model_data,
    "attached": PyTorch.attach("v2-alone", sagemaker_session=session).model_data,
}

print()
print(json.dumps(saw, default=str))
