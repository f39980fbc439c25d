"""`--probe`: ask the script's own argument parser what reading the source did not find.

The script is executed up to its argparse parser, with its imports, by the interpreter that runs it today. What it
declares beyond what was read is appended to the command as `--name=default`, which changes nothing for the script and
makes the name known.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from selftune.cli.request import Planner
from selftune.model.errors import UnreadableInput, UsageError
from selftune.model.request import CommandRequest, TuningJobRequest
from selftune.model.values import HyperparameterValue

PATIENCE_SECONDS = 60.0
_PROGRAM = Path(__file__).parent / "probe_program"
_SHOWN_LINES = 5


def probed(request: TuningJobRequest, plan_of: Planner) -> TuningJobRequest:
    """The request with the arguments that only the running script tells.

    Raises:
        UsageError: there is no Python script to ask.
        UnreadableInput: it failed, or came to no argparse parser in time.
    """
    program = request.program
    script = _script_position(program.argv) if isinstance(program, CommandRequest) else None
    if script is None or not isinstance(program, CommandRequest):
        raise UsageError(
            "--probe asks a Python script for its arguments, and there is none.",
            hint="Leave it out, and name what is missing: --hp NAME=VALUE.",
        )
    declared = _ask(program, script)
    known = {_plain(planned.name) for planned in plan_of(request).hyperparameters}
    missing = [(option, default) for option, default in declared if _plain(option) not in known]
    return replace(request, program=replace(program, argv=(*program.argv, *_appended(missing))))


def _script_position(argv: tuple[str, ...]) -> int | None:
    return next((position for position, word in enumerate(argv) if position and word.endswith(".py")), None)


def _ask(program: CommandRequest, script: int) -> list[tuple[str, HyperparameterValue]]:
    """What the script's parser declares: (option, default)."""
    with tempfile.TemporaryDirectory(prefix="selftune-probe-") as folder:
        answer = Path(folder, "arguments.json")
        command = [*program.argv[:script], str(_PROGRAM), str(answer), *program.argv[script:]]
        said = _run(command, program.folder)
        if not answer.is_file():
            raise UnreadableInput(
                f"{program.argv[script]} came to no argparse parser{said}",
                hint="Leave --probe out, and name what is missing: --hp NAME=VALUE.",
            )
        return [(entry["option"], entry["default"]) for entry in json.loads(answer.read_text(encoding="utf-8"))]


def _run(command: list[str], folder: str) -> str:
    """Run the probe; returns how it ended, with its last lines, for an error message. Nothing of it stays behind."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return f" within {PATIENCE_SECONDS:.0f} s, and was ended."
    finally:
        _end_session(process)
    lines = output.decode("utf-8", "replace").splitlines()[-_SHOWN_LINES:]
    shown = "".join(f"\n    {line}" for line in lines)
    return f" (exit code {process.returncode}).{f' Its last lines:{shown}' if shown else ''}"


def _end_session(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):  # nothing of it is left, as it should be
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _appended(arguments: Iterable[tuple[str, HyperparameterValue]]) -> Iterable[str]:
    """Each as one word; `str` is Python's own spelling, which the script's `type=` reads back."""
    return (f"{option}={default}" for option, default in arguments)


def _plain(name: str) -> str:
    return name.lstrip("-").replace("-", "_").lower()
