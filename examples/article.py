"""SageMaker tuning code, from explicit ranges to none at all, on this machine.

Each block is code as it is written for SageMaker's Python SDK; only the import is another. No account, role, bucket
or container is needed: the training jobs run here, on handwritten digits (mnist.py) and on a table (XGBoost).
"""

import os
import tempfile
from pathlib import Path

from diabetes_csv import write_diabetes
from selftune import CategoricalParameter, ContinuousParameter, HyperparameterTuner, PyTorch, XGBoost


def with_ranges() -> HyperparameterTuner:
    """1. Everything by hand: which hyperparameters, over which ranges, how many training jobs, by which strategy."""
    estimator = PyTorch(
        entry_point="mnist.py",
        instance_type="ml.p4d.24xlarge",
        hyperparameters={"epochs": 1, "backend": "gloo"},
    )
    tuner = HyperparameterTuner(
        estimator,
        objective_metric_name="validation:rmse",
        objective_type="Minimize",
        hyperparameter_ranges={
            "lr": ContinuousParameter(0.001, 0.1),
            "batch-size": CategoricalParameter([32, 64, 128, 256, 512]),
        },
        max_jobs=10,
        strategy="Random",
    )
    tuner.fit()
    return tuner


def with_autotune() -> HyperparameterTuner:
    """2. Today's values instead of ranges: Autotune decides what to tune, how widely and by what means.

    Without `max_jobs` it would choose their number too, as in block 4.
    """
    estimator = PyTorch(
        entry_point="mnist.py",
        instance_type="ml.p4d.24xlarge",
        hyperparameters={"epochs": 1, "backend": "gloo", "lr": 0.01, "batch-size": 32},
    )
    tuner = HyperparameterTuner(
        estimator,
        objective_metric_name="validation:rmse",
        objective_type="Minimize",
        max_jobs=10,
        autotune=True,
    )
    tuner.fit()
    return tuner


def with_autotune_and_one_range() -> HyperparameterTuner:
    """3. One range by hand, which holds as it stands; the others are inferred beside it."""
    estimator = PyTorch(
        entry_point="mnist.py",
        instance_type="ml.p4d.24xlarge",
        hyperparameters={"epochs": 1, "backend": "gloo", "lr": 0.01, "batch-size": 32, "beta1": 0.8},
    )
    tuner = HyperparameterTuner(
        estimator,
        objective_metric_name="validation:rmse",
        objective_type="Minimize",
        hyperparameter_ranges={"lr": ContinuousParameter(0.001, 0.01)},
        max_jobs=10,
        autotune=True,
    )
    tuner.fit()
    return tuner


def with_a_built_in_algorithm(data: Path) -> HyperparameterTuner:
    """4. A built-in algorithm: nothing but the estimator and its data, left running while this program goes on."""
    estimator = XGBoost(
        hyperparameters={"objective": "reg:squarederror", "num_round": "50", "verbosity": "2", "max_depth": "5"},
        instance_type="ml.m5.xlarge",
    )
    hp_tuner = HyperparameterTuner(estimator, autotune=True)
    hp_tuner.fit({"train": str(data)}, wait=False)
    return hp_tuner


def show(title: str, tuner: HyperparameterTuner) -> None:
    """What was tuned, why, and what came of it."""
    print(f"\n{title}: {tuner.latest_tuning_job.name}")
    for hyperparameter in tuner.plan["hyperparameters"]:
        print(f"  {hyperparameter['name']}: {hyperparameter['role']}, {hyperparameter['reason']}")
    best = tuner.best_hyperparameters()
    print(f"  {len(tuner.jobs())} training jobs, best {tuner.best_objective} with {best}")


def main() -> None:
    os.chdir(Path(__file__).parent)
    show("1. Ranges by hand", with_ranges())
    show("2. Autotune", with_autotune())
    show("3. Autotune and one range", with_autotune_and_one_range())

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "train.csv"
        write_diabetes(data)
        hp_tuner = with_a_built_in_algorithm(data)
        objective = hp_tuner.describe()["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
        print(f"\n4. Built-in algorithm: {hp_tuner.latest_tuning_job.name}")
        print(f"  objective {objective['MetricName']}, {objective['Type']}")
        print(f"  tuned: {', '.join(hp_tuner.hyperparameter_ranges)}")
        print(f"  at most {hp_tuner.max_jobs} training jobs, {hp_tuner.max_parallel_jobs} at a time")
        hp_tuner.stop()
        hp_tuner.wait()
        print(f"  {hp_tuner.describe()['HyperParameterTuningJobStatus']}")


if __name__ == "__main__":
    main()
