"""What each ingredient of the search contributes: the whole beside the whole without it, same tasks and seeds.

    python benchmarks/search/ablation.py --tasks DIR [--seeds 3] [--jobs 25] [--groups model ...] [--seconds 280]

Every search runs in the product's own engine in virtual time. What the results file holds of this state of the source
is not run again, unless it had fewer training jobs, and the work is ordered by seed, so it can be broken off at any
time. A difference above 0
says that the ingredient helps; regret is not cut below, and the mean of the pairs has its standard error. What regions
bring where there are more training jobs than one model can take, `long_searches.py --most` measures.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, stdev

from arms import GROUPS, Arm, Group
from comparison import Case, anchors_of, differences, regrets, wins
from markdown import line
from our_search import carried_out
from rows import RESULTS, Row, Search, append, key_of, rows_in
from source_state import state_of_version, version
from swapped import searching_by


def main(arguments: Sequence[str]) -> None:
    """Run what is missing, then print the tables."""
    options = _options(arguments)
    groups = [group for group in GROUPS if group.name in options.groups]
    if options.tasks:
        _run(groups, options)
    print("\n".join(report(rows_in([options.results]), groups)))


def report(rows: Sequence[Row], groups: Sequence[Group]) -> Iterator[str]:
    """A table a group: regrets, and paired differences to the reference."""
    for group in groups:
        lines = [line([_label(arm, group), *cells]) for arm in group.arms if (cells := _cells(rows, group, arm))]
        if not lines:
            continue
        marks = group.checkpoints
        yield f"\n**{group.title}**\n"
        shown = " | ".join(f"@{mark}" for mark in marks)
        yield f"| variant | pairs | {shown} | its differences to the first, in this order | the first wins |"
        yield "|---" * (len(marks) + 4) + "|"
        yield from lines
    yield ""
    yield from sorted({f"{row['version']}; {row['machine']}; {row['date']}" for row in rows})


def _label(arm: Arm, group: Group) -> str:
    return arm.name if arm.setting == group.reference.setting else f"{arm.name}, {arm.setting}"


def _cells(rows: Sequence[Row], group: Group, arm: Arm) -> list[str]:
    at = [tuple(_regrets(rows, one, mark) for one in (arm, group.reference)) for mark in group.checkpoints]
    reached = [(own, its) for own, its in at if own.keys() & its.keys()]
    if not reached:
        return []
    blank = [""] * (len(at) - len(reached))
    pairs = [str(len(differences(*both))) for both in reached]
    means = [f"{fmean(own[case] for case in own.keys() & its.keys()):.3f}" for own, its in reached]
    count = pairs[0] if len(set(pairs)) == 1 else " / ".join(pairs)
    if arm == group.reference:
        return [count, *means, *blank, "", ""]
    shown = " / ".join(with_error(differences(*both)) for both in reached)
    won = [wins(*both) for both in reached]
    last_of_most = max(reversed(won), key=len)
    return [count, *means, *blank, shown, f"{1 - fmean(last_of_most.values()):.0%}"]


def with_error(values: dict[Case, float]) -> str:
    """A mean over pairs and, of more than one, its standard error."""
    mean = f"{fmean(values.values()):+.3f}"
    return mean if len(values) < 2 else f"{mean} ±{stdev(values.values()) / math.sqrt(len(values)):.3f}"


def _regrets(rows: Sequence[Row], arm: Arm, jobs: int) -> dict[Case, float]:
    """Of the searches that had so many training jobs."""
    own = [row for row in rows if (row["tool"], row["setting"]) == (arm.name, arm.setting)]
    long = [row for row in own if len(row["scores"]) >= jobs]
    return regrets(long, anchors_of(rows), jobs, floor=-math.inf)


def _run(groups: Sequence[Group], options: argparse.Namespace) -> None:
    state, end = state_of_version(version()), time.monotonic() + options.seconds
    kept = [row for row in rows_in([options.results]) if state_of_version(row["version"]) == state]
    done = {(key_of(row), jobs) for row in kept for jobs in range(len(row["scores"]) + 1)}
    asked = _searches(groups, options.seeds, options.jobs)
    todo = [(arm, search) for arm, search in asked if (search.key, search.jobs) not in done]
    for number, (arm, search) in enumerate(todo, start=1):
        if time.monotonic() > end:
            print(f"broken off: {len(todo) - number + 1} of {len(todo)} searches left", file=sys.stderr)
            return
        task, ranges = arm.problem(search, options.tasks)
        with searching_by(arm.strategy, arm.swaps):
            append(options.results, carried_out(search, task, ranges))
        print(f"{number}/{len(todo)} {arm.name}, {search.task}, seed {search.seed}", file=sys.stderr, flush=True)


def _searches(groups: Sequence[Group], seeds: int, jobs: float = math.inf) -> Iterator[tuple[Arm, Search]]:
    """Seed by seed, then group by group; what two groups share comes once."""
    seen = set()
    for seed in range(seeds):
        for group in groups:
            for task in group.tasks if seed < group.seeds else ():
                for arm in dict.fromkeys((group.reference, *group.arms)):
                    search = Search(
                        tool=arm.name,
                        setting=arm.setting,
                        suite=arm.suite,
                        task=task,
                        seed=seed,
                        jobs=int(min(group.checkpoints[-1], jobs)),
                    )
                    if search.key not in seen:
                        seen.add(search.key)
                        yield arm, search


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What each ingredient of the search contributes.")
    parser.add_argument("--tasks", type=Path, help="folder of surrogate tasks; left out: only the tables are printed")
    parser.add_argument("--seeds", type=int, default=3, help="at most; groups that cost much have fewer")
    parser.add_argument("--jobs", type=float, default=math.inf, help="training jobs a search, at most")
    parser.add_argument("--groups", nargs="+", choices=[group.name for group in GROUPS])
    parser.add_argument("--seconds", type=float, default=math.inf, help="break off after so many")
    parser.add_argument("--results", type=Path, default=RESULTS / "ablation.jsonl")
    options = parser.parse_args(arguments)
    options.groups = options.groups or [group.name for group in GROUPS]
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
