"""The public JSON documents: exactly the keys that are promised, and nothing that JSON lacks."""

from __future__ import annotations

import json

from selftune.model.jobs import TuningJobStatus
from selftune.model.plan import Chooser, CompletionCriteria
from selftune.model.ranges import CategoricalRange, ContinuousRange, HardBounds, Prior
from selftune.testing.factories import (
    T0,
    a_plan,
    a_record,
    a_state,
    a_static_hyperparameter,
    a_training_job,
    a_tuned_hyperparameter,
    decided,
)
from selftune.views.plan_document import plan_document
from selftune.views.run_document import run_document
from selftune.views.summary import summarize

SETTINGS = {
    "strategy", "max_jobs", "max_parallel", "max_runtime_seconds", "job_max_runtime_seconds", "early_stopping",
    "completion", "retry",
}  # fmt: skip


def test_the_plan_has_exactly_the_promised_keys():
    document = plan_document(a_plan())
    beside = {"learning", "portfolio", "constraints", "conditions", "bound", "warnings"}
    assert set(document) == {"objective", "hyperparameters", *SETTINGS, *beside}
    assert set(document["objective"]) == {"name", "type", "regex", "by", "reason", "source"}
    assert set(document["bound"]) == {"jobs", "seconds", "slot_seconds", "price"}
    assert all(set(document[name]) == {"value", "by", "reason", "source"} for name in SETTINGS)
    assert all(
        set(entry)
        == {
            *("name", "value", "role", "range", "prior", "hard_bounds", "may_expand"),
            *("by", "added", "reason", "source"),
        }
        for entry in document["hyperparameters"]
    )


def test_each_configuration_of_the_portfolio_has_its_values_and_its_source():
    plan = a_plan(portfolio=((("lr", 0.1), ("batch-size", 64)),), portfolio_source="the portfolio of X")
    assert plan_document(plan)["portfolio"] == [
        {"values": {"lr": 0.1, "batch-size": 64}, "source": "the portfolio of X"}
    ]


def test_a_plan_survives_json():
    document = plan_document(a_plan(completion=CompletionCriteria(target_objective=0.1), warnings=("Clipped.",)))
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_a_numeric_range_has_its_bounds_scale_and_prior():
    range = ContinuousRange(
        low=0.5, high=0.999, prior=Prior(center=0.9, spread=0.2), hard_bounds=HardBounds(low=0.0), may_expand=True
    )
    (entry,) = plan_document(a_plan([a_tuned_hyperparameter("momentum", 0.9, range)]))["hyperparameters"]
    assert entry["range"] == {"type": "continuous", "low": 0.5, "high": 0.999, "scale": "linear", "values": None}
    assert entry["prior"] == {"center": 0.9, "spread": 0.2}
    assert entry["hard_bounds"] == {"low": 0.0, "high": None}
    assert entry["may_expand"] is True


def test_a_choice_has_its_values_with_their_own_types():
    range = CategoricalRange(values=(True, False))
    (entry,) = plan_document(a_plan([a_tuned_hyperparameter("nesterov", False, range)]))["hyperparameters"]
    assert entry["range"] == {"type": "categorical", "low": None, "high": None, "scale": None, "values": [True, False]}


def test_a_static_hyperparameter_has_no_range():
    (entry,) = plan_document(a_plan([a_static_hyperparameter("data", "digits")]))["hyperparameters"]
    assert (entry["role"], entry["range"], entry["prior"], entry["may_expand"]) == ("static", None, None, False)


def test_who_chose_is_said_of_each_setting():
    document = plan_document(a_plan(max_jobs=decided(5, by=Chooser.USER)))
    assert document["max_jobs"]["by"] == "user"
    assert document["strategy"] == {"value": "bayesian", "by": "autotune", "reason": "It fits.", "source": "a test"}


def run_of(jobs, **state):
    record = a_record(a_state(jobs, **state))
    return run_document(record, summarize(record, {}, now=T0 + 100))


def test_a_run_has_exactly_the_promised_keys():
    jobs = [a_training_job(1, objective=1.0), a_training_job(2, {"lr": 0.1}, objective=0.5)]
    document = run_of(jobs, status=TuningJobStatus.COMPLETED, ended_at=T0 + 20)
    assert set(document) == {
        *("tuning_job", "status", "status_reason", "objective", "best", "baseline", "gain"),
        *("counters", "spent", "bound", "expected", "expected_after_first", "plan"),
        *("range_moves", "set_aside"),
    }
    keys = {"training_job", "objective", "hyperparameters", "command", "model"}
    assert set(document["best"]) == set(document["baseline"]) == keys
    assert set(document["gain"]) == {"value", "low", "high"}
    assert set(document["counters"]) == {"completed", "stopped", "failed", "in_progress"}
    assert set(document["spent"]) == set(document["bound"]) == {"jobs", "seconds", "slot_seconds"}
    assert document["best"]["hyperparameters"] == {"lr": 0.1}


def test_a_run_without_a_result_is_null_where_nothing_is_known():
    document = run_of([], status=TuningJobStatus.FAILED)
    assert (document["best"], document["baseline"], document["gain"]) == (None, None, None)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
