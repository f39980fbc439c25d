"""What the SDK shows: progress lines, tables, explanations, small values."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import replace

import pytest

from selftune.model.errors import UsageError
from selftune.model.jobs import TrainingJobStatus, TuningJobStatus
from selftune.model.plan import Chooser
from selftune.sdk.analytics import TunerAnalytics
from selftune.sdk.completion import TuningJobCompletionCriteriaConfig, config_of
from selftune.sdk.explanations import Explanations, in_sdk_words
from selftune.sdk.keywords import refuse_unknown
from selftune.sdk.mapping import CallableMapping
from selftune.sdk.progress_lines import ProgressLines
from selftune.testing.factories import T0, a_record, a_state, a_training_job
from selftune.views.explain import Explanation
from selftune.views.summary import summarize


def test_each_training_job_is_shown_once_when_it_has_ended() -> None:
    stream = io.StringIO()
    lines = ProgressLines(stream)
    first, second = a_training_job(1, objective=0.5), a_training_job(2, {"lr": 0.1}, objective=0.25)
    lines.show(a_record(a_state([first, a_training_job(2)])))
    lines.show(a_record(a_state([first, second])))
    lines.show(a_record(a_state([first, second])))
    opening, *rest = stream.getvalue().splitlines()
    assert opening.startswith("Tuning job digits-1a2b: tunes lr, batch-size; objective validation:rmse (Minimize);")
    assert rest == [
        "  1/20 Completed: 0.5, best 0.5  lr=0.01 batch-size=32  (expected 2 min (1.3-3 min) in all)",
        "  2/20 Completed: 0.25, best 0.25  lr=0.1",
    ]


def test_a_failed_training_job_shows_why() -> None:
    stream = io.StringIO()
    failed = a_training_job(1, status=TrainingJobStatus.FAILED, failure_reason="ValueError: no data\nline 2")
    ProgressLines(stream).show(a_record(a_state([failed])))
    assert "1/20 Failed: no objective  lr=0.01 batch-size=32  (ValueError: no data)" in stream.getvalue()


def test_how_long_it_takes_in_all_is_shown_behind_the_first_that_did_not_fail() -> None:
    stream = io.StringIO()
    failed, good = a_training_job(1, status=TrainingJobStatus.FAILED), a_training_job(2, {"lr": 0.1}, objective=0.5)
    lines = ProgressLines(stream)
    lines.show(a_record(a_state([failed])))
    assert "in all" not in stream.getvalue()
    lines.show(a_record(a_state([failed, good])))
    assert stream.getvalue().rstrip().endswith("in all)")


def test_the_last_lines_show_the_outcome_and_the_gain() -> None:
    jobs = [a_training_job(1, objective=0.5), a_training_job(2, {"lr": 0.1}, objective=0.25)]
    state = a_state(jobs, status=TuningJobStatus.COMPLETED, status_reason="All 2 training jobs have run.")
    stream = io.StringIO()
    record = a_record(state)
    ProgressLines(stream).close(record, summarize(record, {}, now=T0 + 60))
    assert stream.getvalue().splitlines() == [
        "Completed: All 2 training jobs have run.",
        f"Best validation:rmse 0.25, +0.25 over your own values: {jobs[1].name}",
    ]


def test_a_training_job_that_was_stopped_early_shows_why() -> None:
    stream = io.StringIO()
    stopped = a_training_job(
        2, objective=0.7, status=TrainingJobStatus.STOPPED, is_stopped_early=True, stop_reason="Worse than most.\nMore."
    )
    ProgressLines(stream).show(a_record(a_state([stopped])))
    assert stream.getvalue().splitlines()[-1].endswith("(Worse than most.)  (expected 2 min (1.5-3 min) in all)")


def test_a_closed_stream_does_not_end_the_tuning() -> None:
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(write, "w")
    lines = ProgressLines(stream)
    lines.show(a_record(a_state([a_training_job(1, objective=0.5)])))
    lines.show(a_record(a_state([a_training_job(1, objective=0.5), a_training_job(2, objective=0.4)])))
    with contextlib.suppress(OSError):  # what is still buffered has nowhere to go
        stream.close()
    assert stream.closed


def test_what_is_shown_never_names_an_option_of_the_command_line() -> None:
    reason = "It printed no metric. Name one:\n    --metric 'val loss:min'"
    record = a_record(a_state([], status=TuningJobStatus.FAILED, status_reason=reason))
    stream = io.StringIO()
    ProgressLines(stream).close(record, summarize(record, {}, now=T0 + 60))
    assert stream.getvalue().endswith("    objective_metric_name='val loss', objective_type='Minimize'\n")


def test_explanations_name_the_tuners_own_arguments() -> None:
    explanation = Explanation(
        name="lr",
        value="0.01 today, kept",
        by=Chooser.AUTOTUNE,
        reason="It rarely matters; --tune lr tunes it.",
        source="train.py:3",
        alternatives=("Tuning lr over 0.001..0.1: --tune lr asks for it.",),
        evidence=(),
        would_change=("--max-jobs 60 would tune lr too.",),
        override="--range lr=LOW..HIGH",
    )
    (said,) = in_sdk_words([explanation])
    assert said.reason == "It rarely matters; hyperparameter_ranges={'lr': ...} tunes it."
    assert said.alternatives == ("Tuning lr over 0.001..0.1: hyperparameter_ranges={'lr': ...} asks for it.",)
    assert said.would_change == ("max_jobs=60 would tune lr too.",)
    assert said.override == "hyperparameter_ranges={'lr': ContinuousParameter(LOW, HIGH)}"
    (retry,) = in_sdk_words([replace(explanation, name="retry", override="selftune plan ... -o plan.toml")])
    assert "max_retry_attempts" in retry.override


def test_the_table_has_sagemakers_columns_after_the_hyperparameters() -> None:
    rows = TunerAnalytics(a_record(a_state([a_training_job(1, objective=0.5), a_training_job(2)]))).rows()
    assert list(rows[0]) == [
        "lr",
        "batch-size",
        "TrainingJobName",
        "TrainingJobStatus",
        "FinalObjectiveValue",
        "TrainingStartTime",
        "TrainingEndTime",
        "TrainingElapsedTimeSeconds",
    ]
    assert rows[0]["TrainingElapsedTimeSeconds"] == 10.0
    assert rows[1]["TrainingEndTime"] is None


def test_the_data_frame_holds_the_same_rows() -> None:
    frame = TunerAnalytics(a_record(a_state([a_training_job(1, objective=0.5)]))).dataframe()
    assert frame["FinalObjectiveValue"].tolist() == [0.5]


def test_a_data_frame_without_pandas_says_what_to_use_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match="needs pandas"):
        TunerAnalytics(a_record()).dataframe()


def test_explanations_read_as_text() -> None:
    explanation = Explanation(
        name="lr",
        value="0.01 today, tuned over 0.001..0.1:log",
        by=Chooser.AUTOTUNE,
        reason="A learning rate.",
        source="train.py:3",
        alternatives=("Keeping lr at 0.01: it matters.",),
        evidence=("Best so far: 0.02.",),
        would_change=("A value of 0.1 today.",),
        override="--range lr=LOW..HIGH",
    )
    assert repr(Explanations([explanation])).splitlines() == [
        "lr: 0.01 today, tuned over 0.001..0.1:log",
        "  A learning rate. (by autotune, source: train.py:3)",
        "  Best so far: 0.02.",
        "  Instead of: Keeping lr at 0.01: it matters.",
        "  Would change it: A value of 0.1 today.",
        "  To overrule it: --range lr=LOW..HIGH",
    ]


def test_a_mapping_may_be_called() -> None:
    mapping = CallableMapping({"lr": 1})
    assert mapping() == dict(mapping) == {"lr": 1}
    assert list(mapping) == ["lr"]


def test_an_unknown_keyword_without_a_near_one_is_an_error_too() -> None:
    with pytest.raises(TypeError, match=r"^Unknown argument 'zzz'\.$"):
        refuse_unknown({"zzz": 1}, ["max_jobs"])


def test_completion_criteria_show_as_they_were_given() -> None:
    config = TuningJobCompletionCriteriaConfig(5, True, 0.9)
    assert config_of(config.as_criteria()) == config
