"""An earlier tuning job that misled is said to have: in the receipt, the description and the explanation."""

from __future__ import annotations

import click

from selftune.cli.receipt import receipt_lines
from selftune.model.plan import Chooser, Decision, Learning
from selftune.testing.factories import T0, a_plan, a_record, a_state, a_training_job
from selftune.views.explain import explain
from selftune.views.run_document import account_document
from selftune.views.set_aside import SetAside
from selftune.views.summary import Summary, summarize

ASIDE = SetAside(tuning_job="monday", training_jobs=(2, 3))
LEARNING = Decision(
    value=Learning(tuning_jobs=("monday",)), by=Chooser.AUTOTUNE, reason="It was tuned before.", source="the store"
)
RECORD = a_record(a_state([a_training_job(1, objective=0.5)]), plan=a_plan(learning=LEARNING))


def summary(*asides: SetAside) -> Summary:
    return summarize(RECORD, {}, now=T0, set_aside=asides)


def test_the_receipt_names_it_and_the_training_jobs_that_spoke_against_it() -> None:
    text = click.unstyle("\n".join(receipt_lines(RECORD, summary(ASIDE), width=200)))
    assert "What monday found good did worse here (training jobs 2, 3): it is set aside" in text
    assert "set aside" not in "\n".join(receipt_lines(RECORD, summary(), width=200))


def test_the_document_has_it() -> None:
    assert account_document(summary(ASIDE))["set_aside"] == [{"tuning_job": "monday", "training_jobs": [2, 3]}]


def test_the_explanation_of_learning_has_it_as_evidence() -> None:
    (learning,) = explain(RECORD, summary(ASIDE), "learning")
    assert learning.value == "from monday; set aside since: monday"
    assert explain(RECORD, summary(), "learning")[0].value == "from monday"
    assert any(sentence.startswith("What monday found good did worse here") for sentence in learning.evidence)
    (portfolio,) = explain(RECORD, summary(ASIDE), "portfolio")
    assert not any("monday" in sentence for sentence in portfolio.evidence)
