"""When is a hyperparameter said to do nothing?"""

from __future__ import annotations

import random

from selftune.testing.factories import a_training_job
from selftune.views.inert import alike, inert_hyperparameters

CURVE = (2.301, 1.874, 1.502, 1.498)


def inert(outputs, metrics=None):
    """From (values, curve) pairs, one for each training job."""
    jobs = [a_training_job(n, values, objective=curve[-1]) for n, (values, curve) in enumerate(outputs, start=1)]
    curves = {n: curve for n, (_, curve) in enumerate(outputs, start=1)}
    return inert_hyperparameters(jobs, sorted({name for values, _ in outputs for name in values}), curves, metrics)


def test_a_whole_curve_that_repeats_is_proof():
    assert inert([({"lr": 1, "dead": 1}, CURVE), ({"lr": 1, "dead": 2}, CURVE)]) == {"dead"}


def test_two_accuracies_at_chance_are_none_however_many_others_differ():
    chance = (0.1, 0.1, 0.1)
    others = [({"lr": 0.01 * n, "decay": 0.1 * n}, (0.1, 0.3 + 0.01 * n, 0.5 + 0.013 * n)) for n in range(1, 20)]
    assert not inert([({"lr": 1e-6, "decay": 1e-4}, chance), ({"lr": 1e-6, "decay": 1e-2}, chance), *others])


def test_a_plateau_that_training_jobs_share_which_differ_elsewhere_is_no_proof():
    slow = [({"lr": lr, "decay": decay}, CURVE) for lr, decay in ((1e-9, 0), (1e-9, 1), (1e-8, 0))]
    others = [({"lr": 0.01 * n, "decay": 0.1 * n}, (2.301, 1.0, 1 / n)) for n in range(1, 20)]
    assert "decay" not in inert([*slow, *others])


def test_of_single_values_it_takes_two_that_repeat():
    repeats = [({"lr": lr, "dead": dead}, (1.1234 * lr,)) for lr in (1, 2) for dead in (1, 2)]
    others = [({"lr": 2 + n, "dead": n}, (1.1234 * (2 + n),)) for n in range(1, 9)]
    assert not inert([*repeats[:2], *others])
    assert inert([*repeats, *others]) == {"dead"}


def test_a_metric_that_repeats_by_itself_makes_repeats_a_coincidence():
    repeats = [({"lr": lr, "live": live}, (0.1 * lr,)) for lr in (4, 5) for live in (1, 2)]
    by_itself = [({"lr": lr, "live": 1}, (0.3,)) for lr in (10, 11, 12, 13)]
    apart = [({"lr": lr, "live": 1}, (0.01 * lr,)) for lr in (60, 61, 62, 63)]
    assert inert([*repeats, *apart]) == {"live"}
    assert not inert([*repeats, *by_itself])


def test_what_is_printed_beside_the_objective_tells_equal_accuracies_apart():
    outputs = [({"lr": 1, "decay": 1}, (0.5, 0.55, 0.6)), ({"lr": 1, "decay": 2}, (0.5, 0.55, 0.6))]
    alike_losses = {1: (("loss", 0.71),), 2: (("loss", 0.71),)}
    assert inert(outputs) == inert(outputs, alike_losses) == {"decay"}
    assert not inert(outputs, {1: (("loss", 0.71),), 2: (("loss", 0.70),)})


def test_only_training_jobs_of_equal_curves_need_their_rest_compared():
    curves = {1: CURVE, 2: CURVE, 3: (*CURVE[:-1], 1.4), 4: (3.0, *CURVE[1:])}
    jobs = [a_training_job(n, {"lr": n}, objective=curve[-1]) for n, curve in curves.items()]
    assert alike(jobs, curves) == (1, 2)


def test_coarse_accuracies_of_live_hyperparameters_seldom_pass_for_proof():
    alarms = 0
    for seed in range(100):
        draw = random.Random(seed)
        outputs = []
        for _ in range(25):
            values = {"lr": draw.choice((1, 2, 3)), "decay": draw.choice((1, 2, 3)), "depth": draw.choice((1, 2))}
            accuracy = 0.1 if values["lr"] == 1 else round(0.6 + 0.1 * values["decay"] + draw.gauss(0, 0.01), 2)
            outputs.append((values, (accuracy,)))
        alarms += bool(inert(outputs))
    assert alarms <= 2
