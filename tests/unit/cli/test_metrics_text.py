"""What `selftune metrics check` shows."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from selftune.autotune import confirm_objective
from selftune.backends.backend import AttemptReport, Phase
from selftune.cli.main import run
from selftune.cli.metrics_text import LineView, seen_document, seen_lines
from selftune.engine.metrics_check import LineSeen, MetricsSeen
from selftune.model.events import EndedHow
from selftune.model.objective import Direction, Objective
from selftune.training.metrics import MetricReader
from selftune.training.metrics.result_files import FoundFiles, read_result_files


def lines_of(text: str) -> list[LineSeen]:
    read = MetricReader().read_lines(text)
    return [LineSeen(number=number, line=line, reading=reading) for number, (line, reading) in enumerate(read, 1)]


def shown(lines: list[LineSeen], *, shows_all: bool = False) -> list[str]:
    given: list[str] = []
    view = LineView(width=80, shows_all=shows_all, give=lambda line: given.append(click.unstyle(line)))
    for line in lines:
        view.show(line)
    view.close()
    return given


def seen(text: str, *, wanted: str | None = None, files: FoundFiles | None = None) -> MetricsSeen:
    planned = Objective(name=wanted, direction=Direction.MINIMIZE, is_confirmed=wanted is not None)
    lines = lines_of(text)
    observed: dict[str, list[float]] = {}
    for line in lines:
        for name, value in line.reading.points if line.reading else ():
            observed.setdefault(name, []).append(value)
    objective, reason = confirm_objective(planned, observed) or (None, "")
    return MetricsSeen(
        planned=planned,
        observed=observed,
        objective=objective,
        reason=reason,
        files=files or FoundFiles(),
        end=AttemptReport(phase=Phase.ENDED, how=EndedHow.EXITED, exit_code=0),
        line_count=len(lines),
        last_lines=tuple(line.line for line in lines),
        was_stopped=False,
    )


def summary(what: MetricsSeen) -> str:
    return click.unstyle("\n".join(seen_lines(what, width=100)))


def test_a_line_is_shown_with_its_number_its_metrics_its_step_and_its_recogniser() -> None:
    assert shown(lines_of("hello\n[3]\ttrain-rmse:0.5\n")) == [
        "     1   hello",
        "     2   [3] train-rmse:0.5",
        "       = train-rmse 0.5  (at 3, XGBoost round)",
    ]


def test_of_many_lines_alike_the_first_are_shown_and_the_others_counted() -> None:
    lines = lines_of("".join(f"[{i}]\ttrain-rmse:0.{i}\n" for i in range(9)) + "loss=1\n")
    assert "       ... 6 more lines read alike (--all shows them)" in shown(lines)
    assert shown(lines)[-1] == "       = loss 1  (at 8, name and value)"
    assert len(shown(lines, shows_all=True)) == 20


def test_a_line_wider_than_the_screen_is_cut() -> None:
    assert all(len(line) <= 80 for line in shown(lines_of("x" * 500 + "\n")))


def test_the_summary_has_a_row_for_each_metric_and_marks_the_objective() -> None:
    text = summary(seen("loss=2 val_acc=0.5\nloss=1 val_acc=0.75\nloss=1.5 val_acc=0.6\n"))
    row = next(line for line in text.splitlines() if "val_acc" in line)
    assert row.split()[:7] == ["*", "val_acc", "3", "0.5", "0.6", "0.75", "larger"]
    assert "Objective: val_acc, larger is better." in text
    assert "--metric loss" in text


def test_the_curve_goes_from_the_first_value_to_the_last() -> None:
    text = summary(seen("".join(f"loss={100 - i}\n" for i in range(100))))
    assert "█▇▇▆▆▅▅▄▄▄▃▃▂▂▁▁" in text or "█▇▇▆▆▅▅▄▄▃▃▂▂▁▁" in text


def test_a_verb_that_is_not_there_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["metrics"]) == 2
    assert run(["metrics", "chek"]) == 2
    said = capsys.readouterr().err
    assert "check" in said
    assert "Usage:" not in said


def test_where_nothing_was_seen_it_says_what_was_tried_and_what_to_do() -> None:
    text = summary(seen("finished with quality 0.5\n"))
    assert "No metric was seen in 1 line of output" in text
    assert "XGBoost" in text
    assert r"--metric-regex 'finished with quality\s*([-+0-9.eE]+)'" in text


def test_a_metric_that_was_asked_for_and_not_seen_is_named() -> None:
    assert "val_f1 was not seen." in summary(seen("loss=1\n", wanted="val_f1"))


def test_metrics_without_a_direction_are_no_objective_until_one_is_named() -> None:
    assert "--metric 'wobble:min'" in summary(seen("wobble=1\n")).replace("'wobble':min", "'wobble:min'")


def test_files_are_shown_with_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text('{"val_loss": 0.5, "val_acc": 0.9}')
    text = summary(seen("", files=read_result_files([tmp_path], 0.0)))
    assert "metrics.json  JSON file: val_loss, val_acc" in text


def test_the_document_has_lines_metrics_and_objective() -> None:
    text = "hello\n[3]\ttrain-rmse:0.5\tvalidation-rmse:0.75\n"
    document = seen_document(seen(text), lines_of(text))
    assert document["lines"] == [
        {
            "line": 2,
            "text": "[3]\ttrain-rmse:0.5\tvalidation-rmse:0.75",
            "recogniser": "XGBoost round",
            "step": 3.0,
            "metrics": [{"name": "train-rmse", "value": 0.5}, {"name": "validation-rmse", "value": 0.75}],
        }
    ]
    assert document["metrics"][1] == {
        "name": "validation-rmse",
        "count": 1,
        "first": 0.75,
        "last": 0.75,
        "best": 0.75,
        "type": "Minimize",
        "is_objective": True,
    }
    assert document["objective"]["name"] == "validation-rmse"
    assert seen_document(seen("x\n"), [])["objective"] is None
