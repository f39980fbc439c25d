from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import click
import pytest

from selftune.cli.layout import table
from selftune.cli.plan_text import plan_lines
from selftune.cli.progress import PlainLines, ended_line
from selftune.cli.receipt import receipt_lines
from selftune.cli.screen import bar, screen_lines, sparkline
from selftune.model.jobs import TrainingJobStatus, TuningJobRecord, TuningJobStatus
from selftune.model.plan import Chooser, CompletionCriteria
from selftune.model.ranges import CategoricalRange, ContinuousRange, ScalingType
from selftune.testing.factories import (
    T0,
    a_plan,
    a_record,
    a_state,
    a_static_hyperparameter,
    a_training_job,
    a_tuned_hyperparameter,
)
from selftune.views.importance import Importance, Verdict
from selftune.views.summary import summarize


def _plain(lines: Iterable[str]) -> str:
    return click.unstyle("\n".join(lines))


PLAN = a_plan(
    [
        a_tuned_hyperparameter(
            "alpha", 0.0, ContinuousRange(low=1e-8, high=10.0, scaling=ScalingType.LOG, includes_zero=True)
        ),
        a_tuned_hyperparameter("act", "relu", CategoricalRange(values=("relu", "tanh"))),
        a_tuned_hyperparameter("lr", 2.0, is_clipped=True),
        a_static_hyperparameter("seed", 0),
    ],
    completion=CompletionCriteria(max_jobs_not_improving=8),
    warnings=("Something to know.",),
)

RUNNING = a_record(
    a_state(
        [
            a_training_job(1, objective=0.5),
            a_training_job(2, {"lr": 0.003, "batch-size": 64}, objective=0.4),
            a_training_job(3, {"lr": 0.9, "batch-size": 8}, status=TrainingJobStatus.FAILED, failure_reason="Boom.\nx"),
            a_training_job(4, {"lr": 0.02, "batch-size": 16}),
        ]
    )
)


def test_a_plan_shows_what_it_tries_early_by_what_differs_from_today():
    rate, batch = a_tuned_hyperparameter("lr", 0.1), a_tuned_hyperparameter("batch-size", 0.5)
    values = (("lr", 0.3), ("batch-size", 0.5))
    plan = a_plan(
        [rate, batch],
        baseline=(("lr", 0.1), ("batch-size", 0.5)),
        portfolio=(values,),
        portfolio_source="the portfolio of X",
    )
    text = _plain(plan_lines(plan, width=200))
    assert "After your own values, what did well elsewhere: lr 0.3. [the portfolio of X]" in text


def _ended(record: TuningJobRecord, status: TuningJobStatus, reason: str) -> TuningJobRecord:
    jobs = record.state.training_jobs[:3]
    return replace(
        record,
        state=replace(record.state, training_jobs=jobs, status=status, status_reason=reason, ended_at=T0 + 36),
    )


def test_the_plan_tells_each_range_its_scale_and_its_reason() -> None:
    text = _plain(plan_lines(PLAN, width=110))
    assert "train.py (read, not executed): 4 hyperparameters, 3 tuned, 1 kept." in text
    assert "Objective  validation:rmse, Minimize  The script prints it. [train.py:31]" in text
    assert "alpha 0 -> 0 or 1e-08..10 log alpha is known by its name. [train.py:3]" in " ".join(text.split())
    assert "relu, tanh" in text
    assert "2 (clipped)" in text
    assert "seed  0  seed is not a matter of quality." in text
    assert "after 8 training jobs without a better one" in text
    assert "At most 20 training jobs and 10 min (20 min of computing). Your own values are tried first." in text
    assert text.endswith("Note: Something to know.")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("knowledge: any.lr (your selftune-knowledge.toml)", "[knowledge: any.lr in your selftune-knowledge.toml]"),
        ("knowledge: any.lr (your own.toml; ten models)", "[knowledge: any.lr in your own.toml]"),
        ("knowledge: dl.lr (446 public scripts)", "[knowledge: dl.lr]"),
    ],
)
def test_the_plan_names_the_users_own_knowledge_file(source: str, shown: str) -> None:
    text = _plain(plan_lines(a_plan([a_tuned_hyperparameter("lr", source=source)]), width=200))
    assert shown in " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_of_the_plan_is_wider_than_the_screen(width: int) -> None:
    assert all(len(click.unstyle(line)) <= width for line in plan_lines(PLAN, width=width))


def test_a_plan_that_tunes_nothing_says_so() -> None:
    text = _plain(plan_lines(a_plan([a_static_hyperparameter("seed", 0)], objective=None), width=100))
    assert "Nothing is tuned." in text
    assert "not known before the first training job" in text


def test_the_screen_answers_the_first_questions() -> None:
    curves = {4: (0.9, 0.7, 0.6)}
    now = T0 + 36
    text = _plain(screen_lines(RUNNING, summarize(RUNNING, curves, now=now), curves, now=now, width=100))
    assert text == (
        "\n  ███░░░░░░░░░░░░░░░░░  3/20   0:36   expected 2 min (2-3 min), at most 10 min"
        "\n  2 done   0 stopped   1 failed"
        "\n  best  validation:rmse 0.4   +0.1 over your own values (0.5)   job 2   not improved for 1"
        "\n      lr 0.003   batch-size 64"
        "\n  now   job 4  0:06  0.6  █▃▁  lr 0.02  batch-size 16\n"
    )


def test_before_the_first_result_the_screen_says_that_there_is_none() -> None:
    record = a_record(a_state([a_training_job(1)]))
    text = _plain(screen_lines(record, summarize(record, {}, now=T0 + 1), {}, now=T0 + 1, width=80))
    assert "no training job has given the objective yet" in text
    assert "job 1  0:01  no value yet" in text


def test_a_sparkline_runs_from_low_to_high_and_skips_what_is_not_finite() -> None:
    assert sparkline([1.0, math.nan, 2.0, 3.0]) == "▁▅█"
    assert sparkline([1.0, 1.0]) == "▅▅"
    assert sparkline([1.0]) == ""


def test_a_bar_never_leaves_its_frame() -> None:
    assert [bar(share) for share in (-1, 0, 0.5, 2)] == ["░" * 20, "░" * 20, "█" * 10 + "░" * 10, "█" * 20]


def test_an_ended_training_job_is_one_line() -> None:
    lines = [ended_line(RUNNING, job, 3) for job in RUNNING.state.training_jobs[:3]]
    assert lines[0] == "[3/20] job 1  Completed  validation:rmse 0.5  lr 0.01  batch-size 32  (your own values)"
    assert lines[2] == "[3/20] job 3  Failed  lr 0.9  batch-size 8  Boom."


def test_piped_progress_tells_each_training_job_once(capsys: pytest.CaptureFixture[str]) -> None:
    view = PlainLines(replace(RUNNING, state=replace(RUNNING.state, training_jobs=RUNNING.state.training_jobs[:1])))
    view.show(RUNNING)
    view.show(RUNNING)
    told = capsys.readouterr().err.splitlines()
    assert [line.split("  ")[0] for line in told] == ["[2/20] job 2", "[3/20] job 3"]


def test_how_long_it_takes_in_all_is_told_once_behind_the_first_training_job_that_did_not_fail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    jobs = (
        a_training_job(1, status=TrainingJobStatus.FAILED),
        a_training_job(2, {"lr": 0.1}, objective=0.5),
        a_training_job(3, {"lr": 0.2}, objective=0.4),
    )
    view = PlainLines(a_record(a_state([])))
    for count in (1, 2, 3):
        view.show(a_record(a_state(jobs[:count])))
    assert ["in all)" in line for line in capsys.readouterr().err.splitlines()] == [False, True, False]


def test_the_receipt_tells_gain_bound_and_failures() -> None:
    record = _ended(RUNNING, TuningJobStatus.COMPLETED, "All 20 training jobs have run.")
    text = _plain(receipt_lines(record, summarize(record, {}, now=T0), width=100))
    assert "Done after 0:36. All 20 training jobs have run." in text
    assert "Best   validation:rmse 0.4  (training job 2, Minimize)" in text
    assert "Gain   +0.1 over your own values (0.5, tried first). One run each: how much" in text
    assert "lr          0.01  ->  0.003" in text
    assert "Jobs   3 of at most 20: 2 completed, 0 stopped, 1 failed" in text
    assert "Time   0:36 of at most 10 min; computing 0:30 of at most 20 min; expected after the first" in text
    assert "Failed (3): Boom." in text
    assert "selftune logs digits-1a2b 3" in text
    assert "attempt-1/work" in text
    assert text.endswith("Use it (in /home/ada/digits):")


def test_a_receipt_without_a_gain_says_why() -> None:
    record = _ended(RUNNING, TuningJobStatus.STOPPED, "Stopped by the user.")
    only_baseline = replace(record, state=replace(record.state, training_jobs=record.state.training_jobs[:1]))
    no_values = replace(record, job=replace(record.job, plan=replace(record.job.plan, baseline=None)))
    first = replace(record.state.training_jobs[0], is_baseline=False)
    no_values = replace(no_values, state=replace(record.state, training_jobs=(first,)))
    said = [_plain(receipt_lines(r, summarize(r, {}, now=T0), width=100)) for r in (only_baseline, no_values)]
    assert "Stopped after 0:36. Stopped by the user." in said[0]
    assert "None: nothing was better than your own values (0.5, tried first)." in said[0]
    assert "Not known: no values of yours were run." in said[1]


def test_a_failed_tuning_job_shows_its_whole_reason_and_no_command() -> None:
    record = a_record(a_state([a_training_job(1, status=TrainingJobStatus.FAILED, failure_reason="It printed none.")]))
    record = replace(
        record,
        state=replace(
            record.state,
            status=TuningJobStatus.FAILED,
            status_reason="It printed no metric. Its last lines:\n    done\nPrint one.",
            ended_at=T0 + 2,
        ),
    )
    text = _plain(receipt_lines(record, summarize(record, {}, now=T0), width=100))
    assert "Failed after 0:02. It printed no metric. Its last lines:\n    done\nPrint one." in text
    assert "Use it" not in text


def test_the_last_column_of_a_table_wraps_under_itself() -> None:
    lines = table([("a", "one two three four five six seven"), ("bb", "eight")], width=34, indent=0)
    assert lines == ["a   one two three four five six", "    seven", "bb  eight"]


def test_a_table_too_wide_for_its_last_column_puts_it_below() -> None:
    lines = table([("a" * 40, "some words that need their room")], width=60)
    assert lines == ["  " + "a" * 40, "      some words that need their room"]


def test_only_what_the_user_did_not_name_was_added() -> None:
    def shown(by: Chooser) -> str:
        return _plain(plan_lines(a_plan([a_tuned_hyperparameter("lr", 0.1, is_added=True, by=by)]), width=200))

    assert "Added." in shown(Chooser.AUTOTUNE)
    assert "Added." not in shown(Chooser.USER)


def test_no_more_are_said_to_be_tried_early_than_may_be() -> None:
    values = tuple((("lr", n / 10),) for n in range(2, 7))
    plan = a_plan([a_tuned_hyperparameter("lr", 0.1)], portfolio=values, portfolio_source="X", max_jobs=10)
    text = _plain(plan_lines(plan, width=300))
    assert "up to 2" in text
    assert "lr 0.2; lr 0.3. [X]" in text


def test_what_is_not_clear_yet_is_said_once_for_all_that_it_is_said_of() -> None:
    record = _ended(RUNNING, TuningJobStatus.COMPLETED, "All training jobs have ended.")
    summary = summarize(record, {}, now=T0)
    unclear = tuple(
        Importance(name=h.name, verdict=Verdict.UNCLEAR, share=0.2, reason="Chance explains it.")
        for h in record.job.plan.tuned
    )
    both = _plain(receipt_lines(record, replace(summary, importance=unclear), width=200))
    assert both.count("ot clear yet") == 1
    assert "Not clear yet for lr and batch-size:" in both
    one = _plain(receipt_lines(record, replace(summary, importance=unclear[:1]), width=200))
    assert "not clear yet. Chance explains it." in one
