"""Is the bound kept, and does the 80 % interval of the expected duration hold the truth in four of five cases?

    python benchmarks/autotune/bound.py chaos [--runs 200]
    python benchmarks/autotune/bound.py coverage network.jsonl boosting.jsonl ...

`chaos` runs tuning jobs in virtual time (chaos.py) and counts those that exceed their bound in jobs, seconds, seconds
of computing or money. `coverage` reads records of real tuning jobs (bound_runs.py) and compares what was expected after
the first training job, at a quarter and at half of them with what the tuning job took.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from chaos import chaotic_job, run_chaotic

from selftune.model.codec import loads
from selftune.model.jobs import TrainingJobStatus, TuningJobRecord
from selftune.views.as_of import as_of
from selftune.views.expectation import expectation_of
from selftune.views.spent import spent_so_far

MOMENTS = (("after the first", 0.0), ("at a quarter", 0.25), ("at half", 0.5))
ROUNDING = 1e-6


def exceeded(record: TuningJobRecord) -> Iterator[str]:
    """The measures of the bound that a tuning job has exceeded."""
    bound = record.job.plan.bound
    spent = spent_so_far(record, record.state.ended_at or 0.0)
    pairs = {
        "jobs": (spent.jobs, bound.jobs),
        "seconds": (spent.seconds, bound.seconds),
        "slot_seconds": (spent.slot_seconds, bound.slot_seconds),
        "price": (spent.price or 0.0, bound.price or 0.0),
    }
    for name, (value, most) in pairs.items():
        if value > most * (1 + ROUNDING):
            yield f"{name} {value:.1f} > {most:.1f}"


def chaos(runs: int) -> None:
    """Run the tuning jobs and print what went wrong in them, and which exceed their bound."""
    statuses: Counter[str] = Counter()
    failed = stopped = again = kills = over = 0
    shares = []
    for number in range(runs):
        with tempfile.TemporaryDirectory(prefix="selftune-chaos-") as folder:
            record, killed = run_chaotic(chaotic_job(number), Path(folder) / "selftune.db", number)
        jobs = record.state.training_jobs
        statuses[str(record.state.status)] += 1
        failed += sum(job.status is TrainingJobStatus.FAILED for job in jobs)
        stopped += sum(job.status is TrainingJobStatus.STOPPED for job in jobs)
        again += sum(job.attempt - 1 for job in jobs)
        kills += killed
        problems = list(exceeded(record))
        over += bool(problems)
        if problems:
            print(f"{record.job.name}: {'; '.join(problems)}")
        shares.append(((record.state.ended_at or 0.0) - record.job.created_at) / record.job.plan.bound.seconds)
    print(f"{runs} tuning jobs: {dict(statuses)}")
    print(f"{failed} training jobs failed, {stopped} stopped or timed out, {again} started again, {kills} loops killed")
    print(f"share of the bounded time that was used: median {statistics.median(shares):.2f}, most {max(shares):.2f}")
    print(f"{over} exceed their bound")


def coverage(files: Sequence[Path]) -> None:
    """Print how often the truth lies in the interval, and how wide that is."""
    print(f"{'records':24} {'when':16} {'covers':>7} {'below':>6} {'above':>6} {'half width':>11} {'bias':>6}")
    everything = []
    for path in files:
        records = [loads(TuningJobRecord, line) for line in path.read_text(encoding="utf-8").splitlines()]
        everything += records
        _print_coverage(f"{path.stem} ({len(records)})", records)
    if len(files) > 1:
        _print_coverage(f"all ({len(everything)})", everything)


def _print_coverage(title: str, records: Sequence[TuningJobRecord]) -> None:
    for when, share in MOMENTS:
        below = above = 0
        widths, errors = [], []
        for record in records:
            ends = sorted(job.ended_at or 0.0 for job in record.state.training_jobs)
            at = ends[max(round(share * len(ends)), 1) - 1]
            then = as_of(record, at)
            expectation = expectation_of(then, spent_so_far(then, at))
            assert expectation is not None
            past, took = at - record.job.created_at, (record.state.ended_at or 0.0) - record.job.created_at
            below += took < expectation.low_seconds
            above += took > expectation.high_seconds
            widths.append(math.log((expectation.high_seconds - past) / (expectation.low_seconds - past)) / 2)
            errors.append(math.log((took - past) / (expectation.seconds - past)))
        covers = 1 - (below + above) / len(records)
        width, bias = statistics.fmean(widths), statistics.fmean(errors)
        print(f"{title:24} {when:16} {covers:7.0%} {below:6} {above:6} {math.exp(width) - 1:11.0%} {bias:+6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("chaos").add_argument("--runs", type=int, default=200)
    commands.add_parser("coverage").add_argument("records", type=Path, nargs="+")
    args = parser.parse_args()
    if args.command == "chaos":
        chaos(args.runs)
    else:
        coverage(args.records)


if __name__ == "__main__":
    main()
