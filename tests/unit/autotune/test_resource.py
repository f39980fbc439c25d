"""What Hyperband spends: the user's bounds, else the epochs that the program is told to run."""

from __future__ import annotations

import pytest

from selftune.autotune.resource import resource_of
from selftune.model.errors import UsageError
from selftune.model.plan import Resource, Role, Strategy
from selftune.model.request import UserSettings
from selftune.testing.factories import a_static_hyperparameter, a_tuned_hyperparameter


def resource(*hyperparameters, strategy=Strategy.HYPERBAND, **settings):
    return resource_of(UserSettings(**settings), strategy, hyperparameters)


@pytest.mark.parametrize("name", ["epochs", "num_epochs", "n-epochs", "--train.epochs"])
def test_the_epochs_of_the_program_are_the_most(name):
    assert resource(a_static_hyperparameter(name, 27, role=Role.RESOURCE)) == Resource(low=1, high=27)


def test_the_users_bounds_come_first():
    epochs = a_static_hyperparameter("epochs", 27)
    assert resource(epochs, min_resource=2, max_resource=8) == Resource(low=2, high=8)


def test_without_either_the_reports_themselves_are_spent_without_an_end():
    assert resource(a_tuned_hyperparameter("epochs", 5)) == Resource(low=1, high=None)


def test_other_strategies_spend_nothing():
    assert resource(a_static_hyperparameter("epochs", 27), strategy=Strategy.BAYESIAN) is None


def test_bounds_without_room_are_refused():
    with pytest.raises(UsageError, match="no rung"):
        resource(min_resource=9, max_resource=9)
