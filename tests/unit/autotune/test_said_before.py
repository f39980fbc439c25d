"""What a plan says before anything runs: no metric, no end, numbers of one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.errors import UsageError
from selftune.model.plan import Role

from .factories import MNIST, command_request, judged, script_folder

ENDLESS = MNIST.replace('"--epochs", type=int, default=5', '"--steps", type=int, default=-1').replace("epochs", "steps")


def test_a_program_that_prints_no_metric_is_told_so(tmp_path: Path) -> None:
    text = MNIST.replace("train loss={loss:.4f} validation:rmse={rmse:.4f}", "done")
    plan = make_plan(command_request(script_folder(tmp_path, text)), slots=1)
    assert plan.objective.name is None
    assert any(
        warning.startswith("No objective metric was found: the source prints no number with a name")
        for warning in plan.warnings
    )


def test_a_metric_that_is_printed_needs_no_such_warning(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path)), slots=1)
    assert not any("No objective metric" in warning for warning in plan.warnings)


def test_training_without_end_is_said(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, ENDLESS)), slots=1)
    assert any(warning.startswith("steps is -1, which often means without end") for warning in plan.warnings)
    bounded = make_plan(command_request(tmp_path, "--steps", "100"), slots=1)
    assert not any("without end" in warning for warning in bounded.warnings)


def test_a_name_of_several_numbers_in_the_code_is_refused_with_their_places(tmp_path: Path) -> None:
    text = "import torch\na = torch.optim.SGD(p, lr=0.1)\nb = torch.optim.SGD(q, lr=0.2)\nprint('val acc: %f' % x)\n"
    with pytest.raises(UsageError, match=r"lr stands in the code 2 times \(train.py:2, train.py:3\)"):
        make_plan(command_request(script_folder(tmp_path, text), tune=frozenset({"lr"})), slots=1)


def test_nothing_tuned_offers_only_what_has_a_range(tmp_path: Path) -> None:
    text = "import argparse\np = argparse.ArgumentParser()\np.add_argument('--zz', type=int, default=-1)\n"
    text += "p.add_argument('--yy', type=int, default=7)\na = p.parse_args()\nuse(a.zz, a.yy)\n"
    plan = make_plan(command_request(script_folder(tmp_path, text)), slots=1)
    offer = next(warning for warning in plan.warnings if "Nothing is tuned" in warning)
    assert "yy" in offer
    assert "zz" not in offer


def test_an_old_keyword_of_tensors_does_not_hide_a_script(tmp_path: Path) -> None:
    plan = make_plan(command_request(script_folder(tmp_path, MNIST + "x = x.cuda(async=True)\n")), slots=1)
    found = plan.hyperparameter("lr")
    assert found is not None
    assert found.role is Role.TUNED


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("policy-frequency", 2, "how often something happens"),
        ("num_freq", 1025, "Nothing sure is known"),
        ("progressive", 0.2, "only"),
        ("model_save_step", 10000, "when results are saved"),
        ("predictor", "conv", "which part of the program"),
        ("model_variant", 3, "Nothing sure is known"),
        ("reward_clip", 1, "defines the problem"),
    ],
)
def test_what_stays_static_is_explained_by_what_is_true(name: str, value: int | float | str, says: str) -> None:
    judgement = judged(name, value)
    if says == "only":
        assert "reported" not in judgement.reason
    elif name == "num_freq":
        assert "how often" not in judgement.reason
    else:
        assert says in judgement.reason


@pytest.mark.parametrize(
    ("name", "like"), [("hidden1", "hidden_size"), ("l2_weight", "weight_decay"), ("n_head", "num_heads")]
)
def test_variants_of_known_names_are_known(name: str, like: str) -> None:
    entry = judged(name, 0.01 if like == "weight_decay" else 32).entry
    assert entry is not None
    assert entry.name == like


def test_a_probability_of_mixing_is_no_strength_of_it() -> None:
    judgement = judged("mixup_prob", 0.9)
    assert judgement.entry is None or judgement.entry.name != "mixup"
    assert judgement.range is None or judgement.range.hard_bounds is not None  # type: ignore[union-attr]


def test_of_several_flows_the_one_that_the_name_means_counts() -> None:
    flows = ("torch.nn.Conv2d.kernel_size", "torch.nn.Embedding.embedding_dim")
    entry = judged("embed-dim", 128, flows=flows).entry
    assert entry is not None
    assert entry.name == "embedding_dim"


def test_momentum_does_nothing_beside_an_optimizer_that_is_named_adam(tmp_path: Path) -> None:
    text = MNIST.replace(
        "args = parser",
        'parser.add_argument("--momentum", type=float, default=0.9)\n'
        'parser.add_argument("--opt", default="adamw")\nargs = parser',
    )
    script_folder(tmp_path, text + "optimizer = made_elsewhere(args)\n")
    found = make_plan(command_request(tmp_path), slots=1).hyperparameter("momentum")
    assert found is not None
    assert found.role is Role.STATIC
    assert "does nothing while opt is adamw, as it is today" in found.reason
