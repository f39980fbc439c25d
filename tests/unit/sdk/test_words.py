from __future__ import annotations

import pytest

from selftune.model.errors import UnknownName, UsageError
from selftune.sdk.words import TUNE_WORDS, TUNER_WORDS


@pytest.mark.parametrize(
    ("said", "to_a_tuner", "to_tune"),
    [
        ("For example: --max-jobs 20", "For example: max_jobs=20", "For example: max_jobs=20"),
        ("At most --max-parallel 2.", "At most max_parallel_jobs=2.", "At most max_parallel=2."),
        ("--max-runtime 30m", "max_runtime_in_seconds=1800", "max_runtime_seconds=1800"),
        ("--data train=train.csv", "fit({'train': 'train.csv'})", "data={'train': 'train.csv'}"),
        ("--keep lr keeps it", "hyperparameters_to_keep_static=['lr'] keeps it", "keep=['lr'] keeps it"),
        ("--hp lr=VALUE is it", "hyperparameters={'lr': VALUE} is it", "hyperparameters={'lr': VALUE} is it"),
        ("--metric acc:max turns it", "objective_metric_name='acc', objective_type='Maximize' turns it",
         "metric='acc', direction='Maximize' turns it"),
        ("--metric 'validation:auc'", "objective_metric_name='validation:auc'", "metric='validation:auc'"),
        ("--metric NAME --metric-regex 'a b: (.*)'",
         "objective_metric_name='NAME', metric_definitions=[{'Name': 'NAME', 'Regex': 'a b: (.*)'}]",
         "metric='NAME', metric_regex='a b: (.*)'"),
        ("--strategy bayesian|random", "strategy='Bayesian' or 'Random'", "strategy='Bayesian' or 'Random'"),
        ("Give another --name, or none.", "Give another job_name, or none.", "Give another name, or none."),
        ("--no-learning ignores that.", "learn_from_store=False ignores that.", "learn_from_store=False ignores that."),
        ("another home: --home DIR or SELFTUNE_HOME.", "another home: the variable SELFTUNE_HOME.",
         "another home: the variable SELFTUNE_HOME."),
    ],
)  # fmt: skip
def test_an_option_is_named_as_the_argument_that_a_python_user_has(said: str, to_a_tuner: str, to_tune: str) -> None:
    assert TUNER_WORDS.of(said) == to_a_tuner
    assert TUNE_WORDS.of(said) == to_tune


@pytest.mark.parametrize(
    ("bounds", "parameter"),
    [
        ("0.01..2.5:log", "ContinuousParameter(0.01, 2.5, 'Logarithmic')"),
        ("1e-05..0.1", "ContinuousParameter(1e-05, 0.1)"),
        ("1..20", "IntegerParameter(1, 20)"),
        ("LOW..HIGH[:linear|:log|:reverse-log]", "ContinuousParameter(LOW, HIGH)"),
        ("relu,tanh", "CategoricalParameter(['relu', 'tanh'])"),
        ("16,32", "CategoricalParameter([16, 32])"),
    ],
)
def test_a_range_is_the_parameter_to_paste(bounds: str, parameter: str) -> None:
    assert TUNER_WORDS.of(f"wider: --range x={bounds}.") == f"wider: hyperparameter_ranges={{'x': {parameter}}}."


@pytest.mark.parametrize("text", ["such as --lr 0.01, and", "selftune logs job 1", "a -- b", "no option at all"])
def test_what_is_no_option_of_ours_stays(text: str) -> None:
    assert TUNER_WORDS.of(text) == text


def test_an_error_that_passes_speaks_the_users_words_and_keeps_its_kind() -> None:
    with pytest.raises(UsageError) as caught, TUNE_WORDS.in_errors():
        raise UsageError("No --range for lr.", hint="Give --keep lr.")
    assert str(caught.value) == "No ranges for lr.\nGive keep=['lr']."
    with pytest.raises(UnknownName) as unknown, TUNER_WORDS.in_errors():
        raise UnknownName("hyperparameter", "lrr", ["lr"])
    assert unknown.value.nearest == ["lr"]
