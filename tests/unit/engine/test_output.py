"""What training jobs print and write, read in batches."""

from __future__ import annotations

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
