"""The AWS document against botocore's own model of the service."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import botocore.loaders
import botocore.model
import pytest

from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.plan import Chooser, CompletionCriteria
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.model.request import Channel, ScriptRequest
from selftune.testing.factories import (
    T0,
    a_plan,
    a_record,
    a_request,
    a_state,
    a_static_hyperparameter,
    a_training_job,
    a_tuned_hyperparameter,
    a_tuning_job,
    an_objective,
    decided,
)
from selftune.views.aws_document import training_job_document, tuning_job_document
from selftune.views.summary import summarize

LOCAL = {"S3Uri", "TrainingInstanceType"}
"""Shapes whose values are of this machine (file:// and "local"), which the service has no pattern or name for."""


@pytest.fixture(scope="module")
def service():
    return botocore.model.ServiceModel(botocore.loaders.Loader().load_service_model("sagemaker", "service-2"))


def faults(shape, value, where=""):
    """What the service's model would object to."""
    kind = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "integer": int}
    if not isinstance(value, kind.get(shape.type_name, int | float)):
        return [f"{where}: {value!r} is no {shape.type_name}"]
    if shape.type_name == "structure":
        unknown = [f"{where}.{name}: unknown" for name in value.keys() - shape.members.keys()]
        missing = [f"{where}.{name}: missing" for name in set(shape.required_members) - value.keys()]
        known = value.keys() & shape.members.keys()
        return unknown + missing + [f for n in known for f in faults(shape.members[n], value[n], f"{where}.{n}")]
    if shape.type_name == "list":
        return bounds(shape, len(value), where) + [f for item in value for f in faults(shape.member, item, where)]
    if shape.type_name == "map":
        return [f for item in value.values() for f in faults(shape.value, item, where)]
    return text_faults(shape, value, where) if shape.type_name == "string" else bounds(shape, value, where)


def text_faults(shape, value, where):
    found = bounds(shape, len(value), where)
    if shape.name in LOCAL:
        return found
    if shape.enum and value not in shape.enum:
        found.append(f"{where}: {value!r} is none of {shape.enum}")
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value, re.DOTALL):
        found.append(f"{where}: {value!r} does not match {pattern}")
    return found


def bounds(shape, size, where):
    low, high = shape.metadata.get("min", float("-inf")), shape.metadata.get("max", float("inf"))
    return [] if low <= size <= high else [f"{where}: {size} is not in {low}..{high}"]


def every_kind_of_range():
    return [
        a_tuned_hyperparameter("lr", 0.01),
        a_tuned_hyperparameter("batch-size", 32, IntegerRange(low=8, high=256, scaling=ScalingType.LOG)),
        a_tuned_hyperparameter("momentum", 0.9, ContinuousRange(low=0.5, high=0.99, scaling=ScalingType.REVERSE_LOG)),
        a_tuned_hyperparameter("nesterov", True, CategoricalRange(values=(True, False)), by=Chooser.USER),
        a_static_hyperparameter("backend", "gloo"),
    ]


def document_of(jobs=(), plan=None, request=None, **state):
    request = request or a_request()
    job = a_tuning_job(plan=plan or a_plan(every_kind_of_range()), request=request)
    record = a_record(a_state(jobs, **state), job=job)
    return tuning_job_document(record, summarize(record, {}, now=T0 + 100))


ENDED = {"status": TuningJobStatus.COMPLETED, "ended_at": T0 + 50}
JOBS = [
    a_training_job(1, objective=1.0),
    a_training_job(2, {"lr": 0.1}, objective=0.5),
    a_training_job(3, status=TrainingJobStatus.FAILED, failure_reason="Out of memory. " * 200),
    a_training_job(4, objective=2.0, status=TrainingJobStatus.STOPPED),
]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(document_of(), id="just created"),
        pytest.param(document_of([*JOBS, a_training_job(5)]), id="in progress"),
        pytest.param(document_of(JOBS, **ENDED), id="completed"),
        pytest.param(document_of(status=TuningJobStatus.FAILED, status_reason="x" * 5000), id="failed"),
        pytest.param(document_of(objective=an_objective(None)), id="objective not known yet"),
        pytest.param(
            document_of(
                plan=a_plan(
                    every_kind_of_range(),
                    completion=CompletionCriteria(
                        target_objective=0.1, max_jobs_not_improving=5, complete_on_convergence=True
                    ),
                    retry=decided(0),
                ),
                request=a_request(autotune=False, channels=(Channel(name="train", path="/data/train.csv"),)),
            ),
            id="all settings, data, no autotune",
        ),
    ],
)
def test_the_document_is_what_the_services_model_says(service, document):
    shape = service.shape_for("DescribeHyperParameterTuningJobResponse")
    assert faults(shape, document) == []
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_everything_that_autotune_chose_is_there_before_the_first_training_job():
    config = document_of()["HyperParameterTuningJobConfig"]
    assert config["Strategy"] == "Bayesian"
    assert config["ResourceLimits"] == {
        "MaxNumberOfTrainingJobs": 20,
        "MaxParallelTrainingJobs": 2,
        "MaxRuntimeInSeconds": 600,
    }
    assert config["TrainingJobEarlyStoppingType"] == "Auto"
    assert config["HyperParameterTuningJobObjective"] == {"Type": "Minimize", "MetricName": "validation:rmse"}


def test_ranges_are_in_three_lists_with_numbers_as_text():
    ranges = document_of()["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert ranges["IntegerParameterRanges"] == [
        {"Name": "batch-size", "MinValue": "8", "MaxValue": "256", "ScalingType": "Logarithmic"}
    ]
    assert [r["ScalingType"] for r in ranges["ContinuousParameterRanges"]] == ["Logarithmic", "ReverseLogarithmic"]
    assert ranges["CategoricalParameterRanges"] == [{"Name": "nesterov", "Values": ["true", "false"]}]
    assert {"Name": "lr", "ValueHint": "0.01"} in ranges["AutoParameters"]
    assert "nesterov" not in [hint["Name"] for hint in ranges["AutoParameters"]]


def test_the_three_lists_are_there_even_when_empty():
    ranges = document_of(plan=a_plan([]))["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert [ranges[f"{kind}ParameterRanges"] for kind in ("Integer", "Continuous", "Categorical")] == [[], [], []]


def test_what_an_sdk_needs_to_attach_is_there():
    definition = document_of()["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"] == {"backend": "gloo", "_tuning_objective_metric": "validation:rmse"}
    assert definition["ResourceConfig"].keys() >= {"InstanceCount", "InstanceType", "VolumeSizeInGB"}
    (metric,) = definition["AlgorithmSpecification"]["MetricDefinitions"]
    assert re.search(metric["Regex"], "epoch 3: validation:rmse = -1.5e-3").group(1) == "-1.5e-3"


def test_static_hyperparameters_of_a_script_are_those_that_it_is_given_and_never_its_own_defaults():
    plan = a_plan([a_tuned_hyperparameter(), a_static_hyperparameter("model-dir", ".")])
    plan = replace(plan, program=replace(plan.program, static_values=(("epochs", 2), ("lr", 0.1))))
    script = ScriptRequest(entry_point="train.py", folder="/code", python="python", hyperparameters=(("epochs", 2),))
    definition = document_of(plan=plan, request=a_request(program=script))["TrainingJobDefinition"]
    assert definition["StaticHyperParameters"] == {"epochs": "2", "_tuning_objective_metric": "validation:rmse"}


def test_what_an_estimator_said_of_its_machine_is_given_back():
    labels = (("instance_type", "ml.p4d.24xlarge"), ("role", "arn:aws:iam::123456789012:role/ada"))
    definition = document_of(request=a_request(labels=labels))["TrainingJobDefinition"]
    assert definition["ResourceConfig"]["InstanceType"] == "ml.p4d.24xlarge"
    assert definition["RoleArn"] == "arn:aws:iam::123456789012:role/ada"


def test_the_best_training_job_has_its_values_and_objective():
    best = document_of(JOBS, **ENDED)["BestTrainingJob"]
    assert best["TunedHyperParameters"] == {"lr": "0.1"}
    assert best["FinalHyperParameterTuningJobObjectiveMetric"] == {
        "Type": "Minimize",
        "MetricName": "validation:rmse",
        "Value": 0.5,
    }
    assert best["TrainingEndTime"] > best["TrainingStartTime"]


def test_counters_agree_with_the_training_jobs():
    document = document_of([*JOBS, a_training_job(5)])
    assert document["TrainingJobStatusCounters"] == {
        "Completed": 2,
        "InProgress": 1,
        "RetryableError": 0,
        "NonRetryableError": 1,
        "Stopped": 1,
    }
    assert document["ObjectiveStatusCounters"] == {"Succeeded": 3, "Pending": 1, "Failed": 1}


def test_a_failure_reason_has_at_most_1024_characters():
    record = a_record(a_state(JOBS))
    assert len(training_job_document(record, JOBS[2])["FailureReason"]) == 1024


def test_a_training_job_that_is_about_to_start_is_in_progress_to_the_service():
    starting = a_training_job(1, status=TrainingJobStatus.STARTING)
    document = training_job_document(a_record(a_state([starting])), starting)
    assert document["TrainingJobStatus"] == "InProgress"
    assert "TrainingStartTime" not in document


def test_autotune_is_said_only_where_it_was_on():
    assert document_of()["Autotune"] == {"Mode": "Enabled"}
    assert "Autotune" not in document_of(request=a_request(autotune=False))
