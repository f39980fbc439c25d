"""What a suggestion costs from end to end: history from state to worker process and back, with 8 hyperparameters.

    python benchmarks/search/latency.py [--counts 10 100 1000 10000] [--repeats 5]

Each repeat adds one ended training job, as a tuning job does. "path" is what the tuning loop waits for until the
answer is there (sending what is new, the model, the answer); "first" is the same for a worker that has seen nothing, as
after a restart. Memory is the worker's largest resident size so far.
"""

from __future__ import annotations

import argparse
import os
import select
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from selftune.model.history import History, Observation, Outcome
from selftune.model.plan import Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.search.worker import SuggestionBatch, SuggestionWorker

SPACE = (
    *((f"rate{i}", ContinuousRange(low=1e-5, high=1.0, scaling=ScalingType.LOG)) for i in range(3)),
    ("units", IntegerRange(low=1, high=1000, scaling=ScalingType.LOG)),
    ("layers", IntegerRange(low=1, high=8)),
    ("kind", CategoricalRange(values=("a", "b", "c"))),
    ("share", ContinuousRange(low=0.0, high=1.0)),
    ("drop", ContinuousRange(low=0.0, high=0.9)),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row a count of ended training jobs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="*", default=[10, 100, 400, 1000, 3000, 10000])
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args(arguments)
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    print("ended".rjust(8) + "first ms".rjust(10) + "path ms".rjust(10) + "memory MB".rjust(11))
    for count in options.counts:
        jobs = _jobs(count + options.repeats)
        worker = SuggestionWorker()
        _seconds(worker, jobs[:2])
        first = _seconds(worker, jobs[:count])
        path = [_seconds(worker, jobs[: count + more]) for more in range(1, options.repeats + 1)]
        memory = _memory_megabytes(worker.process_id)
        worker.close()
        print(f"{count:8d}{first * 1e3:10.0f}{median(path) * 1e3:10.0f}{memory:11.0f}", flush=True)


def _jobs(count: int) -> tuple[Observation, ...]:
    import numpy as np

    from selftune.search.encoder import Encoder

    encoder, rng = Encoder(SPACE), np.random.default_rng(0)
    points = encoder.snap(rng.random((count, len(SPACE))))
    losses = np.square(points - 0.4).sum(axis=1) + 0.1 * np.sin(9 * points).sum(axis=1)
    pairs = enumerate(zip(points, losses, strict=True), start=1)
    return tuple(
        Observation(number=number, values=encoder.values(point), outcome=Outcome.COMPLETED, loss=float(loss))
        for number, (point, loss) in pairs
    )


def _seconds(worker: SuggestionWorker, ended: tuple[Observation, ...]) -> float:
    history = History(space=SPACE, ended=tuple(replace(job) for job in ended), max_jobs=20_000)
    began = time.perf_counter()
    worker.submit(Strategy.BAYESIAN, history, 1)
    while (answer := worker.poll()) is None:
        select.select([worker], [], [], 30)
    assert isinstance(answer, SuggestionBatch), answer
    return time.perf_counter() - began


def _memory_megabytes(process_id: int) -> float:
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
