from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from selftune.model.errors import UnknownName, UnreadableInput
from selftune.training.algorithms.table import number_from_cell, read_table, target_index


def written(folder: Path, text: str, name: str = "train.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_first_row_of_names_is_a_header(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "price,size\n1.5,2\n3,4\n"))
    assert table.has_header
    assert table.names == ("price", "size")
    assert list(table.columns[0].numbers) == [1.5, 3.0]


def test_a_first_row_with_a_number_is_data(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "5.1,setosa\n4.9,virginica\n"))
    assert not table.has_header
    assert table.row_count == 2
    assert table.columns[1].text(0) == "setosa"


def test_a_first_row_of_texts_that_repeat_is_data(tmp_path: Path) -> None:
    assert not read_table(written(tmp_path, "p,x,x\ne,b,y\n")).has_header


def test_a_header_of_numbers_is_known_by_the_name_of_the_target(tmp_path: Path) -> None:
    path = written(tmp_path, "0,1,grade\n3,4,5\n")
    assert read_table(path, target="grade").has_header
    assert not read_table(path).has_header


def test_missing_cells_are_nan_and_booleans_are_numbers(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a,b\nNA,true\n,false\n2,TRUE\n"))
    assert [math.isnan(x) for x in table.columns[0].numbers] == [True, True, False]
    assert list(table.columns[1].numbers) == [1.0, 0.0, 1.0]


def test_semicolons_and_tabs_separate_cells_too(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "a;b\n1;2\n")).names == ("a", "b")
    assert read_table(written(tmp_path, "a\tb\n1\t2\n", "other.tsv")).names == ("a", "b")


def test_quoted_cells_may_hold_the_delimiter(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, 'a,b\n"x, y",1\n'))
    assert table.columns[0].text(0) == "x, y"


def test_the_files_of_a_folder_are_one_table_with_one_header(tmp_path: Path) -> None:
    written(tmp_path, "a,b\n1,2\n", "part-0.csv")
    written(tmp_path, "a,b\n3,4\n", "part-1.csv")
    written(tmp_path, "not data", ".hidden")
    assert list(read_table(tmp_path).columns[0].numbers) == [1.0, 3.0]


def test_a_row_of_another_length_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"line 3, has 3 values, but .* has 2"):
        read_table(written(tmp_path, "a,b\n1,2\n1,2,3\n"))


@pytest.mark.parametrize("text", ["", "\n\n", "a,b\n"])
def test_a_table_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableInput, match=r"empty|no rows"):
        read_table(written(tmp_path, text))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="No data file"):
        read_table(tmp_path)


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\0\1\2")
    with pytest.raises(UnreadableInput, match="not a text file"):
        read_table(tmp_path)


def test_libsvm_is_known_by_its_lines_and_leaves_gaps_missing(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "1 0:0.5 2:3\n0 1:2 # comment\n", "data.txt"))
    assert table.is_sparse
    assert list(table.columns[0].numbers) == [1.0, 0.0]
    assert len(table.columns) == 4
    assert math.isnan(table.columns[2].numbers[0])


def test_a_broken_libsvm_line_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="line 2"):
        read_table(written(tmp_path, "1 0:0.5\n0 1-2\n", "data.libsvm"))


def test_parquet_without_pandas_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UnreadableInput, match="needs pandas and pyarrow"):
        read_table(tmp_path)


def test_the_target_is_the_first_column_unless_that_is_a_row_index() -> None:
    assert target_index(["price", "size"], True, None, "t.csv") == 0
    assert target_index(["", "price"], True, None, "t.csv") == 1


def test_the_target_is_found_by_name_or_without_header_by_position() -> None:
    assert target_index(["size", "price"], True, "price", "t.csv") == 1
    assert target_index(["0", "1", "2"], False, "2", "t.csv") == 2


def test_a_target_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'progression'"):
        target_index(["progression", "age"], True, "progresion", "t.csv")


def test_a_target_by_name_needs_a_header() -> None:
    with pytest.raises(UnreadableInput, match="has no header"):
        target_index(["0", "1"], False, "price", "t.csv")


@pytest.mark.parametrize(("cell", "number"), [("1e-3", 0.001), (" 2 ", 2.0), ("True", 1.0), ("red", None)])
def test_cells_read_as_numbers_where_they_are(cell: str, number: float | None) -> None:
    assert number_from_cell(cell) == number
