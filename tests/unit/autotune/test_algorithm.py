"""Plans of the built-in XGBoost."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.errors import UnknownName, UsageError
from selftune.model.objective import Direction
from selftune.model.plan import Role
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.model.request import AlgorithmRequest, TuningJobRequest

from .factories import xgboost_request

ARTICLE = {"objective": "reg:squarederror", "num_round": "50", "verbosity": "2", "max_depth": "5"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two columns, the first of which is one of two classes."""
    path = tmp_path / "train.csv"
    path.write_text("label,size\n" + "".join(f"{i % 2},{i}\n" for i in range(40)))
    return path


def test_the_articles_xgboost_has_its_objective_at_once(data: Path) -> None:
    objective = make_plan(xgboost_request(data, ARTICLE), slots=2).objective
    assert (objective.name, objective.direction) == ("validation:rmse", Direction.MINIMIZE)
    assert not objective.is_provisional


def test_the_articles_rounds_and_depth_are_tuned_and_the_rest_is_kept(data: Path) -> None:
    plan = make_plan(xgboost_request(data, ARTICLE), slots=2)
    rounds = plan.hyperparameter("num_round")
    assert {"num_round", "max_depth"} <= set(plan.space)
    assert rounds is not None
    assert rounds.value == 50
    assert isinstance(rounds.range, IntegerRange)
    assert dict(plan.program.static_values) == {"objective": "reg:squarederror", "verbosity": 2}


def test_what_is_not_listed_is_added_and_marked(data: Path) -> None:
    plan = make_plan(xgboost_request(data, ARTICLE), slots=2)
    added = {h.name for h in plan.hyperparameters if h.is_added}
    assert {"learning_rate", "subsample"} <= added
    assert added.isdisjoint(ARTICLE)
    assert dict(plan.baseline or ())["learning_rate"] == 0.3


def test_what_is_listed_is_tuned_first(data: Path) -> None:
    plan = make_plan(xgboost_request(data, ARTICLE, max_jobs=12), slots=2)
    assert set(plan.space) >= {"num_round", "max_depth"}
    assert len(plan.space) <= 3


def test_only_listed_ones_are_tuned_on_request(data: Path) -> None:
    plan = make_plan(xgboost_request(data, ARTICLE, only_listed=True), slots=2)
    assert set(plan.space) == {"num_round", "max_depth"}


def test_an_alias_is_not_added_beside_the_users_name(data: Path) -> None:
    plan = make_plan(xgboost_request(data, {**ARTICLE, "eta": "0.1"}), slots=2)
    assert "eta" in plan.space
    assert plan.hyperparameter("learning_rate") is None


@pytest.mark.parametrize(("given", "known"), [("eta", "eta"), ("ETA", "eta"), ("max-depth", "max_depth")])
def test_a_range_is_given_by_any_name_that_the_algorithm_takes(data: Path, given: str, known: str) -> None:
    wanted = IntegerRange(low=1, high=3) if known == "max_depth" else ContinuousRange(low=0.1, high=0.9)
    plan = make_plan(xgboost_request(data, {"num_round": "10"}, ranges=((given, wanted),)), slots=2)
    assert known in plan.space
    assert (plan.hyperparameter("learning_rate") is None) == (known == "eta")


def test_the_label_column_says_what_is_learnt(data: Path) -> None:
    plan = make_plan(xgboost_request(data, {}, target_column="label"), slots=2)
    static = dict(plan.program.static_values)
    assert static["objective"] == "binary:logistic"
    assert static["_target_column"] == "label"
    assert plan.objective.name == "validation:logloss"


def test_an_evaluation_metric_of_the_users_is_the_objective(data: Path) -> None:
    plan = make_plan(xgboost_request(data, {**ARTICLE, "eval_metric": "auc"}), slots=2)
    assert (plan.objective.name, plan.objective.direction) == ("validation:auc", Direction.MAXIMIZE)


def test_a_hyperparameter_that_was_not_added_can_still_be_tuned_by_name(data: Path) -> None:
    plan = make_plan(xgboost_request(data, ARTICLE, tune=frozenset({"reg_lambda"})), slots=2)
    planned = plan.hyperparameter("reg_lambda")
    assert planned is not None
    assert planned.role is Role.TUNED


def test_no_data_is_refused_with_what_to_give() -> None:
    request = TuningJobRequest(name="job", program=AlgorithmRequest(name="xgboost"))
    with pytest.raises(UsageError, match="no data") as error:
        make_plan(request, slots=1)
    assert "--data train=" in error.value.hint


def test_an_unknown_algorithm_is_refused_with_the_nearest(data: Path) -> None:
    request = TuningJobRequest(name="job", program=AlgorithmRequest(name="xgbost"))
    with pytest.raises(UnknownName) as error:
        make_plan(request, slots=1)
    assert "xgboost" in str(error.value)
    assert data.exists()
