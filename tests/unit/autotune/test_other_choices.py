"""What else was considered is computed by the rules, and what would change a choice does change it."""

from __future__ import annotations

import re

import pytest

from selftune.autotune.plan import plan_of_reading
from selftune.autotune.program import reading_of_values
from selftune.autotune.reader.reading import PrintedMetric, ProgramReading
from selftune.model.budget import Budget, JobBudget, MoneyBudget, TimeBudget
from selftune.model.plan import Chooser, Plan, Role, Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, Range
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

VALUES = {
    "learning_rate": 0.1, "max_depth": 6, "num_round": 100, "subsample": 0.8, "min_child_weight": 1.0, "gamma": 0.1,
    "reg_lambda": 1.0, "reg_alpha": 0.1, "colsample_bytree": 0.9, "seed": 0,
}  # fmt: skip
LIMITS = (
    "strategy", "max_jobs", "max_parallel", "max_runtime_seconds", "job_max_runtime_seconds", "early_stopping",
    "completion", "retry",
)  # fmt: skip


def plan(values: dict[str, object] | None = None, *, slots: int = 2, autotune: bool = True, **settings: object) -> Plan:
    request = TuningJobRequest(
        name="job",
        program=CommandRequest(argv=("train",), folder=""),
        settings=UserSettings(**{"objective_name": "rmse", **settings}),  # type: ignore[arg-type]
        autotune=autotune,
    )
    return plan_of_reading(request, reading_of_values(values or VALUES, "xgboost"), slots=slots)  # type: ignore[arg-type]


def sentences(made: Plan) -> list[str]:
    decisions = [made.objective, *made.hyperparameters, *(getattr(made, name) for name in LIMITS)]
    return [s for decision in decisions for s in (*decision.considered, *decision.would_change)]


def test_of_a_name_that_says_nothing_no_usual_values_are_claimed() -> None:
    made = plan({**VALUES, "learning_rate": 1e-4, "x1": 0.1}, tune=frozenset({"x1"}))
    considered = {h.name: " ".join(h.considered) for h in made.hyperparameters}
    assert "usually lie" not in considered["x1"]
    assert considered["x1"]
    assert any("usually lie" in text for text in considered.values())


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"max_jobs": 12},
        {"max_parallel": 30},
        {"strategy": Strategy.RANDOM, "max_jobs": 9, "max_runtime_seconds": 60.0},
        {"budget": TimeBudget(600)},
        {"ranges": (("gamma", ContinuousRange(low=0, high=1)),), "keep": frozenset({"max_depth"})},
    ],
)
def test_every_decision_has_something_that_would_change_it_and_all_is_said_in_sentences(
    settings: dict[str, object],
) -> None:
    made = plan(**settings)
    assert all(h.would_change and h.considered for h in made.hyperparameters)
    assert all(getattr(made, name).would_change for name in LIMITS)
    assert all(sentence.endswith(".") for sentence in sentences(made))


def test_without_autotune_it_is_said_all_the_same() -> None:
    made = plan(autotune=False, ranges=(("gamma", ContinuousRange(low=0, high=1)),))
    assert all(getattr(made, name).would_change for name in LIMITS)


def test_no_two_decisions_share_a_reason() -> None:
    for made in (plan(), plan(max_jobs=12, max_parallel=3, max_runtime_seconds=60.0, retry=1), plan(autotune=False)):
        reasons = [made.objective.reason, *(h.reason for h in made.hyperparameters)]
        reasons += [getattr(made, name).reason for name in LIMITS]
        assert len(set(reasons)) == len(reasons)
        assert not any(reason[0].islower() for reason in reasons[1 + len(made.hyperparameters) :])
        assert all(reason.endswith((".", ")")) for reason in reasons)


def test_as_many_jobs_as_are_named_do_add_those_hyperparameters() -> None:
    few = plan(max_jobs=12)
    named = next(s for h in few.hyperparameters for s in h.would_change if s.startswith("--max-jobs"))
    jobs, name = re.match(r"--max-jobs (\d+) would tune (\S+) too", named).groups()  # type: ignore[union-attr]
    before, after = plan(max_jobs=int(jobs) - 6), plan(max_jobs=int(jobs))
    assert name in {h.name for h in after.tuned}
    assert name not in {h.name for h in few.tuned}
    assert len(after.tuned) >= len(before.tuned)


def test_the_number_of_jobs_names_what_more_of_them_would_add() -> None:
    made = plan()
    added = [s for s in made.max_jobs.would_change if "would add" in s]
    kept = [h.name for h in made.hyperparameters if h.role is not Role.TUNED]
    for sentence in added:
        jobs, names = re.match(r"--max-jobs (\d+) would add (.+) to what", sentence).groups()  # type: ignore[union-attr]
        assert set(names.split(", ")) <= set(kept)
        assert set(names.split(", ")) <= {h.name for h in plan(max_jobs=int(jobs)).tuned}


@pytest.mark.parametrize("settings", [{"max_jobs": 6}, {"max_jobs": 40}, {"budget": JobBudget(6)}])
def test_the_number_of_jobs_that_selftune_would_choose_is_that_of_the_plan_without_yours(settings) -> None:
    yours, without = plan(**settings), plan()
    assert len(yours.tuned) != len(without.tuned), "what is tuned follows from the number of training jobs"
    (left,) = yours.max_jobs.considered
    assert left == f"Left to selftune: {without.max_jobs.value}. {without.max_jobs.reason}"
    (completion,) = yours.completion.would_change
    assert f"there would be {without.max_jobs.value} training jobs" in completion


def test_one_hyperparameter_less_makes_as_many_jobs_as_said() -> None:
    made = plan()
    sentence = next(s for s in made.max_jobs.would_change if s.startswith("--keep"))
    name, jobs = re.match(r"--keep (\S+) would make it (\d+)\.", sentence).groups()  # type: ignore[union-attr]
    assert len(made.tuned) - 1 == len(plan(keep=frozenset({name}), max_jobs=made.max_jobs.value).tuned)
    assert int(jobs) < made.max_jobs.value


def test_so_many_at_once_as_are_named_do_make_it_random() -> None:
    made = plan()
    sentence = next(s for s in made.strategy.would_change if "--max-parallel" in s)
    parallel = int(re.findall(r"\d+", sentence)[0])
    assert plan(max_parallel=parallel).strategy.value is Strategy.RANDOM
    assert plan(max_parallel=parallel - 1).strategy.value is Strategy.BAYESIAN


def test_why_there_is_no_grid_names_the_range_that_has_no_end() -> None:
    assert any("takes real numbers" in sentence for sentence in plan().strategy.considered)


def test_a_small_choice_says_when_a_model_would_be_asked() -> None:
    choice: tuple[tuple[str, Range], ...] = (("max_depth", CategoricalRange(values=(3, 4, 5))),)
    made = plan(only_listed=True, ranges=choice, keep=frozenset(VALUES) - {"max_depth"})
    assert made.strategy.value is Strategy.GRID
    assert any(s.startswith("bayesian: for more than 20 combinations; here are 3") for s in made.strategy.considered)


def test_another_value_today_moves_the_range_to_where_it_is_said() -> None:
    made = plan()
    for planned in made.tuned:
        for sentence in planned.would_change:
            moved = re.match(r"A value of (\S+) today would move it to (.+)\.$", sentence)
            if moved and planned.name == "learning_rate":
                other = plan({**VALUES, "learning_rate": float(moved[1])}).hyperparameter("learning_rate")
                assert str(other.range) == moved[2]  # type: ignore[union-attr]
                return
    pytest.fail("nothing would move the range of learning_rate")


def test_a_limit_of_the_users_says_what_it_would_be_without_it() -> None:
    left, yours = plan(), plan(max_jobs=7)
    assert yours.max_jobs.by is Chooser.USER
    assert any("Left to selftune" in sentence for sentence in yours.max_jobs.considered)
    assert any("without --max-jobs" in sentence for sentence in yours.max_jobs.would_change)
    assert "without" not in " ".join(left.max_jobs.would_change)


@pytest.mark.parametrize("budget", [JobBudget(10), TimeBudget(100)])
def test_what_a_budget_sets_is_changed_by_the_budget(budget: Budget) -> None:
    made = plan(budget=budget)
    decision = made.max_jobs if isinstance(budget, JobBudget) else made.max_runtime_seconds
    assert any("without --budget" in sentence for sentence in decision.would_change)


def test_other_metrics_are_told_with_what_speaks_against_them() -> None:
    names = ("val_accuracy", "train_accuracy", "val_loss", "val_f1")
    reading = reading_of_values({"lr": 0.1}, None)
    reading = ProgramReading(
        **{
            **{field: getattr(reading, field) for field in reading.__dataclass_fields__},
            "metrics": tuple(PrintedMetric(name=name, source="train.py:9") for name in names),
        }
    )
    request = TuningJobRequest(name="job", program=CommandRequest(argv=("train",), folder=""))
    objective = plan_of_reading(request, reading, slots=1).objective
    assert objective.name == "val_accuracy"
    against = {sentence.split(":")[0]: sentence for sentence in objective.considered}
    assert "training data" in against["train_accuracy"]
    assert "a loss, whose scale" in against["val_loss"]
    assert "as good a choice" in against["val_f1"]


def test_one_training_job_less_than_named_does_not_add_it() -> None:
    """So many are named that it is tuned, and no more than are needed."""
    few = plan(max_jobs=12)
    named = [re.match(r"--max-jobs (\d+) would tune (\S+) too", s) for h in few.hyperparameters for s in h.would_change]
    found = [(int(match[1]), match[2]) for match in named if match]
    assert len(found) > 3
    for jobs, name in found:
        assert name in {h.name for h in plan(max_jobs=jobs).tuned}
        assert name not in {h.name for h in plan(max_jobs=jobs - 1).tuned}


def test_a_number_of_the_users_is_no_plan_of_too_few_training_jobs() -> None:
    made = plan(max_jobs=100)
    assert made.completion.considered == ("Once it has converged: then fewer than your 100 training jobs might run.",)
    (change,) = made.completion.would_change
    jobs = int(re.match(r"Without --max-jobs there would be (\d+) training jobs", change)[1])  # type: ignore[index]
    left = plan(keep=frozenset(h.name for h in made.hyperparameters if h.role is not Role.TUNED))
    assert left.max_jobs.value == jobs
    assert change.endswith("once it has converged.") is left.completion.value.complete_on_convergence


def test_as_many_hyperparameters_as_are_named_end_the_search_once_it_has_converged() -> None:
    made = plan(keep=frozenset(VALUES) - {"learning_rate"})
    assert not made.completion.value.complete_on_convergence
    count = int(re.match(r"(\d+) hyperparameters to tune", made.completion.would_change[0])[1])  # type: ignore[index]
    names = ("learning_rate", "max_depth", "subsample", "gamma")
    for many in (count - 1, count):
        ends = plan(keep=frozenset(VALUES) - set(names[:many])).completion.value.complete_on_convergence
        assert ends is (many == count)


def test_with_autotune_off_nothing_is_said_to_change_by_itself() -> None:
    made = plan(autotune=False, slots=8, ranges=(("gamma", ContinuousRange(low=0.0, high=1.0)),))
    assert made.max_parallel.would_change == ("Only you, by --max-parallel 2.",)
    assert made.completion.would_change == ("Autotune: where it is on, a long search ends once it has converged.",)


def test_in_the_users_folder_more_at_once_are_never_promised() -> None:
    request = TuningJobRequest(
        name="job",
        program=CommandRequest(argv=("train",), folder=""),
        settings=UserSettings(objective_name="rmse"),
        is_in_place=True,
    )
    made = plan_of_reading(request, reading_of_values(VALUES, "xgboost"), slots=8)
    (considered,) = made.max_parallel.considered
    assert considered.startswith("More: they would write over each other's files")
    (change,) = made.max_parallel.would_change
    assert "--in-place" in change
    assert "--max-jobs" not in change


def test_where_nothing_is_tuned_no_limit_speaks_of_a_search() -> None:
    made = plan(keep=frozenset(VALUES), max_jobs=6)
    assert made.max_jobs.reason == "You asked for at most 6 training jobs. One will run: nothing is tuned."
    assert made.max_parallel.value == 1
    reasons = [getattr(made, name).reason for name in LIMITS]
    assert len(set(reasons)) == len(reasons)
    assert not any(word in " ".join(reasons) for word in ("no fewer", "learn", "median", "round"))
    assert all("Something to tune" in getattr(made, name).would_change[0] for name in ("strategy", "completion"))


def test_limits_that_no_rule_computes_differ_with_the_plan_all_the_same() -> None:
    one, other = plan(max_jobs=12), plan(max_jobs=40, max_parallel=1, max_runtime_seconds=600.0)
    for name in ("max_runtime_seconds", "job_max_runtime_seconds", "retry"):
        said = [(getattr(made, name).considered, getattr(made, name).would_change) for made in (one, other)]
        assert said[0] != said[1]


def test_money_that_is_named_has_the_price_that_it_needs_and_lasts_as_long_as_said() -> None:
    made = plan()
    (sentence,) = (s for s in made.max_runtime_seconds.would_change if "usd" in s)
    assert sentence.startswith("--budget 5usd --price-per-hour 1 would make it ")
    bought = plan(budget=MoneyBudget(5.0), price_per_hour=1.0)
    assert bought.max_runtime_seconds.value * bought.max_parallel.value == pytest.approx(5 * 3600)
    priced = plan(price_per_hour=2.0).max_runtime_seconds.would_change[0]
    assert priced.startswith("--budget 5usd would make it ")


def test_what_leaves_a_kept_one_alone_is_told_of_each() -> None:
    made = plan({"learning_rate": 0.1, "seed": 0, "objective": "reg:squarederror", "eval_metric": "rmse"})
    untellable = [h for h in made.hyperparameters if h.needs_range]
    assert untellable
    for h in untellable:
        assert all("--tune" not in sentence for sentence in h.would_change)
