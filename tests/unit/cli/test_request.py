from __future__ import annotations

import sys
from pathlib import Path

import pytest

from selftune.cli.options import Given, read_metric
from selftune.cli.program import channels_of, environment_of
from selftune.cli.program_command import AlgorithmWord, CommandWords, ScriptWords
from selftune.cli.request import refuse_several_sources, request_for, settled, with_options
from selftune.model.budget import JobBudget, MoneyBudget
from selftune.model.errors import SelftuneError, UnknownName, UnreadableInput, UsageError
from selftune.model.objective import Direction
from selftune.model.ranges import ContinuousRange, IntegerRange
from selftune.model.request import AlgorithmRequest, Channel, CommandRequest, TuningJobRequest, UserSettings
from selftune.testing.factories import a_plan, a_request, a_tuned_hyperparameter


def _request(words: CommandWords | ScriptWords | AlgorithmWord, given: Given, folder: Path) -> TuningJobRequest:
    return with_options(request_for(words, given, folder), given, folder)


def test_a_command_is_taken_as_typed(tmp_path: Path) -> None:
    request = _request(CommandWords(("python3", "train.py", "--lr", "0.01")), Given(), tmp_path)
    assert request.program == CommandRequest(argv=("python3", "train.py", "--lr", "0.01"), folder=str(tmp_path))
    assert request.name.startswith("train-")


def test_a_script_is_a_command_with_its_interpreter(tmp_path: Path) -> None:
    (tmp_path / "fit.py").write_text("")
    request = _request(ScriptWords("fit.py", ("--lr", "1")), Given(python=sys.executable), tmp_path)
    assert request.program == CommandRequest(argv=(sys.executable, "fit.py", "--lr", "1"), folder=str(tmp_path))


def test_a_folder_that_is_named_like_a_script_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "fit.py").mkdir()
    with pytest.raises(UnreadableInput, match=r"fit\.py is a folder, not a script"):
        _request(ScriptWords("fit.py", ()), Given(), tmp_path)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("val_mse:max", ("val_mse", Direction.MAXIMIZE)),
        ("validation:rmse", ("validation:rmse", None)),
        ("validation:rmse:min", ("validation:rmse", Direction.MINIMIZE)),
    ],
)
def test_a_metric_is_a_name_and_maybe_a_direction(text: str, read: tuple[str, Direction | None]) -> None:
    assert read_metric(text) == read


@pytest.mark.parametrize(("word", "near"), [("up", "max"), ("Lower", "min")])
def test_another_word_for_a_direction_is_no_part_of_the_metrics_name(word: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_metric(f"val_mse:{word}")
    assert f"val_mse:{near}" in (caught.value.hint or "")


def test_a_missing_script_names_the_nearest_file(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("")
    with pytest.raises(UnreadableInput) as caught:
        _request(ScriptWords("trian.py", ()), Given(), tmp_path)
    assert "'train.py'" in caught.value.hint


def test_variables_before_a_command_are_set_by_env(tmp_path: Path) -> None:
    request = _request(CommandWords(("LR=0.1", "sh", "train.sh")), Given(), tmp_path)
    assert isinstance(request.program, CommandRequest)
    assert request.program.argv == ("env", "LR=0.1", "sh", "train.sh")


def test_a_program_that_is_not_there_is_refused_before_the_first_job(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="no program 'pyhton9'"):
        _request(CommandWords(("pyhton9", "train.py")), Given(), tmp_path)


def test_a_script_that_is_not_executable_is_answered_with_its_interpreter(tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("echo")
    with pytest.raises(UnreadableInput) as caught:
        _request(CommandWords(("./train.sh",)), Given(), tmp_path)
    assert "bash ./train.sh" in caught.value.hint


def test_a_built_in_algorithm_lists_its_values(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n")
    given = Given(data=("a.csv",), target="x", hp=(("max_depth", 5),))
    request = _request(AlgorithmWord("xgboost"), given, tmp_path)
    assert request.program == AlgorithmRequest(name="xgboost", hyperparameters=(("max_depth", 5),))
    assert request.channels == (Channel(name="train", path=str(tmp_path / "a.csv")),)
    assert request.settings.target_column == "x"
    assert request.settings.values == ()


def test_an_unknown_algorithm_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="xgboost"):
        _request(AlgorithmWord("xgbost"), Given(), tmp_path)


def test_a_command_without_two_dashes_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "train.sh").write_text("echo")
    with pytest.raises(UsageError) as caught:
        _request(AlgorithmWord("train.sh"), Given(), tmp_path)
    assert "selftune run -- bash train.sh" in caught.value.hint


def test_options_are_laid_over_an_earlier_request(tmp_path: Path) -> None:
    wall, other = ContinuousRange(low=0.1, high=0.2), IntegerRange(low=1, high=4)
    earlier = a_request(settings=UserSettings(ranges=(("lr", wall),), max_jobs=9, keep=frozenset({"a", "b"})))
    given = Given(ranges=(("depth", other),), tune=("a",), name="again", seed=0, hp=(("lr", 0.15),))
    request = with_options(earlier, given, tmp_path)
    assert request.name == "again"
    assert request.settings == UserSettings(
        ranges=(("lr", wall), ("depth", other)),
        max_jobs=9,
        keep=frozenset({"b"}),
        tune=frozenset({"a"}),
        seed=0,
        values=(("lr", 0.15),),
    )


@pytest.mark.parametrize(
    "given",
    [
        Given(tune=("lr",), keep=("lr",)),
        Given(ranges=(("lr", ContinuousRange(low=0, high=1)),), keep=("lr",)),
        Given(ranges=(("lr", ContinuousRange(low=0, high=1)), ("lr", ContinuousRange(low=0, high=2)))),
        Given(budget=JobBudget(3), max_jobs=4),
    ],
)
def test_options_that_contradict_each_other_are_refused(given: Given, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        with_options(a_request(), given, tmp_path)


def test_whole_bounds_of_a_value_with_a_fraction_are_continuous() -> None:
    ranges = (("dropout", IntegerRange(low=0, high=1)), ("layers", IntegerRange(low=1, high=4)))
    request = a_request(settings=UserSettings(ranges=ranges))
    plan = a_plan([a_tuned_hyperparameter("dropout", 0.5), a_tuned_hyperparameter("layers", 2)])
    after = settled(request, Given(ranges=ranges), lambda _: plan)
    assert dict(after.settings.ranges) == {
        "dropout": ContinuousRange(low=0.0, high=1.0),
        "layers": IntegerRange(low=1, high=4),
    }


def test_a_budget_replaces_the_limit_of_the_tuning_job_that_one_starts_from(tmp_path: Path) -> None:
    base = a_request(settings=UserSettings(max_jobs=50, max_runtime_seconds=60.0))
    after = with_options(base, Given(budget=JobBudget(8)), tmp_path).settings
    assert (after.budget, after.max_jobs, after.max_runtime_seconds) == (JobBudget(8), None, 60.0)


def test_a_limit_replaces_the_budget_of_the_tuning_job_that_one_starts_from(tmp_path: Path) -> None:
    base = a_request(settings=UserSettings(budget=JobBudget(8)))
    after = with_options(base, Given(max_jobs=30), tmp_path).settings
    assert (after.budget, after.max_jobs) == (None, 30)


def test_a_budget_and_its_limit_typed_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--budget and --max-jobs"):
        with_options(a_request(), Given(budget=JobBudget(8), max_jobs=30), tmp_path)


def test_a_budget_in_money_without_a_price_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="what an hour costs"):
        with_options(a_request(), Given(budget=MoneyBudget(5)), tmp_path)


def test_without_such_options_no_first_plan_is_made() -> None:
    def refuse(_: TuningJobRequest) -> None:
        raise AssertionError

    assert settled(a_request(), Given(), refuse) == a_request()  # type: ignore[arg-type]


def test_exactly_one_source_says_what_is_tuned() -> None:
    refuse_several_sources(None, Given(from_job="a"))
    for words, given in [(None, Given()), (CommandWords(("true",)), Given(from_job="a"))]:
        with pytest.raises(UsageError):
            refuse_several_sources(words, given)


def test_channels_are_named_and_must_be_there(tmp_path: Path) -> None:
    for name in ("a.csv", "x=y.csv"):
        (tmp_path / name).write_text("")
    assert [c.name for c in channels_of(("a.csv", "test=a.csv", "odd=x=y.csv"), tmp_path)] == ["train", "test", "odd"]
    with pytest.raises(UnreadableInput) as caught:
        channels_of(("train=b.csv",), tmp_path)
    assert "'a.csv'" in caught.value.hint
    with pytest.raises(UnreadableInput, match="run on this machine"):
        channels_of(("train=s3://bucket/a.csv",), tmp_path)
    with pytest.raises(UsageError, match="twice"):
        channels_of(("a.csv", "train=a.csv"), tmp_path)


def test_a_variable_without_a_value_takes_the_one_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENIZER", "fast")
    assert environment_of(("TOKENIZER", "A=b=c")) == (("TOKENIZER", "fast"), ("A", "b=c"))
    with pytest.raises(SelftuneError, match="TOKENIZR"):
        environment_of(("TOKENIZR",))


@pytest.mark.parametrize(
    ("typed", "before", "after"), [(None, None, None), (None, False, False), (False, True, False), (True, None, True)]
)
def test_learning_is_as_typed_or_as_it_was(tmp_path, typed, before, after):
    earlier = a_request(settings=UserSettings(learn_from_store=before))
    assert with_options(earlier, Given(learning=typed), tmp_path).settings.learn_from_store is after
