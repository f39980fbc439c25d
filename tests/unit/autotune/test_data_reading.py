"""What a sample of the data says about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune.data_reading import read_facts
from selftune.model.errors import UnknownName, UnreadableInput


def table(path: Path, rows: int, *, positives: int, header: str = "age,target,x", empty: int = 0) -> Path:
    lines = [f"{'' if row < empty else row % 90},{int(row < positives)},{row / 7:.3f}" for row in range(rows)]
    path.write_text("\n".join([header, *lines] if header else lines) + "\n")
    return path


def test_rows_columns_classes_and_balance_are_counted(tmp_path: Path) -> None:
    facts = read_facts(table(tmp_path / "train.csv", 400, positives=40, empty=12))
    assert (facts.rows, facts.is_estimated, facts.columns, facts.classes) == (400, False, 2, 2)
    assert facts.negatives_per_positive == facts.imbalance == 9
    assert facts.missing == pytest.approx(12 / 1200)
    assert (
        str(facts) == "train.csv has 400 rows, 2 columns, 2 classes, 9 negatives for each positive and 1% of its "
        "cells empty"
    )


def test_the_first_column_is_the_label_of_a_built_in_algorithm(tmp_path: Path) -> None:
    path = table(tmp_path / "train.csv", 300, positives=30, header="")
    facts = read_facts(path, first_is_label=True)
    assert facts.classes == 0  # 90 ages are a quantity
    assert read_facts(path, target="1", first_is_label=True).classes == 2


def test_without_a_column_of_a_usual_name_nothing_is_said_of_classes(tmp_path: Path) -> None:
    facts = read_facts(table(tmp_path / "train.csv", 300, positives=30, header="a,b,c"))
    assert facts.classes is None
    assert facts.columns == 3


def test_a_target_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="No column 'tagret'"):
        read_facts(table(tmp_path / "train.csv", 50, positives=5), target="tagret")


def test_several_classes_of_text_have_an_imbalance_and_no_positives(tmp_path: Path) -> None:
    labels = ["cat"] * 80 + ["dog"] * 40 + ["emu"] * 20
    (tmp_path / "t.csv").write_text("label,x\n" + "\n".join(f"{label},{i}" for i, label in enumerate(labels)))
    facts = read_facts(tmp_path / "t.csv")
    assert (facts.classes, facts.imbalance, facts.negatives_per_positive) == (3, 4, None)


def test_a_number_to_be_predicted_has_no_classes(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("target,x\n" + "\n".join(f"{i * 1.5},{i}" for i in range(100)))
    assert read_facts(tmp_path / "t.csv").classes == 0


@pytest.mark.parametrize(("rows", "classes"), [(49, 0), (50, 10)])
def test_whole_numbers_are_classes_from_five_rows_a_class(tmp_path: Path, rows: int, classes: int) -> None:
    (tmp_path / "t.csv").write_text("target,x\n" + "\n".join(f"{i % 10},{i}" for i in range(rows)))
    assert read_facts(tmp_path / "t.csv").classes == classes


def test_the_rows_of_a_large_file_are_estimated_and_a_sorted_label_is_seen_whole(tmp_path: Path) -> None:
    rows = 600_000
    facts = read_facts(table(tmp_path / "train.csv", rows, positives=60_000))
    assert facts.is_estimated
    assert facts.rows == pytest.approx(rows, rel=0.1)
    assert facts.negatives_per_positive is not None
    assert 1 < facts.negatives_per_positive < 20
    assert "about" in str(facts)


def test_libsvm_is_read_by_its_pairs(tmp_path: Path) -> None:
    lines = [f"{int(i % 4 == 0)} 1:{i} 7:2.5" for i in range(80)]
    (tmp_path / "train.libsvm").write_text("\n".join(lines))
    facts = read_facts(tmp_path / "train.libsvm")
    assert (facts.rows, facts.columns, facts.classes, facts.negatives_per_positive) == (80, 7, 2, 3)


def test_a_folder_of_files_is_one_table(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for number in range(3):
        table(tmp_path / "parts" / f"{number}.csv", 50, positives=25)
    assert read_facts(tmp_path / "parts").rows == 150


@pytest.mark.parametrize(("name", "content"), [("e.csv", b""), ("h.csv", b"a,b\n"), ("z.csv", b"\0\1\2\3" * 50)])
def test_what_holds_no_table_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableInput):
        read_facts(tmp_path / name)
