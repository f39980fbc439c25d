"""The child's side of `interpreter.py`: answers requests on standard input until it is closed.

    PYTHON peer_optuna.py PROBLEMS.py

`PROBLEMS.py` says what a request means: its `asked(request)` gives a `Problem` and what makes an answer of (version,
seconds of processor time). A request `{"latency_at": n}` is about the tool alone and understood here.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, Protocol

from problem import Parameter, Problem, Values

HYPERPARAMETERS = 8
ASKS = 5
"""Suggestions timed; their median counts."""


class AskTell(Protocol):
    """A tool that is asked for one suggestion at a time."""

    def add(self, values: Values, loss: float) -> None:
        """Make a finished training job known that the tool did not suggest."""

    def ask(self) -> Values:
        """The next suggestion."""

    def tell(self, loss: float) -> None:
        """The loss of the last suggestion."""


def use_one_core() -> None:
    """Keep every library on one thread; before numpy or torch is imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    warnings.filterwarnings("ignore")


def serve(
    version: str,
    search: Callable[[Problem], None],
    ask_tell: Callable[[str, tuple[Parameter, ...], int], AskTell],
) -> None:
    """Answer one request after the other.

    Args:
        search: lets the tool evaluate as many values as the problem says.
        ask_tell: tool, ranges and seed to one that can be asked.
    """
    problems = Path(sys.argv[1]).resolve()
    sys.path.append(str(problems.parent))
    asked = importlib.import_module(problems.stem).asked
    for request in map(json.loads, sys.stdin):
        if "latency_at" in request:
            answer = {"version": version, **latency(ask_tell, request)}
        else:
            problem, answer_of = asked(request)
            started = time.process_time()
            search(problem)
            answer = answer_of(version, time.process_time() - started)
        print(json.dumps(answer), flush=True)


def latency(
    ask_tell: Callable[[str, tuple[Parameter, ...], int], AskTell], request: dict[str, Any]
) -> dict[str, float]:
    """Seconds of processor time of a suggestion after so many training jobs, and the most memory of this process (MB).

    One core is used, so that processor time is what a free machine would take, whatever else this one does.
    """
    tool = ask_tell(request["tool"], eight_ranges(), 0)
    for values, loss in bowl_history(request["latency_at"]):
        tool.add(values, loss)
    seconds = []
    for _ in range(ASKS):
        began = time.process_time()
        values = tool.ask()
        seconds.append(time.process_time() - began)
        tool.tell(bowl(values))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"suggestion_seconds": median(seconds), "memory_mb": round(peak)}


def eight_ranges() -> tuple[Parameter, ...]:
    """Five linear, two logarithmic, one integer."""
    return (
        *(Parameter(name=f"x{number}", kind="float") for number in range(5)),
        *(Parameter(name=f"l{number}", kind="float", low=1e-5, high=1.0, is_log=True) for number in range(2)),
        Parameter(name="n", kind="int", low=1, high=100),
    )


def bowl_history(count: int) -> Iterator[tuple[Values, float]]:
    """Random training jobs on a bowl over the eight ranges; the same for every tool."""
    rng = random.Random(0)
    for _ in range(count):
        values: Values = {f"x{number}": rng.random() for number in range(5)}
        values |= {f"l{number}": 10 ** rng.uniform(-5, 0) for number in range(2)}
        values["n"] = rng.randint(1, 100)
        yield values, bowl(values)


def bowl(values: Values) -> float:
    """Lowest in the middle of every range, with a slope of its own for each."""
    from math import log10

    linear = sum((number + 1) * (values[f"x{number}"] - 0.5) ** 2 for number in range(5))
    logarithmic = sum(((log10(values[f"l{number}"]) + 2.5) / 5) ** 2 for number in range(2))
    return float(linear + logarithmic + (values["n"] / 100 - 0.5) ** 2)
