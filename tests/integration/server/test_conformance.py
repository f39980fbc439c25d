"""Every operation answers every request without a fault of its own, in a form that botocore understands."""

from __future__ import annotations

from typing import Any

import pytest

from selftune.testing.aws_conformance import OK, SignedCaller, outcomes, prepare, served_operations, stop_everything

EACH = 14


@pytest.fixture
def caller(server: Any) -> Any:
    caller = SignedCaller(server.environment)
    prepare(caller)
    yield caller
    stop_everything(caller)


def test_generated_requests_are_answered_or_refused_and_never_fail(caller: SignedCaller) -> None:
    succeeded: set[str] = set()
    for operation in served_operations(caller):
        tally, faults = outcomes(caller, operation, EACH, first_seed=1)
        assert not faults
        if OK in tally:
            succeeded.add(operation)
    wanted = {"ListHyperParameterTuningJobs", "ListTrainingJobs", "DescribeTrainingJob", "AddTags", "Search"}
    assert wanted <= succeeded  # generated inputs are not all refused
