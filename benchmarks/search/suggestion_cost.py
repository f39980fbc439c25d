"""What a suggestion costs with 8 hyperparameters: time and memory after 100, 1,000 and 10,000 training jobs.

    python benchmarks/search/suggestion_cost.py --optuna-python PYTHON --smac-python PYTHON --flaml-python PYTHON

Every measurement has a process of its own, which is handed that many finished training jobs of a bowl and asked for
five suggestions, one after the other. The time is the median of their processor time, so that a busy machine has no say
in it; the memory is the process's highest. Ours runs in the interpreter of this script. Kept in
`results/suggestion_cost.jsonl` and shown by `compare.py`; what is there is not measured again, but ours always is.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from real import AUTOTUNE
from rows import RESULTS, Row, append, machine, rows_in
from suites import OURS, PEERS

sys.path.append(str(AUTOTUNE.parent / "interpreters"))

from interpreter import peer_script

FILE = RESULTS / "suggestion_cost.jsonl"
OBSERVATIONS = (100, 1_000, 10_000)


def main(arguments: Sequence[str]) -> None:
    """Measure what is missing and ours anew, and print the table."""
    from cost_tables import latency_table

    options = _options(arguments)
    measures_ours = not options.tools or OURS in options.tools
    kept = [row for row in rows_in([options.results]) if not (measures_ours and row["tool"] == OURS)]
    options.results.unlink(missing_ok=True)
    for row in kept:
        append(options.results, row)
    for tool, observations, python in _todo(options, kept):
        append(options.results, measured(tool, observations, python, options.time_limit))
    print("\n".join(latency_table(rows_in([options.results]))))


def measured(tool: str, observations: int, python: str, time_limit: float) -> Row:
    """One measurement in a process of its own, broken off after so many seconds."""
    request = {"latency_at": observations, "tool": tool}
    row = {
        "tool": tool,
        "observations": observations,
        "version": "",
        "suggestion_seconds": None,
        "memory_mb": None,
        "time_limit": time_limit,
        "date": time.strftime("%Y-%m-%d"),
        "machine": machine(),
    }
    command = [python, "-W", "ignore", str(peer_script(tool)), str(Path(__file__).with_name("asked.py"))]
    try:
        run = subprocess.run(
            command, input=json.dumps(request), capture_output=True, text=True, timeout=time_limit, check=True
        )
    except subprocess.TimeoutExpired:
        return row
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{python} {peer_script(tool).name} failed:\n{failed.stderr}")
    return {**row, **json.loads(run.stdout)}


def _todo(options: argparse.Namespace, kept: Sequence[Row]) -> Iterator[tuple[str, int, str]]:
    done = {(row["tool"], row["observations"]) for row in kept}
    pythons = {
        OURS: sys.executable,
        "optuna": options.optuna_python,
        "flaml": options.flaml_python,
        "smac": options.smac_python,
    }
    for observations in options.observations:
        for tool in options.tools or (OURS, *PEERS):
            python = pythons[tool.partition("-")[0]]
            if python and (tool, observations) not in done:
                yield tool, observations, python


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time and memory of a suggestion.")
    parser.add_argument("--optuna-python", help="an interpreter that has optuna and torch; left out: not measured")
    parser.add_argument("--flaml-python", help="an interpreter that has flaml[blendsearch]; left out: not measured")
    parser.add_argument("--smac-python", help="an interpreter that has smac; left out: not measured")
    parser.add_argument("--tools", nargs="+", choices=(OURS, *PEERS), help="these alone")
    parser.add_argument("--observations", type=int, nargs="+", default=list(OBSERVATIONS))
    parser.add_argument("--time-limit", type=float, default=120.0, help="seconds for a measurement")
    parser.add_argument("--results", type=Path, default=FILE)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
