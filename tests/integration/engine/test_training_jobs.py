"""Training jobs of their own with real processes: results, crashes, deletion, and that nobody else sees them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from selftune.engine.compose import tuning_service
from selftune.engine.results import artifacts_folder
from selftune.engine.service import TuningService
from selftune.model.errors import NameTaken, NoSuchJob, StillRunning
from selftune.model.jobs import TuningJobStatus
from selftune.model.request import JobKind, MetricDefinition, ScriptRequest, TuningJobRequest, UserSettings
from selftune.store.artifacts.folder import ArtifactFolder

pytestmark = pytest.mark.integration

TRAIN = """
import argparse, os
parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=10)
size = parser.parse_args().size
print(f"loss=0.5 own<7>")
with open(os.path.join(os.environ["SM_MODEL_DIR"], "weights.bin"), "wb") as file:
    file.write(os.urandom(size))
"""


def request(folder: Path, name: str = "one", size: int = 10, **changes) -> TuningJobRequest:
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(TRAIN)
    program = ScriptRequest(
        entry_point="train.py", folder=str(folder), python=sys.executable, hyperparameters=(("size", size),)
    )
    made = TuningJobRequest(name=name, kind=JobKind.TRAINING, program=program, output="s3://results/here")
    return replace(made, **changes)


@pytest.fixture
def service(tmp_path: Path) -> TuningService:
    made = tuning_service(tmp_path / "home")
    ArtifactFolder(artifacts_folder(made.home)).create_bucket("results")
    return made


def weights(service: TuningService, name: str = "one") -> bytes:
    artifacts = ArtifactFolder(artifacts_folder(service.home))
    found = artifacts.find("results", f"here/{name}/output/model.tar.gz")
    with artifacts.open(found) as file, tarfile.open(fileobj=file) as tar:
        member = tar.extractfile("weights.bin")
        assert member is not None
        return member.read()


def test_a_loop_that_is_killed_while_results_are_kept_keeps_them_when_it_comes_back(tmp_path, service):
    size = 60 << 20
    service.create(request(tmp_path / "code", size=size))
    loop = subprocess.Popen([sys.executable, "-m", "selftune.engine.loop", "--home", str(service.home), "training.one"])
    status = service.attempt_folder("training.one", 1) / "control" / "status.json"
    end = time.monotonic() + 60
    while not status.exists():
        assert time.monotonic() < end
        time.sleep(0.005)
    os.kill(loop.pid, signal.SIGKILL)
    loop.wait()
    assert service.resumable() == ["training.one"]
    record = service.run("training.one")
    assert record.state.status is TuningJobStatus.COMPLETED
    assert len(weights(service)) == size
    assert record.state.training_job(1).attempt == 1


def test_it_is_seen_by_its_stored_name_and_by_no_list_of_tuning_jobs(tmp_path, service):
    service.create(request(tmp_path / "code"))
    assert (service.names(), service.names(JobKind.TRAINING)) == ([], ["training.one"])
    assert service.records() == []
    with pytest.raises(NameTaken, match="A training job named 'one' exists"):
        service.create(request(tmp_path / "code"))


def test_metrics_that_were_defined_are_kept_beside_those_that_are_recognised(tmp_path, service):
    settings = UserSettings(metrics=(MetricDefinition(name="mine", regex=r"own<(\d+)>"),))
    service.create(request(tmp_path / "code", settings=settings))
    service.run("training.one")
    assert {point.name: point.value for point in service.metrics("training.one", 1)} == {"loss": 0.5, "mine": 7.0}


def test_what_has_ended_is_deleted_whole_and_its_objects_stay(tmp_path, service):
    service.create(request(tmp_path / "code"))
    with pytest.raises(StillRunning, match="'one' has not ended"):
        service.delete("training.one")
    service.run("training.one")
    service.delete("training.one")
    with pytest.raises(NoSuchJob):
        service.record("training.one")
    assert not (service.home / "jobs" / "training.one").exists()
    assert len(weights(service)) == 10
    service.create(request(tmp_path / "code"))
    assert service.run("training.one").state.status is TuningJobStatus.COMPLETED


def test_a_home_that_was_never_used_has_nothing_to_delete(tmp_path):
    with pytest.raises(NoSuchJob):
        tuning_service(tmp_path / "new").delete("training.one")
