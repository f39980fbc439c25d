"""Arguments that are called x1..xn: the flows alone tell what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from selftune.autotune.plan import make_plan
from selftune.model.plan import Plan, PlannedHyperparameter, Role
from selftune.model.ranges import ContinuousRange, IntegerRange, ScalingType
from selftune.model.request import CommandRequest, TuningJobRequest

PYTORCH = """
import argparse
import torch
from torch import nn
from torch.utils.data import DataLoader


class Net(nn.Module):
    def __init__(self, hidden, depth, dropout):
        super().__init__()
        layers = [nn.Linear(20, hidden)]
        for _ in range(depth):
            layers += [nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout(dropout)]
        self.layers = nn.Sequential(*layers, nn.Linear(hidden, 2))

    def forward(self, x):
        return self.layers(x)


def build_optimizer(net, options):
    return torch.optim.AdamW(net.parameters(), lr=options.lr, weight_decay=options.weight_decay)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--weight_decay", type=float, default=0.01)
    parser.add_argument("--batch_size", type=int, default=64)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=4)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    net = Net(args.hidden, args.depth, args.dropout)
    loader = DataLoader(data, batch_size=args.batch_size, num_workers=args.workers)
    optimizer = build_optimizer(net, args)
    for epoch in range(args.epochs):
        print(f"epoch {epoch} val_loss: {train(net, loader, optimizer):.4f}")


main()
"""
XGBOOST = """
import argparse
from xgboost import XGBClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--depth", type=int, default=6)
parser.add_argument("--eta", type=float, default=0.3)
parser.add_argument("--rounds", type=int, default=100)
parser.add_argument("--rows", type=float, default=1.0)
parser.add_argument("--child", type=float, default=1.0)
parser.add_argument("--l2", type=float, default=1.0)
parser.add_argument("--threads", type=int, default=2)
args = parser.parse_args()
params = {"max_depth": args.depth, "learning_rate": args.eta, "n_estimators": args.rounds}
model = XGBClassifier(**params, subsample=args.rows, min_child_weight=args.child, reg_lambda=args.l2)
model.set_params(n_jobs=args.threads)
model.fit(x, y, eval_set=[(xv, yv)])
"""


def renamed(text: str) -> tuple[str, dict[str, str]]:
    """The script with its arguments called x1..xn, and the new names by the old ones."""
    old = re.findall(r'add_argument\("--(\w+)"', text)
    names = {name: f"x{index}" for index, name in enumerate(old, 1)}
    for name, new in names.items():
        text = text.replace(f'"--{name}"', f'"--{new}"')
        text = re.sub(rf"\b(args|options)\.{name}\b", rf"\1.{new}", text)
    return text, names


def plan_of(folder: Path, text: str) -> Plan:
    (folder / "train.py").write_text(text)
    request = TuningJobRequest(name="t", program=CommandRequest(argv=("python", "train.py"), folder=str(folder)))
    return make_plan(request, slots=1)


def named(plan: Plan, name: str) -> PlannedHyperparameter:
    found = plan.hyperparameter(name)
    assert found is not None
    return found


@pytest.mark.parametrize("script", [PYTORCH, XGBOOST], ids=["pytorch", "xgboost"])
def test_a_script_keeps_its_plan_when_its_arguments_are_renamed(tmp_path: Path, script: str) -> None:
    text, names = renamed(script)
    before, after = plan_of(tmp_path, script), plan_of(tmp_path, text)
    for old, new in names.items():
        was, now = named(before, old), named(after, new)
        assert (old, now.role, now.range) == (old, was.role, was.range)


def test_the_flows_of_a_pytorch_script_give_role_range_and_scale(tmp_path: Path) -> None:
    text, names = renamed(PYTORCH)
    plan = plan_of(tmp_path, text)
    rate, width, epochs = (named(plan, names[old]) for old in ("lr", "hidden", "epochs"))
    assert isinstance(rate.range, ContinuousRange)
    assert rate.range.scaling is ScalingType.LOG
    assert rate.range.low <= 1e-4 < 1e-2 <= rate.range.high
    assert isinstance(width.range, IntegerRange)
    assert named(plan, names["dropout"]).range is not None
    assert epochs.role is Role.RESOURCE
    assert [named(plan, names[old]).role for old in ("seed", "workers")] == [Role.STATIC, Role.STATIC]
    assert "dl.batch_size" in named(plan, names["batch_size"]).source


def test_the_flows_of_an_xgboost_script_give_role_range_and_scale(tmp_path: Path) -> None:
    text, names = renamed(XGBOOST)
    plan = plan_of(tmp_path, text)
    depth, eta, rounds = (named(plan, names[old]) for old in ("depth", "eta", "rounds"))
    assert isinstance(depth.range, IntegerRange)
    assert depth.range.low <= 3 < 10 <= depth.range.high
    assert isinstance(eta.range, ContinuousRange)
    assert eta.range.scaling is ScalingType.LOG
    assert isinstance(rounds.range, IntegerRange)
    assert named(plan, names["threads"]).role is Role.STATIC


LOOPS = """
import argparse
import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--x1", type=float, default=0.001)
parser.add_argument("--x2", type=int, default=64)
parser.add_argument("--x3", type=int, default=20)
parser.add_argument("--x4", type=int, default=5)
parser.add_argument("--x5", type=int, default=4)
args = parser.parse_args()


def one_pass(net, optimizer):
    BATCHES:
        loss = nn.functional.mse_loss(net(x[i]), y[i])
        loss.backward()
        optimizer.step()
    return loss


for a in range(args.x4):
    net = nn.Linear(4, 2)
    optimizer = torch.optim.Adam(net.parameters(), lr=args.x1)
    for b in EPOCHS:
        for c in range(args.x5):
            loss = one_pass(net, optimizer)
        print(f"val_loss: {loss.item()}")
"""


@pytest.mark.parametrize("epochs", ["range(args.x3)", "tqdm(range(1, args.x3 + 1))"])
@pytest.mark.parametrize(
    "batches",
    [
        "for i in range(0, len(x), args.x2)",
        "for i in torch.randperm(len(x)).split(args.x2)",
        "for step, i in enumerate(torch.split(torch.randperm(len(x)), args.x2))",
    ],
)
def test_a_loop_that_trains_is_the_training_length_whatever_its_variable_is_called(
    tmp_path: Path, epochs: str, batches: str
) -> None:
    text = LOOPS.replace("BATCHES", batches).replace("EPOCHS", epochs)
    plan = plan_of(tmp_path, text.replace("import torch\n", "import torch\nfrom tqdm import tqdm\n"))

    assert named(plan, "x3").role is Role.RESOURCE
    assert "dl.batch_size" in named(plan, "x2").source
    assert [named(plan, name).role is Role.RESOURCE for name in ("x2", "x4", "x5")] == [False] * 3
    assert "num_layers" not in named(plan, "x4").source


def test_a_loop_that_only_evaluates_is_no_training_length(tmp_path: Path) -> None:
    text = LOOPS.replace("loss.backward()", "pass").replace("BATCHES", "for i in range(0, len(x), args.x2)")
    plan = plan_of(tmp_path, text.replace("EPOCHS", "range(args.x3)"))

    assert named(plan, "x3").role is not Role.RESOURCE
    assert "dl.batch_size" not in named(plan, "x2").source
