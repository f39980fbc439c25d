"""Counts from the store and counts of training jobs at hand are the same."""

from __future__ import annotations

import collections

from selftune.model.jobs import OutcomeCount, TrainingJobStatus
from selftune.testing.factories import a_state, a_training_job
from selftune.views.aws_counters import counted, objective_counters, status_counters
from selftune.views.spent import count

CASES = [
    (TrainingJobStatus.COMPLETED, 0.5),
    (TrainingJobStatus.COMPLETED, None),
    (TrainingJobStatus.STOPPED, 0.25),
    (TrainingJobStatus.STOPPED, None),
    (TrainingJobStatus.FAILED, 0.75),
    (TrainingJobStatus.FAILED, None),
    (TrainingJobStatus.IN_PROGRESS, 0.1),
    (TrainingJobStatus.STOPPING, None),
]


def test_counts_of_the_store_say_what_the_training_jobs_say():
    state = a_state([a_training_job(n, status=s, objective=o) for n, (s, o) in enumerate(CASES, start=1)])
    tally = collections.Counter((status.value, objective is not None) for status, objective in CASES)
    outcomes = [OutcomeCount(status=s, has_objective=has, number=number) for (s, has), number in tally.items()]
    assert counted(outcomes) == {
        "TrainingJobStatusCounters": status_counters(count(state)),
        "ObjectiveStatusCounters": objective_counters(state),
    }
    assert counted(outcomes)["ObjectiveStatusCounters"] == {"Succeeded": 2, "Pending": 2, "Failed": 4}


def test_no_training_jobs_are_counted_as_none():
    assert counted([])["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 0, "Failed": 0}
