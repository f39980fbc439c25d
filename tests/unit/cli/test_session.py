from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selftune.cli.outcome import outcome_document
from selftune.cli.session import Ending, Left
from selftune.model.jobs import TrainingJobStatus, TuningJobRecord, TuningJobStatus
from selftune.testing.factories import T0, a_record, a_state, a_training_job
from selftune.views.summary import Summary, summarize

GIVES_ONE = a_training_job(1, objective=0.5)
FAILED = a_training_job(1, status=TrainingJobStatus.FAILED, failure_reason="Boom.")


def _summary(record: TuningJobRecord) -> Summary:
    return summarize(record, {}, now=T0 + 60)


@pytest.mark.parametrize("status", [TuningJobStatus.COMPLETED, TuningJobStatus.FAILED, TuningJobStatus.STOPPED])
def test_the_tuning_failed_where_no_training_job_gave_the_objective_and_only_there(status: TuningJobStatus) -> None:
    for job, code in ((GIVES_ONE, 0), (FAILED, 1)):
        record = a_record(a_state([job], status=status, ended_at=T0 + 60))
        assert Ending(record=record).exit_code(_summary(record)) == code


@pytest.mark.parametrize(("left", "code"), [(Left.STOPPED, 130), (Left.STOPPING, 130), (Left.TERMINAL_CLOSED, 129)])
def test_a_loop_that_was_left_says_how(left: Left, code: int) -> None:
    record = a_record(a_state([GIVES_ONE], status=TuningJobStatus.STOPPING))
    assert Ending(record=record, left=left).exit_code(_summary(record)) == code


def test_a_model_is_named_only_where_there_is_one(tmp_path: Path) -> None:
    record = a_record(a_state([GIVES_ONE]))
    record = replace(record, job=replace(record.job, folder=str(tmp_path)))
    best = outcome_document(record, _summary(record))["best"]
    assert best["model"] is None
    assert best["work"] == f"{tmp_path}/{GIVES_ONE.name}/attempt-1/work"
    model = tmp_path / GIVES_ONE.name / "attempt-1" / "ml" / "model"
    model.mkdir(parents=True)
    assert outcome_document(record, _summary(record))["best"]["model"] is None
    (model / "model.txt").write_text("weights")
    document = outcome_document(record, _summary(record))
    assert document["best"]["model"] == document["baseline"]["model"] == str(model)
