"""What DescribeHyperParameterTuningJob says beside the document of all doors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.model.jobs import TuningJobRecord
from selftune.model.request import WarmStart
from selftune.server.aws.sagemaker.tuning_documents import described
from selftune.testing.factories import T0, a_plan, a_record, a_request, a_state, a_training_job, a_tuning_job
from selftune.views.summary import totals_of


def a_named_record(name: str, loss: float, warm_start: WarmStart | None = None) -> TuningJobRecord:
    """A tuning job of one training job, which bears its name."""
    training_job = replace(a_training_job(1, objective=loss), name=f"{name}-001")
    job = a_tuning_job(name, plan=a_plan(), request=a_request(name, warm_start=warm_start))
    return replace(a_record(a_state([training_job])), job=job)


@pytest.mark.parametrize(
    ("losses", "best"), [((1.0, 2.0, 3.0), "child"), ((2.0, 1.0, 3.0), "first"), ((2.0, 3.0, 1.0), "second")]
)
def test_the_best_of_all_is_looked_for_in_a_tuning_job_and_in_each_of_its_parents(losses, best):
    own, first, second = losses
    parents = [a_named_record("first", first), a_named_record("second", second)]
    record = a_named_record("child", own, WarmStart(parents=("first", "second"), is_identical=True))
    document = described(record, totals_of(record, now=T0 + 100), "us-east-1", parents)
    assert document["OverallBestTrainingJob"]["TrainingJobName"] == f"{best}-001"
    assert document["OverallBestTrainingJob"]["TuningJobName"] == best
    assert document["BestTrainingJob"]["TrainingJobName"] == "child-001"
