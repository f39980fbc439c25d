"""The flow of version 2 of the SageMaker Python SDK: python sdk_v2_tuning.py FOLDER; prints what it saw as JSON."""

import json
import os
import sys
from pathlib import Path

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.pytorch import PyTorch
from sagemaker.s3 import S3Downloader, S3Uploader
from sagemaker.tuner import CategoricalParameter, ContinuousParameter, HyperparameterTuner, IntegerParameter

CODE = str(Path(__file__).parent / "code")
ROLE = os.environ["SAGEMAKER_ROLE"]
METRICS = [{"Name": "val_loss", "Regex": "val_loss=([0-9.]+)"}]
NAMES = {name: f"v2-{name}" for name in ("auto", "ranges", "same", "other", "stopped", "several", "xgboost")}
folder = Path(sys.argv[1])
session = sagemaker.Session()
saw = {}


def estimator(entry_point="train.py", **hyperparameters):
    return PyTorch(
        entry_point=entry_point,
        source_dir=CODE,
        role=ROLE,
        framework_version="2.3",
        py_version="py311",
        instance_count=1,
        instance_type="ml.m5.large",
        hyperparameters=hyperparameters,
        sagemaker_session=session,
    )


# Bytes there and back.
(folder / "bytes.bin").write_bytes(os.urandom(300_000))
uploaded = S3Uploader.upload(
    str(folder / "bytes.bin"), f"s3://{session.default_bucket()}/round", sagemaker_session=session
)
S3Downloader.download(uploaded, str(folder / "back"), sagemaker_session=session)
saw["same bytes"] = (folder / "back" / "bytes.bin").read_bytes() == (folder / "bytes.bin").read_bytes()

# Autotune.
values = {"lr": 0.001, "hidden": 4, "activation": "relu", "epochs": 3}
tuner = HyperparameterTuner(
    estimator(**values),
    "val_loss",
    {},
    METRICS,
    objective_type="Minimize",
    max_jobs=4,
    max_parallel_jobs=2,
    autotune=True,
)
tuner.fit(wait=False, job_name=NAMES["auto"])
saw["auto at once"] = {
    name: tuner.describe()["HyperParameterTuningJobConfig"][name]
    for name in ("Strategy", "ResourceLimits", "ParameterRanges", "TrainingJobEarlyStoppingType")
}
tuner.wait()
best = tuner.best_training_job()
frame = tuner.analytics().dataframe()
saw["auto"] = {
    "status": tuner.describe()["HyperParameterTuningJobStatus"],
    "best": best,
    "hyperparameters": tuner.best_estimator().hyperparameters(),
    "model": tuner.best_estimator().model_data,
    "frame": json.loads(frame.to_json(orient="records")),
}
S3Downloader.download(saw["auto"]["model"], str(folder / "model"), sagemaker_session=session)
attached = HyperparameterTuner.attach(NAMES["auto"], sagemaker_session=session)
saw["attached"] = {"best": attached.best_training_job(), "objective": attached.objective_metric_name}

# Ranges of one's own, and two warm starts from them.
ranges = {
    "lr": ContinuousParameter(0.001, 0.1, scaling_type="Logarithmic"),
    "hidden": IntegerParameter(2, 16),
    "activation": CategoricalParameter(["relu", "tanh"]),
}
parent = HyperparameterTuner(
    estimator(epochs=3), "val_loss", ranges, METRICS, objective_type="Minimize", max_jobs=3, max_parallel_jobs=2
)
parent.fit(wait=True, job_name=NAMES["ranges"])
saw["ranges"] = json.loads(parent.analytics().dataframe().to_json(orient="records"))
same = HyperparameterTuner.attach(NAMES["ranges"], sagemaker_session=session).identical_dataset_and_algorithm_tuner()
same.max_jobs = 2
same.fit(wait=True, job_name=NAMES["same"])
saw["same"] = {
    "overall": same.describe()["OverallBestTrainingJob"]["TrainingJobName"],
    "jobs": json.loads(same.analytics().dataframe().to_json(orient="records")),
}
S3Downloader.download(same.best_estimator().model_data, str(folder / "same"), sagemaker_session=session)
other = parent.transfer_learning_tuner(estimator=estimator(epochs=3))
other.max_jobs = 2
other.fit(wait=True, job_name=NAMES["other"])
saw["other"] = other.describe()["TrainingJobStatusCounters"]["Completed"]

# Stopped half-way.
slow = HyperparameterTuner(
    estimator("slow.py"),
    "val_loss",
    {"lr": ContinuousParameter(0.01, 1)},
    METRICS,
    objective_type="Minimize",
    max_jobs=9,
)
slow.fit(wait=False, job_name=NAMES["stopped"])
slow.stop_tuning_job()
slow.wait()
saw["stopped"] = slow.describe()["HyperParameterTuningJobStatus"]

# Two algorithms in one tuning job.
several = HyperparameterTuner.create(
    {"net": estimator(epochs=3), "ridge": estimator("ridge.py")},
    {"net": "val_loss", "ridge": "val_loss"},
    {"net": {"lr": ContinuousParameter(0.001, 0.1)}, "ridge": {"degree": IntegerParameter(1, 7)}},
    metric_definitions_dict={"net": METRICS, "ridge": METRICS},
    objective_type="Minimize",
    max_jobs=4,
    max_parallel_jobs=2,
)
several.fit(inputs={}, include_cls_metadata={}, wait=True, job_name=NAMES["several"])
rows = several.analytics()
saw["several"] = {
    "best": several.best_training_job(),
    "definitions": sorted({row["TrainingJobDefinitionName"] for row in rows.training_job_summaries()}),
    "attached": sorted(HyperparameterTuner.attach(NAMES["several"], sagemaker_session=session).estimator_dict),
}

# A built-in algorithm, by its image.
lines = [f"{2 * a + b % 3},{a},{b}" for a in range(12) for b in range(12)]
(folder / "table.csv").write_text("\n".join(lines) + "\n")
table = S3Uploader.upload(
    str(folder / "table.csv"), f"s3://{session.default_bucket()}/table", sagemaker_session=session
)
trees = Estimator(
    image_uri=sagemaker.image_uris.retrieve("xgboost", session.boto_region_name, version="1.7-1"),
    role=ROLE,
    instance_count=1,
    instance_type="ml.m5.large",
    hyperparameters={"objective": "reg:squarederror", "num_round": 10},
    sagemaker_session=session,
)
forest = HyperparameterTuner(
    trees,
    "validation:rmse",
    {"eta": ContinuousParameter(0.1, 0.9), "max_depth": IntegerParameter(1, 5)},
    objective_type="Minimize",
    max_jobs=3,
)
data = sagemaker.inputs.TrainingInput(table, content_type="text/csv")
forest.fit({"train": data, "validation": data}, wait=True, job_name=NAMES["xgboost"])
saw["xgboost"] = json.loads(forest.analytics().dataframe().to_json(orient="records"))
saw["xgboost model"] = forest.best_estimator().model_data
S3Downloader.download(saw["xgboost model"], str(folder / "xgboost"), sagemaker_session=session)

print()
print(json.dumps(saw, default=str))
