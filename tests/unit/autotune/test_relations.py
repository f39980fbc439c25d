"""Constraints between the hyperparameters of a plan: in its own names, only where they are sure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.autotune.data_facts import DataFacts
from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import SHIPPED, KnownConstraint
from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.autotune.relations import relations
from selftune.model.constraints import Constraint
from selftune.model.plan import Chooser, PlannedHyperparameter, Role
from selftune.model.ranges import IntegerRange
from selftune.model.values import HyperparameterValue
from selftune.testing.factories import a_request

from .factories import command_request, judged, script_folder

LGB = ("lightgbm",)


def tuned(name: str, value: HyperparameterValue | None, low: int, high: int) -> PlannedHyperparameter:
    return PlannedHyperparameter(
        name=name, value=value, role=Role.TUNED, range=IntegerRange(low=low, high=high), by=Chooser.AUTOTUNE,
        reason="r", source="s",
    )  # fmt: skip


def static(name: str, value: HyperparameterValue) -> PlannedHyperparameter:
    return PlannedHyperparameter(
        name=name, value=value, role=Role.STATIC, range=None, by=Chooser.AUTOTUNE, reason="r", source="s"
    )


def found(
    planned: list[PlannedHyperparameter], judgements: list[Judgement], framework: str = "lightgbm", **more: object
) -> tuple[tuple[Constraint, ...], tuple[str, ...]]:
    baseline = [(h.name, h.value) for h in planned if h.role is Role.TUNED]
    more = {"baseline": baseline, **more}
    return relations(SHIPPED.constraints_for((framework,)), judgements, planned, **more)  # type: ignore[arg-type]


def leaves_and_depth(leaves: int, depth: int) -> list[Judgement]:
    return [judged("num-leaves", leaves, imports=LGB), judged("max_depth", depth, imports=LGB)]


def test_two_tuned_hyperparameters_are_held_together_in_the_programs_own_names() -> None:
    planned = [tuned("num-leaves", 20, 4, 256), tuned("max_depth", 6, 3, 15)]
    (constraint,), warnings = found(planned, leaves_and_depth(20, 6))
    assert constraint.text == "{num-leaves} <= 2 ** max_depth"
    assert constraint.names == {"num-leaves", "max_depth"}
    assert not constraint.holds({"num-leaves": 65, "max_depth": 6})
    assert constraint.reason.startswith("A tree of max_depth levels")
    assert constraint.source == "knowledge: lightgbm (LightGBM documentation)"
    assert warnings == ()


def test_a_value_that_stays_is_put_in_as_a_number() -> None:
    planned = [tuned("num-leaves", 20, 4, 256), static("max_depth", 5)]
    (constraint,), _ = found(planned, leaves_and_depth(20, 5))
    assert constraint.text == "{num-leaves} <= 2 ** 5"
    assert "max_depth (5)" in constraint.reason


def test_a_depth_without_limit_limits_nothing() -> None:
    planned = [tuned("num-leaves", 20, 4, 256), static("max_depth", -1)]
    assert found(planned, leaves_and_depth(20, -1)) == ((), ())


def test_what_the_program_does_not_take_is_not_assumed() -> None:
    assert found([tuned("num-leaves", 20, 4, 256)], [judged("num-leaves", 20, imports=LGB)]) == ((), ())


@pytest.mark.parametrize("policy", [None, "lossguide"])
def test_no_limit_on_the_leaves_of_a_built_in_xgboost_is_held_against_its_depth(policy: str | None) -> None:
    values = {"max_leaves": 0, "max_depth": 6, **({"grow_policy": policy} if policy else {})}
    plan = plan_of_reading(a_request(), reading_of_values(values, "xgboost"), slots=1)
    assert [c.text for c in plan.constraints if "max_depth" in c.names] == []


def test_zero_leaves_below_any_depth_need_not_be_said() -> None:
    judgements = [
        judged("max_leaves", 0, imports=("xgboost",)),
        judged("max_depth", 6, imports=("xgboost",)),
        judged("grow_policy", "lossguide", imports=("xgboost",)),
    ]
    planned = [static("max_leaves", 0), tuned("max_depth", 6, 2, 12), static("grow_policy", "lossguide")]
    assert found(planned, judgements, "xgboost") == ((), ())
    planned = [tuned("max_leaves", 16, 8, 300), tuned("max_depth", 6, 2, 12), static("grow_policy", "lossguide")]
    assert len(found(planned, judgements, "xgboost")[0]) == 1, "with a limit on the leaves it is held"


def test_what_the_ranges_keep_by_themselves_is_not_said() -> None:
    planned = [tuned("num-leaves", 6, 4, 8), tuned("max_depth", 6, 3, 15)]
    assert found(planned, leaves_and_depth(6, 6)) == ((), ())


def test_the_rows_of_the_data_are_put_in_and_named_in_the_source() -> None:
    planned = [tuned("num-leaves", 20, 4, 256), tuned("min_data_in_leaf", 5, 2, 100)]
    judgements = [judged("num-leaves", 20, imports=LGB), judged("min_data_in_leaf", 5, imports=LGB)]
    facts = DataFacts(source="train.csv", rows=300)
    (constraint,), _ = found(planned, judgements, facts=facts)
    assert constraint.text == "{num-leaves} * min_data_in_leaf <= 300"
    assert "train.csv has 300 rows" in constraint.source


def test_what_the_users_own_values_break_is_dropped_with_a_warning() -> None:
    planned = [tuned("num-leaves", 200, 4, 256), tuned("max_depth", 6, 3, 15)]
    constraints, warnings = found(planned, leaves_and_depth(200, 6))
    assert constraints == ()
    (warning,) = warnings
    assert warning.startswith("The constraint num-leaves <= 2 ** max_depth is left out: your own values break it")
    assert "max_depth=6, num-leaves=200" in warning


def test_values_that_ranges_have_clipped_are_not_called_the_users_own() -> None:
    leaves = replace(tuned("num-leaves", 31, 100, 200), is_clipped=True)
    baseline = [("num-leaves", 100), ("max_depth", 4)]
    (warning,) = found([leaves, tuned("max_depth", 4, 2, 4)], leaves_and_depth(31, 4), baseline=baseline)[1]
    assert warning.endswith("nothing in the ranges keeps it (max_depth=2..4, num-leaves=100..200).")
    (warning,) = found([leaves, tuned("max_depth", 4, 2, 9)], leaves_and_depth(31, 4), baseline=baseline)[1]
    assert warning.endswith("today's values, clipped to your ranges, break it (max_depth=4, num-leaves=100).")


def test_contradictory_constraints_are_dropped_with_a_warning_that_names_both() -> None:
    known = [
        KnownConstraint(framework="any", text=text, reason="Because.", source="s") for text in ("a < b", "b + 1 < a")
    ]
    judgements = [judged("a", 20), judged("b", 20)]
    planned = [tuned("a", None, 1, 100), tuned("b", None, 1, 100)]
    constraints, warnings = relations(known, judgements, planned)
    assert [constraint.text for constraint in constraints] == ["a < b"]
    assert warnings == ("The constraint b + 1 < a is left out: nothing in the ranges keeps it together with a < b.",)


def test_one_that_nothing_keeps_is_dropped_too() -> None:
    known = [KnownConstraint(framework="any", text="a > 1000", reason="Because.", source="s")]
    constraints, warnings = relations(known, [judged("a", 20)], [tuned("a", None, 1, 100)])
    assert constraints == ()
    assert "nothing in the ranges keeps it" in warnings[0]


def test_heads_that_divide_a_width_are_found_among_powers_of_two() -> None:
    judgements = [judged("d_model", 256), judged("nhead", 8)]
    planned = [tuned("d_model", None, 64, 1024), tuned("nhead", None, 2, 16)]
    constraints, warnings = found(planned, judgements, "dl", baseline=None)
    assert [constraint.text for constraint in constraints] == ["d_model % nhead == 0"]
    assert warnings == ()


TRANSFORMER = """
import argparse
import torch

parser = argparse.ArgumentParser()
parser.add_argument("--d_model", type=int, default=128)
parser.add_argument("--nhead", type=int, default=4)
parser.add_argument("--warmup-epochs", type=int, default=3)
parser.add_argument("--epochs", type=int, default=20)
args = parser.parse_args()
model = torch.nn.TransformerEncoderLayer(args.d_model, args.nhead)
fit(model, args.warmup_epochs, args.epochs)
print(f"val_loss={loss}")
"""


def test_a_whole_plan_has_its_constraints(tmp_path: Path) -> None:
    request = command_request(
        script_folder(tmp_path, TRANSFORMER), "--d_model", "128", "--nhead", "4", "--warmup-epochs", "3"
    )
    plan = make_plan(request, slots=1)
    assert {constraint.text for constraint in plan.constraints} == {"d_model % nhead == 0"}
    assert plan.baseline is not None
    assert all(constraint.holds(dict(plan.baseline)) for constraint in plan.constraints)
    shorter = make_plan(
        command_request(tmp_path, "--warmup-epochs", "3", "--epochs", "5", "--d_model", "128", "--nhead", "4"), slots=1
    )
    assert "{warmup-epochs} < 5" in {constraint.text for constraint in shorter.constraints}


def test_without_autotune_nothing_is_held(tmp_path: Path) -> None:
    request = command_request(script_folder(tmp_path, TRANSFORMER), "--d_model", "128", "--nhead", "4", autotune=False)
    assert make_plan(request, slots=1).constraints == ()


@pytest.mark.parametrize("known", SHIPPED.all_constraints(), ids=lambda known: f"{known.framework}: {known.text}")
def test_each_shipped_constraint_speaks_of_known_names_in_a_sentence(known: KnownConstraint) -> None:
    entries = {name for entry in SHIPPED.all_entries() for name in entry.names}
    facts = {"rows", "columns", "classes"}
    outside = {
        "n_envs",
        "num_envs",
        "max_steps",
        "d_model",
    }  # names that are never tuned themselves, or one of several for a thing
    assert known.names <= entries | facts | outside
    assert known.reason.endswith(".")
    assert {name for name in known.names - facts if f"{{{name}}}" not in known.reason} == set()
