"""Whole plans of commands and scripts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.autotune.hyperparameters import planned_hyperparameters
from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.model.errors import UnknownName, UnreadableInput, UsageError
from selftune.model.objective import Direction
from selftune.model.plan import Chooser, Plan, PlannedHyperparameter, Role, Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.model.request import AlgorithmRequest, CommandRequest, TuningJobRequest, UserSettings

from .factories import MNIST, command_request, judged, script_folder, script_request

ARTICLE = {"epochs": 1, "backend": "gloo", "lr": 0.01, "batch-size": 32}
NARROW = ContinuousRange(low=0.001, high=0.01)


def planned(plan: Plan, name: str) -> PlannedHyperparameter:
    hyperparameter = plan.hyperparameter(name)
    assert hyperparameter is not None
    return hyperparameter


def test_the_articles_script_is_tuned_where_an_expert_would(tmp_path: Path) -> None:
    request = script_request(script_folder(tmp_path), ARTICLE, max_jobs=10, objective_name="validation:rmse")
    plan = make_plan(request, slots=1)
    roles = {name: planned(plan, name).role for name in ARTICLE}
    assert roles == {"lr": Role.TUNED, "batch-size": Role.TUNED, "epochs": Role.RESOURCE, "backend": Role.STATIC}
    assert all(planned(plan, name).reason for name in ARTICLE)
    assert plan.objective.direction is Direction.MINIMIZE
    assert dict(plan.baseline or ()) | {"lr": 0.01, "batch-size": 32} == dict(plan.baseline or ())


def test_a_users_range_wins_and_others_are_inferred_beside_it(tmp_path: Path) -> None:
    request = script_request(script_folder(tmp_path), {**ARTICLE, "beta1": 0.8}, max_jobs=10, ranges=(("lr", NARROW),))
    plan = make_plan(request, slots=1)
    rate, beta = planned(plan, "lr"), planned(plan, "beta1")
    assert (rate.by, beta.by) == (Chooser.USER, Chooser.AUTOTUNE)
    assert isinstance(rate.range, ContinuousRange)
    assert (rate.range.low, rate.range.high, rate.range.may_expand) == (0.001, 0.01, False)
    assert beta.role is Role.TUNED
    assert beta.range is not None
    assert beta.range.contains(0.8)


def test_explicit_ranges_without_autotune_are_all_that_is_tuned(tmp_path: Path) -> None:
    batch = CategoricalRange(values=(32, 64, 128))
    request = script_request(
        script_folder(tmp_path),
        {"epochs": 1, "backend": "gloo"},
        ranges=(("lr", NARROW), ("batch-size", batch)),
        strategy=Strategy.RANDOM,
        max_jobs=10,
        autotune=False,
        run_baseline=False,
    )
    plan = make_plan(request, slots=4)
    assert set(plan.space) == {"lr", "batch-size"}
    assert (plan.max_jobs.value, plan.max_parallel.value, plan.baseline) == (10, 1, None)


def test_a_command_is_planned_with_values_and_script_defaults(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), "--lr", "0.01"), slots=2)
    assert planned(plan, "lr").value == 0.01
    assert planned(plan, "beta1").value == 0.9
    assert planned(plan, "beta1").is_added
    assert not planned(plan, "lr").is_added
    assert plan.objective.name == "validation:rmse"
    assert plan.objective.is_provisional


def test_renamed_arguments_are_known_by_their_flows_alone(tmp_path: Path) -> None:
    text = (script_folder(tmp_path) / "train.py").read_text()
    for plain, dest, renamed in (("lr", "lr", "x1"), ("beta1", "beta1", "x2"), ("batch-size", "batch_size", "x3")):
        text = text.replace(f'"--{plain}"', f'"--{renamed}"').replace(f"args.{dest}", f"args.{renamed}")
    script_folder(tmp_path, text.replace('"--epochs"', '"--x4"').replace("args.epochs", "args.x4"))
    plan = make_plan(command_request(tmp_path, "--x1", "0.01", "--x3", "32"), slots=1)
    assert [planned(plan, name).role for name in ("x1", "x2", "x3")] == [Role.TUNED] * 3
    assert planned(plan, "x4").role is Role.RESOURCE
    assert isinstance(planned(plan, "x3").range, IntegerRange)


def test_no_two_hyperparameters_share_a_sentence(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), "--lr", "0.01", "--batch-size", "32"), slots=2)
    reasons = [h.reason for h in plan.hyperparameters]
    assert len(set(reasons)) == len(reasons)


def test_the_users_range_may_leave_out_todays_value_and_the_plan_says_clipped(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), "--lr", "0.5", ranges=(("lr", NARROW),)), slots=1)
    rate = planned(plan, "lr")
    assert rate.is_clipped
    assert "clipped" in rate.reason
    assert dict(plan.baseline or ())["lr"] == 0.01
    assert any("clipped" in warning for warning in plan.warnings)


def test_whole_bounds_of_a_real_number_are_a_continuous_range(tmp_path: Path) -> None:
    whole = IntegerRange(low=1, high=2)
    plan = make_plan(command_request(script_folder(tmp_path), ranges=(("lr", whole),)), slots=1)
    assert isinstance(planned(plan, "lr").range, ContinuousRange)


def test_a_range_outside_hard_bounds_is_refused_with_both(tmp_path: Path) -> None:
    request = command_request(script_folder(tmp_path), ranges=(("beta1", ContinuousRange(low=0.5, high=1.5)),))
    with pytest.raises(UsageError) as error:
        make_plan(request, slots=1)
    assert "1.5" in error.value.message
    assert "0..1" in error.value.message


@pytest.mark.parametrize("setting", ["ranges", "tune", "keep"])
def test_a_name_that_the_script_does_not_take_is_refused_with_the_nearest(tmp_path: Path, setting: str) -> None:
    value = (("batchsiz", NARROW),) if setting == "ranges" else frozenset({"batchsiz"})
    with pytest.raises(UnknownName) as error:
        make_plan(command_request(script_folder(tmp_path), **{setting: value}), slots=1)
    assert "batch-size" in str(error.value)


def test_several_names_in_one_are_answered_with_one_each(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        make_plan(command_request(script_folder(tmp_path), tune=frozenset({"lr,batch-size"})), slots=1)
    assert error.value.hint == "Give the option once for each: lr, then batch-size."


def test_the_variable_of_an_argument_is_answered_with_the_argument(tmp_path: Path) -> None:
    text = MNIST.replace('"--lr", type=float', '"--learning-rate", dest="lr", type=float')
    with pytest.raises(UsageError) as error:
        make_plan(command_request(script_folder(tmp_path, text), tune=frozenset({"lr"})), slots=1)
    assert error.value.hint == "Did you mean 'learning-rate'?"


def test_a_baseline_that_a_range_of_the_users_moves_is_not_called_the_users_own(tmp_path: Path) -> None:
    folder = script_folder(tmp_path)
    clipped = make_plan(command_request(folder, ranges=(("lr", ContinuousRange(low=0.5, high=0.9)),)), slots=1)
    assert clipped.baseline_title == "your own values clipped to your range"
    assert dict(clipped.baseline or ())["lr"] == 0.5
    assert make_plan(command_request(folder), slots=1).baseline_title == "your own values"


def test_names_may_be_spelled_with_underscores(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), keep=frozenset({"batch_size"})), slots=1)
    kept = planned(plan, "batch-size")
    assert (kept.role, kept.by) == (Role.STATIC, Chooser.USER)


def test_what_the_user_tunes_is_tuned_even_epochs(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), tune=frozenset({"epochs"})), slots=1)
    assert planned(plan, "epochs").role is Role.TUNED
    assert planned(plan, "epochs").by is Chooser.USER


def test_no_range_can_be_told_for_text_that_the_user_tunes(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        make_plan(command_request(script_folder(tmp_path), tune=frozenset({"backend"})), slots=1)
    assert "--range backend=" in error.value.hint


def test_only_what_is_listed_is_tuned_on_request(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), "--lr", "0.01", only_listed=True), slots=1)
    assert set(plan.space) == {"lr"}


def test_a_value_given_beside_the_command_is_todays(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), values=(("lr", 0.02),)), slots=1)
    assert planned(plan, "lr").value == 0.02


def one_argument(declaration: str) -> str:
    """A script with one argument, which it reads."""
    lines = ["import argparse", "p = argparse.ArgumentParser()", f"p.add_argument({declaration})", "a = p.parse_args()"]
    return "\n".join([*lines, "use(a.it)", ""])


def test_without_a_value_there_is_no_baseline_and_a_warning_says_which(tmp_path: Path) -> None:
    script_folder(tmp_path, one_argument("'--alpha', type=float, dest='it'"))
    plan = make_plan(command_request(tmp_path, ranges=(("alpha", NARROW),)), slots=1)
    assert plan.baseline is None
    assert any("alpha" in warning and "baseline" in warning for warning in plan.warnings)


def test_a_script_that_takes_nothing_gets_a_plan_that_says_what_would_open_it(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, "print('val_loss=1')\n")), slots=4)
    assert plan.tuned == ()
    assert plan.max_jobs.value == 1
    assert any("--lr 0.01" in warning for warning in plan.warnings)


def test_where_only_names_are_unsure_the_plan_offers_them(tmp_path: Path) -> None:
    script_folder(tmp_path, one_argument("'--seed', type=int, default=3, dest='it'"))
    plan = make_plan(command_request(tmp_path), slots=1)
    assert any("--tune NAME" in warning and "seed" in warning for warning in plan.warnings)


def test_smoke_values_are_told(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path), "--epochs", "1"), slots=1)
    assert any("epochs=1" in warning for warning in plan.warnings)


def test_a_missing_script_is_refused_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "trian.py").write_text(MNIST)
    with pytest.raises(UnreadableInput, match=r"train\.py"):
        make_plan(script_request(tmp_path, {}), slots=1)


def test_a_script_that_declares_nothing_takes_the_ranges_that_an_estimator_gives(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import sys\nmain(sys.argv)\n")
    request = script_request(tmp_path, {"epochs": 1}, ranges=(("rate", NARROW),), autotune=False, run_baseline=False)
    plan = make_plan(request, slots=1)
    assert "--rate=0.005" in plan.program.template.render({"rate": 0.005})


def test_the_same_name_gives_the_same_seed_and_the_users_wins(tmp_path: Path) -> None:
    request = command_request(script_folder(tmp_path))
    assert make_plan(request, slots=1).seed == make_plan(request, slots=1).seed
    assert make_plan(command_request(tmp_path, seed=7), slots=1).seed == 7


def test_zero_jobs_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        make_plan(command_request(tmp_path, max_jobs=0), slots=1)


def test_planning_a_script_imports_no_heavy_library(tmp_path: Path) -> None:
    script_folder(tmp_path)
    code = (
        "import sys\n"
        "from selftune.autotune import make_plan\n"
        "from selftune.model.request import CommandRequest, TuningJobRequest\n"
        f"program = CommandRequest(argv=('python', 'train.py'), folder={str(tmp_path)!r})\n"
        "make_plan(TuningJobRequest(name='job', program=program), slots=1)\n"
        "print([m for m in ('numpy', 'scipy', 'regex', 'torch') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_the_command_has_no_place_for_cannot_be_tuned() -> None:
    rate = judged("lr", 0.1, fixed_because="belongs to the subcommand 'train', which the command does not name")
    settings = UserSettings(tune=frozenset({"lr"}))
    with pytest.raises(UsageError, match="subcommand 'train'"):
        planned_hyperparameters([rate], settings, autotune=True, scaling_loss=None, title="train.py")


def test_a_function_is_planned_by_its_values_and_its_framework() -> None:
    program = AlgorithmRequest(name="xgboost")
    request = TuningJobRequest(name="job", program=program, settings=UserSettings(objective_name="loss"))
    reading = reading_of_values({"eta": 0.3, "max_depth": 6, "nthread": 2}, "xgboost")
    plan = plan_of_reading(request, reading, slots=1)
    assert set(plan.space) == {"eta", "max_depth"}
    assert dict(plan.baseline or ()) == {"eta": 0.3, "max_depth": 6}


CHOICES = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--opt", default="sgd", choices=["sgd", "lamb"])
parser.add_argument("--batch-size", type=int, default=32, choices=[16, 32, 64])
args = parser.parse_args()
print(args.opt, args.batch_size)
"""


def test_a_range_outside_the_declared_choices_is_refused_with_both_named(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, CHOICES)
    ranges = (("opt", CategoricalRange(values=("sgd", "adam"))),)
    with pytest.raises(UsageError, match=r"adam in .* none of the choices .* sgd, lamb"):
        make_plan(command_request(folder, ranges=ranges), slots=1)
    with pytest.raises(UsageError, match=r"17 in .* none of the choices .* 16, 32, 64"):
        make_plan(command_request(folder, ranges=(("batch-size", IntegerRange(low=16, high=32)),)), slots=1)


def test_a_range_of_declared_choices_is_taken(tmp_path: Path) -> None:
    ranges = (("batch-size", CategoricalRange(values=(16, 64))),)
    plan = make_plan(command_request(script_folder(tmp_path, CHOICES), ranges=ranges), slots=1)
    assert planned(plan, "batch-size").range == CategoricalRange(values=(16, 64))


def test_names_of_boosting_on_any_command_make_it_boosting(tmp_path: Path) -> None:
    program = CommandRequest(argv=("fit", "--eta", "0.3", "--nrounds", "100"), folder=str(tmp_path))
    plan = make_plan(TuningJobRequest(name="job", program=program, settings=UserSettings()), slots=1)
    assert planned(plan, "eta").source.startswith("knowledge: xgboost.learning_rate")
    assert planned(plan, "nrounds").role is Role.TUNED


TYPED = """
import argparse, torch
SHARE = 0.2
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
parser.add_argument("--dropout", type=int, default=SHARE)
parser.add_argument("--hidden", type=int, default=64)
args = parser.parse_args()
layers = [torch.nn.Linear(args.hidden, 2), torch.nn.Dropout(args.dropout)]
optimizer = torch.optim.SGD(layers, lr=args.lr)
print(f"val_loss={loss}")
"""


@pytest.mark.parametrize(
    ("name", "range_", "said"),
    [
        ("lr", CategoricalRange(values=("abc", 0.1)), "abc in .* train.py:5 declares float"),
        ("lr", CategoricalRange(values=(True, 0.1)), "true in .* train.py:5 declares float"),
        ("hidden", ContinuousRange(low=16.5, high=64.0), "between 16.5 and 64 .* train.py:7 declares int"),
        ("hidden", CategoricalRange(values=(16, 0.5)), "0.5 in .* train.py:7 declares int"),
    ],
)
def test_a_range_that_the_declared_type_cannot_read_is_refused(
    tmp_path: Path, name: str, range_: CategoricalRange | ContinuousRange, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        make_plan(command_request(script_folder(tmp_path, TYPED), ranges=((name, range_),)), slots=1)


def test_whole_bounds_with_exponents_of_a_whole_number_are_whole(tmp_path: Path) -> None:
    ranges = (("hidden", ContinuousRange(low=16.0, high=256.0)),)
    plan = make_plan(command_request(script_folder(tmp_path, TYPED), ranges=ranges), slots=1)
    assert isinstance(planned(plan, "hidden").range, IntegerRange)


@pytest.mark.parametrize("value", [True, "abc"])
def test_a_value_that_the_declared_type_cannot_read_is_refused(tmp_path: Path, value: bool | str) -> None:
    with pytest.raises(UsageError, match=r"lr cannot be (true|abc): train.py:5 declares float"):
        make_plan(command_request(script_folder(tmp_path, TYPED), values=(("lr", value),)), slots=1)


def test_a_type_that_turns_away_every_other_value_is_told_and_the_rest_is_tuned(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, TYPED)), slots=1)
    assert planned(plan, "dropout").role is Role.STATIC
    assert planned(plan, "lr").role is Role.TUNED
    (note,) = [warning for warning in plan.warnings if "dropout" in warning]
    assert "train.py:6 declares it int" in note


def test_what_can_take_no_other_value_cannot_be_tuned_on_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"dropout cannot be tuned: .* train.py:6 declares it int"):
        make_plan(command_request(script_folder(tmp_path, TYPED), tune=frozenset({"dropout"})), slots=1)


def test_a_value_that_is_not_accepted_is_clipped_where_the_user_insists(tmp_path: Path) -> None:
    request = command_request(script_folder(tmp_path, TYPED), "--lr", "-0.1", tune=frozenset({"lr"}))
    plan = make_plan(request, slots=1)
    rate = planned(plan, "lr")
    assert isinstance(rate.range, ContinuousRange)
    assert rate.is_clipped
    assert dict(plan.baseline or ())["lr"] == rate.range.low > 0
    assert any("outside its range" in warning for warning in plan.warnings)


def test_what_the_user_names_is_not_called_added(tmp_path: Path) -> None:
    folder = script_folder(tmp_path)
    assert planned(make_plan(command_request(folder), slots=1), "lr").is_added
    assert not planned(make_plan(command_request(folder, tune=frozenset({"lr"})), slots=1), "lr").is_added
    assert not planned(make_plan(command_request(folder, ranges=(("lr", NARROW),)), slots=1), "lr").is_added


def test_a_range_with_a_zero_beside_it_stays_one(tmp_path: Path) -> None:
    text = TYPED.replace("type=int, default=SHARE", "type=float, default=0.0")
    text = text.replace("lr=args.lr", "lr=args.lr, weight_decay=args.dropout")
    wall = ContinuousRange(low=1e-6, high=1e-2, scaling=ScalingType.LOG, includes_zero=True)
    plan = make_plan(command_request(script_folder(tmp_path, text), ranges=(("dropout", wall),)), slots=1)
    decay = planned(plan, "dropout")
    assert isinstance(decay.range, ContinuousRange)
    assert decay.range.includes_zero
    assert not decay.is_clipped
    assert "0 or 1e-06..0.01:log" in decay.reason
