"""What Hyperband spends: how often a training job reports its objective, at the first rung and at most."""

from __future__ import annotations

from collections.abc import Iterable

from selftune.autotune.names import last_part, normal_name
from selftune.model.errors import UsageError
from selftune.model.plan import PlannedHyperparameter, Resource, Role, Strategy
from selftune.model.request import UserSettings

EPOCHS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")
"""Names of hyperparameters that say how many epochs a training job has, as the service knows them."""
_NAMES = frozenset(normal_name(name) for name in EPOCHS)


def resource_of(
    settings: UserSettings, strategy: Strategy, hyperparameters: Iterable[PlannedHyperparameter]
) -> Resource | None:
    """The resource of a plan whose strategy is Hyperband; None for every other.

    Raises:
        UsageError: the user's bounds contradict each other.
    """
    if strategy is not Strategy.HYPERBAND:
        return None
    low, high = settings.min_resource or 1, settings.max_resource or _epochs(hyperparameters)
    if low < 1 or (settings.max_resource is not None and settings.max_resource <= low):
        raise UsageError(
            f"The resource of Hyperband goes from {low} to {high}, which leaves no rung.",
            hint="MinResource must be at least 1 and below MaxResource.",
        )
    return Resource(low=low, high=None if high is not None and high <= low else high)


def _epochs(hyperparameters: Iterable[PlannedHyperparameter]) -> int | None:
    """How many epochs the program is told to run, where it is told so by a number that stays."""
    for planned in hyperparameters:
        is_named = normal_name(last_part(planned.name)) in _NAMES
        if is_named and planned.role is not Role.TUNED and isinstance(planned.value, int) and planned.value > 1:
            return int(planned.value)
    return None
