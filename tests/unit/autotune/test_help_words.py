"""What the help of an argument says where nobody knows its name."""

from __future__ import annotations

import pytest

from selftune.autotune.help_words import bounds_in_help, option_in_help
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


@pytest.mark.parametrize(("name", "value"), [("batch_norm_decay", 0.9), ("ema_decay", 0.3), ("stats_decay", 0.7)])
def test_a_decay_of_averages_is_no_penalty_on_weights(name: str, value: float) -> None:
    assert "penalty" not in judged(name, value, is_listed=False).meaning


def test_a_small_decay_of_something_is_still_taken_for_the_penalty_on_weights() -> None:
    assert "penalty" in judged("head_decay", 1e-4, is_listed=False).meaning


def test_a_penalty_by_its_help_is_no_schedule_whatever_its_name() -> None:
    judgement = judged("gamma", 8.0, help="R1 regularization weight", is_listed=False)
    assert judgement.role is Role.TUNED
    assert judgement.meaning == "a strength of regularisation by its help"
    assert "learning rate falls" in judged("gamma", 0.1, help="decay of the step size", is_listed=False).meaning


def test_whose_learning_rate_it_is_may_stand_in_front() -> None:
    assert not judged("dlr", 0.002, help="D learning rate", is_listed=False).is_guessed
    assert judged("qq", 0.002, help="Dropped learning rate", is_listed=False).is_guessed


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("Weight for MLM auxiliary objective (only effective if --do_mlm).", "--do_mlm"),
        ("only used with `--mixup`", "--mixup"),
        ("has an effect only when --ema is used", ""),
        ("only used if --opt=sgd", ""),
        ("use only if you know --why", ""),
        ("the rate of --ema", ""),
    ],
)
def test_the_option_without_which_it_does_nothing_is_named_by_its_help(text: str, option: str) -> None:
    assert option_in_help(found("w", 0.1, help=text)) == option


def test_a_length_that_also_dates_the_schedule_is_the_length_whatever_its_name() -> None:
    flows = ("for.epoch", "torch.optim.lr_scheduler.CosineAnnealingLR.T_max")
    assert judged("x8", 30, flows=flows, is_listed=False).role is Role.RESOURCE
    assert judged("x8", 30, flows=flows[1:], is_listed=False).role is Role.STATIC


def test_a_loop_of_any_name_tells_the_length_of_what_also_dates_the_schedule() -> None:
    flows = ("for.ep", "torch.optim.lr_scheduler.CosineAnnealingLR.T_max")
    assert judged("x8", 30, flows=flows, is_listed=False).role is Role.RESOURCE
