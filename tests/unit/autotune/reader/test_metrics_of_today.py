"""Metrics come from the code that runs with today's values, wherever in the program it stands."""

from __future__ import annotations

from .conftest import Programs

HEAD = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--use-val", action="store_true")\n'
SWITCHED = HEAD + 'a = p.parse_args()\nprint(f"train_loss: {t}")\nif a.use_val:\n    print(f"val_loss: {v}")\n'


def names(programs: Programs, text: str, *arguments: str) -> list[str]:
    return [metric.name for metric in programs.script(text, *arguments).metrics]


def test_what_a_switch_that_is_off_would_print_is_no_metric_of_this_run(programs: Programs) -> None:
    assert names(programs, SWITCHED) == ["train_loss"]
    assert names(programs, SWITCHED, "--use-val") == ["train_loss", "val_loss"]


def test_a_function_that_only_code_calls_which_does_not_run_prints_nothing(programs: Programs) -> None:
    text = HEAD + 'def check(v):\n    print(f"val_loss: {v}")\na = p.parse_args()\nprint(f"train_loss: {t}")\n'
    asleep = text + "if a.use_val:\n    check(v)\n"
    assert names(programs, asleep) == ["train_loss"]
    assert sorted(names(programs, asleep + "check(w)\n")) == ["train_loss", "val_loss"]


def test_a_condition_that_cannot_be_told_leaves_both_sides(programs: Programs) -> None:
    text = HEAD + 'a = p.parse_args()\nif epoch % 5 == 0:\n    print(f"val_loss: {v}")\n'
    assert names(programs, text) == ["val_loss"]


def test_keras_validates_where_fit_says_so_in_another_file_than_compile(programs: Programs) -> None:
    programs.write("model.py", "import keras\ndef create(m):\n    m.compile(loss='mse', metrics=['accuracy'])\n")
    text = "import keras\nfrom model import create\nm = create(n)\nm.fit(x, y, validation_data=(u, v))\n"
    assert names(programs, text) == ["val_accuracy", "val_loss", "accuracy", "loss"]


def test_keras_does_not_validate_where_today_s_values_leave_no_data(programs: Programs) -> None:
    text = (
        "import keras\n" + HEAD + "a = p.parse_args()\nm.compile(loss='mse')\nheld = load()\n"
        "if not a.use_val:\n    held = None\nm.fit(x, y, validation_data=held)\n"
    )
    assert names(programs, text) == ["loss"]
    assert names(programs, text, "--use-val") == ["val_loss", "loss"]
