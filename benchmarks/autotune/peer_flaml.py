"""Runs FLAML on the learners. Started by peers.py in the peer's own interpreter, where selftune need not be installed.

Argument: the folder of data sets. Standard input: a search as a JSON line. Standard output: its row as a JSON line.
Tools: `flaml-blendsearch`, `flaml-cfo`, each with `+start` where the first values are those that the script has today.
"""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from pathlib import Path
from typing import Any

from evaluation import today, use_one_core
from searches import Parameter, Recorder, Search, ranges_of, row_of

use_one_core()

import flaml  # noqa: E402  what is set above must be set before numpy is imported
from flaml import CFO, BlendSearch, tune  # noqa: E402

DIVERGED = 1e3
"""What FLAML is told where there is no loss: it knows no failed training."""


def main(folder: str) -> None:
    """Carry out the searches asked for on standard input."""
    logging.disable(logging.WARNING)
    for line in sys.stdin:
        search = Search(**json.loads(line))
        started = time.process_time()
        recorder = Recorder(search, Path(folder) / f"{search.task}.npz")
        run(search, recorder)
        row = row_of(search, f"flaml {flaml.__version__}", recorder.tried, time.process_time() - started)
        print(json.dumps(row), flush=True)


def run(search: Search, recorder: Recorder) -> None:
    """Let one tool train so many times."""
    parameters = ranges_of(search.ranges, search.learner)
    start = [_inside(parameters, today(search.learner))] if search.tool.endswith("+start") else None
    kind = CFO if search.tool.startswith("flaml-cfo") else BlendSearch
    space = {parameter.name: _domain(parameter) for parameter in parameters}
    algorithm = kind(metric="loss", mode="min", space=space, points_to_evaluate=start, seed=search.seed)

    def objective(values: dict[str, Any]) -> dict[str, float]:
        loss = recorder({p.name: (int if p.is_integer else float)(values[p.name]) for p in parameters})
        return {"loss": loss if math.isfinite(loss) else DIVERGED}

    tune.run(objective, metric="loss", mode="min", search_alg=algorithm, num_samples=search.jobs, verbose=0)


def _domain(parameter: Parameter) -> Any:
    low, high = parameter.low, parameter.high
    if parameter.is_integer:  # FLAML leaves the upper end out
        return tune.lograndint(int(low), int(high) + 1) if parameter.is_log else tune.randint(int(low), int(high) + 1)
    return tune.loguniform(low, high) if parameter.is_log else tune.uniform(low, high)


def _inside(parameters: list[Parameter], values: dict[str, Any]) -> dict[str, Any]:
    """Today's values, or the nearest ones that the ranges allow."""
    return {p.name: min(max(values[p.name], p.low), p.high) for p in parameters}


if __name__ == "__main__":
    main(sys.argv[1])
