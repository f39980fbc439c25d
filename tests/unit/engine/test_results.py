"""What a training job leaves becomes archives where the user wants it, once and again."""

from __future__ import annotations

import io
import os
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from selftune.engine.archives import ArtifactResults, pack
from selftune.engine.results import Kept, ResultKeeper, archive_address, model_address
from selftune.model.errors import StorageFailure
from selftune.model.events import EndedHow
from selftune.store.artifacts.folder import ArtifactFolder
from selftune.testing.factories import a_request, a_training_job, a_tuning_job


def attempt_folder(folder: Path, *, has_output: bool = True) -> Path:
    (folder / "ml" / "model" / "deep").mkdir(parents=True)
    (folder / "ml" / "model" / "deep" / "weights.bin").write_bytes(b"w")
    (folder / "ml" / "output" / "data").mkdir(parents=True)
    if has_output:
        (folder / "ml" / "output" / "data" / "report.txt").write_text("fine")
    return folder


@pytest.fixture
def artifacts(tmp_path: Path) -> ArtifactFolder:
    folder = ArtifactFolder(tmp_path / "artifacts")
    folder.create_bucket("models")
    return folder


def keys(artifacts: ArtifactFolder) -> list[str]:
    return [artifact.key for artifact in artifacts.list("models")]


def test_model_and_output_lie_below_the_training_job(tmp_path, artifacts):
    ArtifactResults(artifacts).put("s3://models/a/", "job", attempt_folder(tmp_path / "one"), has_model=True)
    assert keys(artifacts) == ["a/job/output/model.tar.gz", "a/job/output/output.tar.gz"]
    with (
        artifacts.open(artifacts.find("models", "a/job/output/model.tar.gz")) as file,
        tarfile.open(fileobj=file) as tar,
    ):
        assert tar.getnames() == ["deep", "deep/weights.bin"]
    assert archive_address("s3://models/a/", "job", "model.tar.gz") == "s3://models/a/job/output/model.tar.gz"


def test_a_model_that_is_not_to_be_packed_lies_there_file_by_file(tmp_path, artifacts):
    attempt = attempt_folder(tmp_path / "one")
    model = attempt / "ml" / "model"
    (model / "best").symlink_to("deep/weights.bin")
    (tmp_path / "elsewhere").write_text("not of the model")
    (model / "outside").symlink_to(tmp_path / "elsewhere")
    ArtifactResults(artifacts).put("s3://models/a", "job", attempt, has_model=True, is_packed=False)
    kept = ["a/job/output/model/best", "a/job/output/model/deep/weights.bin", "a/job/output/output.tar.gz"]
    assert keys(artifacts) == kept
    with artifacts.open(artifacts.find("models", kept[0])) as file:
        assert file.read() == (model / "deep" / "weights.bin").read_bytes()
    assert model_address("s3://models/a", "job", is_packed=False) == "s3://models/a/job/output/model/"


def test_a_put_that_is_repeated_leaves_the_same_objects(tmp_path, artifacts):
    attempt = attempt_folder(tmp_path / "one")
    etags = []
    for seconds in (1_000, 2_000):
        os.utime(attempt / "ml" / "model" / "deep" / "weights.bin", (seconds, seconds))
        ArtifactResults(artifacts).put("s3://models", "job", attempt, has_model=True)
        etags.append([artifact.etag for artifact in artifacts.list("models")])
    assert etags[0] == etags[1]


def test_a_failed_training_job_leaves_no_model_and_an_empty_output_no_archive(tmp_path, artifacts):
    results = ArtifactResults(artifacts)
    results.put("s3://models", "failed", attempt_folder(tmp_path / "one"), has_model=False)
    results.put("s3://models", "quiet", attempt_folder(tmp_path / "two", has_output=False), has_model=True)
    assert keys(artifacts) == ["failed/output/output.tar.gz", "quiet/output/model.tar.gz"]


def test_links_are_kept_as_links_and_pipes_are_left_out(tmp_path):
    source = tmp_path / "model"
    source.mkdir()
    os.mkfifo(source / "pipe")
    (source / "secret").symlink_to("/etc/hostname")
    archive = io.BytesIO()
    pack(source, archive)
    archive.seek(0)
    with tarfile.open(fileobj=archive) as tar:
        (member,) = tar.getmembers()
    assert (member.name, member.issym(), member.linkname, member.uid) == ("secret", True, "/etc/hostname", 0)


class Slow:
    """Results that wait for a word, then keep nothing or fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.may_go_on = threading.Event()
        self.models: list[bool] = []
        self._error = error

    def put(self, output: str, training_job: str, attempt: Path, *, has_model: bool, is_packed: bool = True) -> None:  # noqa: ARG002
        self.may_go_on.wait(10)
        self.models.append(has_model)
        if self._error is not None:
            raise self._error


JOB = a_tuning_job(request=a_request(output="s3://models"))


def kept(keeper: ResultKeeper, how: EndedHow = EndedHow.EXITED, exit_code: int | None = 0, number: int = 1):
    return keeper.kept(a_training_job(number), how, exit_code)


def test_the_loop_goes_on_while_results_are_kept():
    results = Slow()
    keeper = ResultKeeper(JOB, results)
    assert kept(keeper) is None
    results.may_go_on.set()
    keeper.close()
    assert kept(keeper) == Kept()
    assert results.models == [True]


@pytest.mark.parametrize(
    ("error", "said"), [(StorageFailure("The disk is full."), "The disk is full."), (OSError("gone"), "OSError: gone")]
)
def test_what_goes_wrong_is_a_reason_and_not_the_end_of_the_loop(error, said):
    results = Slow(error)
    keeper = ResultKeeper(JOB, results)
    kept(keeper)
    results.may_go_on.set()
    keeper.close()
    found = kept(keeper)
    assert found is not None
    assert found.failure == f"What it left could not be kept below s3://models: {said}"


def test_a_model_is_kept_of_what_completed_or_was_stopped_and_nothing_of_what_was_lost():
    results = Slow()
    results.may_go_on.set()
    keeper = ResultKeeper(JOB, results)
    kept(keeper, number=1)
    kept(keeper, EndedHow.STOPPED, -15, number=2)
    kept(keeper, EndedHow.EXITED, 1, number=3)
    assert kept(keeper, EndedHow.LOST, None, number=4) == Kept()
    keeper.close()
    assert results.models == [True, True, False]


def test_without_an_address_everything_stays_where_it_is():
    job = replace(JOB, request=a_request())
    assert kept(ResultKeeper(job, Slow())) == Kept()
    assert kept(ResultKeeper(JOB, None)) == Kept()
