from __future__ import annotations

from pathlib import Path

import pytest

from selftune.model.errors import UnknownName, UnreadableInput
from selftune.training.algorithms.target import infer_objective, label_sample


def test_many_numbers_are_a_regression() -> None:
    inferred = infer_objective(str(x / 7) for x in range(100))
    assert inferred.objective == "reg:squarederror"
    assert inferred.class_count is None
    assert "100" in inferred.reason


@pytest.mark.parametrize("labels", [["0", "1"] * 10, ["yes", "no"] * 10, ["-1", "1", ""] * 10, ["true", "false"] * 3])
def test_two_values_are_two_classes(labels: list[str]) -> None:
    assert infer_objective(labels).objective == "binary:logistic"


def test_a_few_whole_numbers_that_repeat_are_classes() -> None:
    inferred = infer_objective(["0", "1", "2"] * 10)
    assert (inferred.objective, inferred.class_count) == ("multi:softprob", 3)


def test_a_few_whole_numbers_that_hardly_repeat_are_a_quantity() -> None:
    assert infer_objective(["3", "4", "5", "6", "7", "8"]).objective == "reg:squarederror"


def test_ratings_with_halves_are_a_quantity() -> None:
    assert infer_objective(["1.5", "2", "2.5", "3"] * 20).objective == "reg:squarederror"


def test_texts_are_classes() -> None:
    inferred = infer_objective(["setosa", "virginica", "versicolor"] * 5)
    assert (inferred.objective, inferred.class_count) == ("multi:softprob", 3)


@pytest.mark.parametrize("labels", [[], ["", "NA"], ["7", "7", "7.0"]])
def test_a_label_that_does_not_vary_is_refused(labels: list[str]) -> None:
    with pytest.raises(UnreadableInput, match="nothing to learn"):
        infer_objective(labels)


def test_a_sample_holds_the_labels_of_the_first_rows(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("size,price\n1,10\n2,20\n3,30\n")
    assert label_sample(tmp_path, "price", limit=2) == ["10", "20"]
    assert label_sample(tmp_path / "t.csv", None) == ["1", "2", "3"]


def test_a_sample_of_libsvm_holds_the_first_words(tmp_path: Path) -> None:
    (tmp_path / "t.libsvm").write_text("1 0:2\n0 1:3\n")
    assert label_sample(tmp_path, None) == ["1", "0"]


def test_a_sample_of_a_column_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("size,price\n1,10\n")
    with pytest.raises(UnknownName, match="price"):
        label_sample(tmp_path, "prize")


@pytest.mark.parametrize(("name", "row"), [("t.csv", "{label},{i}"), ("t.libsvm", "{label} 0:{i}")])
def test_a_sample_of_sorted_data_sees_the_classes_at_its_end(tmp_path: Path, name: str, row: str) -> None:
    rows = [row.format(label=0 if i < 300 else 1, i=i) for i in range(400)]
    (tmp_path / name).write_text("\n".join(rows) + "\n")
    sample = label_sample(tmp_path / name, None, limit=100)
    assert set(sample) == {"0", "1"}
    assert len(sample) <= 110
