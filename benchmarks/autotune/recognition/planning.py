"""Plans of labelled scripts: inside this process for speed, or through the command as a user types it."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from click.testing import CliRunner
from judging import ReadPlan, failed_plan, read_plan

from selftune.cli.plan import command as plan_command

Planner: TypeAlias = Callable[[Sequence[str], Path], ReadPlan]
"""From the words behind `selftune plan` and the folder in which they are typed to the plan."""


@contextlib.contextmanager
def in_process() -> Iterator[Planner]:
    """Plan in this process, by the very command, in a home that nothing was learnt in."""
    with TemporaryDirectory() as home:

        def plan(words: Sequence[str], folder: Path) -> ReadPlan:
            with contextlib.chdir(folder):
                start = time.perf_counter()
                result = CliRunner().invoke(plan_command, ["--home", home, "--json", *words])
                seconds = time.perf_counter() - start
            if result.exit_code != 0:
                return failed_plan(f"exit {result.exit_code}: {result.exception or result.output[-120:]}", seconds)
            return read_plan(json.loads(result.stdout), seconds)

        yield plan


@contextlib.contextmanager
def by_command(command: str) -> Iterator[Planner]:
    """Plan by a command such as `selftune plan --json`, started anew for each script."""
    with TemporaryDirectory() as home:

        def plan(words: Sequence[str], folder: Path) -> ReadPlan:
            start = time.perf_counter()
            done = subprocess.run(
                [*shlex.split(command), *words],
                cwd=folder,
                env={**os.environ, "SELFTUNE_HOME": home},
                capture_output=True,
                text=True,
                check=False,
            )
            seconds = time.perf_counter() - start
            if done.returncode != 0:
                return failed_plan(f"exit {done.returncode}: {done.stderr.strip()[-120:]}", seconds)
            return read_plan(json.loads(done.stdout), seconds)

        yield plan
