"""Zero configuration on real training, against peers that were given good ranges.

    python benchmarks/autotune/ranges.py --data DIR                run what is missing of ours, print the tables
    python benchmarks/autotune/ranges.py --data DIR --fresh        the same, ours from the start (after a change)
    python benchmarks/autotune/ranges.py --table                   print only

Ours (`results/ours.jsonl`) is planned from each script in learners/ as it stands, with nothing set but 50 training jobs
and the seed. The peers' searches are those of `results/peers.jsonl`, which `peers.py` fills. Cases that a peer has not
run yet are left out of its comparison. Tools of ours: `selftune` is planned for 50 jobs, which pay for more
hyperparameters, `selftune-25` for 25; `selftune-expert` gets the expert's ranges, to tell the ranges' part from the
strategy's; `today` is one training of the script's defaults.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

from evaluation import DATA_SETS, LEARNERS, Values, use_one_core
from searches import FOLDER, Row, Search, all_searches, append, missing, rows_in

use_one_core()

from evaluation import evaluate_values, today  # noqa: E402
from inside import Coverage, best_known, coverage  # noqa: E402  one core is set before numpy is imported
from scores import (  # noqa: E402
    Case,
    anchors_of,
    case_of,
    differences,
    interval,
    losses_of,
    scores_at,
    test_gains_at,
    wins,
)
from searches import ranges_of, row_of  # noqa: E402

OURS, PEERS = FOLDER / "results" / "ours.jsonl", FOLDER / "results" / "peers.jsonl"
TOOLS = ("selftune", "selftune-25", "selftune-expert")
CHECKPOINTS = (10, 25, 50)


def main(arguments: Sequence[str]) -> None:
    """Run what is missing of ours and print the tables."""
    options = _options(arguments)
    if not options.table:
        if options.fresh:
            options.results.unlink(missing_ok=True)
        run_ours(options)
    ours, peers = rows_in(options.results), rows_in(options.peers)
    wanted = [row for row in ours if row["learner"] in options.learners and row["task"] in options.tasks]
    print("\n".join(report(wanted, peers, options.ours)))


def run_ours(options: argparse.Namespace) -> None:
    """Searches of ours that the file does not hold yet, seed by seed."""
    tools = [("today", "own"), *((tool, "own") for tool in options.tools)]
    searches = all_searches(tools, range(options.seeds), options.jobs, options.learners, options.tasks)
    todo = missing(searches, rows_in(options.results))
    for number, search in enumerate(todo, start=1):
        began = time.monotonic()
        append(options.results, run_one(search, options.data / f"{search.task}.npz"))
        if search.tool != "today":
            name = f"{search.tool} {search.learner}/{search.task} seed {search.seed}"
            print(f"{number}/{len(todo)} {name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def run_one(search: Search, data: Path) -> Row:
    """One search of ours, or the one training of today's values."""
    if search.tool == "today":
        found = evaluate_values(search.learner, {}, data, search.seed)
        return row_of(search, "", [(today(search.learner), found)], found.seconds)
    from ours import our_row, settings_with_ranges  # not at the top: tables need no selftune

    from selftune.model.request import UserSettings

    jobs = 25 if search.tool == "selftune-25" else search.jobs
    settings = UserSettings(max_jobs=jobs, seed=search.seed)
    if search.tool == "selftune-expert":
        settings = settings_with_ranges(settings, ranges_of("expert", search.learner), today(search.learner))
    return our_row(search, data, settings=settings)


def report(ours: Sequence[Row], peers: Sequence[Row], reference: str) -> Iterator[str]:
    """The tables, line by line.

    Args:
        reference: the tool of ours that the others are compared with.
    """
    today_rows = [row for row in ours if row["tool"] == "today"]
    searched = [row for row in ours if row["tool"] != "today"]
    known = {case_of(row) for row in today_rows}
    rows = [*searched, *(row for row in peers if case_of(row) in known)]
    yield from score_table(rows, today_rows, reference)
    for learner in LEARNERS:
        of_learner = [row for row in rows if row["learner"] == learner]
        if of_learner:
            yield f"\n{learner} alone"
            yield from score_table(of_learner, today_rows, reference)[2:-1]
    defaults = {row["learner"]: row["best_values"] for row in today_rows}
    yield from coverage_table([row for row in searched if row["tool"] == reference], rows, defaults)


def score_table(rows: Sequence[Row], today_rows: Sequence[Row], reference: str) -> list[str]:
    """A row a tool and its ranges: mean score and gain on the test part, and ours after 25 against its 50."""
    today_valid = {case_of(row): losses_of(row)[0] for row in today_rows}
    today_test = {case_of(row): row["test"]["1"] or math.inf for row in today_rows}
    anchors = anchors_of(rows, today_valid)
    mine = [row for row in rows if row["tool"] == reference]
    mine_at_25, mine_at_50 = scores_at(mine, anchors, 25), scores_at(mine, anchors, 50)
    lines = [
        "Score: 0 = today's values, 1 = best loss that anybody found. Differences: 95 % bootstrap interval over tasks.",
        "Test gain: ln(test loss of today's values / test loss of the model that validates best).",
        f"{'tool':<20}{'ranges':<8}{'cases':>5}"
        + "".join(f"{'@' + str(count):>8}" for count in CHECKPOINTS)
        + f"{'test gain':>10}{'s':>7}   ours@25 - its@50, wins              ours@50 - its@50, wins",
    ]
    for tool, ranges in _tools_in(rows):
        of_tool = [row for row in rows if (row["tool"], row["ranges"]) == (tool, ranges)]
        scores = {count: scores_at(of_tool, anchors, count) for count in CHECKPOINTS}
        if not scores[50]:
            continue
        cells = "".join(f"{fmean(scores[count].values()):8.3f}" for count in CHECKPOINTS)
        gains = test_gains_at(of_tool, today_test, 50)
        seconds = fmean(row["training_seconds"] for row in of_tool)
        line = f"{tool:<20}{ranges:<8}{len(of_tool):>5}{cells}{fmean(gains.values()):10.3f}{seconds:7.1f}"
        if tool != reference:
            line += f"   {_against(mine_at_25, scores[50]):<36}{_against(mine_at_50, scores[50])}"
        lines.append(line)
    lines.append(", ".join(sorted({row["version"] for row in rows})) + f", python {sys.version.split()[0]}")
    return lines


def coverage_table(mine: Sequence[Row], rows: Sequence[Row], defaults: dict[str, Values]) -> Iterator[str]:
    """Shares of best known values inside our ranges, and the hyperparameters that are often outside.

    Args:
        defaults: today's values by learner.
    """
    if not mine:
        return
    best = best_known(rows)
    yield "\nBest known value inside the inferred range"
    for title, ranges in (("before", "ranges_before"), ("after expansion", "ranges_after")):
        found = coverage(mine, best, defaults, ranges)
        if found is not None:
            yield f"{title:<16} values {found.values_inside:.1%}, tasks {found.tasks_inside:.1%}; {_outside(found)}"
    yield f"searches whose ranges went further: {fmean(row['moves'] > 0 for row in mine):.0%}"


def _outside(found: Coverage) -> str:
    shares = {name: inside / of for name, (inside, of) in found.by_name.items() if inside < of}
    worst = sorted(shares, key=lambda name: shares[name])
    return "least: " + ", ".join(f"{name} {shares[name]:.0%}" for name in worst[:6]) if worst else "all inside"


def _against(mine: dict[Case, float], theirs: dict[Case, float]) -> str:
    if not mine.keys() & theirs.keys():
        return "-"
    return f"{interval(differences(mine, theirs))} {interval(wins(mine, theirs)).mean:.0%}"


def _tools_in(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Ours first, then the others in alphabetical order."""
    is_peer: Callable[[tuple[str, str]], bool] = lambda pair: not pair[0].startswith("selftune")  # noqa: E731
    return sorted({(row["tool"], row["ranges"]) for row in rows}, key=lambda pair: (is_peer(pair), pair[1], pair[0]))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Zero configuration against peers in good ranges, on real training.")
    parser.add_argument("--data", type=Path, help="folder of data sets (*.npz)")
    parser.add_argument("--table", action="store_true", help="print the tables of what is there, run nothing")
    parser.add_argument("--fresh", action="store_true", help="run ours from the start")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=["selftune"])
    parser.add_argument("--ours", choices=TOOLS, default="selftune", help="which of ours the others are compared with")
    parser.add_argument("--learners", nargs="+", choices=LEARNERS, default=list(LEARNERS))
    parser.add_argument("--tasks", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--results", type=Path, default=OURS)
    parser.add_argument("--peers", type=Path, default=PEERS)
    options = parser.parse_args(arguments)
    if options.data is None and not options.table:
        parser.error("--data DIR is needed to run anything; --table prints what is there")
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
