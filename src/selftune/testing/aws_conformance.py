"""Does a server answer every input of its operations without a fault of its own, in a form that botocore understands?

Requests are built and signed by botocore, answers parsed by it; its own validation is left out, so that what is wrong
reaches the server. Needs botocore and hypothesis.
"""

from __future__ import annotations

import collections
import functools
import io
import json
import tarfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.loaders
import botocore.parsers
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
from botocore.model import ServiceModel
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

from selftune.testing.aws_inputs import Strategies, invalid_inputs, valid_inputs

OK, FAULT = "ok", "fault"
BUCKET = "conformance"
_SCRIPT = b"""\
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.parse_known_args()
print("loss=1")
"""
_MADE = ("job-1", "job-2")
_NAMES = ("job-1", "job-2", "Job-1", "none")
_ARN = "arn:aws:sagemaker:us-east-1:000000000000"


@functools.cache
def sagemaker_model() -> ServiceModel:
    """botocore's description of SageMaker."""
    return ServiceModel(botocore.loaders.Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request."""

    status: int
    outcome: str
    """"ok", the code of a refusal, or "fault": status 500 and above, or no answer that botocore can parse."""
    message: str = ""


class SignedCaller:
    """Sends bodies to a server, signed.

    Args:
        environment: What `selftune env` prints.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._url = environment["AWS_ENDPOINT_URL"]
        self._key = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        self._region = environment["AWS_DEFAULT_REGION"]
        self._session = URLLib3Session()
        self._parser = botocore.parsers.create_parser("json")

    def ask(self, operation: str, body: bytes) -> Answer:
        """The answer to one body of a SageMaker operation."""
        headers = {"X-Amz-Target": f"SageMaker.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        request = AWSRequest(method="POST", url=f"{self._url}/", data=body, headers=headers)
        SigV4Auth(self._key, "sagemaker", self._region).add_auth(request)
        answer = self._session.send(request.prepare())
        raw = {"status_code": answer.status_code, "headers": answer.headers, "body": answer.content}
        shape = sagemaker_model().operation_model(operation).output_shape
        try:
            error = self._parser.parse(raw, shape).get("Error", {})
        except botocore.parsers.ResponseParserError as failure:
            return Answer(status=answer.status_code, outcome=FAULT, message=str(failure))
        if answer.status_code >= 500 or (answer.status_code >= 300 and not error.get("Code")):
            return Answer(status=answer.status_code, outcome=FAULT, message=error.get("Message", ""))
        outcome = OK if answer.status_code < 300 else error["Code"]
        return Answer(status=answer.status_code, outcome=outcome, message=error.get("Message", ""))

    def put(self, path: str, data: bytes) -> None:
        """Put an object (or, with one part in its path, make a bucket)."""
        request = AWSRequest(method="PUT", url=f"{self._url}/{path}", data=data)
        S3SigV4Auth(self._key, "s3", self._region).add_auth(request)
        self._session.send(request.prepare())


def prepare(caller: SignedCaller) -> None:
    """Make what the generated requests name, so that some can be carried out: a script, some data, some jobs."""
    caller.put(BUCKET, b"")
    caller.put(f"{BUCKET}/source.tar.gz", _archive())
    caller.put(f"{BUCKET}/data/train.csv", b"y,x\n1,2\n3,4\n")
    caller.put(f"{BUCKET}/damaged.tar.gz", _archive()[:-6])
    for key in ("both/a", "both/a/b"):
        caller.put(f"{BUCKET}/{key}", b"x")
    for name in _MADE:
        caller.ask("CreateTrainingJob", json.dumps({"TrainingJobName": name, **_A_TRAINING_JOB}).encode())
        caller.ask("CreateHyperParameterTuningJob", json.dumps(_a_tuning_job(name)).encode())


def stop_everything(caller: SignedCaller) -> None:
    """Stop what the requests have set going."""
    for name in _NAMES:
        caller.ask("StopHyperParameterTuningJob", json.dumps({"HyperParameterTuningJobName": name}).encode())
        caller.ask("StopTrainingJob", json.dumps({"TrainingJobName": name}).encode())


def _archive() -> bytes:
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode="w:gz") as archive:
        member = tarfile.TarInfo("train.py")
        member.size = len(_SCRIPT)
        archive.addfile(member, io.BytesIO(_SCRIPT))
    return place.getvalue()


def served_operations(caller: SignedCaller) -> list[str]:
    """Operations of SageMaker that the server has: those that it does not call unknown; what deletes comes last."""
    names = sagemaker_model().operation_names
    served = [name for name in names if caller.ask(name, b"[]").outcome != "UnknownOperationException"]
    return sorted(served, key=lambda name: name.startswith("Delete"))


def outcomes(caller: SignedCaller, operation: str, count: int, first_seed: int) -> tuple[dict[str, int], list[str]]:
    """Send `count` generated inputs of one operation, every second one with a single thing wrong.

    Returns:
        How often each outcome came; and of each fault what was sent and answered, at most ten.
    """
    inputs = inputs_of(operation)
    tally: collections.Counter[str] = collections.Counter()
    faults: list[str] = []

    def send(value: Any) -> None:
        answer = caller.ask(operation, json.dumps(value).encode())
        tally[answer.outcome] += 1
        if answer.outcome == FAULT and len(faults) < 10:
            faults.append(f"{operation} {json.dumps(value)[:2000]} -> {answer.status} {answer.message}")

    while (left := count - tally.total()) > 0:  # hypothesis ends early where it has seen all that there is
        _draw(inputs, left, first_seed + tally.total(), send)
    return dict(tally), faults


def _draw(inputs: st.SearchStrategy[Any], count: int, first_seed: int, use: Callable[[Any], None]) -> None:
    @seed(first_seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def one(value: Any) -> None:
        use(value)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HypothesisWarning)  # of how long the description of the inputs is
        one()


def inputs_of(operation: str) -> st.SearchStrategy[Any]:
    """Inputs of an operation: from the model alone, sensible ones where there are some, and both with a fault."""
    shape = sagemaker_model().operation_model(operation).input_shape
    assert shape is not None
    known = names_that_recur()
    modelled = valid_inputs(shape, known)
    sensible = {"CreateHyperParameterTuningJob": tuning_jobs, "CreateTrainingJob": training_jobs}.get(operation)
    good = modelled if sensible is None else st.one_of(modelled, sensible(known))
    return st.one_of(good, invalid_inputs(shape, good))


def tuning_jobs(known: Strategies) -> st.SearchStrategy[Any]:
    """Requests for tuning jobs that mostly hold together."""
    limits = {"MaxNumberOfTrainingJobs": st.integers(1, 2), "MaxParallelTrainingJobs": st.just(1)}
    objective = {"Type": st.sampled_from(["Minimize", "Maximize"]), "MetricName": st.just("loss")}
    config = st.fixed_dictionaries(
        {
            "Strategy": st.sampled_from(["Bayesian", "Random", "Grid", "Hyperband"]),
            "ResourceLimits": st.fixed_dictionaries(limits, optional={"MaxRuntimeInSeconds": st.just(120)}),
            "HyperParameterTuningJobObjective": st.fixed_dictionaries(objective),
            "ParameterRanges": known["ParameterRanges"],
        },
        optional={
            "TrainingJobEarlyStoppingType": st.sampled_from(["Off", "Auto"]),
            "RandomSeed": st.integers(0, 2**31 - 1),
        },
    )
    definition = st.fixed_dictionaries(
        {
            "StaticHyperParameters": known["HyperParameters"],
            "HyperParameterTuningResourceConfig": st.just(_RESOURCES),
            **_job_members(known),
        },
        optional={"RetryStrategy": st.just({"MaximumRetryAttempts": 1})},
    )
    return st.fixed_dictionaries(
        {
            "HyperParameterTuningJobName": known["HyperParameterTuningJobName"],
            "HyperParameterTuningJobConfig": config,
            "TrainingJobDefinition": definition,
        },
        optional={"Autotune": st.just({"Mode": "Enabled"}), "Tags": st.just([{"Key": "a", "Value": "b"}])},
    )


def training_jobs(known: Strategies) -> st.SearchStrategy[Any]:
    """Requests for training jobs that mostly hold together."""
    members = {"TrainingJobName": known["TrainingJobName"], "HyperParameters": known["HyperParameters"]}
    return st.fixed_dictionaries({**members, "ResourceConfig": st.just(_RESOURCES), **_job_members(known)})


_RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
_RUN = {
    "AlgorithmSpecification": {
        "TrainingImage": "x/pytorch-training:2.3-cpu-py311",
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
    },
    "RoleArn": "arn:aws:iam::000000000000:role/service",
    "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/out"},
    "ResourceConfig": _RESOURCES,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
_PROGRAM = {"sagemaker_program": "train.py", "sagemaker_submit_directory": f"s3://{BUCKET}/source.tar.gz"}
_A_TRAINING_JOB = {"HyperParameters": _PROGRAM, **_RUN}


def _a_tuning_job(name: str) -> dict[str, Any]:
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.1", "MaxValue": "1"}]},
        },
        "TrainingJobDefinition": {"StaticHyperParameters": _PROGRAM, **_RUN},
    }


def _job_members(known: Strategies) -> dict[str, st.SearchStrategy[Any]]:
    metrics = st.just([{"Name": "loss", "Regex": "loss=([0-9.]+)"}])
    algorithm = {"TrainingImage": known["AlgorithmImage"], "TrainingInputMode": st.just("File")}
    return {
        "AlgorithmSpecification": st.fixed_dictionaries(algorithm, optional={"MetricDefinitions": metrics}),
        "RoleArn": st.just("arn:aws:iam::000000000000:role/service"),
        "OutputDataConfig": st.just({"S3OutputPath": f"s3://{BUCKET}/out"}),
        "StoppingCondition": st.just({"MaxRuntimeInSeconds": 60}),
    }


def names_that_recur() -> Strategies:
    """Few names, so that requests meet what earlier ones have made; and addresses, of which some exist."""
    names = st.sampled_from(_NAMES)
    parameter_names = st.sampled_from(["lr", "batch-size", "optimizer", "sagemaker_program", "x y"])
    programs = st.sampled_from(["train.py"] * 9 + ["n" * 300])
    static = {"sagemaker_program": programs, "sagemaker_submit_directory": _source()}
    return {
        "HyperParameterTuningJobName": names,
        "TrainingJobName": names,
        "ResourceArn": st.builds("{}:{}/{}".format, st.just(_ARN), _kinds(), names.map(str.lower)),
        "MaxParallelTrainingJobs": st.integers(1, 2),
        "MaxNumberOfTrainingJobs": st.integers(1, 2),
        "HyperParameterTuningMaxRuntimeInSeconds": st.just(120),
        "AlgorithmImage": st.sampled_from(
            ["x/pytorch-training:2.3-cpu-py311", "x/sagemaker-xgboost:1.7-1", "x/none:1"]
        ),
        "S3Uri": st.sampled_from(
            [*(f"s3://{BUCKET}{rest}" for rest in ("/data", "/none", "/both", "")), "s3://no-such-bucket/x", "s3://"]
        ),
        "HyperParameters": st.one_of(st.fixed_dictionaries(static), _texts_by_name(parameter_names)),
        "ParameterRanges": _parameter_ranges(parameter_names),
    }


def _kinds() -> st.SearchStrategy[str]:
    return st.sampled_from(["hyper-parameter-tuning-job", "training-job", "model"])


def _source() -> st.SearchStrategy[str]:
    return st.sampled_from(
        [f"s3://{BUCKET}/source.tar.gz"] * 3 + [f"s3://{BUCKET}/{n}.tar.gz" for n in ("none", "damaged")]
    )


def _texts_by_name(names: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(
        names, st.sampled_from(["1", "0.01", '"adam"', "", "train.py", "s3://x/y", "a\0b", "\ud800"]), max_size=3
    )


def _parameter_ranges(names: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Ranges that mostly hold together: bounds that are numbers and in order, few names."""
    bounds = st.sampled_from([("1", "10"), ("0.001", "1"), ("0.5", "0.9"), ("9", "1"), ("nan", "inf"), ("a", "b")])
    scales = st.sampled_from(["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"])
    numeric = st.builds(
        lambda name, ends, scale: {"Name": name, "MinValue": ends[0], "MaxValue": ends[1], "ScalingType": scale},
        names,
        bounds,
        scales,
    )
    choices = st.lists(st.sampled_from(["a", "b", "1", '"c"', "true"]), min_size=1, max_size=3)
    categorical = st.fixed_dictionaries({"Name": names, "Values": choices})
    auto = st.fixed_dictionaries({"Name": names, "ValueHint": st.sampled_from(["1", '"0.1"', "adam", ""])})
    return st.fixed_dictionaries(
        {},
        optional={
            "IntegerParameterRanges": st.lists(numeric, max_size=2),
            "ContinuousParameterRanges": st.lists(numeric, max_size=2),
            "CategoricalParameterRanges": st.lists(categorical, max_size=2),
            "AutoParameters": st.lists(auto, max_size=2),
        },
    )
