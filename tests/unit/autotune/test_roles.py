"""What may become of single hyperparameters."""

from __future__ import annotations

import pytest

from selftune.autotune.roles import range_on_request
from selftune.model.plan import Role
from selftune.model.ranges import CategoricalRange, ContinuousRange, IntegerRange, ScalingType
from selftune.model.values import short_value

from .factories import judged


def test_a_learning_rate_is_tuned_on_a_log_scale_around_its_value() -> None:
    judgement = judged("lr", 0.01)
    assert judgement.role is Role.TUNED
    assert isinstance(judgement.range, ContinuousRange)
    assert judgement.range.scaling is ScalingType.LOG
    assert judgement.range.low < 0.002 < 0.05 < judgement.range.high


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.1, "is tried over 1e-05..0.317:log: today's 0.1 is far from where good values usually lie."),
        (1e-5, "is tried over 3.16e-06..0.01:log: today's 1e-05 is at the edge of where good values usually lie."),
        (1e-3, "is tried around 0.001"),
    ],
)
def test_a_doubtful_value_is_said_to_be_one(value: float, said: str) -> None:
    judgement = judged("rate", value, flows=("torch.optim.Adam.lr",))
    assert said in judgement.reason


def test_a_learning_rate_far_from_usual_ones_is_believed() -> None:
    judgement = judged("lr", 20)
    assert isinstance(judgement.range, ContinuousRange)
    assert 0.5 < judgement.range.low < 1
    assert judgement.range.high > 40


@pytest.mark.parametrize(
    "name", ["seed", "num-workers", "backend", "data", "log-interval", "objective", "test-batch-size"]
)
def test_what_is_about_the_run_and_not_the_fit_is_static(name: str) -> None:
    judgement = judged(name, 64)
    assert judgement.role is Role.STATIC
    assert name in judgement.reason


def test_epochs_are_the_training_length() -> None:
    assert judged("epochs", 5).role is Role.RESOURCE


def test_boosting_rounds_are_tuned() -> None:
    assert judged("num_round", 50, imports=("xgboost",)).role is Role.TUNED


def test_boosting_rounds_are_a_length_where_the_program_stops_early() -> None:
    from selftune.autotune.evidence import traits_of
    from selftune.autotune.roles import judge

    from .factories import found

    rounds = found("num_round", 500)
    traits = traits_of(("xgboost",), [rounds, found("early_stopping_rounds", 20)])
    assert judge(rounds, traits).role is Role.RESOURCE


def test_an_argument_renamed_to_nonsense_is_known_by_its_flow() -> None:
    judgement = judged("x1", 0.01, flows=("torch.optim.AdamW.lr",))
    assert judgement.role is Role.TUNED
    assert judgement.priority == 3
    assert "torch.optim.AdamW.lr" in judgement.reason


def test_a_test_batch_size_stays_static_though_it_flows_into_a_loader() -> None:
    judgement = judged("test-batch-size", 1000, flows=("torch.utils.data.DataLoader.batch_size",))
    assert judgement.role is Role.STATIC


def test_an_argument_that_is_never_read_is_static_and_says_so() -> None:
    judgement = judged("lr", 0.1, is_read=False)
    assert judgement.role is Role.STATIC
    assert "never reads" in judgement.reason


def test_a_switch_is_never_flipped() -> None:
    assert judged("use-batchnorm", True, is_flag=True).role is Role.STATIC
    assert judged("nesterov", False).role is Role.STATIC


def test_a_fraction_whose_declaration_takes_whole_numbers_stays_with_a_note_that_names_the_line() -> None:
    judgement = judged("dropout", 0.2, declared_type="int", declared_at="train.py:12")
    assert judgement.role is Role.STATIC
    assert judgement.range is None
    assert "0.2, but train.py:12 declares it int" in judgement.note
    assert "type=float in train.py:12" in judgement.note


def test_a_fraction_from_a_configuration_file_meets_no_parser() -> None:
    judgement = judged("dropout", 0.2, declared_type="int", declared_at="train.py:12", is_in_file=True)
    assert isinstance(judgement.range, ContinuousRange)


def test_an_argument_that_arrives_as_text_is_offered_words_only() -> None:
    forest = {"imports": ("sklearn",), "flows": ("sklearn.ensemble.RandomForestClassifier.max_features",)}
    as_text = judged("x", "sqrt", declared_at="train.py:3", **forest)
    assert as_text.range == CategoricalRange(values=("sqrt", "log2"))
    in_code = judged("x", "sqrt", **forest)
    assert isinstance(in_code.range, CategoricalRange)
    assert 0.05 in in_code.range.values


@pytest.mark.parametrize(
    ("value", "flow", "bounds"),
    [(-0.1, "torch.optim.SGD.lr", "0..inf"), (1.7, "xgboost.train.colsample_bytree", "0..1")],
)
def test_a_value_that_the_library_does_not_accept_stays_and_says_so(value: float, flow: str, bounds: str) -> None:
    judgement = judged("x", value, imports=("pytorch", "xgboost"), flows=(flow,))
    assert judgement.role is Role.STATIC
    assert f"is {value}, which is outside {bounds}, all that {flow} accepts" in judgement.reason
    assert judgement.note


def test_a_value_that_is_not_accepted_gets_the_usual_range_on_request_and_nothing_beyond() -> None:
    chosen = range_on_request(judged("x", -0.1, flows=("torch.optim.SGD.lr",)))
    assert isinstance(chosen, ContinuousRange)
    assert chosen.low > 0
    assert chosen.hard_bounds is not None
    assert chosen.hard_bounds.low == 0


@pytest.mark.parametrize("name", ["lr", "my_lr_x", "base-learning-rate-2"])
def test_a_negative_learning_rate_is_no_learning_rate(name: str) -> None:
    assert judged(name, -0.1, imports=()).role is Role.STATIC


@pytest.mark.parametrize(
    ("name", "value", "flow"),
    [
        ("x", 100, "xgboost.XGBClassifier.n_estimators"),
        ("x", "rbf", "sklearn.svm.SVC.kernel"),
        ("kdrop", 0.2, "nothing.known"),
        ("x", 0.0, "torch.optim.SGD.weight_decay"),
    ],
)
def test_a_range_that_ignores_todays_value_is_not_said_to_lie_around_it(name: str, value: float, flow: str) -> None:
    judgement = judged(name, value, imports=("xgboost", "sklearn"), flows=(flow,))
    assert judgement.role is Role.TUNED
    assert "around" not in judgement.reason
    assert f"over {judgement.range}" in judgement.reason
    assert f"starting at today's {short_value(value)}" in judgement.reason


def test_a_declared_whole_number_gets_whole_numbers() -> None:
    judgement = judged("min_child_weight", 1, imports=("xgboost",), declared_type="int")
    assert isinstance(judgement.range, IntegerRange)


def test_a_regulariser_that_is_off_may_be_switched_on() -> None:
    judgement = judged("weight_decay", 0.0)
    assert isinstance(judgement.range, ContinuousRange)
    assert judgement.range.includes_zero
    assert judgement.range.contains(0.0)


def test_a_limit_that_is_off_stays_off() -> None:
    judgement = judged("max_leaves", 0, imports=("xgboost",))
    assert judgement.role is Role.STATIC
    assert "no limit" in judgement.reason


def test_a_zero_that_is_not_accepted_is_called_off_and_not_wrong() -> None:
    judgement = judged("minsplit", 0, imports=("sklearn",))
    assert judgement.role is Role.STATIC
    assert "off or no limit" in judgement.reason
    assert not judgement.note


def test_a_word_beside_numbers_stays_among_the_choices() -> None:
    judgement = judged("gamma", "scale", flows=("sklearn.svm.SVC.gamma",), imports=("sklearn",))
    assert isinstance(judgement.range, CategoricalRange)
    assert judgement.range.values[0] == "scale"


def test_paths_lists_and_expressions_are_static() -> None:
    for value in ("data/train.csv", "16,32,64", "https://x.org", "${lr}"):
        assert judged("thing", value).role is Role.STATIC


def test_an_unknown_number_is_guessed_by_its_value_with_low_priority() -> None:
    judgement = judged("wobble", 0.001)
    assert judgement.role is Role.TUNED
    assert judgement.priority == 1


def test_a_value_outside_the_known_bounds_makes_part_of_a_name_doubtful() -> None:
    judgement = judged("my_dropout", 20)
    assert judgement.range is None or judgement.range.contains(20)


def test_what_has_no_value_is_left_alone() -> None:
    assert judged("lr", None).role is Role.STATIC


def test_on_request_a_switch_a_choice_and_epochs_get_a_range() -> None:
    assert range_on_request(judged("amp", False, is_flag=True)) == CategoricalRange(values=(False, True))
    choices = judged("sampler", "a", choices=("a", "b"))
    assert range_on_request(choices) == CategoricalRange(values=("a", "b"))
    epochs = range_on_request(judged("epochs", 5))
    assert isinstance(epochs, IntegerRange)
    assert epochs.contains(5)


def test_no_range_is_invented_for_text() -> None:
    assert range_on_request(judged("name", "abc")) is None


def test_a_value_that_means_off_stays() -> None:
    judgement = judged("tau", 1.0, imports=("gymnasium",))
    assert judgement.role is Role.STATIC
    assert "switches it off" in judgement.reason


def test_a_whole_number_that_flows_into_a_rate_is_a_factor_of_it_and_no_rate() -> None:
    judgement = judged("passes", 4, flows=("torch.optim.SGD.lr",), declared_type="int")
    assert judgement.entry is None or judgement.entry.name != "learning_rate"


@pytest.mark.parametrize(("letter", "variable"), [("s", "seed"), ("n", "num_workers")])
def test_a_single_letter_is_judged_by_its_variable_and_keeps_its_name(letter: str, variable: str) -> None:
    judgement = judged(letter, 40, dest=variable)
    assert judgement.role is Role.STATIC
    assert judgement.reason.startswith(f"{letter} is ")


def test_a_single_letter_that_is_a_learning_rate_is_tuned_like_one() -> None:
    assert judged("l", 0.1, dest="lr").range == judged("lr", 0.1).range


def test_a_long_name_is_not_judged_by_its_variable() -> None:
    assert judged("learning-rate", 0.1, dest="seed").role is Role.TUNED


def test_an_undeclared_whole_number_under_a_single_letter_stays_unless_asked() -> None:
    judgement = judged("t", 2, imports=(), is_undeclared=True)
    assert judgement.role is Role.STATIC
    assert "single letter" in judgement.reason
    assert isinstance(range_on_request(judgement), IntegerRange)
    assert judged("t", 2, imports=()).role is Role.TUNED


@pytest.mark.parametrize("name", ["check_val_every_n_epoch", "save_period", "eval_every_n_steps", "steps_per_epoch"])
def test_what_happens_every_so_often_is_no_training_length(name: str) -> None:
    assert judged(name, 1).role is Role.STATIC


@pytest.mark.parametrize("name", ["SOLVER.IMS_PER_BATCH", "samples_per_gpu", "per_device_train_batch_size"])
def test_examples_in_a_batch_are_a_batch_size(name: str) -> None:
    entry = judged(name, 64).entry
    assert entry is not None
    assert "examples make one step" in entry.meaning


@pytest.mark.parametrize("name", ["TEST.IMS_PER_BATCH", "val.batch_size", "data.eval_loader.batch_size"])
def test_what_lies_under_an_evaluation_part_is_evaluation(name: str) -> None:
    judgement = judged(name, 64)
    assert judgement.role is Role.STATIC
    assert "evaluating" in judgement.reason


@pytest.mark.parametrize("name", ["reduce-lr-factor", "lr-decay-factor", "gamma", "plateau_lr_factor", "lr_shrink"])
def test_a_factor_on_the_learning_rate_lies_between_zero_and_one(name: str) -> None:
    judgement = judged(name, 0.5)
    assert isinstance(judgement.range, ContinuousRange)
    assert 0 <= judgement.range.low < 0.5 < judgement.range.high < 1
    assert "factor" in judgement.reason


@pytest.mark.parametrize("name", ["clip-norm", "max-norm", "grad-norm", "actor_clip_norm"])
def test_a_norm_of_gradients_is_clipping_and_no_normalisation(name: str) -> None:
    judgement = judged(name, 1.0)
    assert judgement.entry is not None
    assert judgement.entry.name == "max_grad_norm"


@pytest.mark.parametrize(
    ("name", "value", "is_flag", "words"),
    [
        ("resume", False, True, "a switch"),
        ("model_name", "resnet", False, "a name"),
        ("run_name", "a", False, "a name"),
        ("save_period", 2, False, "when results are saved"),
    ],
)
def test_reasons_say_what_a_name_is(name: str, value: bool | int | str, is_flag: bool, words: str) -> None:
    assert words in judged(name, value, is_flag=is_flag).reason


def test_declared_choices_win_over_what_is_known() -> None:
    judgement = judged("activation", "relu", choices=("tanh", "relu"))
    assert judgement.range == CategoricalRange(values=("relu", "tanh"))
    assert "all that the program takes" in judgement.reason


def test_declared_choices_hold_on_request_too() -> None:
    judgement = judged("optimizer", "sgd", choices=("sgd", "lamb"), is_listed=False)
    assert judgement.role is Role.STATIC
    assert range_on_request(judgement) == CategoricalRange(values=("sgd", "lamb"))


def test_declared_numbers_are_all_that_is_tried() -> None:
    assert judged("batch-size", 32, choices=(16, 32, 64)).range == CategoricalRange(values=(32, 16, 64))


def test_neighbouring_whole_choices_are_a_range() -> None:
    chosen = judged("num-layers", 3, choices=(1, 2, 3, 4, 5)).range
    assert isinstance(chosen, IntegerRange)
    assert (chosen.low, chosen.high) == (1, 5)


def test_a_name_that_begins_with_per_is_no_pace() -> None:
    assert judged("per_alpha", 0.6).role is Role.TUNED


def test_the_training_length_is_one_though_it_dates_the_schedule_too() -> None:
    flows = ("torch.optim.lr_scheduler.CosineAnnealingLR.T_max", "for.step")
    assert judged("max-steps", 20000, flows=flows).role is Role.RESOURCE
    assert judged("cosine-end", 20000, flows=flows[:1]).role is Role.STATIC


@pytest.mark.parametrize("name", ["channels", "img-channels", "num_channels"])
def test_a_few_channels_are_those_of_the_data(name: str) -> None:
    assert judged(name, 3).role is Role.STATIC
    assert judged("channels", 64).role is Role.TUNED


def test_what_only_goes_in_where_data_come_in_is_a_size_of_the_data() -> None:
    inputs = ("torch.nn.Conv1d.in_channels",)
    assert judged("x1", 21, flows=inputs).role is Role.STATIC
    assert judged("x1", 21, flows=(*inputs, "torch.nn.Conv1d.out_channels")).role is Role.TUNED
    assert judged("hidden_size", 64, flows=("torch.nn.Linear.in_features",)).role is Role.TUNED


def test_the_iterations_of_a_solver_are_a_length_only_where_they_are_passes_over_the_data() -> None:
    solver = judged("max-iter", 500, imports=("sklearn",), flows=("sklearn.linear_model.LogisticRegression.max_iter",))
    passes = judged("max-iter", 500, imports=("sklearn",), flows=("sklearn.linear_model.SGDClassifier.max_iter",))
    assert solver.role is Role.STATIC
    assert passes.role is Role.RESOURCE


def test_what_text_is_generated_with_is_no_hyperparameter_of_training() -> None:
    flow = "transformers.AutoModelForCausalLM.from_pretrained.generate.temperature"
    assert judged("temperature", 0.8, flows=(flow,)).role is Role.STATIC


def test_a_margin_is_tuned_around_its_value_and_scales_the_loss() -> None:
    judgement = judged("triplet-margin", 0.2)
    assert judgement.role is Role.TUNED
    assert judgement.entry is not None
    assert judgement.entry.scales_loss
    assert isinstance(judgement.range, ContinuousRange)
    assert judgement.range.scaling is ScalingType.LOG
    assert judgement.range.low <= 0.05 < 0.8 <= judgement.range.high


def test_a_temperature_is_tuned_unless_the_program_writes_text() -> None:
    from selftune.autotune.evidence import traits_of
    from selftune.autotune.roles import judge

    from .factories import found

    temperature, nucleus = found("temperature", 0.5), found("top_p", 0.9)
    assert judge(temperature, traits_of(("dl",), [temperature])).role is Role.TUNED
    assert judge(temperature, traits_of(("dl",), [temperature, nucleus])).role is Role.STATIC


@pytest.mark.parametrize("name", ["net.lin1_size", "fc2-size", "layer_size"])
def test_the_size_of_a_numbered_layer_is_a_width(name: str) -> None:
    judgement = judged(name, 64, is_listed=False)
    assert judgement.role is Role.TUNED
    assert judgement.priority == 2
    assert isinstance(judgement.range, IntegerRange)
    assert judgement.range.scaling is ScalingType.LOG


VARIABLE = {"on_request": "is set by the environment", "is_variable": True}


def test_a_variable_of_the_environment_is_tuned_where_its_name_or_flow_is_sure() -> None:
    assert judged("LR", 0.01, **VARIABLE).role is Role.TUNED
    assert judged("X1", 0.01, flows=("torch.optim.Adam.lr",), **VARIABLE).role is Role.TUNED


@pytest.mark.parametrize(("name", "value"), [("FOO", 0.01), ("HEAD_LR_OF_IT", 3), ("WIDTHISH", 64), ("STAGE_DEPTH", 4)])
def test_a_variable_of_the_environment_stays_where_its_meaning_is_guessed(name: str, value: float) -> None:
    judgement = judged(name, value, **VARIABLE)
    assert judgement.role is Role.STATIC


def test_a_number_below_one_is_no_depth_whatever_the_end_of_its_name_says() -> None:
    assert judged("w_depth", 0.5).range is None or judged("w_depth", 0.5).is_guessed
    assert judged("enc_depth", 4).role is Role.TUNED


def test_a_whole_number_of_iterations_is_no_strength_of_decay() -> None:
    judgement = judged("num_iters_decay", 100000)
    assert judgement.role is not Role.RESOURCE
    assert judgement.entry is None or judgement.entry.name != "weight_decay"


@pytest.mark.parametrize("name", ["sample_step", "lr_update_step", "epoch_start_idx", "test_iters"])
def test_when_something_happens_is_not_how_long_training_is(name: str) -> None:
    assert judged(name, 1000).role is not Role.RESOURCE


@pytest.mark.parametrize("name", ["num_iters", "max_train_steps", "n_epochs", "local_epochs", "total_steps"])
def test_how_long_training_is_is_a_resource(name: str) -> None:
    assert judged(name, 1000).role is Role.RESOURCE


def test_the_number_of_labels_is_of_the_data_whatever_it_flows_into() -> None:
    flows = ("torch.nn.Conv2d.in_channels", "torch.nn.Conv2d.out_channels")
    judgement = judged("c_dim", 5, help="dimension of domain labels", flows=flows)
    assert judgement.role is Role.STATIC
    assert judged("conv_dim", 64, help="filters of the first layer", flows=flows).role is Role.TUNED


def test_what_is_left_to_a_library_starts_from_the_librarys_own_value() -> None:
    judgement = judged("x1", None, flows=("xgboost.train.eta",), imports=("xgboost",))
    assert (judgement.role, judgement.found.value) == (Role.TUNED, 0.3)
    assert "the library itself" in judgement.reason


@pytest.mark.parametrize(
    ("flow", "more"),
    [
        ("xgboost.train.num_boost_round", {}),
        ("sklearn.ensemble.RandomForestClassifier.max_depth", {}),
        ("xgboost.train.eta", {"help_needed": True}),
    ],
)
def test_what_has_no_value_elsewhere_has_none_to_start_from(flow: str, more: dict[str, object]) -> None:
    judgement = judged("x1", None, flows=(flow,), imports=("xgboost", "sklearn"), **more)
    assert judgement.role is not Role.TUNED


def test_what_a_function_is_told_of_which_axis_is_no_width() -> None:
    from selftune.autotune.roles import is_surely_known

    for flow in ("torch.softmax.dim", "torch.nn.functional.normalize.dim", "torch.nn.Softmax.dim"):
        assert not is_surely_known(judged("dim", 1, flows=(flow,), is_literal=True, dest="dim"))
    rate = judged("lr", 0.1, flows=("torch.optim.SGD.lr",), is_literal=True, dest="lr")
    assert is_surely_known(rate)


def test_a_fraction_is_no_path_whatever_its_name_ends_in() -> None:
    assert judged("drop-path", 0.1).role is Role.TUNED
    assert judged("drop-path", "a").role is Role.STATIC
