"""Fills `results/peers.jsonl`: 50 real trainings a search by each peer, in an expert's ranges and in those of AWS.

    python benchmarks/autotune/peers.py --data DIR --optuna-python PYTHON --flaml-python PYTHON

What the file already holds is not run again, and the work is ordered by seed, so that it can be broken off at any time.
Each peer runs in its own interpreter (`pip install optuna torch xgboost lightgbm` in one, `pip install
"flaml[blendsearch]" torch xgboost lightgbm` in the other). One core.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from evaluation import DATA_SETS
from searches import FOLDER, Search, all_searches, append, missing, rows_in

sys.path.append(str(FOLDER.parent / "interpreters"))

from interpreter import Interpreter, peer_script

RESULTS = FOLDER / "results" / "peers.jsonl"
FIRST = (("optuna-gp", "expert"), ("optuna-tpe", "expert"), ("flaml-blendsearch", "expert"), ("optuna-tpe", "aws"))
"""(tool, ranges) that are run with all seeds ..."""
SECOND = (("flaml-cfo", "expert"), ("optuna-tpe+start", "expert"), ("optuna-gp+start", "expert"), ("optuna-gp", "aws"))
"""... before these, which are dear or close to one of the first."""


def main(arguments: Sequence[str]) -> None:
    """Run what is missing, one search after the other; each peer's interpreter is started once."""
    options = _options(arguments)
    pythons = {"optuna": options.optuna_python, "flaml": options.flaml_python}
    searches = [
        search
        for tools in (FIRST, SECOND)
        for search in sorted(all_searches(tools, range(options.seeds), options.jobs), key=_by_seed_and_task)
    ]
    todo = [search for search in missing(searches, rows_in(options.results)) if pythons[_peer_of(search)]]
    with ExitStack() as stack:
        peers: dict[str, Interpreter] = {}
        for number, search in enumerate(todo, start=1):
            name = _peer_of(search)
            if name not in peers:
                interpreter = Interpreter(peer_script(name), pythons[name], FOLDER / "asked.py")
                peers[name] = stack.enter_context(interpreter)
            row = peers[name].answer({"search": asdict(search), "data": str(options.data)})
            append(options.results, row)
            print(f"{number}/{len(todo)} {search.tool} {search.ranges} {search.learner}/{search.task}", flush=True)


def _peer_of(search: Search) -> str:
    return search.tool.partition("-")[0]


def _by_seed_and_task(search: Search) -> tuple[int, int]:
    """Every tool runs a task before the next task begins, so that what is there is a fair comparison."""
    return search.seed, DATA_SETS.index(search.task)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Peers on real training, in an expert's and in AWS's ranges.")
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets (*.npz)")
    parser.add_argument("--optuna-python", help="an interpreter that has optuna; left out: not run")
    parser.add_argument("--flaml-python", help="an interpreter that has flaml[blendsearch]; left out: not run")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=50)
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
