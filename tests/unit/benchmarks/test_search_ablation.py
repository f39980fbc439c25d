"""The arithmetic of the ablation: what is compared with what, on which functions, and by which state of the source."""

from __future__ import annotations

import math
import random
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from selftune.model.history import History
from selftune.model.plan import Strategy
from selftune.model.ranges import ContinuousRange


@pytest.fixture(autouse=True)
def _benchmark_on_path(monkeypatch):
    for folder in ("interpreters", "autotune", "search"):
        monkeypatch.syspath_prepend(str(Path(__file__).parents[3] / "benchmarks" / folder))


def kept(tool, score, task="lcbench/126025", seed=0, jobs=50):
    return {
        "tool": tool,
        "version": "any 1.0",
        "setting": "expert",
        "suite": "surrogates",
        "task": task,
        "seed": seed,
        "zero": 10.0,
        "one": 0.0,
        "scores": [score] * jobs,
        "date": "2026-01-01",
        "machine": "any",
    }


def model_table(rows):
    from ablation import report
    from arms import GROUPS

    return "\n".join(report(rows, [group for group in GROUPS if group.name == "model"]))


def test_a_variant_is_compared_with_the_whole_on_the_pairs_that_both_have():
    whole, random = "the whole engine", "random search"
    rows = [kept(whole, 9.0), kept(whole, 8.0, seed=1), kept(random, 7.0), kept(random, 8.0, seed=1)]
    rows.append(kept(random, 1.0, seed=2))
    text = model_table(rows)
    assert "| the whole engine | 2 | 0.150 | 0.150 | 0.150 |  |  |" in text
    shown = "+0.100 ±0.100 / +0.100 ±0.100 / +0.100 ±0.100"
    assert f"| random search | 2 | 0.250 | 0.250 | 0.250 | {shown} | 75% |" in text
    assert "one draw" not in text


def test_a_search_counts_up_to_the_training_jobs_that_it_had():
    whole, random = "the whole engine", "random search"
    rows = [kept(whole, 9.0), kept(whole, 6.0, seed=1, jobs=25), kept(random, 7.0), kept(random, 7.0, seed=1)]
    text = model_table(rows)
    shown = "+0.050 ±0.150 / +0.050 ±0.150 / +0.200"
    assert f"| random search | 2 / 2 / 1 | 0.300 | 0.300 | 0.300 | {shown} | 50% |" in text
    few = model_table([row for row in rows if len(row["scores"]) == 25])
    assert "| the whole engine | 1 | 0.400 | 0.400 |  |  |  |" in few


def test_without_any_search_there_is_no_table():
    assert model_table([]).strip() == ""


def test_each_search_is_run_once_though_two_groups_compare_with_it():
    from ablation import _searches
    from arms import GROUPS

    keys = [search.key for _, search in _searches(GROUPS, 3)]
    assert len(keys) == len(set(keys))
    seeds = [key[-1] for key in keys]
    assert seeds == sorted(seeds)
    assert {search.jobs for _, search in _searches(GROUPS, 1, 25)} == {25}


def test_every_part_that_a_variant_swaps_is_there_to_be_swapped():
    from arms import GROUPS
    from swapped import searching_by

    swapped = 0
    for arm in (arm for group in GROUPS for arm in group.arms):
        own = [getattr(import_module(swap.module), swap.name) for swap in arm.swaps]
        with searching_by(arm.strategy, arm.swaps):
            assert [getattr(import_module(swap.module), swap.name) for swap in arm.swaps] == [
                swap.replacement for swap in arm.swaps
            ]
        assert [getattr(import_module(swap.module), swap.name) for swap in arm.swaps] == own
        swapped += len(own)
    assert swapped >= 8


def test_inside_the_block_alone_another_strategy_makes_the_suggestions():
    from swapped import searching_by

    from selftune.search import suggest
    from selftune.search.random import RandomStrategy

    history = History(space=(("x", ContinuousRange(low=0.0, high=1.0)),), max_jobs=9)
    with searching_by(RandomStrategy()):
        assert "Random search" in suggest(Strategy.BAYESIAN, history, 1)[0].reason
    assert "Random search" not in suggest(Strategy.BAYESIAN, history, 1)[0].reason


def test_bad_priors_lie_on_the_other_side_of_the_range():
    from arms import BAD, GOOD, _with_prior
    from tasks import Parameter

    lr = Parameter(name="lr", kind="float", low=1e-4, high=1.0, is_log=True)
    assert _with_prior(lr, 1e-3, GOOD).prior.center == pytest.approx(1e-3)
    assert _with_prior(lr, 1e-3, BAD).prior.center == pytest.approx(1e-1)
    depth = Parameter(name="depth", kind="int", low=0, high=100)
    assert _with_prior(depth, 55, BAD).prior.center == 5
    assert _with_prior(depth, 55, "expert").prior is None


def test_the_prior_of_a_length_scale_can_be_the_same_for_many_hyperparameters_as_for_one():
    from arms import UnscaledPrior

    from selftune.search.gaussian_process import ParameterPrior

    few, many = UnscaledPrior().of(1)[0], UnscaledPrior().of(9)[0]
    assert many[0] == few[0] == ParameterPrior().of(1)[0][0]
    assert many[-2:].tolist() == ParameterPrior().of(9)[0][-2:].tolist()


@pytest.mark.parametrize(("name", "least", "most"), [("cliff", 0.1, 0.3), ("strewn", 0.25, 0.35), ("valley", 0.8, 0.9)])
def test_the_functions_fail_in_a_part_of_the_space_and_have_a_best_place_beside_it(name, least, most):
    from failing import failing_task

    task, draws = failing_task(name), random.Random(7)
    names = [parameter.name for parameter in task.parameters]
    scores = [task.score({name: draws.random() for name in names}) for _ in range(2000)]
    failed = [score for score in scores if math.isnan(score)]
    assert least < len(failed) / len(scores) < most
    worked = [score for score in scores if not math.isnan(score)]
    assert sum(score > task.one for score in worked) == pytest.approx(len(worked) / 2, rel=0.15)
    assert sum(score > task.zero for score in worked) < 12


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_the_state_of_the_source_follows_what_a_search_uses_and_nothing_else(tmp_path):
    from source_state import state_of_files

    source = written(tmp_path, {"search/a.py": "a = 1\n", "cli/b.py": "b = 1\n"})
    before = state_of_files(source)
    written(source, {"cli/b.py": "b = 2\n", "search/__pycache__/a.pyc": "x"})
    assert state_of_files(source) == before
    written(source, {"search/a.py": "a = 2\n"})
    changed = state_of_files(source)
    assert changed != before
    (source / "search/a.py").rename(source / "search/c.py")
    assert state_of_files(source) not in (before, changed)


def test_a_row_that_names_a_tree_is_of_the_state_of_its_files(tmp_path):
    from source_state import state_of_files, state_of_version, version

    import selftune

    def git(*words):
        who = ("-c", "user.name=any", "-c", "user.email=any@example.org")
        return subprocess.run(["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True, text=True)

    source = written(tmp_path / "src", {"search/a.py": "a = 1\n", "model/b/c.toml": "c = 1\n", "cli/d.py": "d = 1\n"})
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    tree = git("rev-parse", "--short", "HEAD:src").stdout.strip()
    old = f"selftune {selftune.__version__} {tree}"
    assert state_of_version(old, source) == state_of_files(source)
    assert state_of_version(f"{old}+", source) == f"{old}+"
    assert state_of_version(f"selftune {selftune.__version__} 1a2b (commit 3c4d+)", source) == "1a2b"
    assert version().startswith(f"selftune {selftune.__version__} {state_of_files(Path(selftune.__file__).parent)}")
