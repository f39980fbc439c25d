"""Hyperparameters that act only beside certain values of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.autotune.conditional import conditions_between, kind_of_metric, settled_by_conditions
from selftune.autotune.data_facts import DataFacts
from selftune.autotune.hyperparameters import planned_hyperparameters
from selftune.autotune.judgement import Judgement
from selftune.model.plan import Role
from selftune.model.request import UserSettings

from .factories import command_request, judged, script_folder

XGB = ("xgboost",)


def drop_rate(booster: str, **more: object) -> Judgement:
    judgements = [judged("rate_drop", 0.1, imports=XGB), judged("booster", booster, imports=XGB)]
    return settled_by_conditions(judgements, facts=None, metric=None, **more)[0]  # type: ignore[arg-type]


def test_what_does_nothing_today_stays_static_and_says_why() -> None:
    settled = drop_rate("gbtree")
    assert settled.role is Role.STATIC
    assert settled.reason == (
        "rate_drop (the share of trees that dart drops) acts only where booster is dart, and booster is gbtree today."
    )


def test_what_acts_counts_for_more() -> None:
    settled = drop_rate("dart")
    assert settled.role is Role.TUNED
    assert settled.priority == 2
    assert judged("rate_drop", 0.1, imports=XGB).priority == 1


def test_beside_a_hyperparameter_that_the_user_tunes_it_stays_a_candidate() -> None:
    assert drop_rate("gbtree", open_names={"booster"}).role is Role.TUNED


def test_without_the_other_hyperparameter_nothing_is_assumed() -> None:
    alone = [judged("rate_drop", 0.1, imports=XGB)]
    assert settled_by_conditions(alone, facts=None, metric=None) == alone


def test_the_user_may_tune_it_all_the_same() -> None:
    settings = UserSettings(tune=frozenset({"rate_drop"}))
    planned = planned_hyperparameters(
        [drop_rate("gbtree")], settings, autotune=True, scaling_loss=None, title="train.py"
    )
    assert planned[0].role is Role.TUNED


def test_another_name_for_the_other_hyperparameter_is_understood() -> None:
    forest = [judged("max_samples", 0.7, imports=("sklearn",)), judged("replace", "false", imports=("sklearn",))]
    assert settled_by_conditions(forest, facts=None, metric=None)[0].role is Role.STATIC


def test_data_switch_a_hyperparameter_off() -> None:
    step = [judged("max_delta_step", 1, imports=XGB)]
    balanced = DataFacts(source="d.csv", rows=100, classes=2, imbalance=1.0, negatives_per_positive=1.0)
    settled = settled_by_conditions(step, facts=balanced, metric=None)[0]
    assert settled.role is Role.STATIC
    assert "d.csv has as many negatives as positives" in settled.reason


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("validation:auc", "ranking"),
        ("val_f1", "threshold"),
        ("eval/logloss", "calibrated"),
        ("val_acc", "accuracy"),
        ("rmse", "distance"),
        ("ndcg@10", "ranking"),
        ("reward", None),
        (None, None),
    ],
)
def test_the_kind_of_a_metric_is_read_from_its_name(name: str | None, kind: str | None) -> None:
    assert kind_of_metric(name) == kind


SVM = """
import argparse
from sklearn.svm import SVC

parser = argparse.ArgumentParser()
parser.add_argument("--kernel", default="linear")
parser.add_argument("--gamma", type=float, default=0.1)
parser.add_argument("--C", type=float, default=1.0)
args = parser.parse_args()
model = SVC(kernel=args.kernel, gamma=args.gamma, C=args.C)
print(f"val_accuracy={score}")
"""


def test_what_depends_on_a_choice_that_is_tuned_itself_is_tuned_beside_it(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, SVM), "--kernel", "linear", "--gamma", "0.1"), slots=1)
    assert {"kernel", "gamma"} <= {h.name for h in plan.tuned}


def test_where_the_choice_is_kept_what_depends_on_it_is_kept_too(tmp_path: Path) -> None:
    request = command_request(script_folder(tmp_path, SVM), "--gamma", "0.1", keep=frozenset({"kernel"}))
    gamma = make_plan(request, slots=1).hyperparameter("gamma")
    assert gamma is not None
    assert gamma.role is Role.STATIC
    assert "kernel is linear today" in gamma.reason


def test_the_plan_says_when_a_tuned_hyperparameter_acts() -> None:
    judgements = [judged("rate_drop", 0.1, imports=XGB), judged("booster", "gbtree", imports=XGB)]
    ((name, condition),) = conditions_between(judgements, {"rate_drop", "booster"})
    assert (name, condition.text()) == ("rate_drop", "booster == dart")
    assert conditions_between(judgements, {"rate_drop"}) == ()
