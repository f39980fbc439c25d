"""One home, many doors: what one of CLI, SDK and boto3 begins, the others list, describe and stop."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "selftune.cli.main"]
PATIENCE_SECONDS = 90.0
SLOW = """\
import argparse, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
lr = parser.parse_args().lr
for step in range(600):
    print(f"loss={(lr - 0.3) ** 2 + 1 / (step + 1):.6f}", flush=True)
    time.sleep(0.1)
"""
TERMINAL = ("Completed", "Stopped", "Failed")


def selftune(home: Path, *words: str) -> str:
    """What a command prints on standard output."""
    environ = {**os.environ, "SELFTUNE_HOME": str(home)}
    done = subprocess.run([*COMMAND, *words], env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "It did not come to that."
        time.sleep(0.1)


def status(sagemaker: Any, name: str) -> str:
    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    return str(described["HyperParameterTuningJobStatus"])


def runs_a_training_job(sagemaker: Any, name: str) -> bool:
    listed = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    return any(job["TrainingJobStatus"] == "InProgress" for job in listed["TrainingJobSummaries"])


def create(server: Any, name: str) -> None:
    """A tuning job by boto3, of the slow script."""
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode="w:gz") as archive:
        member = tarfile.TarInfo("train.py")
        member.size = len(SLOW)
        archive.addfile(member, io.BytesIO(SLOW.encode()))
    s3 = server.client("s3")
    if "code" not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="sourcedir.tar.gz", Body=place.getvalue())
    server.client("sagemaker").create_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name,
        HyperParameterTuningJobConfig={
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "ParameterRanges": {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0.01", "MaxValue": "1"}]},
        },
        TrainingJobDefinition={
            "StaticHyperParameters": {
                "sagemaker_program": "train.py",
                "sagemaker_submit_directory": "s3://code/sourcedir.tar.gz",
            },
            "AlgorithmSpecification": {
                "TrainingImage": "000000000000.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.3-cpu-py311",
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
            },
            "RoleArn": "arn:aws:iam::000000000000:role/service",
            "OutputDataConfig": {"S3OutputPath": "s3://code/out"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
            "StoppingCondition": {"MaxRuntimeInSeconds": 600},
            "Environment": {"API_TOKEN": "a-secret-of-the-job"},
        },
    )


def test_what_the_command_line_runs_is_listed_described_and_stopped_by_boto3(server: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SLOW)
    sagemaker = server.client("sagemaker")
    options = ["--name", "by-cli", "--detach", "--max-jobs", "2", "--metric", "loss:min"]
    selftune(server.home, "run", *options, str(tmp_path / "train.py"))
    listed = sagemaker.list_hyper_parameter_tuning_jobs(NameContains="by-cli")["HyperParameterTuningJobSummaries"]
    assert [job["HyperParameterTuningJobName"] for job in listed] == ["by-cli"]
    described = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="by-cli")
    assert described["HyperParameterTuningJobConfig"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 2
    wait_for(lambda: runs_a_training_job(sagemaker, "by-cli"))
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="by-cli")
    assert status(sagemaker, "by-cli") in ("Stopping", "Stopped"), "no longer InProgress once the stop has returned"
    wait_for(lambda: status(sagemaker, "by-cli") == "Stopped")
    assert (
        json.loads(selftune(server.home, "describe", "by-cli", "--json"))["HyperParameterTuningJobStatus"] == "Stopped"
    )


def test_what_boto3_creates_is_listed_described_and_stopped_by_the_command_line(server: Any) -> None:
    create(server, "by-boto3")
    sagemaker = server.client("sagemaker")
    assert "by-boto3" in selftune(server.home, "list")
    described = json.loads(selftune(server.home, "describe", "by-boto3", "--json"))
    assert described["HyperParameterTuningJobConfig"]["Strategy"] == "Random"
    wait_for(lambda: runs_a_training_job(sagemaker, "by-boto3"))
    selftune(server.home, "stop", "by-boto3")
    wait_for(lambda: status(sagemaker, "by-boto3") == "Stopped")


def test_what_is_told_to_a_training_job_in_confidence_stays_there(server: Any) -> None:
    """The environment of a job comes back to who describes it, as on AWS, and is in no log."""
    create(server, "confidential")
    sagemaker = server.client("sagemaker")
    wait_for(lambda: runs_a_training_job(sagemaker, "confidential"))
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="confidential")
    wait_for(lambda: status(sagemaker, "confidential") in TERMINAL)
    logs = [server.log, *(server.home / "jobs" / "confidential").glob("loop.log")]
    for path in logs:
        assert "a-secret-of-the-job" not in path.read_text()
    assert "a-secret-of-the-job" not in selftune(server.home, "describe", "confidential")
    assert "a-secret-of-the-job" not in selftune(server.home, "explain", "confidential")


def test_a_server_takes_up_what_a_crash_left(servers: Callable[..., Any]) -> None:
    first = servers()
    create(first, "crashed")
    sagemaker = first.client("sagemaker")
    wait_for(lambda: runs_a_training_job(sagemaker, "crashed"))
    killed = _loop_of(first.home, "crashed")
    os.kill(killed, signal.SIGKILL)
    wait_for(lambda: _loops_of(first.home, "crashed") - {killed} != set())  # by the server that is up
    os.kill(_loop_of(first.home, "crashed"), signal.SIGKILL)
    first.process.kill()
    first.process.wait(30)
    again = servers(home=first.home)
    assert "Taken up where a crash left them: crashed." in again.log.read_text()
    sagemaker = again.client("sagemaker")
    sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="crashed")
    wait_for(lambda: status(sagemaker, "crashed") == "Stopped")


def test_the_server_may_end_while_a_tuning_job_goes_on(servers: Callable[..., Any]) -> None:
    first = servers()
    create(first, "goes-on")
    wait_for(lambda: runs_a_training_job(first.client("sagemaker"), "goes-on"))
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(30) == 130
    assert "these go on: goes-on" in first.log.read_text()
    assert _loop_of(first.home, "goes-on")
    selftune(first.home, "stop", "goes-on")
    wait_for(lambda: "Stopped" in selftune(first.home, "describe", "goes-on"))


def _loop_of(home: Path, name: str) -> int:
    """The process that holds the loop of a tuning job."""
    found = _loops_of(home, name)
    assert found, f"Nobody holds the loop of {name}."
    return found.pop()


def _loops_of(home: Path, name: str) -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"selftune.engine.loop" in words and str(home).encode() in words and name.encode() in words:
            found.add(int(entry.parent.name))
    return found
