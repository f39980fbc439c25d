"""What people read: rows, durations, events and explanations in words."""

from __future__ import annotations

from typing import get_args

import pytest

from selftune.model.errors import UnknownName
from selftune.model.events import (
    CompletionReached,
    EarlyStopDecided,
    EndedHow,
    Event,
    JobLimitLowered,
    LoopFailed,
    MetricsReported,
    ObjectiveConfirmed,
    ObjectiveNotFound,
    RangesMoved,
    StopRequested,
    SuggestionFailed,
    SuggestionsMade,
    TimeElapsed,
    TrainingJobEnded,
    TrainingJobNotStarted,
    TrainingJobStarted,
    TrainingJobStopRequested,
    TuningJobCreated,
)
from selftune.model.jobs import TrainingJobStatus
from selftune.model.objective import MetricPoint
from selftune.model.plan import Chooser, CompletionCriteria
from selftune.testing.factories import (
    T0,
    a_plan,
    a_range_move,
    a_record,
    a_state,
    a_static_hyperparameter,
    a_suggestion,
    a_training_job,
    a_tuned_hyperparameter,
    an_objective,
    decided,
)
from selftune.views.durations import duration_text
from selftune.views.events_text import event_text
from selftune.views.explain import explain
from selftune.views.rows import training_job_rows, tuning_job_row
from selftune.views.summary import summarize

POINT = MetricPoint(name="loss", value=0.5, step=0)


def report(*values, points=(POINT,)):
    return MetricsReported(at=T0, number=3, attempt=1, points=points, objective_values=values, log_offset=9)


def ended(how, code=None, reason=None, attempt=1):
    return TrainingJobEnded(at=T0, number=3, attempt=attempt, how=how, exit_code=code, failure_reason=reason)


SENTENCES = [
    (TuningJobCreated(at=T0), "The tuning job was created."),
    (
        SuggestionsMade(at=T0, suggestions=(a_suggestion({"lr": 0.0123456, "act": "relu"}, strategy="sobol"),)),
        "Suggested lr 0.012346, act relu (sobol).",
    ),
    (SuggestionsMade(at=T0, suggestions=(), is_exhausted=True), "No untried values are left."),
    (SuggestionFailed(at=T0, reason="singular matrix"), "No suggestion could be made: singular matrix"),
    (LoopFailed(at=T0, reason="The tuning loop broke down."), "The tuning loop broke down."),
    (TrainingJobStarted(at=T0, number=3, attempt=1), "Training job 3 started."),
    (TrainingJobStarted(at=T0, number=3, attempt=2), "Training job 3 (attempt 2) started."),
    (
        TrainingJobNotStarted(at=T0, number=3, attempt=1, reason="No space.\nFree some."),
        "Training job 3 could not be started: No space.",
    ),
    (report(0.5), "Training job 3 reported the objective: 0.5."),
    (report(0.9, 0.8, 0.7, 0.6), "Training job 3 reported the objective: ... 0.8, 0.7, 0.6."),
    (report(), "Training job 3 reported loss."),
    (report(points=()), "Training job 3 reported nothing."),
    (ended(EndedHow.EXITED, 0), "Training job 3 ended."),
    (ended(EndedHow.EXITED, 1, "ValueError: x\nmore"), "Training job 3 ended with exit code 1: ValueError: x"),
    (ended(EndedHow.STOPPED), "Training job 3 ended after it was told to stop."),
    (ended(EndedHow.TIMED_OUT), "Training job 3 reached its run-time limit."),
    (ended(EndedHow.LOST, attempt=2), "Training job 3 (attempt 2) was lost."),
    (
        ObjectiveConfirmed(
            at=T0, number=1, objective=an_objective("acc"), reason="It was printed.", objective_values=()
        ),
        "The objective is acc, Minimize: It was printed.",
    ),
    (ObjectiveNotFound(at=T0, number=1, reason="Nothing was printed.\nTry this."), "Nothing was printed."),
    (
        EarlyStopDecided(at=T0, number=3, attempt=1, reason="Worse than the median."),
        "Training job 3 is stopped early: Worse than the median.",
    ),
    (
        RangesMoved(at=T0, seen=12, moves=(a_range_move("lr", "3 of the 5 best are at the low end of lr."),)),
        "3 of the 5 best are at the low end of lr.",
    ),
    (JobLimitLowered(at=T0, seconds=60.0, reason="The first took 9 s."), "The first took 9 s."),
    (CompletionReached(at=T0, reason="Target reached."), "The search has done enough: Target reached."),
    (StopRequested(at=T0), "A stop of the tuning job was asked for: Stopped by the user."),
    (TrainingJobStopRequested(at=T0, number=3), "Training job 3 is to be stopped: Stopped by the user."),
    (TimeElapsed(at=T0), "The clock reached a time that was waited for."),
]


@pytest.mark.parametrize(("event", "sentence"), SENTENCES)
def test_an_event_is_one_plain_sentence(event, sentence):
    assert event_text(event) == sentence


def test_every_kind_of_event_has_its_sentence():
    assert {type(event) for event, _ in SENTENCES} == set(get_args(Event))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (21.4, "0:21"), (59.6, "1:00"), (600, "10:00"), (3723, "1:02:03"), (172800, "48:00:00"),
     (360000, "4 d 4 h"), (-1, "0:00")],
)  # fmt: skip
def test_durations_read_like_a_clock(seconds, text):
    assert duration_text(seconds) == text


def test_a_row_says_why_a_training_job_was_stopped_or_failed():
    jobs = [
        a_training_job(1, objective=0.123456789),
        a_training_job(
            2,
            objective=1.0,
            status=TrainingJobStatus.STOPPED,
            is_stopped_early=True,
            stop_reason="Worse than the median.",
        ),
        a_training_job(3, status=TrainingJobStatus.FAILED, failure_reason="\nValueError: lr\n  in train.py"),
        a_training_job(4, status=TrainingJobStatus.STARTING),
    ]
    first, early, failed, starting = training_job_rows(a_record(a_state(jobs)), now=T0 + 100)
    assert (first.objective, first.duration, first.is_best, first.is_baseline) == ("0.12346", "0:10", True, True)
    assert (early.status, early.note) == ("Stopped early", "Worse than the median.")
    assert (failed.status, failed.note, failed.objective) == ("Failed", "ValueError: lr", "")
    assert (starting.duration, starting.values) == ("", (("lr", "0.01"), ("batch-size", "32")))


def test_the_list_shows_best_gain_and_what_is_spent_of_the_bound():
    record = a_record(a_state([a_training_job(1, objective=0.9), a_training_job(2, {"lr": 0.1}, objective=0.7)]))
    row = tuning_job_row(record, summarize(record, {}, now=T0 + 21))
    assert (row.best, row.gain, row.jobs, row.time) == ("0.7", "+0.2", "2/20", "0:21 of 10 min")


def test_the_row_of_a_new_tuning_job_is_empty_where_nothing_is_known():
    record = a_record()
    row = tuning_job_row(record, summarize(record, {}, now=T0))
    assert (row.best, row.gain, row.jobs) == ("", "", "0/20")


def explained(name=None, jobs=(), **changes):
    record = a_record(a_state(jobs), plan=a_plan(**changes))
    return explain(record, summarize(record, {}, now=T0 + 100), name)


def test_everything_is_explained_when_no_name_is_given():
    names = [explanation.name for explanation in explained()]
    assert names[:4] == ["objective", "lr", "batch-size", "epochs"]
    assert {"strategy", "max_jobs", "completion", "retry"} <= set(names)


def test_a_tuned_hyperparameter_is_explained_with_its_source_and_the_flag_that_overrides_it():
    (lr,) = explained("lr", [a_training_job(1, {"lr": 0.03}, objective=1.0)])
    assert lr.value == "0.01 today, tuned over 0.0001..1:log"
    assert (lr.by, lr.source) == (Chooser.AUTOTUNE, "train.py:3")
    assert "Best so far: 0.03." in lr.evidence
    assert any(sentence.startswith("Too early to say") for sentence in lr.evidence)
    assert "--range lr=" in lr.override
    assert "--keep lr" in lr.override


def test_a_kept_hyperparameter_is_explained_with_the_flag_that_tunes_it():
    seed, of_the_search = explained("seed", hyperparameters=[a_static_hyperparameter("seed", 0)])
    assert of_the_search.override == "--seed N"
    assert seed.value == "0 today, kept"
    assert "--tune seed" in seed.override


def test_added_and_clipped_hyperparameters_say_so():
    (beta,) = explained("beta1", hyperparameters=[a_tuned_hyperparameter("beta1", 0.9, is_added=True, is_clipped=True)])
    assert any("You did not list it" in sentence for sentence in beta.evidence)
    assert any("Clipped" in sentence for sentence in beta.evidence)


def test_what_the_user_named_was_not_added():
    asked = a_tuned_hyperparameter("beta1", 0.9, is_added=True, by=Chooser.USER)
    (beta,) = explained("beta1", hyperparameters=[asked])
    assert not any("You did not list it" in sentence for sentence in beta.evidence)


def test_a_hyperparameter_with_the_name_of_a_decision_is_told_apart():
    seed, of_the_search = explained("seed", hyperparameters=[a_static_hyperparameter("seed", 0)])
    assert (seed.name, of_the_search.name) == ("seed (hyperparameter)", "seed")


def test_what_no_range_can_be_told_for_is_not_said_to_be_tuned_by_name_alone():
    (objective, _) = sorted(
        explained("objective", hyperparameters=[a_static_hyperparameter("objective", "reg", needs_range=True)]),
        key=lambda found: "hyperparameter" not in found.name,
    )
    assert "--tune" not in objective.override
    assert "--range objective=A,B" in objective.override


def test_a_name_is_found_whatever_its_dashes():
    assert explained("batch_size")[0].name == "batch-size"
    assert explained("max-jobs")[0].name == "max_jobs"


def test_settings_are_explained_in_words():
    (limit,) = explained("max_runtime_seconds", max_runtime_seconds=decided(172800.0, by=Chooser.USER))
    assert (limit.value, limit.by, limit.override) == ("48 h", Chooser.USER, "--max-runtime 30m")
    (completion,) = explained(
        "completion", completion=CompletionCriteria(target_objective=0.1, max_jobs_not_improving=5)
    )
    assert completion.value == "when the objective reaches 0.1, or after 5 training jobs without a better one"


def test_the_objective_says_when_the_output_changed_it():
    record = a_record(a_state(objective=an_objective("val_accuracy")), plan=a_plan(objective="accuracy"))
    (objective,) = explain(record, summarize(record, {}, now=T0), "objective")
    assert objective.evidence[0] == "Planned was accuracy; the output of a training job showed val_accuracy."


def test_an_unknown_name_is_an_error_that_names_the_nearest():
    with pytest.raises(UnknownName, match="batch-sise") as caught:
        explained("batch-sise")
    assert "batch-size" in str(caught.value)
