"""The arithmetic of the ranges benchmark: what it keeps of a search, and how searches are compared."""

from __future__ import annotations

import math
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _benchmark_on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks" / "autotune"))


def searched(losses, *, jobs=50, task="adult", seed=0, tests=None, **search):
    """The row of a search whose trainings gave these validation losses."""
    from evaluation import Evaluation
    from searches import Search, row_of

    tests = tests or losses
    tried = [
        ({"lr": float(number)}, Evaluation(output=(), valid=valid, test=test, seconds=1.0))
        for number, (valid, test) in enumerate(zip(losses, tests, strict=True))
    ]
    about = Search(
        **{"tool": "any", "ranges": "own", "learner": "mlp", **search, "task": task, "seed": seed, "jobs": jobs}
    )
    return row_of(about, "any 1.0", tried, 2.0)


def test_the_test_loss_is_that_of_the_training_that_validated_best_so_far():
    row = searched([5.0] + [4.0] * 8 + [3.0] + [6.0] * 40, tests=[0.5] + [0.4] * 8 + [0.9] + [0.1] * 40)
    assert row["valid"] == {"1": 5.0, "10": 3.0, "25": 3.0, "50": 3.0}
    assert row["test"] == {"1": 0.5, "10": 0.9, "25": 0.9, "50": 0.9}
    assert row["final_test"] == 0.9
    assert row["best_values"] == {"lr": 9.0}


def test_a_search_that_ends_early_keeps_what_it_has_found():
    row = searched([2.0, 1.0])
    assert row["jobs"] == 2
    assert row["valid"] == {"1": 2.0, "10": 1.0, "25": 1.0, "50": 1.0}


def test_a_training_without_a_loss_is_never_the_best():
    row = searched([math.nan, 2.0])
    assert row["losses"] == [None, 2.0]
    assert row["valid"]["1"] is None
    assert row["valid"]["10"] == 2.0


def test_what_is_done_is_not_run_again():
    from searches import all_searches, missing

    searches = all_searches([("a", "expert"), ("b", "expert")], range(2), 50, ["mlp"], ["adult", "digits"])
    assert [search.seed for search in searches] == [0] * 4 + [1] * 4
    left = missing(searches, [searched([1.0], tool="a", ranges="expert", task="digits", seed=1)])
    assert len(left) == 7
    assert ("a", "expert", "mlp", "digits", 1) not in {search.key for search in left}


def test_a_line_that_a_crash_cut_off_is_left_out(tmp_path):
    from searches import append, rows_in

    append(tmp_path / "found.jsonl", searched([1.0]))
    with (tmp_path / "found.jsonl").open("a") as file:
        file.write('{"tool": "a", "ran')
    assert [row["tool"] for row in rows_in(tmp_path / "found.jsonl")] == ["any"]


def test_todays_values_score_zero_and_the_best_of_anybody_one():
    from scores import anchors_of, scores_at

    ours, theirs = searched([4.0, 3.0]), searched([9.0, 2.0], tool="other")
    anchors = anchors_of([ours, theirs], {("mlp", "adult", 0): 4.0})
    assert scores_at([ours], anchors, 1) == {("mlp", "adult", 0): 0.0}
    assert scores_at([ours], anchors, 10) == {("mlp", "adult", 0): 0.5}
    assert scores_at([theirs], anchors, 10) == {("mlp", "adult", 0): 1.0}
    assert scores_at([theirs], anchors, 1) == {("mlp", "adult", 0): -1.0}


def test_where_todays_values_are_the_best_known_they_score_one():
    from scores import Anchors

    assert Anchors(today=1.0, best=1.0).score(1.0) == 1.0
    assert Anchors(today=1.0, best=1.0).score(1.1) == -1.0
    assert Anchors(today=1.0, best=0.5).score(math.inf) == -1.0


def test_wins_are_counted_in_the_cases_that_both_have_and_ties_are_half():
    from scores import wins

    ours = {("mlp", "adult", 0): 0.9, ("mlp", "adult", 1): 0.5, ("mlp", "digits", 0): 0.1, ("mlp", "digits", 1): 1.0}
    theirs = {("mlp", "adult", 0): 0.8, ("mlp", "adult", 1): 0.5, ("mlp", "digits", 0): 0.2}
    found = wins(ours, theirs)
    assert found == {("mlp", "adult", 0): 1.0, ("mlp", "adult", 1): 0.5, ("mlp", "digits", 0): 0.0}


def test_an_interval_draws_whole_tasks_so_that_seeds_of_one_task_are_no_evidence_of_their_own():
    from scores import interval

    one_task = interval({("mlp", "adult", seed): float(seed) for seed in range(10)})
    assert (one_task.low, one_task.mean, one_task.high) == (4.5, 4.5, 4.5)
    tasks = interval({("mlp", str(number), 0): float(number % 2) for number in range(20)})
    assert tasks.mean == 0.5
    assert 0.2 < tasks.low < 0.4 < 0.6 < tasks.high < 0.8


def test_a_test_loss_twice_as_high_and_one_half_as_high_cancel_out():
    from scores import test_gains_at as gains_at

    rows = [searched([1.0], tests=[0.4], seed=0), searched([1.0], tests=[0.1], seed=1)]
    gains = gains_at(rows, {("mlp", "adult", 0): 0.2, ("mlp", "adult", 1): 0.2}, 50)
    assert sum(gains.values()) == pytest.approx(0.0)
    assert gains["mlp", "adult", 1] == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("value", "space", "expected"),
    [
        (0.5, [0.1, 1.0, False], True),
        (1.0000001, [0.1, 1.0, False], True),
        (1.1, [0.1, 1.0, False], False),
        (0.0, [1e-8, 1.0, True], True),
        (0.0, [1e-8, 1.0, False], False),
        (-1.0, [1e-8, 1.0, True], False),
        ("relu", ["relu", "gelu"], True),
        ("tanh", ["relu", "gelu"], False),
        (5, [1, 5, False], True),
        (2, [1, 2, 4], True),
        (3, [1, 2, 4], False),
    ],
)
def test_a_value_is_inside_its_range(value, space, expected):
    from inside import is_inside

    assert is_inside(value, space) is expected


def test_coverage_takes_the_default_where_the_best_search_left_it_alone():
    from inside import best_known, coverage

    best = searched([1.0], tool="other")
    mine = {**searched([2.0]), "ranges_before": {"lr": [0.5, 1.0, False], "dropout": [0.0, 0.5, False]}}
    mine["ranges_after"] = {**mine["ranges_before"], "lr": [0.0, 1.0, False]}
    known = best_known([best, mine])
    assert known == {("mlp", "adult"): {"lr": 0.0}}
    today = {"mlp": {"lr": 0.7, "dropout": 0.1}}
    before, after = (coverage([mine], known, today, ranges) for ranges in ("ranges_before", "ranges_after"))
    assert (before.values_inside, before.tasks_inside) == (0.5, 0.0)
    assert (after.values_inside, after.tasks_inside) == (1.0, 1.0)
    assert before.by_name == {"mlp.lr": (0, 1), "mlp.dropout": (1, 1)}


@pytest.mark.parametrize("kind", ["expert", "aws"])
@pytest.mark.parametrize("learner", ["xgboost", "lightgbm", "mlp"])
def test_every_range_that_is_written_down_is_one_of_an_argument_of_the_script(kind, learner):
    from searches import ranges_of

    script = Path(__file__).parents[3] / "benchmarks" / "autotune" / "learners" / f"train_{learner}.py"
    for parameter in ranges_of(kind, learner):
        assert f'"--{parameter.name.replace("_", "-")}"' in script.read_text()
        assert parameter.low < parameter.high
        assert not parameter.is_log or parameter.low > 0
