"""Configurations that did well elsewhere, translated into a program's own names, ranges and constraints."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import entries_for, known_exactly
from selftune.autotune.plan import plan_of_reading
from selftune.autotune.portfolio import Portfolio, portfolio_of
from selftune.autotune.portfolio_file import LearntPortfolio, Times, learnt_portfolios, portfolios_from_text
from selftune.autotune.program import reading_of_values
from selftune.autotune.ranges import inferred_range
from selftune.model.constraints import Constraint
from selftune.model.plan import Chooser, PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, Range, ScalingType
from selftune.model.values import HyperparameterValue

from .factories import command_request, found, script_folder

LOG = ScalingType.LOG
RATE = ContinuousRange(low=0.005, high=0.5, scaling=LOG)
DEPTH = IntegerRange(low=2, high=12)
ROUNDS = IntegerRange(low=50, high=2000, scaling=LOG)
SHARE = ContinuousRange(low=0.5, high=1.0)
BOOSTING = LearntPortfolio(
    framework="xgboost",
    also=(),
    title="XGBoost",
    data_sets=30,
    core=frozenset({"learning_rate", "max_depth"}),
    rounds="num_round",
    configurations=(
        (("learning_rate", 0.1), ("max_depth", 3), ("num_round", 100)),
        (("learning_rate", 0.03), ("max_depth", 6), ("num_round", 600), ("subsample", 0.8)),
    ),
    early=((("learning_rate", 0.02), ("max_depth", 6)),),
)


def hyperparameter(
    entry: str, value: HyperparameterValue | None, range_: Range | None, *, name: str = "", role: Role | None = None
) -> tuple[Judgement, PlannedHyperparameter]:
    """One that means an entry of the knowledge base (`xgboost.max_depth`); tuned where it has a range."""
    framework, _, short = entry.rpartition(".")
    known = known_exactly(short, (framework,))
    assert known is not None
    role = role or (Role.TUNED if range_ is not None else Role.STATIC)
    judgement = Judgement(found=found(name or short, value), role=role, reason="", source="", entry=known.entry)
    planned = PlannedHyperparameter(
        name=name or short, value=value, role=role, range=range_, by=Chooser.AUTOTUNE, reason="", source=""
    )
    return judgement, planned


RATE_03 = hyperparameter("xgboost.learning_rate", 0.3, RATE)
DEPTH_6 = hyperparameter("xgboost.max_depth", 6, DEPTH)
ROUNDS_100 = hyperparameter("xgboost.num_round", 100, ROUNDS)
SHARE_1 = hyperparameter("xgboost.subsample", 1.0, SHARE)


def of(
    *pairs: tuple[Judgement, PlannedHyperparameter],
    learnt: LearntPortfolio = BOOSTING,
    constraints: tuple[Constraint, ...] = (),
) -> list[dict[str, HyperparameterValue]]:
    """The portfolio's values."""
    made = portfolio_of(
        [judgement for judgement, _ in pairs],
        [planned for _, planned in pairs],
        baseline={p.name: p.value for _, p in pairs if p.role is Role.TUNED and p.value is not None},
        constraints=constraints,
        learnt=(learnt,),
    )
    return [dict(values) for values in made.values]


def test_a_configuration_is_translated_into_the_programs_own_names() -> None:
    pairs = (
        hyperparameter("xgboost.learning_rate", 0.3, RATE, name="x1"),
        hyperparameter("xgboost.max_depth", 6, DEPTH, name="x2"),
        hyperparameter("xgboost.num_round", 100, ROUNDS, name="x3"),
        hyperparameter("xgboost.subsample", 1.0, SHARE, name="x4"),
    )
    assert of(*pairs) == [
        {"x1": 0.1, "x2": 3, "x3": 100, "x4": 1.0},
        {"x1": 0.03, "x2": 6, "x3": 600, "x4": 0.8},
    ]


def test_what_a_configuration_does_not_say_stays_at_todays_value() -> None:
    lower = hyperparameter("xgboost.subsample", 0.6, SHARE)
    assert of(RATE_03, DEPTH_6, ROUNDS_100, lower)[0]["subsample"] == 0.6


def test_what_is_not_tuned_and_not_essential_is_left_alone() -> None:
    assert of(RATE_03, DEPTH_6, ROUNDS_100)[1] == {"learning_rate": 0.03, "max_depth": 6, "num_round": 600}


def test_a_configuration_without_something_essential_is_left_out() -> None:
    static_depth = hyperparameter("xgboost.max_depth", 6, None)
    assert of(RATE_03, static_depth, ROUNDS_100) == [{"learning_rate": 0.03, "num_round": 600}]
    assert of(RATE_03, ROUNDS_100) == []


def test_a_value_just_outside_a_range_becomes_the_nearest_inside() -> None:
    narrow = hyperparameter("xgboost.max_depth", 6, IntegerRange(low=4, high=8))
    assert [values["max_depth"] for values in of(RATE_03, narrow, ROUNDS_100)] == [4, 6]


def test_a_configuration_that_a_range_would_change_much_is_left_out() -> None:
    deep = hyperparameter("xgboost.max_depth", 6, IntegerRange(low=6, high=12))
    assert [values["max_depth"] for values in of(RATE_03, deep, ROUNDS_100)] == [6]


def test_the_rate_makes_up_for_rounds_that_their_range_cuts() -> None:
    wall = hyperparameter("xgboost.num_round", 100, IntegerRange(low=50, high=200))
    assert [(values["num_round"], values["learning_rate"]) for values in of(RATE_03, DEPTH_6, wall)] == [
        (100, 0.1),
        (200, 0.09),
    ]


def test_a_configuration_that_breaks_a_constraint_is_left_out() -> None:
    few_steps = Constraint(text="num_round * max_depth <= 1000", reason="", source="")
    assert [values["num_round"] for values in of(RATE_03, DEPTH_6, ROUNDS_100, constraints=(few_steps,))] == [100]


def test_a_configuration_that_is_todays_values_is_left_out() -> None:
    today = (
        hyperparameter("xgboost.learning_rate", 0.1, RATE),
        hyperparameter("xgboost.max_depth", 3, DEPTH),
        hyperparameter("xgboost.num_round", 100, ROUNDS),
    )
    assert [values["num_round"] for values in of(*today)] == [600]


def test_the_rate_makes_up_for_rounds_that_stay_at_another_number() -> None:
    more = hyperparameter("xgboost.num_round", 200, None)
    assert of(RATE_03, DEPTH_6, more) == [
        {"learning_rate": 0.05, "max_depth": 3},
        {"learning_rate": 0.09, "max_depth": 6},
    ]


def test_rounds_that_leave_no_rate_inside_the_range_get_no_configuration() -> None:
    assert of(RATE_03, DEPTH_6, hyperparameter("xgboost.num_round", 5, None)) == []


def test_rounds_that_end_early_get_configurations_learnt_so() -> None:
    stopping = hyperparameter("xgboost.num_round", 5000, None, role=Role.RESOURCE)
    assert of(RATE_03, DEPTH_6, stopping) == [{"learning_rate": 0.02, "max_depth": 6}]


def test_too_few_rounds_to_stop_in_count_as_fixed() -> None:
    hardly = hyperparameter("xgboost.num_round", 100, None, role=Role.RESOURCE)
    assert of(RATE_03, DEPTH_6, hardly) == of(RATE_03, DEPTH_6, hyperparameter("xgboost.num_round", 100, None))


def test_where_the_rounds_are_not_known_nothing_is_assumed_of_them() -> None:
    assert of(RATE_03, DEPTH_6) == []


def test_two_hyperparameters_of_one_meaning_are_not_guessed_between() -> None:
    other = hyperparameter("xgboost.learning_rate", 0.3, RATE, name="second_rate")
    assert of(RATE_03, other, DEPTH_6, ROUNDS_100) == []


def test_values_of_tuned_hyperparameters_that_nobody_knows_leave_a_configuration_out() -> None:
    unknown = hyperparameter("xgboost.subsample", None, SHARE)
    assert [values["num_round"] for values in of(RATE_03, DEPTH_6, ROUNDS_100, unknown)] == [600]


def test_another_frameworks_hyperparameters_get_nothing() -> None:
    assert (
        of(hyperparameter("lightgbm.learning_rate", 0.1, RATE), hyperparameter("lightgbm.num_leaves", 31, DEPTH)) == []
    )


NETWORK = LearntPortfolio(
    framework="dl.adam",
    also=("dl",),
    title="networks",
    data_sets=30,
    core=frozenset({"learning_rate"}),
    configurations=((("learning_rate", Times(3.0)),), (("learning_rate", Times(10.0)), ("dropout", 0.2))),
)


def test_a_factor_is_taken_on_todays_value() -> None:
    rate = hyperparameter("dl.adam.learning_rate", 0.002, ContinuousRange(low=1e-5, high=0.03, scaling=LOG), name="lr")
    assert of(rate, learnt=NETWORK) == [{"lr": 0.006}, {"lr": 0.02}]


def test_a_factor_on_a_value_that_nobody_knows_says_nothing() -> None:
    rate = hyperparameter("dl.adam.learning_rate", None, ContinuousRange(low=1e-5, high=0.03, scaling=LOG))
    assert of(rate, learnt=NETWORK) == []


FOREST = LearntPortfolio(
    framework="sklearn.forest",
    also=(),
    title="forests",
    data_sets=30,
    core=frozenset(),
    configurations=((("max_features", 0.5),), (("min_samples_leaf", 5),)),
)


def test_a_number_among_words_is_the_nearest_choice() -> None:
    choices = CategoricalRange(values=("sqrt", 0.05, 0.37, 0.68, 1.0))
    assert of(hyperparameter("sklearn.forest.max_features", "sqrt", choices), learnt=FOREST) == [{"max_features": 0.37}]


def test_a_number_without_a_near_choice_is_left_out() -> None:
    choices = CategoricalRange(values=("sqrt", 0.05, 1.0))
    assert of(hyperparameter("sklearn.forest.max_features", "sqrt", choices), learnt=FOREST) == []


def test_what_a_plan_does_not_show_stays_at_the_algorithms_default() -> None:
    (rate, planned_rate), (depth, _), (rounds, _) = RATE_03, DEPTH_6, ROUNDS_100
    made = portfolio_of([rate, depth, rounds], [planned_rate], baseline={"learning_rate": 0.3}, learnt=(BOOSTING,))
    assert made.values == ((("learning_rate", 0.18),),)


def test_nothing_tuned_has_no_portfolio() -> None:
    assert portfolio_of([], [], baseline={}) == Portfolio()


# --- what ships


def test_each_shipped_value_is_one_that_the_knowledge_base_knows_and_accepts() -> None:
    for portfolio in learnt_portfolios():
        groups = (portfolio.configurations, portfolio.early)
        for name, aim in (pair for group in groups for configuration in group for pair in configuration):
            known = known_exactly(name, (portfolio.framework,))
            assert known is not None, (portfolio.framework, name)
            assert known.entry.framework in portfolio.frameworks, (portfolio.framework, name, known.entry.key)
            if isinstance(aim, int | float) and known.entry.bounds is not None:
                assert known.entry.bounds.contains(float(aim))


def test_each_shipped_configuration_states_its_core() -> None:
    for portfolio in learnt_portfolios():
        for configuration in (*portfolio.configurations, *portfolio.early):
            assert portfolio.core <= dict(configuration).keys()


@pytest.mark.parametrize("framework", ["xgboost", "lightgbm"])
def test_a_boosting_program_with_library_defaults_gets_its_portfolio(framework: str) -> None:
    known = next(portfolio for portfolio in learnt_portfolios() if portfolio.framework == framework)
    defaults = {entry.name: entry.default for entry in entries_for(framework)}
    names = sorted({name for configuration in known.configurations for name, _ in configuration})
    values = {name: defaults[name] for name in names if defaults[name] is not None}
    request = command_request(Path("/nowhere"), tune=frozenset(values))
    plan = plan_of_reading(request, reading_of_values(values, framework), slots=1)
    assert len(plan.portfolio) >= len(known.configurations) - 1
    assert plan.portfolio_source == known.source
    for configuration in plan.portfolio:
        assert dict(configuration).keys() == plan.space.keys()
        assert all(plan.space[name].contains(value) for name, value in configuration)


XGBOOST = """
import argparse
import xgboost as xgb

parser = argparse.ArgumentParser()
parser.add_argument("--x1", type=float, default=0.3)
parser.add_argument("--x2", type=int, default=6)
parser.add_argument("--x3", type=int, default=100)
args = parser.parse_args()
model = xgb.XGBRegressor(learning_rate=args.x1, max_depth=args.x2, n_estimators=args.x3)
model.fit(X, y)
print(f"rmse={score(model)}")
"""


def test_renamed_arguments_get_their_values_by_flow_alone(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, XGBOOST)), slots=1)
    assert plan.portfolio
    assert all(dict(values).keys() == {"x1", "x2", "x3"} for values in plan.portfolio)
    assert all(dict(values)["x1"] < 0.3 for values in plan.portfolio)


RATES = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.01)
args = parser.parse_args()
print(f"val_loss={fit(args.lr)}")
"""


def test_a_mere_name_is_no_evidence_of_a_network(tmp_path: Path) -> None:
    assert make_plan(command_request(script_folder(tmp_path, RATES)), slots=1).portfolio == ()
    network = make_plan(command_request(script_folder(tmp_path, f"import torch{RATES}")), slots=1)
    assert network.portfolio
    assert "networks" in network.portfolio_source
    assert network.portfolio_factors == ("lr",)


def test_values_stay_inside_the_users_own_range(tmp_path: Path) -> None:
    wall = ("x3", IntegerRange(low=80, high=160))
    plan = make_plan(command_request(script_folder(tmp_path, XGBOOST), ranges=(wall,)), slots=1)
    assert plan.portfolio
    assert all(80 <= float(dict(values)["x3"]) <= 160 for values in plan.portfolio)


def test_without_autotune_there_is_no_portfolio(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, XGBOOST)
    wall = ("x1", ContinuousRange(low=0.01, high=0.3, scaling=LOG))
    assert make_plan(command_request(folder, ranges=(wall,), autotune=False), slots=1).portfolio == ()


def test_the_values_of_an_earlier_tuning_job_need_no_portfolio(tmp_path: Path) -> None:
    folder = script_folder(tmp_path, XGBOOST)
    assert make_plan(command_request(folder, parent="xgb-1"), slots=1).portfolio == ()


def test_a_file_is_read_with_factors_and_what_stops_early() -> None:
    text = """
    [[portfolio]]
    framework = "xgboost"
    title = "XGBoost"
    data_sets = 3
    core = ["learning_rate"]
    rounds = "num_round"
    configurations = [{ learning_rate = { times = 3 }, num_round = 200 }]
    early = [{ learning_rate = 0.2 }]
    """
    (read,) = portfolios_from_text(text)
    assert read.configurations == ((("learning_rate", Times(3.0)), ("num_round", 200)),)
    assert read.early == ((("learning_rate", 0.2),),)
    assert read.source == "the portfolio of XGBoost (learnt on 3 data sets)"


NETWORKS = LearntPortfolio(
    framework="dl.adam",
    also=(),
    title="networks",
    data_sets=30,
    core=frozenset({"learning_rate"}),
    rounds=None,
    configurations=((("learning_rate", Times(3)),), (("learning_rate", Times(0.3)),)),
    early=(),
)


@pytest.mark.parametrize(("today", "tried"), [(0.002, [0.006, 0.0006]), (1e-5, [3e-4, 3e-5]), (1.0, [3e-3, 3e-4])])
def test_three_times_a_doubtful_value_is_three_times_what_is_expected(today: float, tried: list[float]) -> None:
    known = known_exactly("learning_rate", ("dl.adam",))
    assert known is not None
    rate = hyperparameter("dl.adam.learning_rate", today, inferred_range(known.entry, today))
    assert [values["learning_rate"] for values in of(rate, learnt=NETWORKS)] == pytest.approx(tried, rel=0.02)
