"""Values that the tests of Autotune start from."""

from __future__ import annotations

import sys
from pathlib import Path

from selftune.autotune.evidence import traits_of
from selftune.autotune.judgement import Judgement
from selftune.autotune.knowledge import frameworks_in
from selftune.autotune.reader.reading import FoundHyperparameter
from selftune.autotune.roles import judge
from selftune.model.request import (
    AlgorithmRequest,
    Channel,
    CommandRequest,
    ScriptRequest,
    TuningJobRequest,
    UserSettings,
)
from selftune.model.values import HyperparameterValue

MNIST = """
import argparse
import torch.optim as optim
from torch.utils.data import DataLoader

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--beta1", type=float, default=0.9)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--backend", default="gloo")
parser.add_argument("--seed", type=int, default=1)
args = parser.parse_args()
init(args.backend, args.seed)
loader = DataLoader(data, batch_size=args.batch_size)
optimizer = optim.Adam(model.parameters(), lr=args.lr, betas=(args.beta1, 0.999))
for epoch in range(args.epochs):
    print(f"train loss={loss:.4f} validation:rmse={rmse:.4f}")
"""


def found(name: str, value: HyperparameterValue | None, **more: object) -> FoundHyperparameter:
    """A hyperparameter on a command line, unless `more` says otherwise."""
    fields = {"source": "command line", "is_listed": True, **more}
    return FoundHyperparameter(name=name, value=value, **fields)  # type: ignore[arg-type]


def judged(
    name: str, value: HyperparameterValue | None, *, imports: tuple[str, ...] = ("pytorch",), **more: object
) -> Judgement:
    """What is made of one hyperparameter in a program with these imports."""
    hyperparameter = found(name, value, **more)
    scopes = frameworks_in(imports, hyperparameter.flows, [name])
    return judge(hyperparameter, traits_of(scopes, [hyperparameter]))


def script_folder(folder: Path, text: str = MNIST) -> Path:
    """A folder with the script `train.py`."""
    (folder / "train.py").write_text(text)
    return folder


def command_request(folder: Path, *arguments: str, **more: object) -> TuningJobRequest:
    """`python train.py ARGUMENTS` in a folder, with settings or other fields of the request."""
    program = CommandRequest(argv=("python", "train.py", *arguments), folder=str(folder))
    return _request(program, more)


def script_request(folder: Path, hyperparameters: dict[str, HyperparameterValue], **more: object) -> TuningJobRequest:
    """A PyTorch estimator's script with its hyperparameters, with settings or other fields of the request."""
    program = ScriptRequest(
        entry_point="train.py",
        folder=str(folder),
        python=sys.executable,
        hyperparameters=tuple(hyperparameters.items()),
        framework="pytorch",
    )
    return _request(program, more)


def xgboost_request(data: Path, hyperparameters: dict[str, HyperparameterValue], **more: object) -> TuningJobRequest:
    """The built-in XGBoost with one training file, with settings or other fields of the request."""
    program = AlgorithmRequest(name="xgboost", hyperparameters=tuple(hyperparameters.items()))
    return _request(program, {"channels": (Channel(name="train", path=str(data)),), **more})


def _request(program: object, more: dict[str, object]) -> TuningJobRequest:
    fields = {name: more.pop(name) for name in list(more) if name in TuningJobRequest.__dataclass_fields__}
    settings = UserSettings(**more)  # type: ignore[arg-type]
    return TuningJobRequest(name="job", program=program, settings=settings, **fields)  # type: ignore[arg-type]
