"""Which data a plan looks at, and what follows from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.errors import UnreadableInput
from selftune.model.plan import Role
from selftune.model.request import Channel

from .factories import command_request, script_folder, xgboost_request

KNN = """
import argparse
from sklearn.neighbors import KNeighborsClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--train-file", default="train.csv")
parser.add_argument("--k", type=int, default=5)
args = parser.parse_args()
rows = load(args.train_file)
model = KNeighborsClassifier(n_neighbors=args.k)
print(f"accuracy={score:.3f}")
"""


def write_table(path: Path, rows: int, positives: int = 0) -> Path:
    path.write_text("target,x\n" + "\n".join(f"{int(i < (positives or rows // 2))},{i / 3:.3f}" for i in range(rows)))
    return path


def range_of_k(folder: Path, *arguments: str, **more: object) -> object:
    plan = make_plan(command_request(folder, "--k", "5", *arguments, **more), slots=1)
    planned = plan.hyperparameter("k")
    assert planned is not None
    return planned


def test_a_file_that_the_command_names_bounds_the_neighbours(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, KNN)
    write_table(tmp_path / "train.csv", 60)
    planned = range_of_k(folder, "--train-file", "train.csv")
    assert planned.range.high == 12
    assert planned.range.hard_bounds.high == 30
    assert "train.csv has 60 rows" in planned.reason
    assert planned.source.endswith("; train.csv has 60 rows")


def test_the_scripts_own_default_file_is_read_where_it_is_there(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, KNN)
    assert range_of_k(folder).range.high == 100
    write_table(tmp_path / "train.csv", 80)
    assert range_of_k(folder).range.high == 16


def test_reason_and_source_change_with_the_rows(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, KNN)
    write_table(tmp_path / "train.csv", 60)
    few = range_of_k(folder)
    write_table(tmp_path / "train.csv", 120)
    more = range_of_k(folder)
    assert few.reason != more.reason
    assert few.source != more.source


def test_a_channel_is_read_before_anything_else(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, KNN)
    write_table(tmp_path / "train.csv", 60)
    other = write_table(tmp_path / "other.csv", 200)
    planned = range_of_k(folder, channels=(Channel(name="train", path=str(other)),))
    assert "other.csv has 200 rows" in planned.reason


@pytest.mark.parametrize("name", ["test.csv", "val_set.csv", "predictions.csv", "results.csv"])
def test_files_that_nothing_is_trained_on_are_left_alone(tmp_path: Path, name: str) -> None:
    folder = script_folder(tmp_path, KNN.replace("train.csv", name).replace("train-file", "file"))
    write_table(tmp_path / name, 60)
    assert "rows" not in range_of_k(folder).reason


def test_a_file_that_cannot_be_read_is_a_warning_for_a_command(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, KNN)
    (tmp_path / "train.csv").write_bytes(b"\0\1\2" * 100)
    plan = make_plan(command_request(folder), slots=1)
    assert any("do not follow train.csv" in warning for warning in plan.warnings)
    assert plan.hyperparameter("k").range.high == 100  # type: ignore[union-attr]


def test_unreadable_data_of_a_built_in_algorithm_is_an_error(tmp_path: Path) -> None:
    values = {"objective": "binary:logistic", "eta": 0.3}
    with pytest.raises(UnreadableInput, match="There is no file"):
        make_plan(xgboost_request(tmp_path / "train.csv", values), slots=1)
    (tmp_path / "train.csv").write_bytes(b"\0\1\2" * 100)
    with pytest.raises(UnreadableInput, match="not a text file"):
        make_plan(xgboost_request(tmp_path / "train.csv", values), slots=1)


def weight_of(data: Path, **more: object) -> object:
    request = xgboost_request(data, {"scale_pos_weight": 1, "eval_metric": "auc"}, **more)
    return make_plan(request, slots=1).hyperparameter("scale_pos_weight")


def test_the_weight_of_the_positive_class_is_tuned_for_two_unbalanced_classes_only(tmp_path: Path) -> None:
    unbalanced = weight_of(write_table(tmp_path / "u.csv", 400, positives=40))
    assert unbalanced.role is Role.TUNED
    assert unbalanced.range.high == 27
    assert "u.csv has 9 negatives for each positive" in unbalanced.reason
    balanced = weight_of(write_table(tmp_path / "b.csv", 400, positives=200))
    assert balanced.role is Role.STATIC
    assert "b.csv has as many negatives as positives" in balanced.reason


def test_it_is_added_where_the_metric_ranks_and_left_alone_where_it_is_calibrated(tmp_path: Path) -> None:
    data = write_table(tmp_path / "u.csv", 400, positives=40)
    ranked = make_plan(xgboost_request(data, {"eval_metric": "aucpr"}), slots=1)
    calibrated = make_plan(xgboost_request(data, {"scale_pos_weight": 1}), slots=1).hyperparameter("scale_pos_weight")
    assert "scale_pos_weight" in {h.name for h in ranked.tuned}
    assert calibrated is not None
    assert calibrated.role is Role.STATIC
    assert "validation:logloss" in calibrated.reason


def test_a_number_to_be_predicted_has_no_positive_class_to_weigh(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("target,x\n" + "\n".join(f"{i * 1.5},{i}" for i in range(300)))
    planned = weight_of(tmp_path / "r.csv")
    assert planned.role is Role.STATIC
    assert "r.csv has a label that is a number" in planned.reason


def test_data_that_the_command_names_and_that_are_not_there_are_told(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, KNN)
    missing = make_plan(command_request(folder, "--train-file", "nofile.csv"), slots=1)
    assert any("There is no file nofile.csv (train-file)" in warning for warning in missing.warnings)
    write_table(tmp_path / "nofile.csv", 60)
    assert not any(
        "no file" in w for w in make_plan(command_request(folder, "--train-file", "nofile.csv"), slots=1).warnings
    )


def test_a_file_that_the_program_writes_need_not_be_there(tmp_path: Path) -> None:
    script = KNN.replace('"--k", type', '"--out", default="x.csv")\nparser.add_argument("--k", type')
    folder = script_folder(tmp_path, script)
    plan = make_plan(command_request(folder, "--out", "predictions.csv"), slots=1)
    assert not any("no file" in warning for warning in plan.warnings)


def test_a_table_that_stands_alone_on_the_command_line_and_is_not_there_is_told(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, KNN), "nofile.csv"), slots=1)
    assert [warning for warning in plan.warnings if warning.startswith("There is no file nofile.csv:")]
