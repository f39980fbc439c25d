"""From names and flows to knowledge."""

from __future__ import annotations

import pytest

from selftune.autotune.knowledge import (
    Known,
    StaticGroup,
    frameworks_in,
    known_by_flow,
    known_by_name,
    known_by_weak_flow,
    known_exactly,
    static_group_of,
)

TORCH = ("dl",)


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("lr", "learning_rate"),
        ("learning-rate", "learning_rate"),
        ("optimizer.lr", "learning_rate"),
        ("head_lr", "learning_rate"),
        ("lr_actor", "learning_rate"),
        ("baseLR", "learning_rate"),
        ("wd", "weight_decay"),
        ("batchSize", "batch_size"),
        ("per_device_train_batch_size", "batch_size"),
        ("nEpochs", "epochs"),
        ("enc_layers", "num_layers"),
        ("lstm_dim", "hidden_size"),
        ("dropout-p", "dropout"),
        ("ngf", "num_filters"),
        ("lr_decay", "lr_gamma"),
    ],
)
def test_a_name_is_known_by_its_aliases_and_its_parts(name: str, entry: str) -> None:
    known = known_by_name(name, TORCH)
    assert known is not None
    assert known.entry.name == entry


def test_a_pipeline_step_is_cut_off() -> None:
    known = known_by_name("clf__C", ("sklearn.svm",))
    assert known is not None
    assert known.entry.key == "sklearn.svm.C"


def test_a_name_means_what_its_framework_means_by_it() -> None:
    discount, factor = known_exactly("gamma", ("rl", "dl")), known_exactly("gamma", ("dl",))
    split = known_exactly("gamma", ("xgboost",))
    assert discount is not None
    assert factor is not None
    assert split is not None
    assert [discount.entry.key, factor.entry.key, split.entry.key] == ["rl.gamma", "dl.lr_gamma", "xgboost.gamma"]


@pytest.mark.parametrize(
    ("flow", "key"),
    [
        ("torch.optim.AdamW.lr", "dl.adam.learning_rate"),
        ("torch.optim.AdamW.weight_decay", "dl.adamw.weight_decay"),
        ("torch.optim.SGD.lr", "dl.sgd.learning_rate"),
        ("torch.optim.*.lr", "dl.learning_rate"),
        ("torch.optim.*.momentum", "dl.sgd.momentum"),
        ("fit.batch_size", "dl.batch_size"),
        ("xgboost.XGBClassifier.max_depth", "xgboost.max_depth"),
        ("xgboost.train.eta", "xgboost.learning_rate"),
        ("sklearn.ensemble.RandomForestClassifier.max_features", "sklearn.forest.max_features"),
        ("sklearn.ensemble.GradientBoostingRegressor.learning_rate", "sklearn.boosted.learning_rate"),
        ("torch.nn.Dropout.p", "dl.dropout"),
        ("torch.nn.Linear.out_features", "dl.hidden_size"),
        ("torch.optim.lr_scheduler.StepLR.gamma", "dl.lr_gamma"),
        ("torch.utils.data.DataLoader.batch_size", "dl.batch_size"),
    ],
)
def test_an_argument_of_a_framework_says_what_flows_into_it(flow: str, key: str) -> None:
    known = known_by_flow((flow,))
    assert isinstance(known, Known)
    assert known.entry.key == key
    assert known.flow == flow


def test_some_arguments_make_a_value_static() -> None:
    kinds = []
    for flow in ("torch.manual_seed.seed", "torch.utils.data.DataLoader.num_workers", "sklearn.svm.SVC.random_state"):
        group = known_by_flow((flow,))
        assert isinstance(group, StaticGroup)
        kinds.append(group.kind)
    assert kinds == ["seed", "placement", "seed"]


def test_a_flow_into_the_unknown_says_nothing() -> None:
    assert known_by_flow(("mylib.Thing.size", "print.value")) is None


def test_the_length_of_a_loop_over_epochs_is_the_training_length() -> None:
    known = known_by_weak_flow(("for.epoch",))
    assert isinstance(known, Known)
    assert known.entry.is_resource
    assert known_by_weak_flow(("for.row",)) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("seed", "seed"),
        ("manualSeed", "seed"),
        ("test-batch-size", "evaluation"),
        ("data-dir", "path"),
        ("num_workers", "placement"),
        ("backend", "placement"),
        ("no-cuda", "placement"),
        ("log-interval", "logging"),
        ("objective", "problem"),
        ("num_class", "problem"),
        ("arch", "model"),
        ("early_stopping_rounds", "stopping"),
        ("val_split", "yardstick"),
        ("data.train_share", "yardstick"),
        ("img_width", "problem"),
        ("enc_in", "problem"),
        ("sagemaker_program", "service"),
    ],
)
def test_names_that_are_never_tuned_belong_to_a_group(name: str, kind: str) -> None:
    group = static_group_of(name)
    assert group is not None
    assert group.kind == kind


def test_frameworks_are_found_by_companions_flows_and_imports() -> None:
    assert frameworks_in(["pytorch"], ["torch.optim.SGD.lr"], ["lr"])[0] == "dl.sgd"
    assert frameworks_in(["pytorch", "gymnasium"], [], ["gae-lambda", "gamma"])[0] == "rl.ppo"
    assert frameworks_in([], [], ["num_leaves", "lr"]) == ("lightgbm",)
    assert frameworks_in([], [], []) == ()


def test_a_toolbox_imported_for_its_metrics_speaks_after_what_trains() -> None:
    assert frameworks_in(["sklearn", "pytorch"], [], ["gamma"]) == ("dl", "sklearn")
    assert frameworks_in(["sklearn", "pytorch"], ["sklearn.svm.SVC.C"], ["C"])[0] == "sklearn.svm"
    assert frameworks_in(["sklearn"], [], ["C"]) == ("sklearn",)


def test_a_class_that_is_only_imported_says_which_framework_it_is() -> None:
    assert frameworks_in({"stable_baselines3", "stable_baselines3.PPO"}, (), ())[0] == "rl.ppo"
    assert frameworks_in({"sklearn", "sklearn.tree.DecisionTreeClassifier"}, (), ())[0] == "sklearn.tree"
    assert frameworks_in({"pytorch", "sklearn", "sklearn.svm.SVC"}, ("torch.optim.Adam.lr",), ())[0].startswith("dl")
