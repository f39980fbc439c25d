"""Features and labels as numbers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from selftune.model.errors import UnreadableInput
from selftune.training.algorithms.features import encode_features, learn_features
from selftune.training.algorithms.labels import encode_labels, learn_labels
from selftune.training.algorithms.table import Table, read_table


def table(folder: Path, text: str, name: str = "t.csv") -> Table:
    (folder / name).write_text(text, encoding="utf-8")
    return read_table(folder / name)


def test_a_text_column_becomes_codes_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    train = table(tmp_path, "y,color\n1,red\n2,blue\n3,\n")
    code = learn_features(train, 0)
    assert code.categories == {"color": ("blue", "red")}
    assert code.kinds == ["c"]
    assert [row[0] for row in encode_features(train, code)[:2]] == [1.0, 0.0]
    assert math.isnan(encode_features(train, code)[2][0])


def test_a_text_that_training_has_not_seen_is_missing(tmp_path: Path) -> None:
    code = learn_features(table(tmp_path, "y,color\n1,red\n2,blue\n"), 0)
    other = table(tmp_path, "y,color\n1,green\n", "v.csv")
    assert math.isnan(encode_features(other, code)[0][0])


def test_columns_are_matched_by_name_whatever_their_order(tmp_path: Path) -> None:
    code = learn_features(table(tmp_path, "y,a,b\n1,10,20\n"), 0)
    other = table(tmp_path, "b,a,y\n200,100,1\n", "v.csv")
    assert list(encode_features(other, code)[0]) == [100.0, 200.0]


def test_a_missing_column_is_refused_by_name(tmp_path: Path) -> None:
    code = learn_features(table(tmp_path, "y,a,b\n1,10,20\n"), 0)
    with pytest.raises(UnreadableInput, match=r"lacks the column\(s\) b"):
        encode_features(table(tmp_path, "y,a\n1,2\n", "v.csv"), code)


def test_a_libsvm_file_may_leave_out_its_last_columns(tmp_path: Path) -> None:
    code = learn_features(table(tmp_path, "1 0:1 1:2\n", "t.libsvm"), 0)
    row = encode_features(table(tmp_path, "0 0:5\n", "v.libsvm"), code)[0]
    assert row[0] == 5.0
    assert math.isnan(row[1])


def test_row_indexes_and_identifiers_are_left_out_and_said(tmp_path: Path) -> None:
    rows = "\n".join(f"{i},id{i},{i % 7},{i}" for i in range(150))
    code = learn_features(table(tmp_path, f",name,x,y\n{rows}\n"), 3)
    assert code.names == ("x",)
    assert "row index" in code.notes[0]
    assert "identifier" in code.notes[1]


def test_a_table_of_labels_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no column beside the label"):
        learn_features(table(tmp_path, "y\n1\n2\n"), 0)


def test_two_texts_are_the_classes_zero_and_one(tmp_path: Path) -> None:
    train = table(tmp_path, "y,x\nyes,1\nno,2\n,3\n")
    code = learn_labels(train, 0, "binary:logistic", None)
    assert code.classes == ("no", "yes")
    labels = encode_labels(train, 0, code)
    assert labels[:2] == [1.0, 0.0]
    assert math.isnan(labels[2])


def test_classes_that_are_numbers_keep_the_order_of_numbers(tmp_path: Path) -> None:
    code = learn_labels(table(tmp_path, "y,x\n10,1\n9,2\n-1,3\n"), 0, "multi:softmax", None)
    assert code.classes == ("-1", "9", "10")
    assert code.class_count == 3


def test_class_numbers_below_num_class_stay_as_they_are(tmp_path: Path) -> None:
    train = table(tmp_path, "y,x\n0,1\n2,2\n")
    code = learn_labels(train, 0, "multi:softprob", 5)
    assert encode_labels(train, 0, code) == [0.0, 2.0]
    assert code.class_count == 5


@pytest.mark.parametrize(
    ("labels", "objective", "count", "message"),
    [
        ("low high", "reg:squarederror", None, "holds 'low' \\(row 1\\)"),
        ("1 2 3", "binary:logistic", None, "needs a label of two classes, but 'y' in t.csv has 3"),
        ("1 2 3", "multi:softprob", 2, "num_class is 2, but 'y' in t.csv has 3"),
        ("1 1 1", "multi:softprob", None, "only one class"),
        ("0.5 1.5", "reg:logistic", None, "needs labels from 0 to 1, but 'y' in t.csv holds 1.5"),
        ("3 -1", "count:poisson", None, "needs labels 0 or above, but 'y' in t.csv holds -1"),
        ("1 inf", "reg:squarederror", None, "needs labels finite"),
        ("1 2", "rank:pairwise", None, "needs groups of rows"),
    ],
)
def test_labels_that_an_objective_does_not_take_are_refused(
    tmp_path: Path, labels: str, objective: str, count: int | None, message: str
) -> None:
    train = table(tmp_path, "y,x\n" + "".join(f"{label},1\n" for label in labels.split()))
    with pytest.raises(UnreadableInput, match=message):
        encode_labels(train, 0, learn_labels(train, 0, objective, count))


def test_a_class_that_training_has_not_seen_is_refused(tmp_path: Path) -> None:
    code = learn_labels(table(tmp_path, "y,x\na,1\nb,2\n"), 0, "binary:logistic", None)
    with pytest.raises(UnreadableInput, match=r"class\(es\) c .*which training has not"):
        encode_labels(table(tmp_path, "y,x\nc,1\n", "v.csv"), 0, code)
