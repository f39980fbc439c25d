"""What earlier tuning jobs of the same program say, and what they must not touch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selftune.autotune.earlier import MOST_JOBS, learnt, not_learnt, why_not_learnt
from selftune.autotune.earlier_priors import LEAST_SPREAD
from selftune.autotune.earlier_result import EarlierResult, RankedValues
from selftune.model.objective import Direction
from selftune.model.plan import Chooser
from selftune.model.ranges import ContinuousRange, HardBounds, IntegerRange, Prior, ScalingType
from selftune.model.request import UserSettings
from selftune.testing.factories import (
    a_plan,
    a_program,
    a_request,
    a_static_hyperparameter,
    a_tuned_hyperparameter,
)
from selftune.views.explanation import moves_by_itself

LR = ContinuousRange(
    low=1e-4,
    high=1.0,
    scaling=ScalingType.LOG,
    prior=Prior(center=0.01, spread=0.25),
    hard_bounds=HardBounds(low=0.0, high=10.0),
    may_expand=True,
)
DEPTH = IntegerRange(low=1, high=12, may_expand=True)


def plan(lr=LR, by=Chooser.AUTOTUNE, **changes):
    hyperparameters = [
        a_tuned_hyperparameter("lr", 0.01, lr, by=by),
        a_tuned_hyperparameter("depth", 6, DEPTH),
        a_static_hyperparameter("epochs", 5),
    ]
    return a_plan(hyperparameters, **changes)


def earlier(*best, job="first", **changes):
    """A tuning job of the same program whose best training jobs had these values of (lr, depth)."""
    ranked = tuple(
        RankedValues(values=(("lr", lr), ("depth", depth)), quantile=rank / 20) for rank, (lr, depth) in enumerate(best)
    )
    result = EarlierResult(
        tuning_job=job,
        title="train.py",
        algorithm=None,
        folder="/home/ada/digits",
        objective="validation:rmse",
        direction=Direction.MINIMIZE,
        names=frozenset({"lr", "depth", "epochs"}),
        best=ranked,
    )
    return replace(result, **changes)


def jobs_used(planned):
    return planned.learning.value.tuning_jobs


def range_of(planned, name="lr"):
    return planned.hyperparameter(name).range


def test_the_best_earlier_values_are_tried_early_and_their_tuning_job_is_named():
    found = learnt(plan(), [earlier((0.3, 4))])
    (values,) = found.learning.value.values
    assert dict(values.values) == {"lr": 0.3, "depth": 4}
    assert values.tuning_job == "first"
    assert "first" in found.learning.reason
    assert "--no-learning" in found.learning.reason


def test_good_values_shift_and_tighten_the_prior_and_say_so():
    found = learnt(plan(), [earlier((0.03, 4), (0.04, 4), (0.05, 5))])
    prior = range_of(found).prior
    assert 0.01 < prior.center < 0.05
    assert LEAST_SPREAD <= prior.spread < LR.prior.spread
    planned = found.hyperparameter("lr")
    assert "Earlier tuning jobs had their best results with lr from 0.03 to 0.05." in planned.reason
    assert "earlier tuning jobs" in planned.source
    assert dict(found.learning.value.priors_before)["lr"] == LR.prior


def test_values_far_from_what_was_expected_widen_the_prior():
    assert range_of(learnt(plan(), [earlier((1.0, 4))])).prior.spread > LR.prior.spread


def test_several_earlier_tuning_jobs_weigh_more_than_one():
    one = range_of(learnt(plan(), [earlier((0.3, 4))])).prior.center
    three = range_of(learnt(plan(), [earlier((0.3, 4), job=f"job-{n}") for n in range(3)])).prior.center
    assert LR.prior.center < one < three < 0.3


def test_no_bound_moves_inwards_and_hard_bounds_stay():
    after = range_of(learnt(plan(), [earlier((0.03, 4), (0.03, 4))]))
    assert (after.low, after.high, after.hard_bounds) == (LR.low, LR.high, LR.hard_bounds)


def test_a_soft_bound_goes_out_to_the_best_earlier_value_but_never_past_a_hard_one():
    after = range_of(learnt(plan(), [earlier((5.0, 4))]))
    assert (after.low, after.high) == (LR.low, 5.0)
    beyond = learnt(plan(), [earlier((50.0, 4))])
    assert range_of(beyond).high == LR.high
    assert beyond.learning.value.values == ()


def test_a_prior_keeps_its_width_in_its_own_unit_when_the_range_is_stretched():
    (name, before), *_ = learnt(plan(), [earlier((10.0, 4))]).learning.value.priors_before
    assert name == "lr"
    assert before.spread == pytest.approx(LR.prior.spread * 4 / 5)


def test_a_range_that_the_user_gave_is_left_alone():
    wall = replace(LR, may_expand=False)
    found = learnt(plan(wall, by=Chooser.USER), [earlier((5.0, 4), (0.3, 4))])
    assert found.hyperparameter("lr") == plan(wall, by=Chooser.USER).hyperparameter("lr")
    assert [dict(v.values)["lr"] for v in found.learning.value.values] == [0.3], "5.0 lies outside the wall"


def test_each_tuning_job_offers_its_best_before_any_offers_its_second():
    found = learnt(plan(), [earlier((0.3, 4), (0.001, 9)), earlier((0.1, 2), job="second")])
    assert [v.tuning_job for v in found.learning.value.values] == ["first", "second", "first"]


def test_configurations_that_hardly_differ_are_tried_once():
    near_today = (0.0101, 6)
    found = learnt(plan(), [earlier((0.3, 4), near_today, (0.29, 4))])
    assert [dict(v.values)["lr"] for v in found.learning.value.values] == [0.3]


def test_where_todays_values_are_its_best_a_tuning_job_has_nothing_better_to_offer():
    found = learnt(plan(), [earlier((0.0101, 6), (0.3, 4))])
    assert found.learning.value.values == ()
    assert "nothing that was good there is new" in found.learning.reason


@pytest.mark.parametrize(
    ("changes", "is_used"),
    [
        ({"folder": "/somewhere/else"}, True),
        ({"names": frozenset({"lr", "depth"})}, True),
        ({"title": "evaluate.py"}, False),
        ({"objective": "validation:mae"}, False),
        ({"direction": Direction.MAXIMIZE}, False),
        ({"names": frozenset({"lr", "hidden", "dropout", "heads"})}, False),
        ({"algorithm": "xgboost"}, False),
    ],
)
def test_only_the_same_program_and_objective_are_learnt_from(changes, is_used):
    assert bool(jobs_used(learnt(plan(), [earlier((0.3, 4), **changes)]))) is is_used


def test_an_algorithm_is_known_by_its_name_whatever_its_title():
    algorithm = plan(program=a_program(title="xgboost", algorithm="xgboost", folder=None))
    assert jobs_used(learnt(algorithm, [earlier((0.3, 4), algorithm="xgboost", title="x", names=frozenset({"lr"}))]))


def test_the_tuning_job_that_one_starts_from_comes_first_whatever_its_program():
    others = [earlier((0.3, 4)), earlier((0.1, 2), job="parent", title="other.py")]
    assert jobs_used(learnt(plan(), others, parent="parent")) == ("parent", "first")


def test_without_earlier_tuning_jobs_the_plan_is_the_same_and_says_so():
    found = learnt(plan(), [])
    assert replace(found, learning=None) == plan()
    assert found.learning.reason == "No earlier tuning job of this program and objective is in the store."


def test_the_reason_names_values_that_were_had_and_no_mean_of_them():
    apart = learnt(plan(), [earlier((0.0045, 4)), earlier((0.076, 4), job="second")]).hyperparameter("lr").reason
    assert "with lr from 0.0045 to 0.076." in apart
    assert "with lr at 0.3." in learnt(plan(), [earlier((0.3, 4))]).hyperparameter("lr").reason


def test_what_misled_a_newer_tuning_job_is_not_learnt_from_again():
    newer = earlier((0.01, 6), job="newer", refuted=frozenset({"older"}))
    found = learnt(plan(), [newer, earlier((0.3, 4), job="older"), earlier((0.1, 2), job="oldest")])
    assert jobs_used(found) == ("newer", "oldest")
    assert "older is left out, because what it found good did worse in newer." in found.learning.reason


def test_what_misled_the_tuning_job_that_one_starts_from_is_not_learnt_from_again():
    parent = earlier((0.01, 6), job="parent", refuted=frozenset({"first"}))
    assert jobs_used(learnt(plan(), [parent, earlier((0.3, 4))], parent="parent")) == ("parent",)


def test_what_would_move_a_range_is_said_to_leave_earlier_tuning_jobs_out():
    changes = ("A value of 1 today would move it to 0.1..10:log.", moves_by_itself(LR))
    made = plan()
    lr = replace(made.hyperparameter("lr"), would_change=changes)
    made = replace(made, hyperparameters=(lr, *made.hyperparameters[1:]))
    found = learnt(made, [earlier((5.0, 4))]).hyperparameter("lr")
    assert found.would_change == (
        "Without earlier tuning jobs: a value of 1 today would move it to 0.1..10:log.",
        moves_by_itself(found.range),
    )


def test_exact_zeros_have_no_place_on_a_log_scale_and_shift_nothing():
    decay = replace(LR, includes_zero=True)
    assert range_of(learnt(plan(decay), [earlier((0.0, 4))])) == decay


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"settings": UserSettings(learn_from_store=False)}, "You said"),
        ({"settings": UserSettings(seed=3)}, "You gave a seed"),
        ({"autotune": False}, "Autotune is off"),
    ],
)
def test_what_turns_learning_off_is_the_reason(changes, words):
    because = why_not_learnt(a_request(**changes))
    assert because is not None
    assert because.startswith(words)
    off = not_learnt(plan(), because=because).learning
    assert (off.value.is_on, off.value.tuning_jobs) == (False, ())


def test_who_gives_a_seed_may_still_ask_for_learning():
    assert why_not_learnt(a_request(settings=UserSettings(seed=3, learn_from_store=True))) is None
    assert why_not_learnt(a_request()) is None


def test_no_more_tuning_jobs_are_loaded_than_are_used():
    loaded: list[str] = []

    def newest_first():
        for number in range(50):
            loaded.append(f"job-{number}")
            yield earlier((0.3, 4), job=loaded[-1])

    assert len(jobs_used(learnt(plan(), newest_first()))) == MOST_JOBS
    assert len(loaded) == MOST_JOBS
