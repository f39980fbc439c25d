"""`selftune demo`: a small real training script, and its tuning, in under a minute and without a download."""

from __future__ import annotations

import importlib.util
from importlib import resources
from pathlib import Path

import click

from selftune.cli.console import say
from selftune.cli.options import Given, home_option, json_option
from selftune.cli.program_command import ScriptWords
from selftune.cli.run import tune
from selftune.cli.service import open_service
from selftune.cli.source import tuning_request
from selftune.model.errors import UnreadableInput
from selftune.sdk.names import new_name

FOLDER = "selftune-demo"
_MAX_JOBS = 20
_MAX_RUNTIME_SECONDS = 300.0


@click.command(name="demo")
@home_option
@json_option
def command(home: Path | None, as_json: bool) -> int:
    """Write a small training script and tune it, in under a minute.

    It is written to ./selftune-demo and tuned with 20 training jobs. It trains on scikit-learn's digits where
    scikit-learn is installed, and on two spirals in plain Python where it is not. Nothing is downloaded.

    \b
      selftune demo
    """
    script = _written_script(Path.cwd() / FOLDER)
    say(f"Written: {FOLDER}/{script.name}, an ordinary training script that knows nothing of selftune.")
    say(f"What runs now is: cd {FOLDER} && selftune run --max-jobs {_MAX_JOBS} {script.name}")
    say("")
    given = Given(max_jobs=_MAX_JOBS, max_runtime=_MAX_RUNTIME_SECONDS, name=new_name("demo"))
    service = open_service(home)
    request = tuning_request(ScriptWords(script.name, ()), given, service, script.parent)
    return tune(service, request, is_detached=False, as_json=as_json)


def _written_script(folder: Path) -> Path:
    """The demonstration script in the folder; one that is there already is left as it is."""
    has_sklearn = importlib.util.find_spec("sklearn") is not None
    name = "digits.py" if has_sklearn else "spirals.py"
    text = resources.files("selftune.cli").joinpath("demo_scripts", name).read_text(encoding="utf-8")
    script = folder / name
    try:
        folder.mkdir(exist_ok=True)
        if not script.exists():
            script.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UnreadableInput(
            f"{script} cannot be written: {error.strerror or error}.", hint="Change to a folder of your own."
        ) from error
    return script
