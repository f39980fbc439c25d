"""Start values 10 and 100 times off, on real training: how much a bad start costs after 25 training jobs.

    python benchmarks/autotune/values_off.py --data DIR            run what is missing, print the table
    python benchmarks/autotune/values_off.py --table               print only

Each script in learners/ is put in front of `selftune run` with its learning rate a factor off on the command line, and
with the rest as it stands; factor 1 is the good start. Directions that the library refuses are left out (a rate above 1
for XGBoost). A score is 0 at the good start's own values and 1 at the best loss that anybody found.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean

from evaluation import DATA_SETS, LEARNERS, use_one_core
from searches import FOLDER, Row, Search, all_searches, append, missing, rows_in

use_one_core()

from scores import Case, anchors_of, case_of, differences, interval, losses_of, scores_at  # noqa: E402

RESULTS, PEERS, OURS = (FOLDER / "results" / f"{name}.jsonl" for name in ("values_off", "peers", "ours"))
FACTORS = (1.0, 0.1, 0.01, 10.0, 100.0)
GOOD_START = {"xgboost": ("learning-rate", 0.1), "lightgbm": ("learning-rate", 0.1), "mlp": ("lr", 1e-3)}
"""The learning rate's name and a value that a careful user would have typed."""
LARGEST = {"xgboost": 1.0}
"""What the library refuses above."""
JOBS = 25
TASKS = ("phoneme", "adult", "wine_white", "diamonds", "lgb_binary")
"""Those with about a thousand rows to validate on: with fewer, what is left of .05 is luck."""


def main(arguments: Sequence[str]) -> None:
    """Run what is missing and print the table."""
    options = _options(arguments)
    if not options.table:
        run(options)
    print("\n".join(table(rows_in(options.results), [*rows_in(PEERS), *rows_in(OURS)])))


def run(options: argparse.Namespace) -> None:
    """Searches that the file does not hold yet, seed by seed."""
    from ours import our_row

    tools = [(tool_of(factor), "own") for factor in FACTORS]
    searches = all_searches(tools, range(options.seeds), JOBS, options.learners, options.tasks)
    wanted = [search for search in searches if is_accepted(search)]
    todo = missing(wanted, rows_in(options.results))
    for number, search in enumerate(todo, start=1):
        began = time.monotonic()
        name, value = start_of(search)
        row = our_row(search, options.data / f"{search.task}.npz", words=[f"--{name}={value:g}"])
        append(options.results, row)
        case = f"{search.tool} {search.learner}/{search.task} seed {search.seed}"
        print(f"{number}/{len(todo)} {case}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def tool_of(factor: float) -> str:
    """How a start is named in the results."""
    return f"start x{factor:g}"


def start_of(search: Search) -> tuple[str, float]:
    """The learning rate's name and what the user typed for it."""
    name, good = GOOD_START[search.learner]
    return name, good * float(search.tool.removeprefix("start x"))


def is_accepted(search: Search) -> bool:
    """Whether the library takes the start at all."""
    return start_of(search)[1] <= LARGEST.get(search.learner, math.inf)


def table(rows: Sequence[Row], others: Sequence[Row]) -> Iterator[str]:
    """A row a factor: the mean score after 25 jobs, and what is lost against the good start.

    Args:
        others: searches by anybody, which may have found better values for the same learner, data set and seed.
    """
    good = [row for row in rows if row["tool"] == tool_of(1.0)]
    first = {case_of(row): losses_of(row)[0] for row in good}
    anchors = anchors_of([*rows, *(row for row in others if case_of(row) in first)], first)
    best = scores_at(good, anchors, JOBS)
    yield f"{'start':<12}{'cases':>5}{'@1':>8}{'@10':>8}{'@25':>8}{'moved':>7}   good start - this one @25   worst case"
    for factor in FACTORS:
        of_factor = [row for row in rows if row["tool"] == tool_of(factor)]
        if not scores_at(of_factor, anchors, JOBS):
            continue
        yield _line(of_factor, [scores_at(of_factor, anchors, count) for count in (1, 10, JOBS)], best, factor)


def _line(rows: Sequence[Row], scores: Sequence[dict[Case, float]], best: dict[Case, float], factor: float) -> str:
    cells = "".join(f"{fmean(found.values()):8.3f}" for found in scores)
    moved = fmean(row["moves"] > 0 for row in rows)
    line = f"{'x' + format(factor, 'g'):<12}{len(rows):>5}{cells}{moved:7.0%}"
    lost = differences(best, scores[-1])
    if factor == 1.0 or not lost:
        return line
    worst = max(lost, key=lambda case: lost[case])
    return f"{line}   {interval(lost)!s:<26} {lost[worst]:.2f} {worst[0]}/{worst[1]} seed {worst[2]}"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What a learning rate that is a factor off costs.")
    parser.add_argument("--data", type=Path, help="folder of data sets (*.npz)")
    parser.add_argument("--table", action="store_true", help="print the table of what is there, run nothing")
    parser.add_argument("--learners", nargs="+", choices=LEARNERS, default=list(LEARNERS))
    parser.add_argument("--tasks", nargs="+", choices=DATA_SETS, default=list(TASKS))
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    if options.data is None and not options.table:
        parser.error("--data DIR is needed to run anything; --table prints what is there")
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
