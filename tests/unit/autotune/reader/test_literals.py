"""Numbers in the code are found and followed; they are tuned only where the user asks."""

from __future__ import annotations

from selftune.autotune.plan import make_plan
from selftune.model.plan import Role
from selftune.model.ranges import ContinuousRange
from selftune.model.request import CommandRequest, TuningJobRequest, UserSettings

from .conftest import Programs

BOOSTING = """
import xgboost as xgb
SEED = 7
X1 = 0.3
params = {"max_depth": 6, "subsample": 0.9, "eta": X1, "seed": SEED}
xgb.train(params, data, num_boost_round=20, evals=[(data, "val")])
"""


def plan_of(programs: Programs, text: str, **settings: object):  # type: ignore[no-untyped-def]
    programs.write("train.py", text)
    program = CommandRequest(argv=("python", "train.py"), folder=str(programs.folder))
    request = TuningJobRequest(name="t", program=program, settings=UserSettings(**settings))  # type: ignore[arg-type]
    return make_plan(request, slots=1)


def test_constants_dictionary_items_and_arguments_are_followed(programs: Programs) -> None:
    reading = programs.script(BOOSTING)
    found = {h.name: (h.value, h.flows) for h in reading.hyperparameters}
    assert found["X1"] == (0.3, ("xgboost.train.eta",))
    assert found["max_depth"] == (6, ("xgboost.train.max_depth",))
    assert found["num_boost_round"] == (20, ("xgboost.train.num_boost_round",))


def test_none_is_tuned_unless_asked_for(programs: Programs) -> None:
    plan = plan_of(programs, BOOSTING)
    assert plan.tuned == ()
    assert {h.name for h in plan.hyperparameters} == {"X1", "max_depth", "subsample", "num_boost_round"}
    assert plan.program.config_files == ()


def test_a_plan_that_tunes_nothing_says_what_would_open_it_up(programs: Programs) -> None:
    (warning,) = [w for w in plan_of(programs, BOOSTING).warnings if w.startswith("Nothing is tuned")]
    assert "X1 (train.py:4)" in warning
    assert "--tune X1" in warning
    assert 'parser.add_argument("--x1", type=float, default=0.3)' in warning


def test_what_is_asked_for_is_rewritten_in_each_job_s_copy(programs: Programs) -> None:
    plan = plan_of(programs, BOOSTING, tune=frozenset({"X1", "max_depth"}))
    assert {h.name for h in plan.tuned} == {"X1", "max_depth"}
    (file,) = plan.program.config_files
    assert (file.path, file.format) == ("train.py", "python")
    assert set(file.keys) == {("X1", "X1"), ("max_depth", "params.max_depth")}
    assert plan.baseline == (("X1", 0.3), ("max_depth", 6))


def test_a_user_s_range_asks_for_it_as_well(programs: Programs) -> None:
    plan = plan_of(programs, BOOSTING, ranges=(("subsample", ContinuousRange(low=0.5, high=1.0)),))
    assert [h.name for h in plan.tuned] == ["subsample"]


def test_numbers_that_share_a_name_have_longer_ones(programs: Programs) -> None:
    reading = programs.script(
        """
        import torch
        class Small:
            lr = 0.1
        class Large:
            lr = 0.2
        torch.optim.SGD([], Small.lr)
        torch.optim.SGD([], lr=Large.lr)
        """
    )
    assert {h.name: h.flows for h in reading.hyperparameters} == {
        "Small.lr": ("torch.optim.SGD.lr",),
        "Large.lr": ("torch.optim.SGD.lr",),
    }


def test_constants_of_a_module_beside_the_script_are_found(programs: Programs) -> None:
    programs.write("settings.py", "LR = 0.1\n")
    reading = programs.script("import torch\nfrom settings import LR\ntorch.optim.SGD([], lr=LR)\n")
    assert [(h.name, h.source, h.flows) for h in reading.hyperparameters] == [
        ("LR", "settings.py:1", ("torch.optim.SGD.lr",))
    ]
    assert [file.path for file in reading.config_files] == ["settings.py"]


def test_defaults_of_arguments_are_no_numbers_of_their_own(programs: Programs) -> None:
    reading = programs.script(
        """
        import argparse, torch
        LR = 0.1
        p = argparse.ArgumentParser()
        p.add_argument("--lr", type=float, default=LR)
        torch.optim.SGD([], lr=p.parse_args().lr)
        """
    )
    assert [(h.name, h.is_literal) for h in reading.hyperparameters] == [("lr", False)]


def test_the_default_of_a_parameter_is_followed(programs: Programs) -> None:
    reading = programs.script(
        "import torch\ndef train(rate=0.01):\n    torch.optim.Adam([], rate)\ntrain()\n",
    )
    assert [(h.name, h.flows) for h in reading.hyperparameters] == [("rate", ("torch.optim.Adam.lr",))]


def test_an_argument_keeps_its_name_beside_a_number(programs: Programs) -> None:
    reading = programs.script(
        """
        import argparse, torch
        p = argparse.ArgumentParser()
        p.add_argument("--lr", type=float, default=0.1)
        torch.optim.SGD([], lr=p.parse_args().lr)
        torch.optim.Adam([], lr=0.5)
        """
    )
    assert {h.name: h.value for h in reading.hyperparameters} == {"lr": 0.1, "Adam.lr": 0.5}


def test_a_role_follows_the_flow_of_a_number(programs: Programs) -> None:
    plan = plan_of(programs, "import torch\nEPS = 12\nfor epoch in range(EPS):\n    pass\nEPOCHS = 5\n")
    assert [h.role for h in plan.hyperparameters if h.name == "EPOCHS"] == [Role.RESOURCE]
