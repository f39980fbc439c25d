"""What training jobs print and write, read in batches."""

from __future__ import annotations

import math

from selftune.engine.output import JobOutput, objective_values
from selftune.model.objective import Direction, Objective
from selftune.training.metrics.result_files import FileReading, FoundFiles
from selftune.training.metrics.result_files.reading import FilePoint

UNKNOWN = Objective(name=None, direction=Direction.MINIMIZE)
HEADER, ROWS = b"epoch  val_loss  acc\n", [b"1      0.5       0.6\n", b"2      0.4       0.7\n"]


def found(**values: float) -> FoundFiles:
    points = tuple(FilePoint(name=name, value=value) for name, value in values.items())
    return FoundFiles(
        readings=(FileReading(path="metrics.json", recogniser="JSON file", points=points),), notes=("note",)
    )


def test_a_header_is_remembered_from_one_batch_to_the_next() -> None:
    output = JobOutput()
    batches = [output.read(data, False, UNKNOWN) for data in [HEADER, *ROWS]]
    assert [[(p.name, p.value, p.step) for p in batch] for batch in batches] == [
        [],
        [("val_loss", 0.5, 0), ("acc", 0.6, 0)],
        [("val_loss", 0.4, 1), ("acc", 0.7, 1)],
    ]


def test_another_process_goes_on_as_the_one_that_was_killed_would_have() -> None:
    output = JobOutput(offset=len(HEADER + ROWS[0]), values={"val_loss": [0.5], "acc": [0.6]})
    assert not output.has_read
    output.recall(HEADER + ROWS[0], UNKNOWN)
    assert output.has_read
    assert [(p.name, p.step) for p in output.read(ROWS[1], False, UNKNOWN)] == [("val_loss", 1), ("acc", 1)]


def test_an_objective_that_is_a_counter_is_found_once_it_is_known() -> None:
    output = JobOutput()
    assert output.read(b"loss=1 time=3\n", False, UNKNOWN)[0].name == "loss"
    known = Objective(name="time", direction=Direction.MINIMIZE, is_confirmed=True)
    points = output.read(b"loss=1 time=2\n", False, known)
    assert objective_values(output, points, known) == (2.0,)


def test_files_count_for_what_was_not_printed() -> None:
    output = JobOutput()
    output.read(b"Validation loss: 0.5\n", False, UNKNOWN)
    points = output.read_files(found(val_loss=0.4999, test_acc=0.9), UNKNOWN)
    assert [(p.name, p.value) for p in points] == [("test_acc", 0.9)]
    assert output.values == {"Validation loss": [0.5], "test_acc": [0.9]}
    assert output.notes == ("note",)


def test_a_value_of_the_training_job_is_no_part_of_a_metrics_name() -> None:
    objective = Objective(name="fit r2", direction=Direction.MAXIMIZE)
    for kernel in ("rbf", "linear"):
        output = JobOutput(own_words=frozenset({kernel}))
        output.read(f"fit {kernel} r2=0.5\n".encode(), True, objective)
        assert output.curve(objective) == (0.5,)


def test_a_name_that_is_nothing_but_a_value_stays() -> None:
    output = JobOutput(own_words=frozenset({"loss"}))
    output.read(b"loss=0.5\n", True, UNKNOWN)
    assert output.values == {"loss": [0.5]}


def growing(*values: float, path: str = "metrics.csv", name: str = "val_loss") -> FoundFiles:
    points = tuple(FilePoint(name=name, value=value) for value in values)
    return FoundFiles(readings=(FileReading(path=path, recogniser="CSV file", points=points),))


def taken(output: JobOutput, found: FoundFiles, *, is_growing: bool = True) -> list[float]:
    return [point.value for point in output.read_files(found, UNKNOWN, is_growing=is_growing)]


def test_of_a_growing_file_each_value_is_taken_in_once() -> None:
    output = JobOutput()
    batches = [growing(0.9), growing(0.9, math.nan), growing(0.9, math.nan, 0.7), growing(0.9, math.nan, 0.7)]
    assert [len(taken(output, found)) for found in batches] == [0, 2, 1, 0]
    assert taken(output, growing(0.9, math.nan, 0.7, 0.6), is_growing=False) == [0.6]
    assert (output.file_points, output.files) == (4, {"val_loss": "metrics.csv"})


def test_a_file_that_is_written_anew_counts_from_where_it_differs() -> None:
    output = JobOutput()
    taken(output, growing(0.9, 0.8, 0.7))
    assert taken(output, growing(0.9, 0.6, 0.5)) == [0.6, 0.5]


def test_what_is_printed_is_not_taken_from_a_growing_file() -> None:
    output = JobOutput()
    output.read(b"Validation loss: 0.91\n", False, UNKNOWN)
    assert taken(output, growing(0.9, 0.8)) == []
    assert output.files == {}


def test_another_process_takes_in_only_what_the_one_that_was_killed_had_not() -> None:
    output = JobOutput(values={"val_loss": [0.9, 0.8]}, is_recalled=True, file_points=2)
    assert taken(output, growing(0.9, 0.8, 0.7)) == [0.7]
    assert output.file_points == 3


def test_what_another_process_read_of_the_output_was_printed() -> None:
    output = JobOutput(offset=14, values={"val_loss": [0.9]}, is_recalled=True)
    output.recall(b"val_loss: 0.9\n", UNKNOWN)
    assert taken(output, growing(0.9, 0.8)) == []
