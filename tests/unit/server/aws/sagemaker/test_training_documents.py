"""What DescribeTrainingJob says follows from the record alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from selftune.engine.outcomes import TIME_LIMIT_REASON
from selftune.model.jobs import TrainingJobStatus
from selftune.model.request import MetricDefinition, Origin, UserSettings
from selftune.server.aws.sagemaker.training_documents import MOST_METRICS, training_job_described
from selftune.server.aws.sagemaker.tuning_request import DOCUMENT_LABEL
from selftune.store.store import TimedPoint
from selftune.testing.factories import T0, a_record, a_request, a_state, a_training_job, a_tuning_job

V2 = {
    "HyperParameterTuningJobConfig": {
        "ParameterRanges": {
            "AutoParameters": [
                {"Name": "lr", "ValueHint": "0.01"},
                {"Name": "backend", "ValueHint": '"gloo"'},
                {"Name": "sagemaker_program", "ValueHint": '"train.py"'},
            ]
        }
    },
    "TrainingJobDefinition": {
        "AlgorithmSpecification": {"TrainingImage": "pytorch-training:2", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://b/out"},
    },
}


def described(training_job, given=None, points=(), **request):
    request = a_request(
        **({"origin": Origin.SERVER, "labels": ((DOCUMENT_LABEL, json.dumps(given)),)} if given else {}), **request
    )
    record = a_record(a_state([training_job]))
    record = replace(record, job=a_tuning_job(request=request))
    return training_job_described(record, training_job, points, "us-east-1")


def test_a_client_that_encodes_its_texts_as_json_reads_them_back_so():
    job = a_training_job(1, {"lr": 0.5, "kind": "fast", "backend": "gloo"}, objective=1.0)
    values = described(job, V2)["HyperParameters"]
    assert {name: json.loads(text) for name, text in values.items() if name != "_tuning_objective_metric"} == {
        "lr": 0.5,
        "kind": "fast",
        "backend": "gloo",
        "sagemaker_program": "train.py",
    }
    assert values["_tuning_objective_metric"] == "validation:rmse"


def test_a_training_job_made_elsewhere_has_all_that_its_program_got():
    values = described(a_training_job(1, {"lr": 0.5, "batch-size": 8}, objective=1.0))["HyperParameters"]
    assert values == {"lr": "0.5", "batch-size": "8", "epochs": "5", "_tuning_objective_metric": "validation:rmse"}


@pytest.mark.parametrize(
    ("changes", "status", "secondary"),
    [
        ({"status": TrainingJobStatus.STARTING}, "InProgress", "Starting"),
        ({"status": TrainingJobStatus.IN_PROGRESS}, "InProgress", "Training"),
        ({"status": TrainingJobStatus.STOPPING}, "Stopping", "Stopping"),
        ({"status": TrainingJobStatus.STOPPED, "stop_reason": "You."}, "Stopped", "Stopped"),
        ({"status": TrainingJobStatus.STOPPED, "stop_reason": TIME_LIMIT_REASON}, "Stopped", "MaxRuntimeExceeded"),
        ({"status": TrainingJobStatus.FAILED, "failure_reason": "No."}, "Failed", "Failed"),
        ({"status": TrainingJobStatus.COMPLETED}, "Completed", "Completed"),
    ],
)
def test_each_status_has_a_secondary_one_and_is_the_last_transition(changes, status, secondary):
    document = described(a_training_job(1, **changes))
    assert (document["TrainingJobStatus"], document["SecondaryStatus"]) == (status, secondary)
    transitions = document["SecondaryStatusTransitions"]
    assert transitions[-1]["Status"] == secondary
    assert all(each["StatusMessage"] for each in transitions)
    assert [each["StartTime"] for each in transitions] == sorted(each["StartTime"] for each in transitions)


def test_time_counts_all_attempts():
    document = described(a_training_job(1, objective=1.0, seconds=10.0, earlier_seconds=5.0))
    assert (document["TrainingTimeInSeconds"], document["BillableTimeInSeconds"]) == (15, 15)


def test_the_model_lies_at_the_output_address_and_otherwise_in_the_folder():
    job = a_training_job(1, objective=1.0)
    uri = described(job, V2, output="s3://b/out/")["ModelArtifacts"]["S3ModelArtifacts"]
    assert uri == f"s3://b/out/{job.name}/output/model.tar.gz"
    assert described(job)["ModelArtifacts"]["S3ModelArtifacts"].startswith("file:///")
    assert "ModelArtifacts" not in described(a_training_job(1))


def test_of_what_the_output_shows_only_the_objective_and_the_metrics_that_were_defined_are_final_ones():
    settings = UserSettings(metrics=(MetricDefinition(name="mine", regex="(x)"),))
    points = [
        TimedPoint(name=n, step=s, value=s, at=T0 + s) for n in ("seen", "mine", "validation:rmse") for s in (1, 2)
    ]
    found = described(a_training_job(1, objective=1.0), points=points, settings=settings)["FinalMetricDataList"]
    assert found == [
        {"MetricName": "validation:rmse", "Value": 2, "Timestamp": T0 + 2},
        {"MetricName": "mine", "Value": 2, "Timestamp": T0 + 2},
    ]


def test_where_no_metric_is_defined_the_last_value_of_each_is_told_the_objectives_first():
    names = [*(f"m{n}" for n in range(60)), "validation:rmse"]
    points = [TimedPoint(name=name, step=s, value=float(s), at=T0 + s) for name in names for s in (0, 1)]
    points.append(TimedPoint(name="m0", step=2, value=float("nan"), at=T0))
    found = described(a_training_job(1, objective=1.0), points=points)["FinalMetricDataList"]
    assert [each["MetricName"] for each in found[:3]] == ["validation:rmse", "m1", "m2"]
    assert {each["Value"] for each in found} == {1.0}
    assert len(found) == MOST_METRICS
