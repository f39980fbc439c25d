"""Which library calls a hyperparameter's value reaches."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selftune.autotune.reader.reading import FoundHyperparameter, ProgramReading

from .conftest import Programs

Find = Callable[[ProgramReading, str], FoundHyperparameter]
HEAD = """
import argparse
import torch
import torch.nn as nn
import torch.optim as optim
import xgboost as xgb
from torch.optim import Adam
from torch.utils.data import DataLoader
from sklearn.ensemble import RandomForestClassifier
parser = argparse.ArgumentParser()
parser.add_argument("--x1", type=float, default=0.1)
parser.add_argument("--x2", type=int, default=2)
args = parser.parse_args()
"""


@pytest.mark.parametrize(
    ("code", "flows"),
    [
        ("optim.SGD(p, lr=args.x1)", "torch.optim.SGD.lr"),
        ("optim.SGD(p, args.x1)", "torch.optim.SGD.lr"),
        ("Adam(p, args.x1)", "torch.optim.Adam.lr"),
        ("torch.optim.AdamW(p, lr=float(args.x1) * 2)", "torch.optim.AdamW.lr"),
        ("rate = args.x1\nscaled = rate / 10\nAdam(p, lr=scaled)", "torch.optim.Adam.lr"),
        ("rate, other = args.x1, 3\nAdam(p, lr=rate)", "torch.optim.Adam.lr"),
        ('Adam(p, lr=vars(args)["x1"])', "torch.optim.Adam.lr"),
        ('Adam(p, lr=getattr(args, "x1"))', "torch.optim.Adam.lr"),
        ('getattr(optim, "Adam")(p, lr=args.x1)', "torch.optim.Adam.lr"),
        ("getattr(optim, name)(p, lr=args.x1)", "torch.optim.*.lr"),
        ('kinds = {"a": optim.Adam}\nkinds[name](p, lr=args.x1)', "torch.optim.Adam.lr"),
        ('Adam([{"params": p, "lr": args.x1}])', "torch.optim.Adam.lr"),
        ('params = {"eta": args.x1}\nxgb.train(params, d)', "xgboost.train.eta"),
        ('params = {}\nparams["eta"] = args.x1\nxgb.train(params, d)', "xgboost.train.eta"),
        ("params = dict(eta=args.x1)\nxgb.train(params, d)", "xgboost.train.eta"),
        ('params = {}\nparams.update({"eta": args.x1})\nxgb.train(params, d)', "xgboost.train.eta"),
        ("xgb.XGBClassifier(**{'eta': args.x1})", "xgboost.XGBClassifier.eta"),
        ("def train(rate):\n    Adam(p, lr=rate)\ntrain(args.x1)", "torch.optim.Adam.lr"),
        ("def inner(r):\n    Adam(p, lr=r)\ndef outer(q):\n    inner(r=q)\nouter(args.x1)", "torch.optim.Adam.lr"),
        ("def train(settings):\n    Adam(p, lr=settings.x1)\ntrain(args)", "torch.optim.Adam.lr"),
        ("def train(x1, x2):\n    Adam(p, lr=x1)\ntrain(**vars(args))", "torch.optim.Adam.lr"),
        ("def rate():\n    return args.x1\nAdam(p, lr=rate())", "torch.optim.Adam.lr"),
        (
            "class Net(nn.Module):\n    def __init__(self, p):\n        self.d = nn.Dropout(p)\nNet(args.x1)",
            "torch.nn.Dropout.p",
        ),
        (
            "class M:\n  def __init__(self, r):\n    self.r = r\n  def go(self):\n    Adam(p, lr=self.r)\nM(args.x1)",
            "torch.optim.Adam.lr",
        ),
        (
            "class T(nn.Transformer):\n    def __init__(self, d):\n        super().__init__(dropout=d)\nT(args.x1)",
            "torch.nn.Transformer.dropout",
        ),
        ("nn.utils.clip_grad_norm_(p, args.x1)", "torch.nn.utils.clip_grad_norm_.max_norm"),
        (
            "clf = RandomForestClassifier()\nclf.set_params(max_features=args.x1)",
            "sklearn.ensemble.RandomForestClassifier.max_features",
        ),
        ("args.x1 = args.x1 * 2\nAdam(p, lr=args.x1)", "torch.optim.Adam.lr"),
        ("from functools import partial\nmake = partial(Adam, lr=args.x1)", "torch.optim.Adam.lr"),
        ("Adam(p, lr=args.x1 if args.x2 else 0)", "torch.optim.Adam.lr"),
        ("if (rate := args.x1) > 0:\n    Adam(p, lr=rate)", "torch.optim.Adam.lr"),
    ],
)
def test_a_value_is_followed_into_the_argument_that_takes_it(
    programs: Programs, found: Find, code: str, flows: str
) -> None:
    assert found(programs.script(HEAD + code + "\n"), "x1").flows == (flows,)


@pytest.mark.parametrize(
    ("code", "flow"),
    [
        ("DataLoader(d, args.x2)", "torch.utils.data.DataLoader.batch_size"),
        ("for epoch in range(1, args.x2 + 1): ...", "for.epoch"),
        ("nn.Linear(784, args.x2)", "torch.nn.Linear.out_features"),
        ("torch.manual_seed(args.x2)", "torch.manual_seed.seed"),
        ("model = load()\nmodel.fit(d, epochs=args.x2)", "fit.epochs"),
        ("xgb.train({}, d, args.x2)", "xgboost.train.num_boost_round"),
        ("RandomForestClassifier(max_depth=args.x2)", "sklearn.ensemble.RandomForestClassifier.max_depth"),
    ],
)
def test_a_whole_number_is_followed_too(programs: Programs, found: Find, code: str, flow: str) -> None:
    assert flow in found(programs.script(HEAD + code + "\n"), "x2").flows


def test_showing_a_value_or_naming_a_file_by_it_is_no_flow(programs: Programs, found: Find) -> None:
    reading = programs.script(
        HEAD + 'print(args.x1)\nopen(f"{args.x1}.txt")\nimport wandb\nwandb.init(config={"lr": args.x1})\n'
    )
    assert found(reading, "x1").flows == ()
    assert found(reading, "x1").is_read is True


def test_a_value_that_is_compared_does_not_flow_on(programs: Programs, found: Find) -> None:
    assert found(programs.script(HEAD + "flag = args.x1 > 3\nAdam(p, amsgrad=flag)\n"), "x1").flows == ()


def test_flows_cross_the_modules_of_a_program(programs: Programs, found: Find) -> None:
    programs.write("model.py", "from torch import nn\ndef build(width):\n    return nn.Linear(4, width)\n")
    reading = programs.script(HEAD + "import model\nmodel.build(args.x2)\n")
    assert found(reading, "x2").flows == ("torch.nn.Linear.out_features",)


def test_saved_hyperparameters_of_lightning_are_followed(programs: Programs, found: Find) -> None:
    reading = programs.script(
        HEAD
        + """
import lightning as L
class Model(L.LightningModule):
    def __init__(self, rate=0.1):
        super().__init__()
        self.save_hyperparameters()
    def configure_optimizers(self):
        return Adam(self.parameters(), lr=self.hparams.rate)
Model(rate=args.x1)
"""
    )
    assert "torch.optim.Adam.lr" in found(reading, "x1").flows


def test_what_is_declared_and_never_read_is_known(programs: Programs, found: Find) -> None:
    reading = programs.script(HEAD + "print(args.x1)\n")
    assert (found(reading, "x1").is_read, found(reading, "x2").is_read) == (True, False)


def test_arguments_that_go_elsewhere_as_a_whole_may_be_read_there(programs: Programs, found: Find) -> None:
    reading = programs.script(HEAD + "import engine\nengine.run(args)\n")
    assert found(reading, "x1").is_read is None


def test_the_order_of_flows_is_the_same_in_each_run(programs: Programs, found: Find) -> None:
    code = "Adam(p, lr=args.x1)\noptim.SGD(p, lr=args.x1)\nhelper.step(alpha=args.x1)\n"
    flows = found(programs.script(HEAD + code), "x1").flows
    assert flows == ("torch.optim.Adam.lr", "torch.optim.SGD.lr", "step.alpha")


def test_recursion_and_loops_in_the_program_end(programs: Programs, found: Find) -> None:
    code = "def f(a):\n    g(a)\ndef g(b):\n    f(b)\n    Adam(p, lr=b)\nf(args.x1)\nwhile True:\n    f(args.x1)\n"
    assert found(programs.script(HEAD + code), "x1").flows == ("torch.optim.Adam.lr",)


def test_a_configuration_that_is_loaded_is_followed_by_its_keys(programs: Programs, found: Find) -> None:
    programs.write("c.yaml", "optimizer:\n  lr: 0.1\nepochs: 3\n")
    reading = programs.script(
        """
        import sys, yaml, torch
        cfg = yaml.safe_load(open(sys.argv[1]))
        torch.optim.SGD([], lr=cfg["optimizer"]["lr"])
        for epoch in range(cfg["epochs"]): ...
        """,
        "c.yaml",
    )
    assert found(reading, "optimizer.lr").flows == ("torch.optim.SGD.lr",)
    assert found(reading, "epochs").flows == ("for.epoch",)


def test_a_parameter_that_is_named_by_the_step_of_a_pipeline_goes_into_that_step(
    programs: Programs, found: Find
) -> None:
    text = (
        "import argparse\nfrom sklearn.pipeline import Pipeline, make_pipeline\nfrom sklearn.svm import SVC\n"
        'p = argparse.ArgumentParser()\np.add_argument("--x1", type=float, default=1.0)\n'
        'p.add_argument("--x2", type=float, default=0.1)\no = vars(p.parse_args())\n'
        'pipe = Pipeline([("clf", SVC())])\npipe.set_params(clf__C=o["x1"])\n'
        'make_pipeline(SVC()).set_params(**{"svc__gamma": o["x2"]})\n'
    )
    reading = programs.script(text)
    assert found(reading, "x1").flows == ("sklearn.svm.SVC.C",)
    assert found(reading, "x2").flows == ("sklearn.svm.SVC.gamma",)


def test_what_is_put_into_a_dictionary_by_keyword_is_followed(programs: Programs, found: Find) -> None:
    text = (
        'import argparse\nimport xgboost as xgb\np = argparse.ArgumentParser()\np.add_argument("--x1", default=6)\n'
        'p.add_argument("--x2", default=0.1)\na = p.parse_args()\ncfg = {"eta": a.x2}\ncfg.update(max_depth=a.x1)\n'
        "xgb.train(cfg, d)\n"
    )
    assert found(programs.script(text), "x1").flows == ("xgboost.train.max_depth",)
    assert found(programs.script(text), "x2").flows == ("xgboost.train.eta",)


def test_the_keys_of_a_table_are_the_choices_where_any_other_value_ends_the_run(
    programs: Programs, found: Find
) -> None:
    head = 'import argparse\np = argparse.ArgumentParser()\np.add_argument("--depth", type=int, default=50)\n'
    head += "a = p.parse_args()\nTABLE = {18: Basic, 50: Deep, 101: Deep}\n"
    refused = head + "def make(depth):\n    if depth not in TABLE:\n        raise ValueError(depth)\nmake(a.depth)\n"
    assert found(programs.script(refused), "depth").choices == (18, 50, 101)
    assert found(programs.script(head + "assert a.depth in TABLE\n"), "depth").choices == (18, 50, 101)
    warned = head + "if a.depth not in TABLE:\n    print('untried')\n"
    assert found(programs.script(warned), "depth").choices is None
