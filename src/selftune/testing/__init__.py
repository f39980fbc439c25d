"""The test kit: contracts that implementations must pass, factories, and tuning jobs in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selftune.testing.command_simulation import simulate_command as simulate_command
    from selftune.testing.simulation import Simulation as Simulation
    from selftune.testing.simulation import simulate as simulate

__all__ = ["Simulation", "simulate", "simulate_command"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'selftune.testing' has no attribute '{name}'")
    from selftune.testing import command_simulation, simulation

    return getattr(command_simulation if name == "simulate_command" else simulation, name)
