"""The objective, before anything runs and after the first output."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from selftune.autotune import confirm_objective, is_worth_waiting
from selftune.autotune.objective import is_loss, planned_objective
from selftune.autotune.reader.python.script import read_python
from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.errors import UsageError
from selftune.model.objective import Direction, Objective
from selftune.model.plan import Chooser, PlannedObjective
from selftune.model.request import UserSettings


def printed(*names: str) -> tuple[PrintedMetric, ...]:
    return tuple(PrintedMetric(name=name, source=f"train.py:{line}") for line, name in enumerate(names, 1))


def planned(*names: str, **settings: object) -> PlannedObjective:
    return planned_objective(UserSettings(**settings), printed(*names), None)[0]  # type: ignore[arg-type]


def provisional(name: str | None) -> Objective:
    return Objective(name=name, direction=Direction.MINIMIZE)


@pytest.mark.parametrize(
    ("names", "best"),
    [
        (("train_loss", "test_loss", "val_loss"), "val_loss"),
        (("train_loss", "loss", "test_acc"), "test_acc"),
        (("Loss", "Average loss", "Accuracy"), "Accuracy"),
        (("val_loss", "val_acc"), "val_acc"),
        (("best_val_acc", "val_acc"), "val_acc"),
        (("train_acc", "loss"), "loss"),
    ],
)
def test_validation_comes_before_test_before_train(names: tuple[str, ...], best: str) -> None:
    assert planned(*names).name == best


def test_precision_or_recall_alone_comes_behind_what_weighs_both() -> None:
    assert planned("eval_precision", "eval_recall", "eval_f1", "eval_loss").name == "eval_f1"
    assert planned("val_recall@20", "val_ndcg@20").name == "val_recall@20"
    assert planned("val_recall", "val_average_precision").name == "val_average_precision"
    assert planned("val_precision", "val_loss").name == "val_precision"


def test_what_the_source_prints_is_provisional_and_says_where() -> None:
    objective = planned("val_loss")
    assert objective.is_provisional
    assert objective.by is Chooser.AUTOTUNE
    assert objective.source == "train.py:1"


def test_losses_of_parts_and_counters_are_no_objective() -> None:
    assert planned("Loss_D", "Loss_G", "policy_loss", "epoch", "lr").name is None


def test_nothing_printed_leaves_the_objective_open() -> None:
    objective = planned()
    assert objective.name is None
    assert objective.is_provisional


def test_the_users_objective_wins_and_is_certain() -> None:
    objective = planned("val_loss", objective_name="train_loss")
    assert (objective.name, objective.by, objective.is_provisional) == ("train_loss", Chooser.USER, False)
    assert objective.direction is Direction.MINIMIZE


def test_the_users_direction_wins_over_the_name() -> None:
    assert planned(objective_name="loss", objective_direction=Direction.MAXIMIZE).direction is Direction.MAXIMIZE


def test_a_direction_without_a_name_narrows_the_choice() -> None:
    assert planned("val_acc", "val_loss", objective_direction=Direction.MINIMIZE).name == "val_loss"


def test_a_name_that_tells_no_direction_gets_a_warning_with_the_flag() -> None:
    objective, warnings = planned_objective(UserSettings(objective_name="thing"), (), None)
    assert objective.direction is Direction.MINIMIZE
    assert "--metric thing:max" in warnings[0]


def test_equally_likely_objectives_are_told_with_the_flag() -> None:
    objective, warnings = planned_objective(UserSettings(), printed("val_acc", "val_f1"), None)
    assert objective.alternatives == ("val_f1",)
    assert "--metric 'val_f1'" in warnings[0]


def test_a_regular_expression_without_a_group_is_refused() -> None:
    with pytest.raises(UsageError, match="no group"):
        planned(objective_regex="loss")


def test_the_planned_metric_is_confirmed_when_it_is_printed_in_another_spelling() -> None:
    confirmed = confirm_objective(provisional("validation:rmse"), {"loss": [1.0], "val_rmse": [0.5]})
    assert confirmed is not None
    assert confirmed[0] == Objective(name="validation:rmse", direction=Direction.MINIMIZE, is_confirmed=True)


def test_a_planned_metric_that_is_not_printed_gives_way_to_what_is() -> None:
    confirmed = confirm_objective(provisional("val_loss"), {"train_acc": [0.5], "test_acc": [0.4]})
    assert confirmed is not None
    objective, reason = confirmed
    assert (objective.name, objective.direction) == ("test_acc", Direction.MAXIMIZE)
    assert "val_loss was not printed" in reason


def test_the_users_metric_never_gives_way() -> None:
    users = Objective(name="val_loss", direction=Direction.MINIMIZE, is_confirmed=True)
    assert confirm_objective(users, {"test_acc": [0.4]}) is None


def test_a_metric_with_finite_values_is_preferred() -> None:
    confirmed = confirm_objective(provisional(None), {"val_loss": [float("nan")], "test_acc": [0.4]})
    assert confirmed is not None
    assert confirmed[0].name == "test_acc"


def test_nothing_comparable_confirms_nothing() -> None:
    assert confirm_objective(provisional(None), {"wobble": [1.0]}) is None
    assert confirm_objective(provisional(None), {}) is None


def test_only_a_loss_is_one() -> None:
    assert [is_loss(name) for name in ("val_loss", "val_acc", "rmse", None)] == [True, False, False, False]


def test_what_is_printed_plainly_comes_before_the_same_metric_under_a_path() -> None:
    assert planned("eval/episodic_return", "episodic_return").name == "episodic_return"
    assert planned("charts/avg_return", "return").name == "return"


def test_one_metric_in_two_places_is_no_rival() -> None:
    assert planned_objective(UserSettings(), printed("return", "charts/return"), None)[1] == ()


def test_a_summary_over_the_data_comes_before_a_passing_value() -> None:
    assert planned("Loss", "Average loss").name == "Average loss"
    assert planned("Last reward", "Average reward").name == "Average reward"


def test_what_a_run_takes_is_no_objective() -> None:
    assert planned("Time cost", "Loss scale").name is None


@pytest.mark.parametrize("name", ["loss", "train_loss"])
def test_a_validation_metric_in_the_output_beats_a_planned_training_loss(name: str) -> None:
    confirmed = confirm_objective(provisional(name), {name: [0.1], "test_acc": [0.8], "val_acc": [0.9]})
    assert confirmed is not None
    objective, reason = confirmed
    assert (objective.name, objective.direction) == ("val_acc", Direction.MAXIMIZE)
    assert "validation" in reason
    assert name in reason


def test_a_test_metric_does_where_nothing_was_validated() -> None:
    confirmed = confirm_objective(provisional("loss"), {"loss": [0.1], "test_acc": [0.8], "train_acc": [0.9]})
    assert confirmed is not None
    assert confirmed[0].name == "test_acc"


def test_a_planned_validation_metric_is_kept_whatever_else_is_printed() -> None:
    confirmed = confirm_objective(provisional("val_loss"), {"val_acc": [0.9], "val_loss": [0.1]})
    assert confirmed is not None
    assert confirmed[0].name == "val_loss"


def test_the_users_training_loss_is_kept() -> None:
    chosen = Objective(name="train_loss", direction=Direction.MINIMIZE, is_confirmed=True)
    confirmed = confirm_objective(chosen, {"train_loss": [0.1], "val_acc": [0.9]})
    assert confirmed is not None
    assert confirmed[0].name == "train_loss"


def test_validation_values_that_are_no_numbers_beat_nothing() -> None:
    confirmed = confirm_objective(provisional("loss"), {"loss": [0.1], "val_loss": [math.nan]})
    assert confirmed is not None
    assert confirmed[0].name == "loss"


@pytest.mark.parametrize(
    ("name", "expected"), [("loss", True), ("train_loss", True), (None, True), ("val_loss", False), ("test_acc", False)]
)
def test_the_end_of_the_first_job_is_worth_waiting_for_where_a_better_metric_may_come(
    name: str | None, expected: bool
) -> None:
    assert is_worth_waiting(provisional(name)) is expected


def test_a_confirmed_objective_is_not_waited_for() -> None:
    assert not is_worth_waiting(Objective(name="loss", direction=Direction.MINIMIZE, is_confirmed=True))


def test_what_the_program_watches_is_the_objective_with_its_direction() -> None:
    watched = PrintedMetric(name="val_thing", source="c.json", is_monitored=True, direction=Direction.MAXIMIZE)
    objective = planned_objective(UserSettings(), (watched, *printed("val_loss", "val_acc")), None)[0]
    assert (objective.name, objective.direction, objective.source) == ("val_thing", Direction.MAXIMIZE, "c.json")
    assert "watches val_thing" in objective.reason


def test_a_watched_training_loss_yields_to_a_printed_validation_metric() -> None:
    watched = PrintedMetric(name="loss", source="train.py:1", is_monitored=True)
    assert planned_objective(UserSettings(), (watched, *printed("val_acc")), None)[0].name == "val_acc"


def test_what_only_says_its_data_goes_the_way_of_the_variables_that_are_printed(tmp_path: Path) -> None:
    script = 'valid_acc = 0.9\nprint(f"Valid: {100 * valid_acc:.2f}%")\n'
    (tmp_path / "train.py").write_text(f"import argparse\n{script}")
    found = read_python(tmp_path / "train.py", tmp_path).metrics
    objective, warnings = planned_objective(UserSettings(), found, None)
    assert (objective.name, objective.direction) == ("Valid", Direction.MAXIMIZE)
    assert warnings == ()


def test_a_direction_that_nothing_tells_is_said(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text('import argparse\nx = 0.9\nprint(f"Valid: {x:.2f}")\n')
    found = read_python(tmp_path / "train.py", tmp_path).metrics
    objective, warnings = planned_objective(UserSettings(), found, None)
    assert objective.direction is Direction.MINIMIZE
    assert any("--metric Valid:max " in warning for warning in warnings)


def test_the_reason_says_in_which_file_a_metric_was_found() -> None:
    files = {"val_loss": "runs/events.1"}
    _, reason = confirm_objective(provisional("val_loss"), {"val_loss": [0.5]}, files) or (None, "")
    assert reason == "val_loss was written to runs/events.1, as planned"
    _, reason = confirm_objective(provisional("val_acc"), {"val_loss": [0.5]}, files) or (None, "")
    assert reason.startswith(
        "val_acc was neither printed nor written to a file of results; of what was written to runs"
    )
    _, reason = confirm_objective(provisional("val_loss"), {"val_loss": [0.5]}) or (None, "")
    assert reason == "val_loss was printed, as planned"
