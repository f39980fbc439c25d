"""SageMaker's words beside ours, both ways."""

from __future__ import annotations

from types import MappingProxyType

from selftune.model.objective import Direction
from selftune.model.plan import EarlyStopping, Strategy
from selftune.model.ranges import ScalingType

STRATEGIES = MappingProxyType(
    {
        "Bayesian": Strategy.BAYESIAN,
        "Random": Strategy.RANDOM,
        "Grid": Strategy.GRID,
        "Hyperband": Strategy.HYPERBAND,
    }
)
DIRECTIONS = MappingProxyType({"Minimize": Direction.MINIMIZE, "Maximize": Direction.MAXIMIZE})
EARLY_STOPPING = MappingProxyType({"Auto": EarlyStopping.AUTO, "Off": EarlyStopping.OFF})
SCALES = MappingProxyType(
    {"Linear": ScalingType.LINEAR, "Logarithmic": ScalingType.LOG, "ReverseLogarithmic": ScalingType.REVERSE_LOG}
)
FRAMEWORK_PREFIX = "sagemaker_"
"""Hyperparameters of this kind tell the training toolkit what to run; a script never sees them."""
PIN_TAG = "selftune:pin"
"""Fields that count as the user's although an SDK sends them by itself: names, separated by commas or spaces."""
ADD_TAG = "selftune:add"
""""true": Autotune may tune hyperparameters that the request does not list."""
