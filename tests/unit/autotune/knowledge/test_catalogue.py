"""What `selftune knowledge` shows."""

from __future__ import annotations

import pytest

from selftune.autotune.knowledge import SHIPPED
from selftune.autotune.knowledge.catalogue import all_names, look_up, overview


def test_the_overview_counts_every_entry_once() -> None:
    known = overview(SHIPPED)
    assert known.entries == len(list(SHIPPED.all_entries())) >= 250
    row = next(row for row in known.frameworks if row.name == "lightgbm")
    assert (row.title, row.constraints) == ("LightGBM", 3)
    assert known.document()["files"] == []


def test_a_family_shows_all_of_its_frameworks() -> None:
    found = look_up("sklearn", SHIPPED)
    assert found is not None
    assert found.is_framework
    assert {"sklearn.svm", "sklearn.knn"} <= {entry.framework for entry in found.entries}


@pytest.mark.parametrize("name", ["eta", "--learning-rate", "learningRate"])
def test_a_hyperparameter_is_found_by_any_of_its_names_in_several_frameworks(name: str) -> None:
    found = look_up(name, SHIPPED)
    assert found is not None
    assert {"xgboost.learning_rate", "lightgbm.learning_rate"} <= {entry.key for entry in found.entries}


def test_a_framework_before_the_name_narrows_it_to_one() -> None:
    found = look_up("xgboost.eta", SHIPPED)
    assert found is not None
    assert [entry.key for entry in found.entries] == ["xgboost.learning_rate"]


def test_the_constraints_of_a_hyperparameter_come_with_it() -> None:
    found = look_up("num_leaves", SHIPPED)
    assert found is not None
    assert "num_leaves <= 2 ** max_depth" in {constraint.text for constraint in found.constraints}


def test_a_name_that_is_never_tuned_says_why() -> None:
    found = look_up("seed", SHIPPED)
    assert found is not None
    assert found.document()["never_tuned"]["kind"] == "seed"


def test_what_nobody_knows_is_nothing() -> None:
    assert look_up("frobnicate", SHIPPED) is None
    assert look_up("xgboost.frobnicate", SHIPPED) is None
    assert "learning_rate" in all_names(SHIPPED)


def test_conditions_and_arithmetic_are_told_as_they_are_written() -> None:
    found = look_up("lightgbm.scale_pos_weight", SHIPPED)
    assert found is not None
    entry = found.document()["entries"][0]
    assert entry["when"].startswith("classes == 2 and imbalance >= 3")
    assert entry["by_data"]["high"] == "max(1, negatives_per_positive * 3)"
