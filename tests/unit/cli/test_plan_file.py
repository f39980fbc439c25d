from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from selftune.cli.plan_file_request import request_from_plan_file
from selftune.cli.plan_file_writer import plan_file_text
from selftune.cli.request import Planner
from selftune.model.errors import SelftuneError, UnknownName
from selftune.model.objective import Direction
from selftune.model.plan import CompletionCriteria, EarlyStopping, Learning, Plan, Strategy
from selftune.model.ranges import CategoricalRange, ContinuousRange, ScalingType
from selftune.model.request import AlgorithmRequest, Channel, ScriptRequest, TuningJobRequest, UserSettings
from selftune.testing.factories import (
    a_plan,
    a_planned_objective,
    a_request,
    a_static_hyperparameter,
    a_tuned_hyperparameter,
    decided,
    the_usual_hyperparameters,
)

PLAN = a_plan(
    [
        *the_usual_hyperparameters(),
        a_tuned_hyperparameter("optimizer.act", "relu", CategoricalRange(values=("relu", "tanh"))),
        a_static_hyperparameter("data", 'C:\\"x"'),
        a_tuned_hyperparameter("extra", 1.0, is_added=True),
    ],
    completion=CompletionCriteria(complete_on_convergence=True),
    max_runtime_seconds=172_800.0,
    warnings=("A line that is long. " * 12,),
)

COMMAND = 'command = ["python", "train.py", "--lr", "0.01"]'


def _planner(plan: Plan) -> Planner:
    """Plans as given, and like the real one knows no other hyperparameters."""
    known = {h.name for h in plan.hyperparameters}

    def plan_of(request: TuningJobRequest) -> Plan:
        settings = request.settings
        named = {*settings.tune, *settings.keep, *dict(settings.ranges), *dict(settings.values)}
        for name in sorted(named - known):
            raise UnknownName("hyperparameter", name, known)
        return plan

    return plan_of


def _read(tmp_path: Path, text: str, plan: Plan = PLAN) -> TuningJobRequest:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    return request_from_plan_file(path, _planner(plan))


def _edited(tmp_path: Path, old: str, new: str) -> UserSettings:
    text = plan_file_text(a_request(), PLAN)
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in:\n{text}"
    return _read(tmp_path, text.replace(old, new)).settings


def test_an_unedited_file_leaves_everything_to_autotune(tmp_path: Path) -> None:
    request = a_request()
    read = _read(tmp_path, plan_file_text(request, PLAN))
    assert read == replace(request, name=read.name, settings=UserSettings(seed=PLAN.seed))


def test_the_file_is_toml_whose_comments_give_the_reasons() -> None:
    text = plan_file_text(a_request(), PLAN)
    assert tomllib.loads(text)["hyperparameters"]["lr"]["range"] == "0.0001..1.0:log"
    assert "# lr is known by its name. (train.py:3)\nrole" in text
    assert all(len(line) <= 120 for line in text.splitlines())


def test_an_edited_range_is_the_users(tmp_path: Path) -> None:
    settings = _edited(
        tmp_path, '"0.0001..1.0:log"\n\n[hyperparameters.batch-size]', '"0.001..0.1"\n\n[hyperparameters.batch-size]'
    )
    assert settings.ranges == (("lr", ContinuousRange(low=0.001, high=0.1)),)


def test_a_zero_beside_a_range_survives_the_round_trip_and_an_edit(tmp_path: Path) -> None:
    decay = ContinuousRange(low=1e-6, high=0.01, scaling=ScalingType.LOG, includes_zero=True)
    plan = a_plan([a_tuned_hyperparameter("decay", 0.0, decay)])
    text = plan_file_text(a_request(), plan)
    assert 'range = "0 or 1e-06..0.01:log"' in text
    assert _read(tmp_path, text, plan).settings.ranges == ()
    wider = _read(tmp_path, text.replace("..0.01:log", "..0.1:log"), plan).settings.ranges
    assert wider == (("decay", replace(decay, high=0.1)),)


def test_an_edited_choice_is_the_users(tmp_path: Path) -> None:
    settings = _edited(tmp_path, '["relu", "tanh"]', '["relu", "gelu"]')
    assert settings.ranges == (("optimizer.act", CategoricalRange(values=("relu", "gelu"))),)


def test_a_role_edited_to_static_keeps_the_hyperparameter(tmp_path: Path) -> None:
    settings = _edited(tmp_path, 'role = "tuned"\nvalue = 32', 'role = "static"\nvalue = 32')
    assert settings.keep == {"batch-size"}


def test_a_deleted_section_keeps_the_hyperparameter(tmp_path: Path) -> None:
    text = plan_file_text(a_request(), PLAN)
    start, end = text.index("[hyperparameters.batch-size]"), text.index("[hyperparameters.epochs]")
    assert _read(tmp_path, text[:start] + text[end:]).settings.keep == {"batch-size"}


def test_a_range_given_to_a_kept_hyperparameter_tunes_it(tmp_path: Path) -> None:
    settings = _edited(tmp_path, 'role = "resource"\nvalue = 5', 'role = "tuned"\nvalue = 5\nrange = "1..9"')
    assert settings.tune == {"epochs"}
    assert [name for name, _ in settings.ranges] == ["epochs"]


@pytest.mark.parametrize("is_dropped", [True, False])
def test_what_an_edit_would_push_out_of_the_plan_stays_in_it(tmp_path: Path, is_dropped: bool) -> None:
    others = [h for h in PLAN.hyperparameters if h.name != "extra"]
    few = a_plan(others if is_dropped else [*others, a_static_hyperparameter("extra", 1.0)])
    path = tmp_path / "plan.toml"
    path.write_text(plan_file_text(a_request(), PLAN).replace("max_jobs = 20", "max_jobs = 4"))

    def plan_of(request: TuningJobRequest) -> Plan:
        return few if request.settings.max_jobs == 4 and "extra" not in request.settings.tune else PLAN

    settings = request_from_plan_file(path, plan_of).settings
    assert (settings.max_jobs, settings.tune, settings.ranges) == (4, {"extra"}, ())


def test_an_edited_value_is_todays(tmp_path: Path) -> None:
    assert _edited(tmp_path, "value = 32", "value = 64").values == (("batch-size", 64),)


def test_a_yes_is_no_value_of_a_number_and_the_line_is_named(tmp_path: Path) -> None:
    text = plan_file_text(a_request(), PLAN)
    line = text.splitlines().index("[hyperparameters.extra]") + 1
    edited = text.replace("value = 1.0", "value = true")
    with pytest.raises(SelftuneError, match=r"line (\d+): value of extra must be a number, but is true") as caught:
        _read(tmp_path, edited)
    assert int(caught.value.message.partition(" line ")[2].partition(":")[0]) > line


def test_edited_limits_and_search_are_the_users(tmp_path: Path) -> None:
    text = plan_file_text(a_request(), PLAN)
    for old, new in {
        "max_jobs = 20": "max_jobs = 7",
        'max_runtime = "48h"': 'max_runtime = "30m"',
        'strategy = "bayesian"': 'strategy = "random"',
        'early_stopping = "auto"': 'early_stopping = "off"',
        "complete_on_convergence = true": "complete_on_convergence = false\ntarget_objective = 0.1",
        'type = "Minimize"': 'type = "Maximize"',
    }.items():
        text = text.replace(old, new)
    settings = _read(tmp_path, text).settings
    assert (settings.max_jobs, settings.max_runtime_seconds) == (7, 1800)
    assert (settings.strategy, settings.early_stopping) == (Strategy.RANDOM, EarlyStopping.OFF)
    assert settings.completion == CompletionCriteria(target_objective=0.1)
    assert settings.objective_direction is Direction.MAXIMIZE
    assert settings.max_parallel is None


def test_an_edited_objective_is_the_users(tmp_path: Path) -> None:
    settings = _edited(tmp_path, 'name = "validation:rmse"', 'name = "test:rmse"')
    assert settings.objective_name == "test:rmse"


def test_a_built_in_algorithm_keeps_its_channels_and_listed_values(tmp_path: Path) -> None:
    request = a_request(
        program=AlgorithmRequest(name="xgboost", hyperparameters=(("num_round", 50),)),
        channels=(Channel(name="train", path="/data/a b.csv"),),
        settings=UserSettings(target_column="price", price_per_hour=1.5),
    )
    plan = a_plan([a_tuned_hyperparameter("num_round", 50), a_tuned_hyperparameter("eta", 0.3, is_added=True)])
    read = _read(tmp_path, plan_file_text(request, plan), plan)
    assert (read.program, read.channels) == (request.program, request.channels)
    assert (read.settings.target_column, read.settings.price_per_hour) == ("price", 1.5)


def test_a_script_of_an_estimator_survives_the_round_trip(tmp_path: Path) -> None:
    program = ScriptRequest(
        entry_point="mnist.py", folder="/code", python="/v/python", hyperparameters=(("lr", 0.01),), framework="pytorch"
    )
    plan = a_plan([a_tuned_hyperparameter("lr", 0.01)], objective=None)
    assert _read(tmp_path, plan_file_text(a_request(program=program), plan), plan).program == program


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"0.0001..1.0:log"\n\n[hyperparameters.batch',
            '"1.0..0.1:log"\n\n[hyperparameters.batch',
            "low 1.0 is above high 0.1",
        ),
        ("max_jobs = 20", "max_jobs = 0", "max_jobs must be at least 1, but is 0"),
        ("max_jobs = 20", "max_jobs = 1_000_000_000", "max_jobs must be at most 1000000, but is 1000000000"),
        ("retry = 1", "retry = -1", "retry must be at least 0, but is -1"),
        ("value = 32", "value = nan", "value must be a finite number, text in quotes, true or false, but is nan"),
        (COMMAND, "command = []", "command must be a list of words in quotes, the first of which is a program"),
        (COMMAND, "command = [3]", "command must be a list of words in quotes, the first of which is a program"),
        (COMMAND, 'command = [""]', "command must be a list of words in quotes, the first of which is a program"),
        ("max_jobs = 20", 'max_jobs = "many"', "max_jobs must be a whole number, but is 'many'"),
        ("max_jobs = 20", "max_jbos = 20", "No key 'max_jbos'"),
        ("[hyperparameters.batch-size]", "[hyperparameters.batchsize]", "No hyperparameter 'batchsize'"),
        ('role = "resource"', 'role = "fixed"', "No role 'fixed'"),
        ('strategy = "bayesian"', 'strategy = "bayes"', "No strategy 'bayes'"),
        ('job_max_runtime = "5m"', 'job_max_runtime = "soon"', "'soon' is not a duration"),
        ("[limits]", "[limit]", "No section 'limit'"),
    ],
)
def test_nonsense_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = plan_file_text(a_request(), PLAN)
    assert text.count(old) == 1
    edited = text.replace(old, new)
    line = 1 + [a == b for a, b in zip(text.splitlines(), edited.splitlines(), strict=True)].index(False)
    with pytest.raises(SelftuneError) as caught:
        _read(tmp_path, edited)
    assert said in caught.value.message
    assert f"plan.toml line {line}" in caught.value.message


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SelftuneError, match=r"plan\.toml cannot be read: .*line 2"):
        _read(tmp_path, "[limits]\nmax_jobs = = 3\n")


def test_a_file_that_is_not_there_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(SelftuneError, match="no plan file"):
        request_from_plan_file(tmp_path / "plan.toml", _planner(PLAN))


def test_a_file_without_a_program_says_so(tmp_path: Path) -> None:
    with pytest.raises(SelftuneError, match="does not say what is run"):
        _read(tmp_path, "[limits]\nmax_jobs = 3\n")


def test_an_objective_that_is_not_known_yet_is_left_out(tmp_path: Path) -> None:
    plan = replace(PLAN, objective=a_planned_objective(None, Direction.MAXIMIZE))
    assert _read(tmp_path, plan_file_text(a_request(), plan), plan).settings.objective_name is None


@pytest.mark.parametrize("is_on", [True, False])
def test_whether_to_learn_from_earlier_tuning_jobs_survives_the_round_trip(tmp_path: Path, is_on: bool) -> None:
    plan = replace(PLAN, learning=decided(Learning(is_on=is_on), reason="It is so."))
    text = plan_file_text(a_request(), plan)
    assert f"learning = {str(is_on).lower()}" in text
    settings = _read(tmp_path, text, plan).settings
    assert settings.learn_from_store is is_on
    assert settings.seed == plan.seed
