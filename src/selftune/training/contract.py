"""The folder and the environment in which a training job runs: SageMaker's `/opt/ml` contract, from both sides.

    ATTEMPT/
      control/            order, lock, running.json, stop, status.json: between backend and supervisor
      work/               the working folder: where the command runs, or where what it writes lands
      outside/            copies of code that the command names and that lies elsewhere
      ml/                 what `/opt/ml` is to a training container
        input/config/     hyperparameters.json, inputdataconfig.json, resourceconfig.json
        input/data/NAME/  one folder a channel
        model/            what the training job hands back
        output/data/      other results;  output/failure: why it failed, in its own words
        checkpoints/
        code -> ../work
      output.log          standard output and error, as written

The writing side (`lay_out`, `environment`) is for backends; the reading side (`read_hyperparameters`, `channel_folder`,
`model_folder`, `failure_file`) is for the built-in programs. Standard library only: it runs beside the user's
interpreter.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

OPT_ML = "/opt/ml"
"""Where a training container has it."""
_HOST = "algo-1"
_LOG_LEVEL_INFO = "20"


class AttemptFolder:
    """Where everything of one attempt lies."""

    __slots__ = ("path",)

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"AttemptFolder({str(self.path)!r})"

    @property
    def control(self) -> Path:
        return self.path / "control"

    @property
    def order(self) -> Path:
        """What the supervisor is to run."""
        return self.control / "order"

    @property
    def lock(self) -> Path:
        """Held while the supervisor lives."""
        return self.control / "lock"

    @property
    def running(self) -> Path:
        """The claim: written before the command starts."""
        return self.control / "running.json"

    @property
    def status(self) -> Path:
        """How the command ended."""
        return self.control / "status.json"

    @property
    def stop(self) -> Path:
        """Its presence asks the supervisor to stop the command."""
        return self.control / "stop"

    @property
    def supervisor_log(self) -> Path:
        """What a supervisor that broke down said."""
        return self.control / "supervisor.log"

    @property
    def work(self) -> Path:
        return self.path / "work"

    @property
    def outside(self) -> Path:
        """Copies of code that the command names and that lies outside its folder."""
        return self.path / "outside"

    @property
    def ml(self) -> Path:
        return self.path / "ml"

    @property
    def config(self) -> Path:
        return self.ml / "input" / "config"

    @property
    def data(self) -> Path:
        return self.ml / "input" / "data"

    @property
    def model(self) -> Path:
        return self.ml / "model"

    @property
    def output_data(self) -> Path:
        return self.ml / "output" / "data"

    @property
    def failure(self) -> Path:
        """Why the program failed, in its own words; its first 1,024 characters become the failure reason."""
        return self.ml / "output" / "failure"

    @property
    def checkpoints(self) -> Path:
        return self.ml / "checkpoints"

    @property
    def code(self) -> Path:
        return self.ml / "code"

    @property
    def output_log(self) -> Path:
        return self.path / "output.log"


def lay_out(
    folder: AttemptFolder, *, hyperparameters: Mapping[str, str], channels: Mapping[str, str], gpu_count: int = 0
) -> None:
    """Make the `ml` folder and its configuration files; doing it again changes nothing.

    Args:
        hyperparameters: texts, as the contract has them.
        channels: absolute path of a file or folder by channel name.
    """
    for path in (folder.control, folder.config, folder.data, folder.model, folder.output_data, folder.checkpoints):
        path.mkdir(parents=True, exist_ok=True)
    _link(folder.code, os.path.join("..", "work"))  # noqa: PTH118 a relative link survives a move of the home
    for name, target in channels.items():
        _lay_out_channel(folder.data / name, Path(target))
    _write_json(folder.config / "hyperparameters.json", dict(hyperparameters))
    _write_json(folder.config / "inputdataconfig.json", {name: _channel_config() for name in channels})
    _write_json(folder.config / "resourceconfig.json", _resources(gpu_count))


def environment(
    folder: AttemptFolder,
    *,
    training_job: str,
    argv: Iterable[str],
    hyperparameters: Mapping[str, str],
    channels: Iterable[str],
    cpu_count: int,
    gpu_count: int = 0,
) -> dict[str, str]:
    """The variables of the contract, to be set on top of an inherited environment.

    Args:
        argv: the command; its arguments after the program become SM_USER_ARGS.
    """
    names = sorted(channels)
    typed = {name: _typed(text) for name, text in hyperparameters.items()}
    command = list(argv)
    described = {
        "channel_input_dirs": {name: str(folder.data / name) for name in names},
        "hyperparameters": typed,
        "model_dir": str(folder.model),
        "output_data_dir": str(folder.output_data),
        "job_name": training_job,
        "hosts": [_HOST],
        "current_host": _HOST,
        "num_cpus": cpu_count,
        "num_gpus": gpu_count,
        "module_name": _module_name(command),
    }
    variables = {
        "SM_MODEL_DIR": str(folder.model),
        "SM_OUTPUT_DATA_DIR": str(folder.output_data),
        "SM_OUTPUT_DIR": str(folder.ml / "output"),
        "SM_INPUT_DIR": str(folder.ml / "input"),
        "SM_INPUT_CONFIG_DIR": str(folder.config),
        "SM_CHANNELS": json.dumps(names),
        "SM_HPS": json.dumps(typed),
        "SM_USER_ARGS": json.dumps(command[1:]),
        "SM_NUM_CPUS": str(cpu_count),
        "SM_NUM_GPUS": str(gpu_count),
        "SM_HOSTS": json.dumps([_HOST]),
        "SM_CURRENT_HOST": _HOST,
        "SM_MODULE_NAME": _module_name(command),
        "SM_TRAINING_ENV": json.dumps(described),
        "SM_LOG_LEVEL": _LOG_LEVEL_INFO,
        "TRAINING_JOB_NAME": training_job,
        "TRAINING_JOB_ARN": f"arn:aws:sagemaker:local:000000000000:training-job/{training_job.lower()}",
    }
    for name in names:
        variables |= dict.fromkeys(_variables(f"SM_CHANNEL_{name}"), str(folder.data / name))
    for name, text in hyperparameters.items():
        variables |= dict.fromkeys(_variables(f"SM_HP_{name}"), text)
    return variables


def read_hyperparameters() -> dict[str, str]:
    """The hyperparameters of the training job that this process is, as texts; none where there is no file."""
    path = _input_config() / "hyperparameters.json"
    if not path.exists():
        return {}
    loaded = json.loads(path.read_text(encoding="utf-8"))
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in loaded.items()}


def channel_folder(name: str) -> Path | None:
    """The folder of an input channel, or None where this training job has no such channel."""
    given = os.environ.get(f"SM_CHANNEL_{name}".upper())
    path = Path(given) if given else _input_config().parent / "data" / name
    return path if path.exists() else None


def model_folder() -> Path:
    """Where the training job leaves its model; made if it is not there."""
    path = Path(os.environ.get("SM_MODEL_DIR", f"{OPT_ML}/model"))
    path.mkdir(parents=True, exist_ok=True)
    return path


def failure_file() -> Path:
    """Where the training job says why it failed."""
    path = Path(os.environ.get("SM_OUTPUT_DIR", f"{OPT_ML}/output")) / "failure"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _input_config() -> Path:
    return Path(os.environ.get("SM_INPUT_CONFIG_DIR", f"{OPT_ML}/input/config"))


def _lay_out_channel(place: Path, target: Path) -> None:
    """A folder is linked; a file gets a folder around a link of its own name."""
    if target.is_dir():
        _link(place, str(target))
    else:
        place.mkdir(exist_ok=True)
        _link(place / target.name, str(target))


def _link(place: Path, target: str) -> None:
    if not place.is_symlink():
        place.symlink_to(target)


def _channel_config() -> dict[str, str]:
    return {"TrainingInputMode": "File", "S3DistributionType": "FullyReplicated", "RecordWrapperType": "None"}


def _resources(gpu_count: int) -> dict[str, object]:
    kind = "local_gpu" if gpu_count else "local"
    group = {"instance_group_name": "local", "instance_type": kind, "hosts": [_HOST]}
    return {
        "current_host": _HOST,
        "hosts": [_HOST],
        "current_instance_type": kind,
        "current_group_name": "local",
        "instance_groups": [group],
        "network_interface_name": "lo",
    }


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def _typed(text: str) -> object:
    """The value that a hyperparameter's text stands for, as the training toolkit decodes it: JSON, otherwise text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _variables(name: str) -> tuple[str, str]:
    """Both spellings of a variable: the training toolkit's (SM_HP_BATCH-SIZE), and one that a shell can read."""
    upper = name.upper()
    return upper, "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in upper)


def _module_name(argv: list[str]) -> str:
    """The user's script without its suffix; the program's name where no script is in sight."""
    for argument in argv:
        if argument.endswith((".py", ".sh", ".R", ".jl")):
            return Path(argument).stem
    return Path(argv[0]).name if argv else ""
