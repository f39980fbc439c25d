"""Zero configuration against zero configuration: LightGBM on real data, mean score on the test part, equal seconds.

    python benchmarks/autotune/rivals.py --data DIR --tuner-python PYTHON --flaml-python PYTHON
    python benchmarks/autotune/rivals.py --table

Rivals: Optuna's LightGBMTuner (step by step, up to 1,000 rounds stopped early) and FLAML's zero-shot LightGBM (one
training with values that follow from the data). Ours is `selftune run --budget SECONDS -- python train_lightgbm.py`
with the script's defaults, where SECONDS is the processor time that LightGBMTuner took for the same data set and seed.
A rival whose interpreter is left out is not run. Interpreters: `pip install optuna optuna-integration lightgbm`,
`pip install "flaml[automl]" lightgbm`.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

from evaluation import DATA_SETS, evaluate_values, use_one_core
from searches import FOLDER, Row, Search, all_searches, append, missing, row_of, rows_in

sys.path.append(str(FOLDER.parent / "interpreters"))
use_one_core()

from interpreter import Interpreter  # noqa: E402
from scores import Case, case_of, differences, interval, wins  # noqa: E402  one core is set before numpy is imported

RESULTS = FOLDER / "results" / "rivals.jsonl"
TUNER, ZERO_SHOT, OURS, TODAY = "lightgbm-tuner", "flaml-zero-shot", "selftune", "today"
SCRIPTS = {TUNER: "rival_lightgbm_tuner.py", ZERO_SHOT: "rival_flaml_default.py"}
LEAST_SECONDS = 1.0


def main(arguments: Sequence[str]) -> None:
    """Run what is missing and print the table."""
    options = _options(arguments)
    if not options.table:
        run(options)
    print("\n".join(table(rows_in(options.results))))


def run(options: argparse.Namespace) -> None:
    """Searches that the file does not hold yet; the tuner's come first, as its seconds are our budget."""
    pythons = {TUNER: options.tuner_python, ZERO_SHOT: options.flaml_python}
    tools = [(tool, "own") for tool in (TODAY, TUNER, ZERO_SHOT, OURS)]
    if options.fresh:
        kept = [row for row in rows_in(options.results) if row["tool"] != OURS]
        options.results.unlink(missing_ok=True)
        for row in kept:
            append(options.results, row)
    searches = all_searches(tools, range(options.seeds), 1, ["lightgbm"], options.tasks)
    with ExitStack() as stack:
        started: dict[str, Interpreter] = {}
        for search in missing(searches, rows_in(options.results)):
            tool = search.tool
            if pythons.get(tool) and tool not in started:
                interpreter = Interpreter(FOLDER / SCRIPTS[tool], pythons[tool], options.data)
                started[tool] = stack.enter_context(interpreter)
            if tool in started:
                append(options.results, started[tool].answer(asdict(search)))
            elif tool not in SCRIPTS:
                _run_ours(search, options)


def _run_ours(search: Search, options: argparse.Namespace) -> None:
    """Today's values, or a search of ours in the seconds that the tuner took."""
    data = options.data / f"{search.task}.npz"
    if search.tool == TODAY:
        found = evaluate_values(search.learner, {}, data, search.seed)
        append(options.results, row_of(search, "", [({}, found)], found.seconds))
        return
    from ours import our_row  # not at the top: the table needs no selftune

    from selftune.model.budget import TimeBudget
    from selftune.model.request import UserSettings

    rows = rows_in(options.results)
    seconds = next((row["seconds"] for row in rows if row["tool"] == TUNER and case_of(row) == _case(search)), None)
    if seconds is None:
        print(f"No row of {TUNER} for {search.task}, seed {search.seed}: ours has no budget yet.", file=sys.stderr)
        return
    settings = UserSettings(budget=TimeBudget(max(seconds, LEAST_SECONDS)), seed=search.seed)
    append(options.results, our_row(search, data, settings=settings))


def table(rows: Sequence[Row]) -> Iterator[str]:
    """A row a tool: ln(test loss of today's values / test loss of its model), and ours against it."""
    today = {case_of(row): row["final_test"] for row in rows if row["tool"] == TODAY}
    gains = {tool: _gains(rows, tool, today) for tool in (OURS, TUNER, ZERO_SHOT)}
    yield "Gain: ln(test loss today / test loss of its model). 95 % bootstrap interval over tasks."
    yield f"{'tool':<18}{'cases':>5}{'jobs':>6}{'s':>8}   {'test gain':<28}ours - its gain             wins"
    for tool, found in gains.items():
        if not found:
            continue
        of_tool = [row for row in rows if row["tool"] == tool]
        jobs, seconds = fmean(row["jobs"] for row in of_tool), fmean(row["training_seconds"] for row in of_tool)
        line = f"{tool:<18}{len(found):>5}{jobs:>6.0f}{seconds:>8.2f}   {interval(found)!s:<28}"
        if tool != OURS and gains[OURS].keys() & found.keys():
            line += f"{interval(differences(gains[OURS], found))!s:<28}{interval(wins(gains[OURS], found)).mean:.0%}"
        yield line


def _gains(rows: Sequence[Row], tool: str, today: dict[Case, float]) -> dict[Case, float]:
    """The model that validated best of all is what a tool hands back."""
    found = {case_of(row): row["final_test"] for row in rows if row["tool"] == tool}
    return {case: math.log(today[case] / loss) for case, loss in found.items() if case in today and loss}


def _case(search: Search) -> Case:
    return search.learner, search.task, search.seed


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ours against zero-configuration rivals, LightGBM at equal seconds.")
    parser.add_argument("--data", type=Path, help="folder of data sets (*.npz)")
    parser.add_argument("--table", action="store_true", help="print the table of what is there, run nothing")
    parser.add_argument("--fresh", action="store_true", help="run ours from the start, keep the rivals'")
    parser.add_argument("--tuner-python", help="an interpreter that has optuna-integration and lightgbm")
    parser.add_argument("--flaml-python", help="an interpreter that has flaml[automl] and lightgbm")
    parser.add_argument("--tasks", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    if options.data is None and not options.table:
        parser.error("--data DIR is needed to run anything; --table prints what is there")
    return options


if __name__ == "__main__":
    main(sys.argv[1:])
