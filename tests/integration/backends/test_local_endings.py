"""How real training jobs end, and that it is recorded whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from selftune.backends.backend import Phase
from selftune.backends.local import LocalBackend
from selftune.model.errors import StorageFailure
from selftune.model.events import EndedHow
from selftune.training import supervisor

pytestmark = pytest.mark.integration


def test_a_signal_is_a_negative_exit_code(home) -> None:
    report = home.run("sh", "-c", "kill -SEGV $$")
    assert (report.how, report.exit_code) == (EndedHow.EXITED, -signal.SIGSEGV)
    assert "SIGSEGV" in report.failure_reason


def test_a_kill_from_outside_suggests_that_memory_ran_out(home) -> None:
    report = home.run("sh", "-c", "kill -KILL $$")
    assert report.exit_code == -signal.SIGKILL
    assert "SIGKILL: out of memory?" in report.failure_reason


def test_a_missing_program_ends_with_127_and_says_so(home) -> None:
    report = home.run("no-such-program", "--lr", "0.1")
    assert report.exit_code == 127
    assert "no-such-program" in report.failure_reason
    assert "No such file or directory" in report.failure_reason


def test_a_file_that_is_no_program_ends_with_126(home, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("1,2")
    report = home.run(str(tmp_path / "data.csv"))
    assert report.exit_code == 126
    assert "Permission denied" in report.failure_reason


def test_a_script_without_an_interpreter_line_runs_as_in_a_shell(home, tmp_path: Path) -> None:
    script = tmp_path / "train"
    script.write_text('echo "got $1"\n')
    script.chmod(0o755)
    handle = home.start(str(script), "0.5")
    assert home.wait(handle).exit_code == 0
    assert home.output(handle) == "got 0.5\n"


def test_the_error_of_a_traceback_is_the_failure_reason(home) -> None:
    report = home.python("import json\njson.loads('{')")
    assert report.failure_reason.splitlines()[-1] == "Exit code 1."
    assert "JSONDecodeError: Expecting property name" in report.failure_reason
    assert "decoder.py, line" in report.failure_reason


def test_the_programs_own_words_are_the_failure_reason(home) -> None:
    report = home.run("sh", "-c", 'echo noise; printf "no rows in train.csv" > $SM_OUTPUT_DIR/failure; exit 1')
    assert report.failure_reason == "no rows in train.csv"


def test_standard_output_and_error_are_interleaved_as_written(home) -> None:
    handle = home.start("sh", "-c", "echo 1; echo 2 >&2; echo 3; echo 4 >&2")
    home.wait(handle)
    assert home.output(handle) == "1\n2\n3\n4\n"


def test_python_output_is_there_before_the_end(home, wait) -> None:
    handle = home.start(sys.executable, "-c", "import time; print('loss=1'); time.sleep(60)")
    assert wait(lambda: home.output(handle)) == "loss=1\n"


def test_a_command_that_handles_sigterm_ends_in_its_own_way(home, wait) -> None:
    handle = home.start("sh", "-c", "trap 'echo saved; exit 0' TERM; echo up; while :; do sleep 0.01; done")
    wait(lambda: home.output(handle))
    home.backend.stop(handle)
    report = home.wait(handle)
    assert (report.how, report.exit_code, report.failure_reason) == (EndedHow.STOPPED, 0, None)
    assert home.output(handle).endswith("saved\n")


def test_a_command_that_ignores_sigterm_is_killed_after_its_grace(home, wait) -> None:
    command = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
    handle = home.start(sys.executable, "-c", command, stop_grace_seconds=0.1)
    wait(lambda: home.output(handle))
    home.backend.stop(handle)
    report = home.wait(handle)
    assert (report.how, report.exit_code) == (EndedHow.STOPPED, -signal.SIGKILL)


def test_a_flood_of_output_does_not_outrun_the_clock(home) -> None:
    report = home.run("yes", max_runtime_seconds=0.2)
    assert report.how is EndedHow.TIMED_OUT
    assert report.ended_at - report.started_at < 5


def test_a_stop_before_the_start_means_that_nothing_runs(home) -> None:
    home.folder().control.mkdir(parents=True)
    home.backend.stop(str(home.folder().path))
    report = home.run("sh", "-c", "echo ran")
    assert (report.how, report.exit_code) == (EndedHow.STOPPED, None)
    assert home.output(str(home.folder().path)) == ""


def test_workers_that_outlive_the_command_are_ended(home, living) -> None:
    mark = f"77{os.getpid()}"
    daemon = f"(setsid sh -c 'sleep {mark} & setsid sleep {mark} & sleep {mark}' &) & sleep {mark} & exit 4"
    report = home.run("sh", "-c", daemon)
    assert report.exit_code == 4
    assert living(mark) == []


def test_two_starts_at_once_run_once(home) -> None:
    spec = home.spec("sh", "-c", "echo ran")
    backends = [LocalBackend(gpus=()) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        handles = set(threads.map(lambda backend: backend.start(spec), backends))
    assert len(handles) == 1
    assert home.wait(handles.pop()).exit_code == 0
    assert home.output(str(home.folder().path)) == "ran\n"


def test_a_second_supervisor_on_one_attempt_refuses(home) -> None:
    handle = home.start("sh", "-c", "echo ran")
    home.wait(handle)
    second = subprocess.run([sys.executable, "-I", "-S", str(Path(supervisor.__file__).parent), handle])
    assert second.returncode == 3
    assert home.output(handle) == "ran\n"


def test_a_supervisor_started_by_hand_takes_the_lock_itself(home) -> None:
    report = home.run("sh", "-c", "exit 5")
    folder, other = home.folder(), home.folder(2)
    other.control.mkdir(parents=True)
    other.order.write_bytes(folder.order.read_bytes())
    done = subprocess.run([sys.executable, "-I", "-S", str(Path(supervisor.__file__).parent), str(other.path)])
    assert done.returncode == 0
    assert home.wait(str(other.path)).exit_code == report.exit_code == 5


def test_a_restarted_backend_finds_what_runs_and_what_has_ended(home, wait) -> None:
    running = home.start("sleep", "60")
    ended = home.start("sh", "-c", "exit 6", number=2)
    home.wait(ended)
    wait(lambda: home.poll(running).phase is Phase.RUNNING)
    restarted = LocalBackend(gpus=())
    reports = restarted.poll([running, ended])
    assert reports[running].phase is Phase.RUNNING
    assert reports[ended].exit_code == 6
    assert restarted.start(home.spec("sleep", "60")) == running


def test_an_attempt_whose_supervisor_was_killed_is_lost_and_leaves_nothing(home, wait, living) -> None:
    mark = f"78{os.getpid()}"
    handle = home.start("sh", "-c", f"sleep {mark} & env -i setsid sleep {mark} & echo up; sleep {mark}")
    wait(lambda: home.output(handle) and len(living(mark)) >= 3)
    os.kill(json.loads(home.folder().running.read_text())["pid"], signal.SIGKILL)
    report = home.wait(handle)
    assert (report.how, report.exit_code) == (EndedHow.LOST, None)
    assert "supervisor was killed" in report.failure_reason
    assert [pid for pid in living(mark) if b"SELFTUNE" in Path(f"/proc/{pid}/environ").read_bytes()] == []
    for pid in living(mark):  # it left the session and its environment: nothing marks it
        os.kill(pid, signal.SIGKILL)
    assert LocalBackend(gpus=()).start(home.spec("echo", "again")) == handle
    assert home.poll(handle).how is EndedHow.LOST
    assert "again" not in home.output(handle)


def test_an_attempt_that_nobody_launched_is_launched_by_the_next_start(home) -> None:
    folder = home.folder()
    folder.control.mkdir(parents=True)
    folder.order.write_bytes(b"half an ord")
    assert home.poll(str(folder.path)).phase is Phase.STARTING
    assert home.run("sh", "-c", "exit 0").exit_code == 0


def test_a_supervisor_that_breaks_down_is_lost_with_its_reason(tmp_path: Path, home) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'no such library: libpython' >&2\nexit 1\n")
    broken.chmod(0o755)
    home.backend = LocalBackend(python=str(broken), gpus=())
    report = home.run("true")
    assert report.how is EndedHow.LOST
    assert "Never started" in report.failure_reason
    assert "libpython" in report.failure_reason


def test_no_zombie_stays(home, wait) -> None:
    handle = home.start("true")
    home.wait(handle)
    supervisor_process = Path("/proc") / str(json.loads(home.folder().running.read_text())["pid"])
    assert wait(lambda: home.poll(handle) and not supervisor_process.exists())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_does_not_hide_the_exit_code(small_disk: Path, home) -> None:
    home.path = small_disk
    fill = (
        "cat /dev/zero > filler 2>/dev/null; i=0; while [ $i -lt 200 ]; do printf '%05000d' 1; i=$((i+1)); done; exit 5"
    )
    report = home.run("sh", "-c", fill)
    assert (report.how, report.exit_code) == (EndedHow.EXITED, 5)
    assert "bytes of output were dropped" in report.failure_reason


def test_a_home_without_room_is_a_clear_error(small_disk: Path, home) -> None:
    home.path = small_disk
    subprocess.run(f"cat /dev/zero > {small_disk}/filler", shell=True, capture_output=True)
    with pytest.raises(StorageFailure, match="No space left on device") as caught:
        home.backend.start(home.spec("true"))
    assert "--home" in caught.value.hint
