"""The arithmetic of the search comparison: what it keeps of a search, and how searches are compared."""

from __future__ import annotations

import math
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _benchmark_on_path(monkeypatch):
    for folder in ("interpreters", "autotune", "search"):
        monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks" / folder))


def kept(scores, *, tool="selftune", setting="expert", suite="surrogates", task="lcbench/1", seed=0, **changes):
    """A kept search whose case has regret 0 at score 10 and 1 at score 0."""
    return {
        "tool": tool,
        "version": "any 1.0",
        "setting": setting,
        "suite": suite,
        "task": task,
        "seed": seed,
        "zero": 10.0,
        "one": 0.0,
        "scores": scores,
        "seconds": 1.0,
        "date": "2026-01-01",
        "machine": "any",
        **changes,
    }


CASE = ("surrogates", "lcbench/1", 0)


def regrets_of(rows, jobs, **floor):
    from comparison import anchors_of, regrets

    return regrets(rows, anchors_of(rows), jobs, **floor)


def test_regret_follows_the_best_score_of_the_first_jobs():
    rows = [kept([1.0, 5.0, 2.0, 9.0])]
    assert regrets_of(rows, 1) == {CASE: pytest.approx(0.9)}
    assert regrets_of(rows, 3) == {CASE: pytest.approx(0.5)}
    assert regrets_of(rows, 4) == {CASE: pytest.approx(0.1)}


def test_a_search_that_ended_early_keeps_what_it_had_found():
    assert regrets_of([kept([5.0])], 50) == {CASE: pytest.approx(0.5)}


def test_a_training_without_a_score_is_a_job_that_found_nothing():
    assert regrets_of([kept([None, 5.0])], 2) == {CASE: pytest.approx(0.5)}
    assert regrets_of([kept([None, 5.0])], 1) == {CASE: 2.0}


def test_regret_is_cut_below_a_tenth_under_the_best_random_values():
    assert regrets_of([kept([30.0])], 1) == {CASE: -0.1}
    assert regrets_of([kept([30.0])], 1, floor=-math.inf) == {CASE: pytest.approx(-2.0)}


def test_zero_on_real_training_is_the_best_that_anybody_found():
    real = {"suite": "real", "task": "mlp/adult", "zero": None}
    rows = [kept([-1.0, -0.5], one=-1.0, **real), kept([-0.75], tool="smac", one=None, **real)]
    case = ("real", "mlp/adult", 0)
    assert regrets_of(rows[:1], 2) == {case: 0.0}
    from comparison import anchors_of, regrets

    assert regrets(rows[1:], anchors_of(rows), 1) == {case: pytest.approx(0.5)}


def test_a_case_whose_todays_score_is_unknown_is_left_out():
    assert regrets_of([kept([-1.0], suite="real", zero=None, one=None)], 1) == {}


def test_only_cases_that_both_have_are_paired():
    from comparison import differences, wins

    ours = {("s", "a", 0): 0.2, ("s", "a", 1): 0.1, ("s", "b", 0): 0.5}
    theirs = {("s", "a", 0): 0.1, ("s", "a", 1): 0.1004, ("s", "c", 0): 0.5}
    assert differences(ours, theirs) == {("s", "a", 0): pytest.approx(0.1), ("s", "a", 1): pytest.approx(-0.0004)}
    assert wins(ours, theirs) == {("s", "a", 0): 0.0, ("s", "a", 1): 0.5}


def test_the_interval_is_drawn_over_tasks_not_over_seeds():
    from comparison import interval

    one_task = interval({("s", "a", seed): float(seed) for seed in range(5)})
    assert (one_task.mean, one_task.low, one_task.high) == (2.0, 2.0, 2.0)
    two_tasks = interval({("s", "a", 0): 0.0, ("s", "b", 0): 1.0})
    assert (two_tasks.mean, two_tasks.low, two_tasks.high) == (0.5, 0.0, 1.0)


def test_seconds_count_until_the_training_that_reaches_the_score():
    from comparison import seconds_to_reach

    row = kept([1.0, None, 3.0, 9.0], job_seconds=[1.0, 2.0, 4.0, 8.0])
    assert seconds_to_reach(row, 3.0) == 7.0
    assert seconds_to_reach(row, 1.0) == 1.0
    assert seconds_to_reach(row, 10.0) == math.inf


def test_seconds_taken_over_without_a_value_for_each_training_are_shared_out():
    from taken_over import as_row

    found = {
        "version": "optuna 5",
        "ranges": "aws",
        "learner": "mlp",
        "task": "adult",
        "seed": 1,
        "losses": [0.5, None],
        "training_seconds": 4.0,
        "seconds": 5.0,
    }
    row = as_row(found, "optuna-tpe")
    assert (row["setting"], row["task"], row["scores"]) == ("aws-walls", "mlp/adult", [-0.5, None])
    assert row["job_seconds"] == [2.0, 2.0]
    assert row["one"] is None
    assert as_row(found, "today")["one"] == -0.5
    assert as_row({**found, "job_seconds": [3.0, 1.0]}, "optuna-tpe")["job_seconds"] == [3.0, 1.0]


def test_a_broken_off_run_goes_on_where_it_stopped(tmp_path):
    from rows import all_searches, append, missing, rows_in

    searches = all_searches([("selftune", "expert"), ("smac", "expert")], {"tables": ["a", "b"]}, {"tables": 2}, 50)
    assert [search.seed for search in searches] == [0, 0, 0, 0, 1, 1, 1, 1]
    path = tmp_path / "results.jsonl"
    append(path, kept([1.0], suite="tables", task="a"))
    with path.open("a") as file:
        file.write('{"tool": "smac", "sco')
    left = missing(searches, rows_in([path]))
    assert len(left) == 7
    assert searches[0] not in left


def test_a_kept_search_has_a_null_where_a_training_gave_no_score():
    from rows import Recorder, Search, row_of

    recorder = Recorder(lambda value: value)
    for value in (0.123456789, math.nan):
        recorder(value)
    search = Search(tool="smac", setting="expert", suite="real", task="mlp/adult", seed=0)
    row = row_of(search, "smac 2", recorder, 1.0, (None, -1.0))
    assert row["scores"] == [0.1234568, None]
    assert len(row["job_seconds"]) == 2


def test_the_report_says_which_targets_are_reached():
    from report import report

    rows = [
        kept([2.0] * 10 + [9.0] * 40),
        kept([1.0] * 25 + [8.0] * 25, tool="optuna-tpe"),
        kept([9.5] * 25 + [9.9] * 25, tool="optuna-gp", task="lcbench/2"),
        kept([9.6] * 50, task="lcbench/2"),
    ]
    text = "\n".join(report(rows))
    assert "- Reached: at 25 no worse than the best peer at 25 (difference -0.010 (-0.010 .. -0.010))." in text
    assert "- Not reached: at 50 ahead of every peer in the mean and in the win rate" in text
    assert "still to be run, and a verdict may change: selftune 2, optuna-tpe 1, optuna-gp 1." in text


def test_what_another_draw_of_tasks_might_turn_round_is_not_beyond_chance():
    from report import report

    ours, theirs = (9.0, 9.0, 9.0), (5.0, 8.5, 9.3)
    pairs = enumerate(zip(ours, theirs, strict=True))
    rows = [
        row
        for task, (own, its) in pairs
        for row in (kept([own] * 50, task=f"t/{task}"), kept([its] * 50, tool="smac", task=f"t/{task}"))
    ]
    text = "\n".join(report(rows))
    assert "- Reached, not beyond chance: at 25 no worse than the best peer at 25 (difference -0.140 (" in text
    assert "- Reached, not beyond chance: at 50 ahead of every peer in the mean and in the win rate" in text
    clear = "\n".join(report([row for row in rows if row["task"] == "t/0"]))
    assert "- Reached: at 50 ahead of every peer in the mean and in the win rate" in clear
    assert "not beyond chance" not in clear


def test_a_win_rate_that_may_be_even_is_not_beyond_chance_though_the_mean_is_clear():
    from report import report

    ours, theirs = (9.0, 9.0), (8.9, 8.9)
    even = kept([9.9] * 50, task="t/2"), kept([9.9] * 50, tool="smac", task="t/2")
    rows = [
        row
        for task, (own, its) in enumerate(zip(ours, theirs, strict=True))
        for row in (kept([own] * 50, task=f"t/{task}"), kept([its] * 50, tool="smac", task=f"t/{task}"))
    ]
    assert "not beyond chance" not in "\n".join(report(rows))
    assert "- Reached, not beyond chance: at 50 ahead of every peer" in "\n".join(report([*rows, *even]))


def test_every_table_says_what_is_still_to_be_run_and_which_state_of_ours_it_shows():
    from report import report

    rows = [
        kept([9.0] * 50),
        kept([9.0] * 50, tool="smac"),
        kept([9.0] * 50, setting="autotuned", version="selftune 1 b"),
        kept([9.0] * 50, setting="miss-soft"),
        kept([9.0] * 50, setting="expert x4", busy=1.0, coincide=0),
    ]
    tables = "\n".join(report(rows)).split("### ")
    left = {
        table.splitlines()[0]: next((s for s in table.splitlines() if "still to be run" in s), "") for table in tables
    }
    assert left["Surrogate tasks: from today's values, Autotune's ranges (target 2)"].endswith(
        "selftune (autotuned) 1, smac 1."
    )
    assert left["Surrogate tasks: ranges that are not the expert's, regret at 50 (target 3)"].endswith(
        "selftune 1, selftune (miss-soft) 1, selftune (miss-walls) 0, optuna-tpe (miss-walls) 0."
    )
    assert "selftune (expert x4) 1, selftune (expert x16) 0." in next(v for k, v in left.items() if "target 4" in k)
    assert "Ours: selftune 1 b." in next(table for table in tables if "Autotune's ranges" in table)


def test_peers_alone_are_no_verdict_on_ours():
    from report import report

    text = "\n".join(report([kept([9.0] * 50, tool="smac")]))
    assert "- Not measured: at 25 no worse than the best peer at 25;" in text
    assert "may change: selftune 0, smac 1." in text
    assert "- Not measured: ranges that miss the optimum (ours has not been run in them)." in text
    assert "eached" not in text


def test_ranges_without_the_experts_to_compare_them_with_are_not_measured():
    from report import report

    real = {"suite": "real", "task": "mlp/adult", "zero": None, "one": -2.0}
    text = "\n".join(report([kept([-1.0], setting="aws-soft", **real)]))
    assert (
        "- Not measured: ranges printed by AWS, soft: within 0.05 of the expert's (ours has not been run in both)."
        in text
    )
    assert "selftune 0, selftune (aws-soft) 1, selftune (aws-walls) 0, optuna-tpe (aws-walls) 0." in text


def test_other_ranges_are_shown_on_the_cases_that_all_have():
    from report import report

    rows = [kept([9.0] * 50, task=task) for task in ("t/0", "t/1")]
    rows += [kept([8.0] * 50, setting="miss-walls", task="t/0")]
    rows += [
        kept([score] * 50, setting="miss-walls", task=task, tool="optuna-tpe")
        for task, score in (("t/0", 7.0), ("t/1", 1.0))
    ]
    text = "\n".join(report(rows))
    assert "| ranges that miss the optimum | TPE, walls | 1 | 0.300 | +0.200 (+0.200 .. +0.200) |" in text
    assert "- Reached: ranges that miss the optimum, as walls: better than TPE (-0.100 (-0.100 .. -0.100))." in text


def test_a_cut_hides_no_difference_below_it():
    from report import report

    rows = [
        kept([14.0] * 50),
        kept([12.0] * 50, tool="smac"),
        kept([11.0] * 50, setting="expert x4", busy=1, coincide=0),
    ]
    text = "\n".join(report(rows))
    assert "| +0.000 (+0.000 .. +0.000) | -0.200 (-0.200 .. -0.200) | 50% (50% .. 50%) |" in text
    assert "4 at once: within 0.02 (+0.000 (+0.000 .. +0.000), not cut +0.300 (+0.300 .. +0.300))." in text


def test_side_by_side_searches_are_judged_by_their_slots():
    from report import report

    busy = {"busy": 0.96, "coincide": 0}
    rows = [
        kept([9.0]),
        kept([8.9], setting="expert x4", **busy),
        kept([8.0], setting="expert x16", busy=0.99, coincide=2),
    ]
    text = "\n".join(report(rows))
    assert "- Reached: 4 at once: within 0.02 (+0.010 " in text
    assert "- Not reached: 4 at once: no slot waits for another, in virtual time (96.0%)." in text
    assert "- Reached: 4 at once: no two equal (0 pairs)." in text
    assert "- Not reached: 16 at once: within 0.06 (+0.100 " in text
    assert "- Reached: 16 at once: no slot waits for another, in virtual time (99.0%)." in text
    assert "- Not reached: 16 at once: no two equal (2 pairs)." in text


def test_a_range_is_cut_to_the_half_without_the_best_value():
    from boxes import cut
    from tasks import Parameter

    lr = Parameter(name="lr", kind="float", low=1e-4, high=1.0, is_log=True)
    reference = {"important": ["lr"], "best_cfg": {"lr": 0.5, "depth": 2}}
    assert cut(lr, reference).low == pytest.approx(1e-4)
    assert cut(lr, reference).high == pytest.approx(10 ** (-4 + 0.45 * 4))
    depth = Parameter(name="depth", kind="int", low=1, high=11)
    assert cut(depth, reference) == depth
    assert cut(depth, {**reference, "important": ["depth"]}) == Parameter(name="depth", kind="int", low=7, high=11)


def test_printed_ranges_are_used_as_far_as_they_lie_in_the_domain():
    from boxes import within
    from tasks import Parameter

    domain = (
        Parameter(name="lr", kind="float", low=1e-4, high=0.1, is_log=True),
        Parameter(name="units", kind="int", low=64, high=1024, is_log=True),
    )
    printed = (Parameter(name="lr", kind="float", low=1e-6, high=0.01),)
    assert within(printed, domain) == (Parameter(name="lr", kind="float", low=1e-4, high=0.01), domain[1])


def test_tables_replace_those_between_the_marks_of_a_page():
    from compare import BEGIN, END, with_tables

    page = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert with_tables(page, ["| new |"]) == f"before\n{BEGIN}\n| new |\n\n{END}\nafter\n"
    assert with_tables(with_tables(page, ["| newer |"]), ["| new |"]) == with_tables(page, ["| new |"])
    with pytest.raises(SystemExit, match="no <!-- tables"):
        with_tables("no marks", [])


def test_the_cost_of_a_suggestion_is_judged_by_how_much_has_been_seen():
    from cost_tables import latency_table

    def cost(observations, seconds, memory, tool="selftune"):
        about = {"tool": tool, "observations": observations, "time_limit": 120.0}
        return {**about, "suggestion_seconds": seconds, "memory_mb": memory}

    text = "\n".join(
        latency_table([cost(100, 0.02, 90), cost(10_000, 0.1, 400), cost(100, None, None, tool="optuna-gp")])
    )
    assert "| selftune | 20 ms, 90 MB | 100 ms, 400 MB |" in text
    assert "| optuna-gp | over 120 s | not run |" in text
    assert "- Reached: at most 30 ms and 300 MB after 100 training jobs" in text
    assert "- Not reached: at most 200 ms and 300 MB after 10,000 training jobs (100 ms, 400 MB)." in text


def test_training_seconds_are_compared_until_the_peers_last_result():
    from report import report

    real = {"suite": "real", "task": "mlp/adult", "zero": None, "one": -2.0}
    rows = [
        kept([-1.5, -0.9], job_seconds=[1.0, 1.0], **real),
        kept([-1.5, -1.5, -1.0], job_seconds=[2.0, 2.0, 4.0], tool="optuna-gp", **real),
    ]
    text = "\n".join(report(rows))
    assert "| expert | optuna-gp (best) | 1 | 2 | 0.25 | 100% | 0.25 |" in text
    assert (
        "- Reached: at most half of the best peer's seconds, until the mean over cases is as good "
        "(0.25; 100% of the cases get there at all)." in text
    )
    worse = kept([-1.5, -1.4], job_seconds=[1.0, 1.0], **real)
    assert "| expert | optuna-gp (best) | 1 | never | never | 0% | never |" in "\n".join(report([worse, rows[1]]))
