"""What selftune adds to a training job: 40 no-op jobs, two at a time, against 40 bare runs of the same command.

    python benchmarks/overhead.py [--jobs 40] [--parallel 2] [--repeats 5]

Both sides run in turn, in this one process, and the overhead is taken pair by pair. The search is random, so that no
model is fitted between two jobs that do nothing; `--strategy bayesian` adds that.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import selftune
from selftune.engine.compose import tuning_service
from selftune.model.plan import CompletionCriteria, EarlyStopping, Strategy
from selftune.model.ranges import ContinuousRange
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

NO_OP = 'import sys\nprint("loss=" + sys.argv[-1].split("=")[-1])\n'


def bare_seconds(folder: Path, jobs: int, parallel: int) -> float:
    """Wall time of the command itself, `parallel` at a time."""
    command = [sys.executable, "noop.py", "--x", "0.5"]

    def once(_: int) -> None:
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    began = time.perf_counter()
    with ThreadPoolExecutor(parallel) as pool:
        list(pool.map(once, range(jobs)))
    return time.perf_counter() - began


def tuned_seconds(folder: Path, home: Path, name: str, jobs: int, parallel: int, strategy: Strategy) -> float:
    """Wall time of the same number of training jobs under selftune, from the first look at the loop to its end."""
    service = tuning_service(home)
    settings = UserSettings(
        objective_name="loss",
        ranges=(("x", ContinuousRange(low=0.0, high=1.0)),),
        strategy=strategy,
        max_jobs=jobs,
        max_parallel=parallel,
        early_stopping=EarlyStopping.OFF,
        completion=CompletionCriteria(),
        seed=0,
    )
    command = CommandRequest(argv=(sys.executable, "noop.py", "--x", "0.5"), folder=str(folder))
    service.create(TuningJobRequest(name=name, program=command, settings=settings))
    began = time.perf_counter()
    record = service.run(name)
    seconds = time.perf_counter() - began
    assert len(record.state.training_jobs) == jobs, record.state.status_reason
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--strategy", choices=["random", "bayesian"], default="random")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "code", Path(scratch) / "home"
        folder.mkdir()
        (folder / "noop.py").write_text(NO_OP)
        rows = []
        for repeat in range(options.repeats):
            bare = bare_seconds(folder, options.jobs, options.parallel)
            tuned = tuned_seconds(
                folder, home, f"noop-{repeat}", options.jobs, options.parallel, Strategy(options.strategy)
            )
            rows.append((bare, tuned, (tuned - bare) / options.jobs * 1000))
            print(f"repeat {repeat}: bare {bare:.2f} s, selftune {tuned:.2f} s, {rows[-1][2]:.1f} ms a job", flush=True)
    overheads = [row[2] for row in rows]
    ratio = statistics.median(tuned / bare for bare, tuned, _ in rows)
    print(
        f"\n{options.jobs} no-op jobs, {options.parallel} at a time, {options.strategy} search, seed 0: "
        f"{statistics.median(overheads):.1f} ms a job (min {min(overheads):.1f}, max {max(overheads):.1f}), "
        f"{ratio:.2f} times the bare command\n"
        f"selftune {selftune.__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )


if __name__ == "__main__":
    main()
