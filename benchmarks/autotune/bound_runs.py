"""Real tuning jobs of small training jobs whose durations differ with their hyperparameters, kept as records.

    python benchmarks/autotune/bound_runs.py --workload network --runs 40 --records records.jsonl

Each tuning job has other rows, other values of today, other hyperparameters kept, 15 to 20 training jobs, one or two at
a time. What is kept is the whole record, so that a method is judged again without training again.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.engine.compose import tuning_service
from selftune.model.codec import dumps
from selftune.model.jobs import TuningJob, TuningJobRecord
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings
from selftune.model.spec import TrainingJobSpec
from selftune.model.values import HyperparameterValue
from selftune.testing.virtual_time import run_in_virtual_time

WORKLOADS = Path(__file__).parent / "workloads"


def todays_values(workload: str, draw: random.Random) -> dict[str, HyperparameterValue]:
    """Values that people might have today."""
    match workload:
        case "boosting":
            return {
                "n-estimators": draw.choice([50, 100, 200, 300]),
                "max-depth": draw.choice([3, 4, 6, 8]),
                "learning-rate": draw.choice([0.03, 0.1, 0.3]),
                "subsample": draw.choice([0.7, 0.8, 1.0]),
                "rows": draw.choice([300, 600, 1200, 2400]),
            }
        case "network":
            return {
                "lr": draw.choice([0.001, 0.003, 0.01]),
                "hidden-size": draw.choice([16, 32, 64, 128]),
                "batch-size": draw.choice([8, 16, 32, 64]),
                "weight-decay": draw.choice([1e-5, 1e-4, 1e-2]),
                "epochs": draw.choice([4, 8, 16]),
                "rows": draw.choice([400, 800, 1600]),
            }
        case "quick":
            return {
                "lr": draw.choice([0.001, 0.01, 0.03]),
                "weight-decay": draw.choice([1e-5, 1e-4, 1e-2]),
                "momentum": draw.choice([0.0, 0.5, 0.9]),
                "batch-size": draw.choice([8, 16, 32]),
                "epochs": draw.choice([2, 5, 10, 20]),
                "rows": draw.choice([100, 400, 1600]),
            }
        case _:
            return {
                "n-estimators": draw.choice([20, 50, 100]),
                "max-depth": draw.choice([4, 8, 12]),
                "min-samples-leaf": draw.choice([1, 2, 5]),
                "max-features": draw.choice([0.3, 0.6, 1.0]),
                "rows": draw.choice([400, 800, 1600]),
            }


def run(workload: str, number: int, home: Path) -> TuningJobRecord:
    """One tuning job, from its plan to its end."""
    draw = random.Random(f"{workload} {number}")
    values = todays_values(workload, draw)
    tunable = [name for name in values if name not in ("rows", "epochs")]
    kept = draw.sample(tunable, draw.choice([0, 0, 1, 2]))
    argv = [sys.executable, str(WORKLOADS / f"{workload}.py")]
    argv += [word for name, value in values.items() for word in (f"--{name}", str(value))]
    settings = UserSettings(
        keep=frozenset([*kept, "rows"]),
        tune=frozenset(name for name in tunable if name not in kept),
        max_jobs=draw.randint(15, 20),
        max_parallel=draw.choice([1, 1, 2]),
        seed=number,
    )
    service = tuning_service(home)
    program = CommandRequest(argv=tuple(argv), folder=str(WORKLOADS))
    name = f"{workload}-{number}"
    service.create(TuningJobRequest(name=name, program=program, settings=settings))
    return service.run(name)


def run_in_virtual(number: int, home: Path) -> TuningJobRecord:
    """A tuning job whose training jobs take no time but say that they do: up to a hundred times as long as each other.

    Rounds and depth make up most of it, as in boosting; the machine adds a tenth.
    """
    draw = random.Random(f"virtual {number}")
    values: dict[str, HyperparameterValue] = {
        "num_round": draw.choice([50, 100, 300, 1000]),
        "max_depth": draw.choice([3, 6, 9]),
        "learning_rate": draw.choice([0.03, 0.1, 0.3]),
        "subsample": draw.choice([0.7, 1.0]),
    }
    kept = draw.sample(list(values), draw.choice([0, 0, 1, 2]))
    settings = UserSettings(
        objective_name="rmse",
        keep=frozenset(kept),
        max_jobs=draw.randint(15, 40),
        max_parallel=draw.choice([1, 1, 2, 4]),
        seed=number,
    )  # fmt: skip
    request = TuningJobRequest(
        name=f"virtual-{number}", program=CommandRequest(argv=("virtual",), folder=""), settings=settings
    )
    plan = plan_of_reading(request, reading_of_values(values, "xgboost"), slots=settings.max_parallel or 1)
    job = TuningJob(name=request.name, request=request, plan=plan, created_at=0.0, folder=request.name)
    fixed, best = draw.uniform(1, 20), draw.uniform(0.5, 2.5)

    def program(spec: TrainingJobSpec) -> Iterator[tuple[float, str]]:
        given = {name: float(text) for name, text in spec.hyperparameters if not name.startswith("_")}
        strength = math.log10(given["learning_rate"] * given["num_round"])
        loss = (strength - best) ** 2 + 0.02 * (given["max_depth"] - 6) ** 2 + 0.1 * draw.random()
        seconds = fixed + 0.2 * given["num_round"] * (given["max_depth"] / 6) ** 1.5 * given["subsample"] ** 0.5
        yield seconds * draw.lognormvariate(0, 0.1), f"rmse={loss}"

    return run_in_virtual_time(job, program, home / "selftune.db")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", choices=["boosting", "network", "forest", "quick", "virtual"], required=True)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--first", type=int, default=0, help="Number of the first tuning job.")
    parser.add_argument("--records", type=Path, required=True)
    args = parser.parse_args()
    with args.records.open("a", encoding="utf-8") as file:
        for number in range(args.first, args.first + args.runs):
            with tempfile.TemporaryDirectory(prefix="selftune-bound-") as home:
                is_virtual = args.workload == "virtual"
                record = run_in_virtual(number, Path(home)) if is_virtual else run(args.workload, number, Path(home))
            file.write(dumps(record) + "\n")
            file.flush()
            seconds = (record.state.ended_at or 0.0) - record.job.created_at
            print(f"{record.job.name}: {record.state.status}, {len(record.state.training_jobs)} jobs, {seconds:.1f} s")


if __name__ == "__main__":
    main()
