"""The folders of tuning jobs: made whole, or not at all."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from selftune.engine.creation import TuningJobFolders, environment_at_creation
from selftune.model.command import CommandTemplate, Literal
from selftune.model.errors import NameTaken, StorageFailure, UsageError
from selftune.model.request import JobKind
from selftune.testing.factories import a_request, a_tuning_job


@pytest.fixture
def folders(tmp_path):
    made = TuningJobFolders(tmp_path / "home")
    made.make_home()
    return made


@pytest.fixture
def job(folders, tmp_path):
    code = tmp_path / "code"
    code.mkdir()
    (code / "train.py").write_text("print(1)")
    job = a_tuning_job(folder=str(folders.of("digits")))
    return replace(job, plan=replace(job.plan, program=replace(job.plan.program, folder=str(code))))


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a/b", "../a", "a" * 33, "a" + "-" * 40 + "b", "ä"])
def test_a_name_that_does_not_fit_is_refused(folders, name):
    with pytest.raises(UsageError, match="cannot name"):
        folders.check_name(a_request(name), [])


def test_a_taken_name_is_refused_whatever_its_case(folders):
    with pytest.raises(NameTaken):
        folders.check_name(a_request("Digits"), ["digits"])
    folders.check_name(a_request("a" * 32), ["digits"])


def test_names_of_training_jobs_are_longer_and_taken_by_training_jobs_only(folders):
    folders.check_name(a_request("a" * 63, kind=JobKind.TRAINING), ["digits"])
    folders.check_name(a_request("digits", kind=JobKind.TRAINING), ["digits"])
    with pytest.raises(UsageError, match="cannot name a training job"):
        folders.check_name(a_request("a" * 64, kind=JobKind.TRAINING), [])
    with pytest.raises(NameTaken):
        folders.check_name(a_request("Digits", kind=JobKind.TRAINING), ["training.digits"])


def test_the_folder_holds_the_snapshot(folders, job):
    with folders.made_for(job, is_stored=lambda: True) as made:
        assert made.warnings == ()
    assert (folders.of("digits") / "snapshot" / "train.py").read_text() == "print(1)"


def test_code_that_the_command_names_elsewhere_is_kept_too(folders, job, tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "train.py").write_text("print(2)")
    template = CommandTemplate(parts=(Literal(text="python"), Literal(text="../tools/train.py")))
    plan = replace(job.plan, program=replace(job.plan.program, template=template))
    with folders.made_for(replace(job, plan=plan), is_stored=lambda: True):
        assert (folders.of("digits") / "snapshot-outside" / "0" / "tools" / "train.py").read_text() == "print(2)"


def test_what_could_not_be_stored_leaves_no_folder(folders, job):
    with pytest.raises(NameTaken), folders.made_for(job, is_stored=lambda: False):
        raise NameTaken("taken")
    assert not folders.of("digits").exists()


def test_a_job_that_was_stored_keeps_its_folder_even_when_interrupted(folders, job):
    with pytest.raises(KeyboardInterrupt), folders.made_for(job, is_stored=lambda: True):
        raise KeyboardInterrupt
    assert (folders.of("digits") / "snapshot").exists()


def test_two_creations_wait_for_each_other(folders):
    order: list[str] = []

    def second() -> None:
        with folders.one_creation_at_a_time():
            order.append("second")

    with folders.one_creation_at_a_time():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=0.2)
        assert thread.is_alive()
        order.append("first")
    thread.join(timeout=10)
    assert order == ["first", "second"]


def test_a_home_that_is_a_file_is_told_in_words(tmp_path):
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(StorageFailure, match="cannot be written"):
        TuningJobFolders(tmp_path / "home").make_home()


def test_only_the_variables_that_find_programs_are_kept():
    kept = environment_at_creation({"PATH": "/bin", "SECRET_TOKEN": "x", "VIRTUAL_ENV": "/venv"})
    assert kept == (("PATH", "/bin"), ("VIRTUAL_ENV", "/venv"))
