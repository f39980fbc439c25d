"""A command's tuning job in virtual time: planned from reading the command, as `selftune run` does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from selftune.autotune import make_plan
from selftune.model.jobs import TuningJob
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings
from selftune.model.spec import TrainingJobSpec
from selftune.testing.simulation import Simulation, simulated

CommandProgram: TypeAlias = Callable[[tuple[str, ...]], Iterable[tuple[float, str]]]
"""From a training job's command line to (seconds since its start, line of output), in order of time."""

_NAME = "simulation"


def simulate_command(
    program: CommandProgram, *, argv: Sequence[str], folder: Path, settings: UserSettings | None = None
) -> Simulation:
    """Run the tuning job of a command with a function in place of its process; everything else is as in a real run.

    Args:
        program: given each training job's command line, with its values in place. What it raises fails that training
            job alone; SystemExit(N) is exit code N.
        argv: the command as it is typed today.
        folder: in which it is typed; its files are read for the plan.
        settings: what the user sets beside it; nothing where left out. One training job runs at a time.

    Raises:
        UsageError: the command or the settings cannot be carried out.
    """
    request = TuningJobRequest(
        name=_NAME,
        program=CommandRequest(argv=tuple(argv), folder=str(folder)),
        settings=settings or UserSettings(),
    )
    job = TuningJob(name=_NAME, request=request, plan=make_plan(request, slots=1), created_at=0.0, folder=_NAME)

    def output(spec: TrainingJobSpec) -> Iterator[tuple[float, str]]:
        yield from program(spec.argv)

    return simulated(job, output)
