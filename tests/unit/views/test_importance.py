from __future__ import annotations

import math
import random
import time
from dataclasses import replace

import pytest

from selftune.model.jobs import TrainingJobStatus
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.testing.factories import a_state, a_training_job
from selftune.views.importance import Verdict, importance_of

SPACE = {
    "lr": ContinuousRange(low=1e-4, high=1.0, scaling=ScalingType.LOG),
    "depth": IntegerRange(low=1, high=8),
    "act": CategoricalRange(values=("relu", "tanh", "gelu")),
    "nesterov": CategoricalRange(values=(True, False)),
}


def jobs_of(count, objective, seed=0):
    draw = random.Random(seed)
    jobs = []
    for number in range(1, count + 1):
        values = {
            "lr": 10 ** draw.uniform(-4, 0),
            "depth": draw.randint(1, 8),
            "act": draw.choice(("relu", "tanh", "gelu")),
            "nesterov": draw.choice((True, False)),
        }
        jobs.append(a_training_job(number, values, objective=objective(values, draw)))
    return jobs


def verdicts(jobs, curves=None, space=SPACE):
    return {entry.name: entry.verdict for entry in importance_of(a_state(jobs), space, curves or {})}


def bowl(values, draw):
    return (math.log10(values["lr"]) + 2) ** 2 + 0.3 * (values["act"] == "tanh") + draw.gauss(0, 0.05)


def test_below_ten_ended_training_jobs_it_is_too_early_to_say():
    assert set(verdicts(jobs_of(9, bowl)).values()) == {Verdict.TOO_EARLY}


@pytest.mark.parametrize("count", [20, 40, 100])
def test_what_matters_most_comes_first_though_its_best_lies_in_the_middle(count):
    entries = importance_of(a_state(jobs_of(count, bowl)), SPACE, {})
    assert entries[0].name == "lr"
    assert entries[0].verdict is Verdict.MATTERED
    assert "best quarter" in entries[0].reason


def test_a_choice_can_matter():
    found = verdicts(jobs_of(40, lambda values, draw: (values["act"] == "tanh") + draw.gauss(0, 0.2)))
    assert found["act"] is Verdict.MATTERED
    assert found["depth"] is Verdict.UNCLEAR


def test_noise_seldom_makes_anything_matter():
    alarms = 0
    for seed in range(60):
        found = verdicts(jobs_of(30, lambda _, draw: draw.gauss(0, 1), seed))
        alarms += Verdict.MATTERED in found.values()
    assert alarms <= 6


def test_one_diverged_outlier_makes_nothing_matter():
    found = verdicts(jobs_of(30, lambda _, draw: draw.gauss(0, 1) if draw.random() > 0.03 else 1e12, seed=3))
    assert Verdict.MATTERED not in found.values()


def test_failed_training_jobs_are_left_out():
    jobs = jobs_of(12, bowl)
    failed = [a_training_job(n, status=TrainingJobStatus.FAILED) for n in range(13, 30)]
    assert set(verdicts([*jobs, *failed]).values()) & {Verdict.MATTERED, Verdict.UNCLEAR}


def test_what_gives_the_same_curve_to_the_last_digit_does_nothing():
    curves = dict.fromkeys((1, 2, 3), (0.913, 0.871, 0.8512, 0.84))
    jobs = [a_training_job(n, {"lr": 0.1 * n, "depth": 3}, objective=0.84) for n in range(1, 4)]
    found = verdicts(jobs, curves, {name: SPACE[name] for name in ("lr", "depth")})
    assert found["lr"] is Verdict.NOTHING
    assert found["depth"] is Verdict.TOO_EARLY


def test_a_dead_option_is_found_beside_one_that_matters():
    draw = random.Random(5)
    jobs, curves = [], {}
    for number in range(1, 16):
        depth, dead = draw.randint(1, 4), draw.choice(("relu", "tanh", "gelu"))
        curves[number] = tuple(depth + math.sin(step + depth) for step in range(5))
        jobs.append(a_training_job(number, {"depth": depth, "act": dead}, objective=curves[number][-1]))
    found = verdicts(jobs, curves, {name: SPACE[name] for name in ("depth", "act")})
    assert found == {"depth": Verdict.MATTERED, "act": Verdict.NOTHING}


def test_equal_accuracies_by_coincidence_are_no_proof():
    def coarse(_, draw):
        return round(draw.gauss(0.9, 0.01) * 50) / 50

    assert Verdict.NOTHING not in verdicts(jobs_of(30, coarse)).values()


def test_a_pair_with_a_different_result_refutes_that_it_does_nothing():
    jobs = [
        a_training_job(1, {"depth": 1, "act": "relu"}, objective=0.5),
        a_training_job(2, {"depth": 1, "act": "tanh"}, objective=0.5),
        a_training_job(3, {"depth": 2, "act": "relu"}, objective=0.4),
        a_training_job(4, {"depth": 2, "act": "tanh"}, objective=0.3),
    ]
    curves = {job.number: (1.0, 0.7, job.objective) for job in jobs}
    assert Verdict.NOTHING not in verdicts(jobs, curves, {name: SPACE[name] for name in ("depth", "act")}).values()


def test_a_script_that_ignores_all_its_options_is_told():
    jobs = jobs_of(10, lambda *_: 0.75)
    curves = {job.number: (0.9, 0.8, 0.75) for job in jobs}
    assert set(verdicts(jobs, curves).values()) == {Verdict.NOTHING}


def test_without_tuned_hyperparameters_there_is_nothing_to_say():
    assert importance_of(a_state(jobs_of(12, bowl)), {}, {}) == ()


def clustered_boosting(count, seed):
    """Today's slow values, some random ones, then many near the best: as a model-based search leaves them."""
    draw = random.Random(seed)
    jobs, best = [], None
    for number in range(1, count + 1):
        if best is None or number <= count // 3:
            places = [draw.random() for _ in range(3)]
        else:
            places = [min(max(place + draw.gauss(0, 0.12), 0), 1) for place in best[1]]
        rate, rounds, rows = 0.003 * 100 ** places[0], round(10 * 100 ** places[1]), 0.4 + 0.6 * places[2]
        objective = 52 + 3 * max(1.8 - math.log(rate * rounds), 0) ** 1.3 + draw.gauss(0, 0.2)
        best = min(best or (objective, places), (objective, places))
        jobs.append(a_training_job(number, {"rate": rate, "rounds": rounds, "rows": rows}, objective=objective))
    return jobs


BOOSTING = {
    "rate": ContinuousRange(low=0.003, high=0.3, scaling=ScalingType.LOG),
    "rounds": IntegerRange(low=10, high=1000, scaling=ScalingType.LOG),
    "rows": ContinuousRange(low=0.4, high=1.0),
}


def test_a_plain_effect_is_seen_in_a_search_that_ends_in_a_cluster():
    seen, false = 0, 0
    for seed in range(20):
        found = verdicts(clustered_boosting(20, seed), space=BOOSTING)
        seen += Verdict.MATTERED in (found["rate"], found["rounds"])
        false += found["rows"] is Verdict.MATTERED
    assert seen >= 14
    assert false <= 3


def test_what_only_goes_along_with_what_mattered_is_not_taken_for_it():
    """A cluster is near the best in everything: of two that go together the cause is named, the other is not."""
    false = 0
    for seed in range(20):
        draw = random.Random(seed)
        jobs = []
        for number in range(1, 31):
            together = draw.random()
            values = {
                "lr": 10 ** (4 * together - 4),
                "depth": round(1 + 7 * min(max(together + draw.gauss(0, 0.2), 0), 1)),
            }
            jobs.append(a_training_job(number, values, objective=(together - 0.6) ** 2 + draw.gauss(0, 0.005)))
        found = verdicts(jobs, space={name: SPACE[name] for name in ("lr", "depth")})
        assert found["lr"] is Verdict.MATTERED
        false += found["depth"] is Verdict.MATTERED
    assert false <= 2


def test_many_training_jobs_prove_that_something_did_little():
    found = verdicts(jobs_of(100, bowl))
    assert (found["lr"], found["depth"], found["nesterov"]) == (Verdict.MATTERED, Verdict.LITTLE, Verdict.LITTLE)


def test_without_proof_nothing_is_said_to_do_nothing_or_little():
    noise = verdicts(jobs_of(20, lambda _, draw: draw.gauss(0, 1), seed=1))
    assert set(noise.values()) == {Verdict.UNCLEAR}


def test_what_mattered_is_told_the_same_way_every_time_and_whatever_the_unit():
    jobs = jobs_of(30, bowl)
    thousandfold = [replace(job, objective=1000 * job.objective - 5) for job in jobs]
    first, again = importance_of(a_state(jobs), SPACE, {}), importance_of(a_state(jobs), SPACE, {})
    assert first == again
    assert verdicts(jobs) == verdicts(thousandfold)


@pytest.mark.parametrize(("count", "seconds"), [(50, 0.05), (1000, 0.3)])
def test_it_is_quick_enough_for_a_live_view(count, seconds):
    jobs = jobs_of(count, bowl)
    times = []
    for _ in range(3):
        began = time.process_time()
        importance_of(a_state(jobs), SPACE, {})
        times.append(time.process_time() - began)
    assert min(times) < seconds
