"""A machine that allows no mount namespace, as a container does by default: nothing can be guarded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

BARE = 'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$@"'
"""Run in a user namespace of its own: no further namespaces, and no right to mount."""

TWO_JOBS = """
import json, sys, time
from pathlib import Path
from selftune.backends.backend import Phase
from selftune.backends.local import LocalBackend
from selftune.model.spec import TrainingJobSpec
from selftune.training.snapshot import take_snapshot

project, home = Path(sys.argv[1]), Path(sys.argv[2])
report = take_snapshot(project, home / "snapshot")
backend = LocalBackend(gpus=())
def run(number):
    code = f"open('checkpoint.pt', 'r+').write('job{number}')"
    handle = backend.start(TrainingJobSpec(tuning_job="t", name=f"t-{number}", number=number, attempt=1,
        argv=(sys.executable, "-c", code), folder=str(home / f"t-{number}"), snapshot=str(home / "snapshot")))
    while backend.poll([handle])[handle].phase is not Phase.ENDED:
        time.sleep(0.005)
    return (Path(handle) / "work" / "checkpoint.pt").read_bytes()[:4].decode()
print(json.dumps({"found": [run(1), run(2)], "warnings": report.warnings}))
"""


ONE_JOB = """
import json, sys, time
from pathlib import Path
from selftune.backends.backend import Phase
from selftune.backends.local import LocalBackend
from selftune.model.spec import TrainingJobSpec

backend = LocalBackend(gpus=())
handle = backend.start(TrainingJobSpec(tuning_job="t", name="t-1", number=1, attempt=1, snapshot=None,
    argv=(sys.executable, "-c", "import os; print(os.path.isdir(os.environ['SM_MODEL_DIR']))"),
    folder=sys.argv[1], is_opt_ml_wanted=True))
while backend.poll([handle])[handle].phase is not Phase.ENDED:
    time.sleep(0.005)
print(backend.logs(handle, 0).decode())
"""


def test_where_nothing_can_be_shown_at_opt_ml_the_log_says_so_and_the_job_runs(tmp_path: Path) -> None:
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", BARE, "sh", sys.executable, "-c", ONE_JOB]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, printed = done.stdout.strip().splitlines()
    assert said == "[selftune] this system lets nothing be shown at /opt/ml: the variables (SM_*) name the folders"
    assert printed == "True"


def run_bare(tmp_path: Path, project: Path) -> dict[str, list[str]]:
    home = tmp_path / "home"
    home.mkdir()
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", BARE, "sh", sys.executable, "-c", TWO_JOBS]
    done = subprocess.run([*command, str(project), str(home)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A large checkpoint that version control ignores, and a data folder."""
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    subprocess.run(["git", "init", "-q", folder], check=True)
    (folder / ".gitignore").write_text("*.pt\n")
    with (folder / "checkpoint.pt").open("wb") as file:
        file.write(b"mine")
        file.truncate(60 << 20)
    return folder


def test_a_large_checkpoint_stays_as_it_was(tmp_path: Path, project: Path) -> None:
    assert run_bare(tmp_path, project) == {"found": ["job1", "job2"], "warnings": []}
    assert (project / "checkpoint.pt").read_bytes()[:4] == b"mine"


def test_what_is_still_shared_is_named(tmp_path: Path, project: Path) -> None:
    for number in range(1_001):
        (project / "data" / f"{number}.png").touch()
    (project / "train.py").write_text(f"open('{project}/out', 'w')")
    found = run_bare(tmp_path, project)
    assert found["found"] == ["job1", "job2"]
    assert "data" in found["warnings"][0]
    assert "checkpoint.pt" not in found["warnings"][0]
    assert "train.py" in found["warnings"][1]
