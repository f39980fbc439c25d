"""The ranges that Autotune infers for a task's learner, from a script that takes the user's values of today."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tasks import Parameter, Task, Values

from selftune.autotune import make_plan
from selftune.model.ranges import Range
from selftune.model.request import ScriptRequest, TuningJobRequest

_SCRIPT = """\
import argparse
import {library}
from learner import fit

parser = argparse.ArgumentParser()
{arguments}
args = parser.parse_args()
fit({passed})
"""


def autotuned_space(task: Task) -> dict[str, Range]:
    """The ranges of the hyperparameters that Autotune would tune; the others stay at today's values."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "train.py").write_text(_script(task))
        program = ScriptRequest(
            entry_point="train.py", folder=folder, python=sys.executable, hyperparameters=tuple(task.start.items())
        )
        return make_plan(TuningJobRequest(name="benchmark", program=program), slots=1).space


def bounded_score(task: Task) -> Callable[[Values], float]:
    """The task's score, which knows nothing outside the expert's ranges: there the nearest values inside are scored."""
    parameters = {parameter.name: parameter for parameter in task.parameters}

    def score(values: Values) -> float:
        return task.score({name: _nearest(parameters[name], value) for name, value in {**task.start, **values}.items()})

    return score


def _script(task: Task) -> str:
    """A training script as a user might have written it; names are made identifiers, as argparse does."""
    lines = [
        f"parser.add_argument({'--' + name!r}, type={type(value).__name__}, default={value!r})"
        for name, value in task.start.items()
    ]
    passed = ", ".join(f"getattr(args, {name!r})" if "." in name else f"args.{name}" for name in task.start)
    return _SCRIPT.format(library=task.library, arguments="\n".join(lines), passed=passed)


def _nearest(parameter: Parameter, value: object) -> object:
    if parameter.kind == "choice":
        return value
    bounded = min(max(value, parameter.low), parameter.high)  # type: ignore[call-overload]
    return round(bounded) if parameter.kind == "int" else float(bounded)
