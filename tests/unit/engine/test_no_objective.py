"""What is said when nothing can be compared."""

from __future__ import annotations

import re

from selftune.engine.no_objective import nothing_to_compare, regex_to_paste
from selftune.model.objective import Direction, Objective

UNKNOWN = Objective(name=None, direction=Direction.MINIMIZE)


def test_it_shows_what_was_seen_the_last_lines_and_what_to_paste():
    text = nothing_to_compare(1, UNKNOWN, {"zorg": [0.3, 0.2]}, ["zorg => 0.2", "done in 3 s"])
    for part in ("zorg (2x, last 0.2)", "    done in 3 s", "--metric 'zorg:min'", "--metric-regex"):
        assert part in text


def test_it_names_what_was_looked_for():
    wanted = Objective(name="val_f1", direction=Direction.MAXIMIZE, is_confirmed=True)
    assert "'val_f1'" in nothing_to_compare(1, wanted, {}, [])
    assert "(it printed nothing)" in nothing_to_compare(1, wanted, {}, [])


def test_it_says_what_could_not_be_read():
    assert "pip install" in nothing_to_compare(1, UNKNOWN, {}, [], ["Event files: pip install a library."])


def test_the_expression_begins_with_a_whole_word_and_prefers_a_number_with_a_point():
    expression = regex_to_paste(["the training has finished with quality 0.5 for 5 things"])
    assert expression == r"finished with quality\s*([-+0-9.eE]+)"


def test_the_expression_reads_the_last_number_that_is_no_time():
    lines = ["epoch 3", "score of the model is -1.5e-3", "done in 3 s", "took 12.1 seconds"]
    match = re.search(regex_to_paste(lines), lines[1])
    assert match is not None
    assert float(match[1]) == -0.0015


def test_without_a_number_an_example_is_given():
    assert regex_to_paste(["hello"]) == r"accuracy: ([0-9.]+)"


def test_a_traceback_measures_nothing():
    lines = [
        "Traceback (most recent call last):",
        '  File "train.py", line 12, in <module>',
        "    fit(0.5)",
        "ValueError: 3.5 is too large",
    ]
    assert regex_to_paste(lines) == r"accuracy: ([0-9.]+)"
    assert regex_to_paste(["quality 0.5", *lines]) == r"quality\s*([-+0-9.eE]+)"
    assert regex_to_paste(lines[1:]) == r"accuracy: ([0-9.]+)"


def test_a_bare_number_is_read_as_a_whole_line_and_rows_of_numbers_as_nothing():
    expression = regex_to_paste(["0.93"])
    assert re.search(expression, "0.93")
    assert not re.search(expression, "epoch 0.93")
    assert regex_to_paste(["1 0.93 0.5"]) == r"accuracy: ([0-9.]+)"
