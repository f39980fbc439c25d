from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selftune.model.errors import UsageError
from selftune.sdk.names import checked_name, new_name, title_of


@given(st.text(max_size=60))
def test_a_new_name_is_always_allowed(base: str) -> None:
    name = new_name(base)
    assert checked_name(name, "--name ") == name
    assert re.search(r"-[0-9a-f]{6}\Z", name)


def test_a_new_name_begins_with_its_base_as_far_as_that_fits() -> None:
    assert new_name("pytorch_training of a very long name indeed").startswith("pytorch-training-of-a-ver-")
    assert new_name("___").startswith("tuning-")
    assert len({new_name("a") for _ in range(5)}) == 5


@pytest.mark.parametrize("text", ["", "-a", "a_b", "a" * 33, "a-", "a" + "-" * 40 + "b", "é"])
def test_a_name_that_is_not_allowed_is_answered_with_a_near_one(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_name(text, "job_name=")
    near = re.search(r"job_name=(\S+)", caught.value.hint)
    assert near is not None
    assert checked_name(near[1], "job_name=") == near[1]


@pytest.mark.parametrize(
    ("argv", "title"),
    [
        (("python", "train.py", "--lr", "0.01"), "train"),
        (("python", "-m", "pkg.digits", "--lr", "1"), "digits"),
        (("bash", "fit/logistic.sh"), "logistic"),
        (("./solver", "0.5"), "solver"),
        (("env", "LR=0.1", "./train.sh"), "train"),
    ],
)
def test_a_command_is_named_after_what_it_runs(argv: tuple[str, ...], title: str) -> None:
    assert title_of(argv) == title
