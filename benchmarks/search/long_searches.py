"""Long and wide searches: 1,000 training jobs beside Optuna's TPE and random values, and 300 a hundred at once.

    python benchmarks/search/long_searches.py --tasks DIR --optuna-python PYTHON [--seeds 2] [--seconds 280]
    python benchmarks/search/long_searches.py                          the tables of what is there
    python benchmarks/search/long_searches.py --tasks DIR --most 600   also: the model sees all of 600 training jobs

The expert's ranges for all, as in `compare.py`; a hundred at once have durations that vary tenfold, in virtual time.
Regret is not cut below: what is better than the best thousandth of random values counts. One JSON line a search in
`results/long_searches.jsonl`; what is there is not run again (`--fresh`: ours is), and `--seconds` breaks off.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import fmean
from typing import TypeAlias

from asked import task_of
from comparison import Case, anchors_of, case_of, regrets, wins
from real import use_one_core
from rows import RESULTS, Recorder, Row, Search, append, missing, row_of, rows_in
from suites import EXPERT, OURS

from interpreter import Interpreter, peer_script  # isort: skip  real puts its folder on the path

Key: TypeAlias = tuple[str, str]
"""Tool and setting."""

TASKS = ("lcbench/126025", "lcbench/167104", "rbv2_rpart/14", "rbv2_rpart/1501")
TPE, RANDOM = "optuna-tpe", "optuna-random"
HUNDRED, ALL_TO = "expert x100", "all to "
LONG, WIDE = 1_000, 300
LONG_MARKS, WIDE_MARKS = (50, 100, 200, 400, 500, 600, 700, 1_000), (100, 200, 300)


def main(arguments: Sequence[str]) -> None:
    """Run what is missing, then print the tables."""
    options = _options(arguments)
    use_one_core()
    if options.fresh:
        kept = [row for row in rows_in([options.results]) if row["tool"] != OURS]
        options.results.unlink(missing_ok=True)
        for row in kept:
            append(options.results, row)
    if options.tasks:
        _run(options)
    print("\n".join(_tables(rows_in([options.results]))))


def _run(options: argparse.Namespace) -> None:
    todo = missing(_searches(options), rows_in([options.results]))
    folders, end = {"surrogates": str(options.tasks.resolve())}, time.monotonic() + options.seconds
    with ExitStack() as stack:
        optuna: Interpreter | None = None
        for number, search in enumerate(todo):
            if time.monotonic() > end:
                print(f"broken off: {len(todo) - number} of {len(todo)} searches left", file=sys.stderr)
                return
            if search.tool == OURS:
                row = _our_row(search, folders)
            else:
                script = Path(__file__).with_name("asked.py")
                optuna = optuna or stack.enter_context(
                    Interpreter(peer_script("optuna"), options.optuna_python, script)
                )
                row = optuna.answer({"search": asdict(search), "folders": folders})
            append(options.results, row)
            print(f"{search.tool}, {search.setting}, {search.task}, seed {search.seed}", file=sys.stderr, flush=True)


def _searches(options: argparse.Namespace) -> list[Search]:
    """Seed by seed: a part of it is a balanced comparison."""
    kinds = [(OURS, EXPERT, LONG)]
    kinds += [(tool, EXPERT, LONG) for tool in (TPE, RANDOM) if options.optuna_python]
    kinds += [(OURS, HUNDRED, WIDE)]
    kinds += [(OURS, f"{ALL_TO}{most}", options.jobs) for most in options.most]
    return [
        Search(tool=tool, setting=setting, suite="surrogates", task=task, seed=seed, jobs=jobs)
        for seed in range(options.seeds)
        for tool, setting, jobs in kinds
        for task in TASKS
    ]


def _our_row(search: Search, folders: Mapping[str, str]) -> Row:
    """A search by the product's own engine, or one whose model sees all of more training jobs than the product's."""
    from our_search import our_row, version

    if not search.setting.startswith(ALL_TO):
        return our_row(search, folders)
    task = task_of(search, folders)
    recorder = Recorder(task.score)
    began = time.process_time()
    _all_seen(search, recorder, int(search.setting.removeprefix(ALL_TO)), task.parameters)
    return row_of(search, version(), recorder, time.process_time() - began, (task.zero, task.one))


def _all_seen(search: Search, score: Recorder, most: int, parameters: Sequence[object]) -> None:
    """The same search without the engine, by the strategy alone: its settings are no setting of the product."""
    import numpy as np
    from walls import anonymous, range_of

    from selftune.model.history import Exhausted, History, Observation, Outcome
    from selftune.search.bayesian import BayesianStrategy
    from selftune.search.bayesian_settings import BayesianSettings
    from selftune.search.trust_region import RegionSettings

    strategy = BayesianStrategy(BayesianSettings(regions=RegionSettings(most=most)))
    names = anonymous(p.name for p in parameters)
    space = tuple((names[p.name], range_of(p)) for p in parameters)
    ended: tuple[Observation, ...] = ()
    for number in range(search.jobs):
        history = History(space=space, ended=ended, max_jobs=search.jobs, seed=search.seed)
        made = strategy.suggest(history, 1, np.random.default_rng([search.seed, number]))
        assert not isinstance(made, Exhausted)
        values = dict(made[0].values)
        loss = -score({name: values[hidden] for name, hidden in names.items()})
        found = Observation(number=number + 1, values=made[0].values, outcome=Outcome.COMPLETED, loss=loss)
        ended = (*ended, found)


def _tables(rows: Sequence[Row]) -> Iterator[str]:
    """Mean regret after so many training jobs, each row beside ours in the same cases."""
    by_tool: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        by_tool.setdefault((row["tool"], row["setting"]), []).append(row)
    if (OURS, EXPERT) not in by_tool:
        return
    curves = _Curves(by_tool, anchors_of(rows))
    yield from _head(("tool", "setting", "cases", *(f"@{mark}" for mark in LONG_MARKS), "seconds a search"))
    for tool, setting in (key for key in by_tool if key[1] != HUNDRED):
        if (tool, setting) != (OURS, EXPERT):
            cases = curves.cases((tool, setting), (OURS, EXPERT))
            yield curves.line((OURS, EXPERT), cases, LONG_MARKS)
            yield curves.line((tool, setting), cases, LONG_MARKS)
            yield curves.wins((OURS, EXPERT), (tool, setting), cases, LONG_MARKS)
    yield ""
    yield from _head(("tool", "setting", "cases", *(f"@{mark}" for mark in WIDE_MARKS), "seconds a search"))
    wide = [key for key in ((OURS, EXPERT), (OURS, HUNDRED), (RANDOM, EXPERT)) if key in by_tool]
    for key in wide:
        yield curves.line(key, curves.cases(*wide), WIDE_MARKS)
    hundred = by_tool.get((OURS, HUNDRED), [])
    if hundred:
        busy, equal = fmean(row["busy"] for row in hundred), sum(row["coincide"] for row in hundred)
        yield f"A hundred at once: slots busy {busy:.1%}, {equal} equal pairs at once."
    yield "; ".join(sorted({f"{row['version']}, {row['machine']}, {row['date']}" for row in rows}))


class _Curves:
    """Regret of kept searches, by tool and setting."""

    def __init__(self, by_tool: Mapping[Key, Sequence[Row]], anchors: Mapping[Case, tuple[float, float]]) -> None:
        self._by_tool, self._anchors = by_tool, anchors

    def cases(self, *keys: Key) -> set[Case]:
        """Those that all of them have."""
        return set.intersection(*({case_of(row) for row in self._by_tool[key]} for key in keys))

    def line(self, key: Key, cases: set[Case], marks: Sequence[int]) -> str:
        means = (_shown(self._regrets(key, cases, mark), ".3f") for mark in marks)
        seconds = fmean(row["seconds"] for row in self._by_tool[key] if case_of(row) in cases)
        return _line((*key, len(cases), *means, f"{seconds:.0f}"))

    def wins(self, key: Key, other: Key, cases: set[Case], marks: Sequence[int]) -> str:
        won = (wins(self._regrets(key, cases, mark), self._regrets(other, cases, mark)) for mark in marks)
        shares = (_shown(found, ".0%") for found in won)
        return _line(("", "the first has less", len(cases), *shares, ""))

    def _regrets(self, key: Key, cases: set[Case], mark: int) -> dict[Case, float]:
        rows = [row for row in self._by_tool[key] if case_of(row) in cases and len(row["scores"]) >= mark]
        return regrets(rows, self._anchors, mark, floor=-math.inf)


def _shown(values: Mapping[Case, float], form: str) -> str:
    """The mean; nothing where no search got so far."""
    return format(fmean(values.values()), form) if values else ""


def _head(cells: Sequence[object]) -> Iterator[str]:
    yield _line(cells)
    yield "|" + "---|" * len(cells)


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Long and wide searches, beside Optuna's TPE and random values.")
    parser.add_argument("--tasks", type=Path, help="folder of surrogate tasks; left out: tables alone")
    parser.add_argument("--optuna-python", help="an interpreter that has optuna; left out: not run")
    parser.add_argument("--most", type=int, nargs="*", default=[], help="let the model see all of so many, too")
    parser.add_argument("--jobs", type=int, default=600, help="of a search with --most")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="ours from the start")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="break off after so many")
    parser.add_argument("--results", type=Path, default=RESULTS / "long_searches.jsonl")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
