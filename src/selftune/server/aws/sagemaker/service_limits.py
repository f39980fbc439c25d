"""How much one tuning job may ask for: the service's limits, of which two can be set otherwise in the home.

limits.toml
max_training_jobs = 10000
max_parallel_training_jobs = 100
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from selftune.model.errors import UnreadableInput
from selftune.server.aws.errors import AwsError

FILE = "limits.toml"
MOST_RANGES = 30
_LISTS = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLimits:
    """What a request may ask for at most."""

    max_training_jobs: int = 10_000
    max_parallel_training_jobs: int = 100

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse a CreateHyperParameterTuningJob document that asks for more.

        Raises:
            AwsError: ResourceLimitExceeded.
        """
        asked = given["HyperParameterTuningJobConfig"].get("ResourceLimits", {})
        self._check("MaxNumberOfTrainingJobs", asked, self.max_training_jobs, "max_training_jobs")
        self._check("MaxParallelTrainingJobs", asked, self.max_parallel_training_jobs, "max_parallel_training_jobs")
        for ranges in _ranges(given):
            count = sum(len(ranges.get(name, ())) for name in _LISTS)
            if count > MOST_RANGES:
                raise _exceeded(f"{count} hyperparameter ranges were given, but at most {MOST_RANGES} are possible.")

    def _check(self, name: str, asked: Mapping[str, int], most: int, setting: str) -> None:
        if asked.get(name, 0) > most:
            raise _exceeded(f"{name} is {asked[name]}, but at most {most} is possible: set {setting} in {FILE}.")


def service_limits(home: Path) -> ServiceLimits:
    """The limits of a home.

    Raises:
        UnreadableInput: its file has a mistake.
    """
    path = home / FILE
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ServiceLimits()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UnreadableInput(f"{path} cannot be read: {error}.") from None
    known = [field.name for field in fields(ServiceLimits)]
    for name, value in document.items():
        if name not in known:
            raise UnreadableInput(f"{path}: there is no setting '{name}'.", hint=f"Settings: {', '.join(known)}.")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise UnreadableInput(f"{path}: {name} must be a whole number from 1 on, but it is {value!r}.")
    return ServiceLimits(**document)


def _ranges(given: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield given["HyperParameterTuningJobConfig"].get("ParameterRanges", {})
    for definition in (given.get("TrainingJobDefinition", {}), *given.get("TrainingJobDefinitions", ())):
        yield definition.get("HyperParameterRanges", {})


def _exceeded(message: str) -> AwsError:
    return AwsError("ResourceLimitExceeded", message)
