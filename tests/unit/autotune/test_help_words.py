"""What the help of an argument says where nobody knows its name."""

from __future__ import annotations

import pytest

from selftune.autotune.help_words import bounds_in_help
from selftune.model.plan import Role
from selftune.model.ranges import ContinuousRange, HardBounds

from .factories import found, judged


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("learning rate of the critic", "step size"),
        ("the initial learning rate (default: 0.01)", "step size"),
        ("amount of dropout", "dropped"),
        ("Weight decay", "penalty"),
    ],
)
def test_a_help_that_begins_with_a_known_thing_is_that_thing(text: str, meaning: str) -> None:
    judgement = judged("qq", 0.01, help=text)
    assert judgement.role is Role.TUNED
    assert not judgement.is_guessed
    assert meaning in judgement.meaning
    assert "as its help says" in judgement.reason


@pytest.mark.parametrize(
    "text", ["learning rate decay factor", "learning rate noise limit", "warm up of it", "dropout seed"]
)
def test_a_help_that_goes_on_to_another_thing_is_not(text: str) -> None:
    assert judged("qq", 0.01, help=text).is_guessed


def test_a_penalty_by_its_help_has_a_logarithmic_range() -> None:
    judgement = judged("alpha", 2.0, help="alpha L2 regularization on the activations (0 means none)", is_listed=False)
    assert judgement.role is Role.TUNED
    assert judgement.priority == 2
    assert isinstance(judgement.range, ContinuousRange)
    assert judgement.range.contains(2.0)
    assert "by its help" in judgement.reason


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("share of it (0..1)", (0, 1)),
        ("in [0, 1]", (0, 1)),
        ("must be between 0 and 0.5", (0, 0.5)),
        ("from 0.1 to 0.9", (0.1, 0.9)),
        ("strength (0-5)", (0, 5)),
    ],
)
def test_ends_in_a_help_are_hard_bounds(text: str, bounds: tuple[float, float]) -> None:
    assert bounds_in_help(found("qq", 0.3, help=text)) == HardBounds(low=bounds[0], high=bounds[1])
    judgement = judged("head_dropout", 0.3, help=text)
    assert isinstance(judgement.range, ContinuousRange)
    assert bounds[0] <= judgement.range.low < judgement.range.high <= bounds[1]


@pytest.mark.parametrize("text", ["betas (0.9, 0.999)", "see [1]", "steps between 10 and 20", "default (1)"])
def test_what_leaves_out_todays_value_is_no_bound(text: str) -> None:
    assert bounds_in_help(found("qq", 0.3, help=text)) is None
