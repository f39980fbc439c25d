"""Lines of one shape are understood once, and never wrongly."""

from __future__ import annotations

import pytest

from selftune.training.metrics import MetricReader
from selftune.training.metrics.shapes import Analysis, ShapeReader
from selftune.training.metrics.steps import count_in

PAIRS_OF_LINES = [
    ("epoch 1 loss 0.5", "epoch 2 loss -1e-05", [("loss", -1e-05)]),
    ("acc@1: 0.5", "acc@5: 0.6", [("acc@5", 0.6)]),
    ("top-1 acc: 0.5", "top-5 acc: 0.6", [("top-5 acc", 0.6)]),
    ("loss/1: 0.5", "loss/2: 0.6", [("loss/2", 0.6)]),
    ("Accuracy: 9/10", "Accuracy: 1/4", [("Accuracy", 0.25)]),
    ("Accuracy: 9/10", "Accuracy: 1/0", []),
    ("Accuracy: 9/10 (90%)", "Accuracy: 1/4 (25%)", [("Accuracy", 25.0)]),
    ("loss: 0.5", "loss: nan", [("loss", pytest.approx(float("nan"), nan_ok=True))]),
    ("loss: nan", "loss: 0.5", [("loss", 0.5)]),
    ("loss: 5", "loss: 1.e-05", [("loss", 1e-05)]),
    ("loss: 0.5 in 12:30", "loss: 0.25 in 1:02:03", [("loss", 0.25)]),
    ("loss: 0.5 in 12", "loss: 12:30", []),
    ("at 1.5: loss=1", "at 1.2.3: loss=2", [("loss", 2.0)]),
    ("f1=0.5", "f2=0.6", [("f2", 0.6)]),
]


@pytest.mark.parametrize(("first", "second", "expected"), PAIRS_OF_LINES)
def test_a_second_line_is_read_by_its_own_words_and_numbers(
    first: str, second: str, expected: list[tuple[str, float]]
) -> None:
    reader = MetricReader()
    reader.read(f"{first}\n{first}\n")
    assert reader.read(second + "\n") == expected
    assert MetricReader().read(second + "\n") == expected


def test_the_recognisers_are_asked_once_for_lines_that_differ_in_numbers_alone() -> None:
    asked: list[str] = []

    def analyse(line: str) -> Analysis:
        asked.append(line)
        return Analysis("form", (), count_in(line, ()))

    reader = ShapeReader(analyse)
    counts = [reader.read(f"epoch {number}: done in {number * 0.37} s").progress for number in range(100)]
    assert counts == list(range(100))
    assert len(asked) == 1


def test_another_header_changes_what_rows_of_one_shape_mean() -> None:
    reader = MetricReader()
    assert reader.read("loss  acc\n0.1  0.2\n") == [("loss", 0.1), ("acc", 0.2)]
    assert reader.read("auc  mae\n0.1  0.2\n") == [("auc", 0.1), ("mae", 0.2)]


def test_another_objective_changes_what_is_wanted() -> None:
    reader = MetricReader()
    assert reader.read("lr=0.5 loss=1\n") == [("loss", 1.0)]
    reader.look_for("lr")
    assert reader.read("lr=0.5 loss=1\n") == [("lr", 0.5), ("loss", 1.0)]


STEPS = [
    ("Epoch 3/10: loss=0.5", 3),
    ("epoch=3 step=700 loss=0.5", 3),
    ("step 700, loss: 0.5", 700),
    ("{'loss': 0.5, 'epoch': 1.5}", 1.5),
    ('{"global_step": 12, "loss": 0.5}', 12),
    ("Iteration 7, loss = 0.5", 7),
    ("[12]\ttrain-rmse:0.5", 12),
    ("Epoch 4\nloss: 0.5", 4),
    ("loss: 0.5", None),
]


@pytest.mark.parametrize(("text", "step"), STEPS)
def test_how_far_the_training_was_is_read_from_the_line_or_the_one_above(text: str, step: float | None) -> None:
    found = [reading for _, reading in MetricReader().read_lines(text + "\n") if reading]
    assert [reading.step for reading in found] == [step]
