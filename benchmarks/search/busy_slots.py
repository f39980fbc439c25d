"""How busy slots are in a real tuning job: processes that sleep for 0.6 to 6 seconds, side by side on this machine.

    python benchmarks/search/busy_slots.py [--slots 4] [--jobs 40] [--repeats 1] [--shortest 0.6] [--longest 6]

The training jobs sleep, so that they take no processor from the tuning loop, and each as long as its values say, spread
evenly between the two durations. "busy" is the share of the slots' time, from the first start to the last, in which a
training job ran. What passes from an end to the start that follows it is split in three: until the loop has seen and
stored the end, until the next training job is decided and stored, until its process is there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, median

from selftune.engine.compose import tuning_service
from selftune.engine.controller import Progress
from selftune.model.plan import CompletionCriteria, EarlyStopping
from selftune.model.ranges import ContinuousRange, ScalingType
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

EIGHT = tuple(f"--x{number}" for number in range(8))
SCRIPT = """
import hashlib, math, sys, time
values = [float(text) for text in sys.argv[4::2]]
shortest, longest = float(sys.argv[1]), float(sys.argv[2])
place = int.from_bytes(hashlib.sha256(repr(values).encode()).digest()[:8], "big") / 2**64
time.sleep(shortest + (longest - shortest) * place)
print("loss=%r" % sum((math.log10(value) + 2) ** 2 for value in values))
"""


@dataclass(slots=True)
class Watch:
    """When the tuning loop had stored what it saw and decided, by training-job number."""

    ended: dict[int, float] = field(default_factory=dict)
    decided: dict[int, float] = field(default_factory=dict)

    def __call__(self, progress: Progress) -> None:
        now = time.time()
        for training_job in progress.record.state.training_jobs:
            self.decided.setdefault(training_job.number, now)
            if training_job.status.is_terminal:
                self.ended.setdefault(training_job.number, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One tuning job; the gaps are in seconds, one for each training job that follows an end."""

    busy: float
    gaps: tuple[float, ...]
    until_seen: tuple[float, ...]
    until_decided: tuple[float, ...]
    until_started: tuple[float, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run tuning jobs and print a row each."""
    options = _options(arguments)
    print("load  busy   end to start: median, mean ms   seen  decided  started (medians)", flush=True)
    for repeat in range(options.repeats):
        found = measured(options, seed=repeat)
        split = (median(part) for part in (found.until_seen, found.until_decided, found.until_started))
        shown = "  ".join(f"{1e3 * seconds:6.0f}" for seconds in split)
        gaps = f"{1e3 * median(found.gaps):6.0f} {1e3 * fmean(found.gaps):6.0f}"
        print(f"{os.getloadavg()[0]:4.1f}  {found.busy:.1%}            {gaps}          {shown}", flush=True)


def measured(options: argparse.Namespace, seed: int) -> Measured:
    """One tuning job with real processes in a home of its own."""
    watch = Watch()
    with tempfile.TemporaryDirectory(prefix="selftune-busy-") as scratch:
        code = Path(scratch) / "code"
        code.mkdir()
        (code / "sleeper.py").write_text(SCRIPT)
        service = tuning_service(Path(scratch) / "home")
        service.create(_request(code, options, seed))
        jobs = service.run("busy", watch).state.training_jobs
        service.close()
    assert len(jobs) == options.jobs
    started = {t.number: t.started_at or 0.0 for t in jobs}
    ended = {t.number: t.ended_at or 0.0 for t in jobs}
    first, last = min(started.values()), max(started.values())
    busy = sum(min(ended[number], last) - began for number, began in started.items()) / (options.slots * (last - first))
    # The k-th end frees the slot that the k-th training job beyond the first ones takes.
    pairs = list(zip(sorted(ended, key=ended.__getitem__), sorted(started)[options.slots :], strict=False))
    return Measured(
        busy=busy,
        gaps=tuple(started[after] - ended[before] for before, after in pairs),
        until_seen=tuple(watch.ended[before] - ended[before] for before, _ in pairs),
        until_decided=tuple(watch.decided[after] - watch.ended[before] for before, after in pairs),
        until_started=tuple(started[after] - watch.decided[after] for _, after in pairs),
    )


def _request(code: Path, options: argparse.Namespace, seed: int) -> TuningJobRequest:
    space = ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG)
    settings = UserSettings(
        objective_name="loss",
        ranges=tuple((name.lstrip("-"), space) for name in EIGHT),
        max_jobs=options.jobs,
        max_parallel=options.slots,
        early_stopping=EarlyStopping.OFF,
        completion=CompletionCriteria(),
        seed=seed,
    )
    argv = [sys.executable, "sleeper.py", str(options.shortest), str(options.longest)]
    for name in EIGHT:
        argv += [name, "0.1"]
    command = CommandRequest(argv=tuple(argv), folder=str(code))
    return TuningJobRequest(name="busy", program=command, settings=settings)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How busy the slots of a real tuning job are.")
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=40)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--shortest", type=float, default=0.6, help="seconds")
    parser.add_argument("--longest", type=float, default=6.0, help="seconds")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
