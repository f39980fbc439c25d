"""Only code that runs with today's values says what a hyperparameter is; what only other code uses stays static."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.autotune import make_plan
from selftune.model.plan import Plan, PlannedHyperparameter, Role
from selftune.model.ranges import CategoricalRange, ContinuousRange

from .factories import command_request, script_folder, script_request

HEAD = """
import argparse
import torch
from torch import nn
from torch.optim import SGD, Adam
p = argparse.ArgumentParser()
p.add_argument("--opt", default="adam", choices=["sgd", "adam"])
p.add_argument("--x1", type=float, default=0.02)
p.add_argument("--x2", type=float, default=0.9)
p.add_argument("--use-ema", action="store_true")
p.add_argument("--plain", action="store_false", dest="fancy")
p.add_argument("--level", type=int, default=0)
args = p.parse_args()
net = nn.Linear(4, 4)
print("val accuracy:", accuracy)
"""
BOTH = "SGD(net.parameters(), lr=args.x1, momentum=args.x2)", "Adam(net.parameters(), lr=args.x1)"
WAYS = {
    "if": "if args.opt == 'sgd':\n    SGD_\nelse:\n    ADAM_\n",
    "elif": "if args.opt == 'adam':\n    ADAM_\nelif args.opt == 'sgd':\n    SGD_\n",
    "not equal": "if args.opt != 'sgd':\n    ADAM_\nelse:\n    SGD_\n",
    "in": "if args.opt in ('sgd', 'momentum'):\n    SGD_\nelse:\n    ADAM_\n",
    "lower": "name = args.opt.lower()\nif name == 'sgd':\n    SGD_\nelif name == 'adam':\n    ADAM_\n",
    "startswith": "if args.opt.startswith('sg'):\n    SGD_\nelse:\n    ADAM_\n",
    "contains": "if 'sg' in args.opt:\n    SGD_\nelse:\n    ADAM_\n",
    "and": "if args.opt == 'sgd' and args.level >= 0:\n    SGD_\nelse:\n    ADAM_\n",
    "match": "match args.opt:\n    case 'sgd':\n        SGD_\n    case _:\n        ADAM_\n",
    "match all": "match args.opt:\n    case 'adam':\n        ADAM_\n    case _:\n        SGD_\n",
    "expression": "best = SGD_ if args.opt == 'sgd' else ADAM_\n",
    "lambdas": "{'sgd': lambda: SGD_, 'adam': lambda: ADAM_}[args.opt]()\n",
    "early return": "def make(opt):\n    if opt == 'sgd':\n        return SGD_\n    return ADAM_\nmake(args.opt)\n",
    "return first": "def make(a):\n    if a.opt == 'adam':\n        return ADAM_\n    return SGD_\nmake(args)\n",
    "functions": "def old():\n    SGD_\ndef new():\n    ADAM_\nif args.opt == 'sgd':\n    old()\nelse:\n    new()\n",
    "classes": (
        "class Old:\n    def fit(self):\n        SGD_\nclass New:\n    def fit(self):\n        ADAM_\n"
        "{'sgd': Old, 'adam': New}[args.opt]().fit()\n"
    ),
}


def plan_of(folder: Path, text: str, *arguments: str, **more: object) -> Plan:
    script_folder(folder, HEAD + text.replace("SGD_", BOTH[0]).replace("ADAM_", BOTH[1]))
    return make_plan(command_request(folder, *arguments, **more), slots=1)


def found_in(plan: Plan, name: str) -> PlannedHyperparameter:
    found = plan.hyperparameter(name)
    assert found is not None
    return found


@pytest.mark.parametrize("way", WAYS)
def test_a_value_of_the_branch_that_does_not_run_is_static_and_says_what_it_needs(tmp_path: Path, way: str) -> None:
    plan = plan_of(tmp_path, WAYS[way])
    momentum = found_in(plan, "x2")
    assert momentum.role is Role.STATIC
    assert "is only used when opt " in momentum.reason
    assert "and opt is adam today" in momentum.reason
    assert "torch.optim.Adam.lr" in found_in(plan, "x1").reason


@pytest.mark.parametrize("way", WAYS)
def test_given_on_the_command_line_the_other_branch_counts(tmp_path: Path, way: str) -> None:
    plan = plan_of(tmp_path, WAYS[way], "--opt", "sgd")
    assert found_in(plan, "x2").role is Role.TUNED
    assert "torch.optim.SGD.lr" in found_in(plan, "x1").reason


@pytest.mark.parametrize("text", ["OPTS = {'sgd': SGD, 'adam': Adam}\nMAKE = OPTS[args.opt]\n", "MAKE = CHOOSE\n"])
def test_one_call_of_a_chosen_optimizer_is_a_call_of_todays(tmp_path: Path, text: str) -> None:
    chosen = "getattr(torch.optim, {'sgd': 'SGD', 'adam': 'Adam'}[args.opt])"
    call = "MAKE(net.parameters(), lr=args.x1)\n"
    plan = plan_of(tmp_path, text.replace("CHOOSE", chosen if "OPTS" in text else "getattr(torch.optim, 'SGD')") + call)
    wanted = "torch.optim.Adam.lr" if "OPTS" in text else "torch.optim.SGD.lr"
    assert wanted in found_in(plan, "x1").reason


def test_the_name_of_a_class_on_the_command_line_chooses_it(tmp_path: Path) -> None:
    text = HEAD.replace('default="adam", choices=["sgd", "adam"]', 'default="RMSprop"')
    script_folder(tmp_path, text + "getattr(torch.optim, args.opt)(net.parameters(), lr=args.x1)\n")
    plan = make_plan(command_request(tmp_path), slots=1)
    assert "torch.optim.RMSprop.lr" in found_in(plan, "x1").reason


def test_values_of_estimators_count_as_a_command_line_does(tmp_path: Path) -> None:
    script_folder(tmp_path, HEAD + WAYS["if"].replace("SGD_", BOTH[0]).replace("ADAM_", BOTH[1]))
    plan = make_plan(script_request(tmp_path, {"opt": "sgd", "x1": 0.02}), slots=1)
    assert found_in(plan, "x2").role is Role.TUNED


def test_a_value_given_beside_the_command_counts(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, WAYS["if"], values=(("opt", "sgd"),))
    assert found_in(plan, "x2").role is Role.TUNED


def test_where_the_choice_is_tuned_both_branches_run(tmp_path: Path) -> None:
    ranges = (("opt", CategoricalRange(values=("adam", "sgd"))),)
    plan = plan_of(tmp_path, WAYS["if"], ranges=ranges)
    assert found_in(plan, "x2").role is Role.TUNED


USED = "nn.Dropout(args.x2)"


@pytest.mark.parametrize(
    ("condition", "arguments", "needs"),
    [
        ("args.use_ema", (), "use-ema is on, and use-ema is off today"),
        ("not args.fancy", (), "plain is off, and plain is on today"),
        ("args.fancy", ("--plain",), "plain is on, and plain is off today"),
        ("args.level > 2", (), "level is above 2, and level is 0 today"),
        ("args.level", (), "level is not 0, and level is 0 today"),
        ("args.level == 1 or args.level == 3", (), "level is 1 or 3, and level is 0 today"),
        ("args.use_ema and args.level == 0", (), "use-ema is on, and use-ema is off today"),
    ],
)
def test_a_reason_names_the_option_that_would_switch_it_on(
    tmp_path: Path, condition: str, arguments: tuple[str, ...], needs: str
) -> None:
    plan = plan_of(tmp_path, f"{BOTH[1]}\nif {condition}:\n    {USED}\n", *arguments)
    reason = found_in(plan, "x2").reason
    assert needs in reason.replace("fancy", "plain")


@pytest.mark.parametrize(
    "text",
    [
        f"if args.opt == other:\n    {USED}\n",
        f"if args.level == len(data):\n    {USED}\n",
        f"if args.opt == 'sgd':\n    {USED}\nelse:\n    {USED}\n",
        f"args.opt = 'sgd'\nif args.opt == 'sgd':\n    {USED}\n",
        f"name = 'sgd'\nif big:\n    name = args.opt\nif name == 'sgd':\n    {USED}\n",
        f"if args.opt == 'ADAM':\n    {USED}\n",
        f"if args.x2 > 1:\n    {USED}\n",
        f"y = net * args.x2\nif args.opt == 'sgd':\n    {USED}\n",
        f"def f(v):\n    {USED.replace('args.x2', 'v')}\nif args.opt == 'sgd':\n    f(args.x2)\nf(args.x2)\n",
    ],
)
def test_what_cannot_be_told_or_is_used_elsewhere_is_not_called_unused(tmp_path: Path, text: str) -> None:
    assert "is only used when" not in found_in(plan_of(tmp_path, f"{BOTH[1]}\n{text}"), "x2").reason


def test_what_is_handed_on_and_used_in_another_branch_only_is_static(tmp_path: Path) -> None:
    text = "more = dict(momentum=args.x2)\nif args.opt == 'sgd':\n    SGD(net.parameters(), **more)\nADAM_\n"
    assert "is only used when opt is sgd" in found_in(plan_of(tmp_path, text), "x2").reason


def test_a_command_under_which_nothing_would_be_tuned_is_doubted(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, "if args.use_ema:\n    ADAM_\n    nn.Dropout(args.x2)\n")
    assert found_in(plan, "x1").role is Role.TUNED
    assert any(
        "The command may not be the one that trains: x1 is only used when use-ema is on" in w for w in plan.warnings
    )


def test_the_range_follows_the_branch_that_runs(tmp_path: Path) -> None:
    text = HEAD.replace("default=0.02", "default=30.0") + WAYS["if"].replace("SGD_", BOTH[0]).replace("ADAM_", BOTH[1])
    script_folder(tmp_path, text)
    plan = make_plan(command_request(tmp_path, "--opt", "sgd"), slots=1)
    found = found_in(plan, "x1").range
    assert isinstance(found, ContinuousRange)
    assert 0.5 < found.low < 10 < 30 < found.high < 100


def test_what_acts_only_with_a_switch_by_its_help_is_kept_while_the_switch_is_off(tmp_path: Path) -> None:
    text = (
        "p.add_argument('--aux-weight', type=float, default=0.1, help='only effective if --use-ema')\n"
        "args = p.parse_args()\nADAM_\nclass Holder:\n    def loss(self):\n        return self.x.aux_weight * 3\n"
    )
    off = found_in(plan_of(tmp_path, text), "aux-weight")
    assert off.role is Role.STATIC
    assert "is only used when use-ema is on, and use-ema is off today" in off.reason
    assert found_in(plan_of(tmp_path, text, "--use-ema"), "aux-weight").role is Role.TUNED
