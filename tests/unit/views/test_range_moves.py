"""A range that moves is seen wherever the search is: in its lines, on its screen, in its receipt and explanation."""

from __future__ import annotations

import io
from dataclasses import replace

import click

from selftune.cli.progress import PlainLines
from selftune.cli.receipt import receipt_lines
from selftune.cli.screen import screen_lines
from selftune.model.jobs import TuningJobRecord, TuningJobStatus
from selftune.model.ranges import ContinuousRange, ScalingType
from selftune.sdk.progress_lines import ProgressLines
from selftune.testing.factories import (
    T0,
    a_plan,
    a_range_move,
    a_record,
    a_state,
    a_training_job,
    a_tuned_hyperparameter,
)
from selftune.views.explain import explain
from selftune.views.explanation import Explanation, moves_by_itself
from selftune.views.run_document import account_document
from selftune.views.summary import summarize

FIRST = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG, may_expand=True)
LOWER = a_range_move()
HIGHER = replace(
    LOWER, before=LOWER.after, after=replace(FIRST, low=1e-6, high=3.0), reason="The best lie at its high end."
)
TOLD = [
    "lr 0.0001..1 -> 1e-06..1: The best lie at its low end.",
    "lr 1e-06..1 -> 1e-06..3: The best lie at its high end.",
]


def record(*moves: object, status: TuningJobStatus = TuningJobStatus.IN_PROGRESS) -> TuningJobRecord:
    lr = a_tuned_hyperparameter("lr", 0.01, FIRST, would_change=("Another value.", moves_by_itself(FIRST)))
    jobs = [a_training_job(1, objective=0.5)]
    return a_record(a_state(jobs, range_moves=moves, status=status), plan=a_plan([lr]))


def test_piped_progress_tells_each_move_once(capsys) -> None:
    view = PlainLines(record())
    view.show(record(LOWER))
    view.show(record(LOWER, HIGHER))
    view.show(record(LOWER, HIGHER))
    assert capsys.readouterr().err.splitlines() == [f"Range: {told}" for told in TOLD]


def test_what_moved_before_one_looks_is_no_news(capsys) -> None:
    PlainLines(record(LOWER)).show(record(LOWER))
    assert capsys.readouterr().err == ""


def test_the_tuners_progress_tells_each_move_once() -> None:
    stream = io.StringIO()
    lines = ProgressLines(stream)
    for shown in (record(), record(LOWER), record(LOWER, HIGHER), record(LOWER, HIGHER)):
        lines.show(shown)
    assert stream.getvalue().splitlines()[2:] == [f"  Range: {told}" for told in TOLD]


def test_the_screen_shows_the_latest_move_and_how_many_there_were() -> None:
    moved = record(LOWER, HIGHER)
    text = click.unstyle("\n".join(screen_lines(moved, summarize(moved, {}, now=T0), {}, now=T0, width=120)))
    assert TOLD[1] in text
    assert "2 moves so far" in text
    assert "range" not in "\n".join(screen_lines(record(), summarize(record(), {}, now=T0), {}, now=T0, width=120))


def test_the_receipt_and_the_document_have_every_move() -> None:
    moved = record(LOWER, HIGHER, status=TuningJobStatus.COMPLETED)
    summary = summarize(moved, {}, now=T0)
    text = click.unstyle("\n".join(receipt_lines(moved, summary, width=200)))
    assert all(told in text for told in TOLD)
    first, second = account_document(summary)["range_moves"]
    assert (first["before"], first["after"]) == ("0.0001..1:log", "1e-06..1:log")
    assert second["reason"] == "The best lie at its high end."


def of(moved: TuningJobRecord) -> Explanation:
    (found,) = explain(moved, summarize(moved, {}, now=T0), "lr")
    return found


def test_an_explanation_has_the_range_as_it_is_now_beside_the_first() -> None:
    found = of(record(LOWER))
    assert found.value == "0.01 today, tuned over 1e-06..1:log (at first 0.0001..1:log)"
    assert found.would_change == ("Another value.", moves_by_itself(LOWER.after))
    assert of(record()).value == "0.01 today, tuned over 0.0001..1:log"


def test_a_search_that_is_over_moves_no_end() -> None:
    assert of(record(LOWER, status=TuningJobStatus.COMPLETED)).would_change == ("Another value.",)
