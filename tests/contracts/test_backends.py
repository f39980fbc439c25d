"""Each backend passes the published contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from selftune.backends.backend import TrainingBackend
from selftune.backends.local import LocalBackend
from selftune.backends.simulated import SimulatedBackend, VirtualClock
from selftune.model.spec import TrainingJobSpec
from selftune.testing.backend_contract import BackendContract, Behaviour


@pytest.mark.integration
class TestLocalBackend(BackendContract):
    def make_backend(self) -> TrainingBackend:
        return LocalBackend(gpus=())

    def argv(self, behaviour: Behaviour) -> tuple[str, ...]:
        ending = "while :; do sleep 60; done" if behaviour.is_endless else f"exit {behaviour.exit_code}"
        return ("sh", "-c", f'for line in "$@"; do echo "$line"; done; {ending}', "sh", *behaviour.lines)


class TestSimulatedBackend(BackendContract):
    def make_backend(self) -> TrainingBackend:
        self.clock = VirtualClock(1000.0)
        return SimulatedBackend(simulated_program, self.clock)

    def argv(self, behaviour: Behaviour) -> tuple[str, ...]:
        return ("endless" if behaviour.is_endless else str(behaviour.exit_code), *behaviour.lines)

    def let_time_pass(self, backend: TrainingBackend) -> None:
        del backend
        self.clock.advance_to(self.clock.now() + 0.1)


def simulated_program(spec: TrainingJobSpec) -> Iterator[tuple[float, str]]:
    """Behaves as `TestSimulatedBackend.argv` says."""
    ending, *lines = spec.argv
    for number, line in enumerate(lines):
        yield 0.1 * number, line
    if ending == "endless":
        yield sys.float_info.max, ""
    sys.exit(int(ending))
