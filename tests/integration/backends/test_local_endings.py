"""How real training jobs end, and that it is recorded whatever happens."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from selftune.backends import local
from selftune.backends.backend import Phase
from selftune.backends.local import LocalBackend
from selftune.backends.slots import THREAD_VARIABLES
from selftune.model.errors import StorageFailure
from selftune.model.events import EndedHow
from selftune.training import supervisor
from selftune.training.supervisor.records import boot_id

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


def test_an_attempt_that_is_reported_ended_leaves_no_process(home) -> None:
    home.wait(home.start("true"))
    assert not (Path("/proc") / str(supervisor_of(home))).exists()


def test_a_terminal_that_is_closed_does_not_end_the_supervisor(home, wait, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    handle = home.start("sh", "-c", f"echo up; cat {tmp_path / 'gate'}; exit 4")
    wait(lambda: home.output(handle))
    for number in (signal.SIGHUP, signal.SIGINT):
        os.kill(supervisor_of(home), number)
    (tmp_path / "gate").write_text("go on")
    report = home.wait(handle)
    assert (report.how, report.exit_code) == (EndedHow.EXITED, 4)


def test_the_command_dies_with_its_supervisor_though_nobody_looks(home, wait) -> None:
    handle = home.start("sh", "-c", "echo $$; exec sleep 60")
    command = int(wait(lambda: home.output(handle)))
    os.kill(supervisor_of(home), signal.SIGKILL)
    assert wait(lambda: not is_alive(command))


def test_processes_of_another_boot_are_left_alone(home) -> None:
    """A process id, and a mark in an environment, mean nothing after the machine was started anew."""
    folder = home.folder()
    folder.control.mkdir(parents=True)
    environment = {**os.environ, "SELFTUNE_ATTEMPT": str(folder.path)}
    with subprocess.Popen(["sleep", "60"], env=environment, start_new_session=True) as stranger:
        claim = {"pid": stranger.pid, "boot_id": "another", "started_at": 1.0}
        folder.running.write_text(json.dumps(claim))
        assert home.poll(str(folder.path)).how is EndedHow.LOST
        assert stranger.poll() is None
        folder.status.unlink()
        folder.running.write_text(json.dumps(claim | {"boot_id": boot_id()}))
        home.backend = LocalBackend(gpus=())
        assert home.poll(str(folder.path)).how is EndedHow.LOST
        assert stranger.wait() == -signal.SIGKILL


def supervisor_of(home) -> int:
    return int(json.loads(home.folder().running.read_text())["pid"])


def is_alive(pid: int) -> bool:
    try:
        return ") Z" not in (Path("/proc") / str(pid) / "stat").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(("parallel", "threads"), [(1, ""), (2, "4"), (16, "1")])
def test_cpus_are_shared_out_by_how_many_jobs_of_the_search_run_at_once(
    home, monkeypatch: pytest.MonkeyPatch, parallel: int, threads: str
) -> None:
    for name in THREAD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(local, "usable_cpus", lambda: 8)
    home.backend = LocalBackend(gpus=(), slots=3)
    handle = home.start("sh", "-c", "echo $OMP_NUM_THREADS $SM_NUM_CPUS", parallel=parallel)
    home.wait(handle)
    assert home.output(handle).split() == [*threads.split(), str(max(8 // parallel, 1))]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m,nr_inodes=200", "tmpfs", disk], check=True)
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


def test_a_result_that_a_full_disk_swallowed_is_lost_so_that_it_is_tried_again(small_disk: Path, home) -> None:
    home.path = small_disk
    fill = "cat /dev/zero > filler 2>/dev/null; i=0; while [ $i -lt 99 ]; do printf '%05000d' 1; i=$((i+1)); done"
    report = home.run("sh", "-c", f"{fill}; echo val_loss=0.1")
    assert (report.how, report.exit_code) == (EndedHow.LOST, 0)
    assert "the disk was full" in report.failure_reason


def test_a_full_disk_does_not_keep_a_training_job_from_being_stopped(small_disk: Path, home, wait) -> None:
    home.path = small_disk
    handle = home.start("sh", "-c", "echo up; exec sleep 60")
    wait(lambda: home.output(handle))
    subprocess.run(f"while touch {small_disk}/$i; do i=$((i+1)); done", shell=True, capture_output=True)
    home.backend.stop(handle)
    assert home.wait(handle).how is EndedHow.STOPPED


def test_a_home_without_room_is_a_clear_error(small_disk: Path, home) -> None:
    home.path = small_disk
    subprocess.run(f"cat /dev/zero > {small_disk}/filler", shell=True, capture_output=True)
    with pytest.raises(StorageFailure, match="No space left on device") as caught:
        home.backend.start(home.spec("true"))
    assert "--home" in caught.value.hint


@pytest.mark.parametrize("is_resumed", [False, True])
def test_an_end_is_told_without_looking_for_it(home, wait, is_resumed: bool, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    handle = home.start("sh", "-c", f"read line < {pipe}")
    if is_resumed:  # another controller, whose children the supervisors are not
        home.backend = LocalBackend(gpus=())
    wait(lambda: home.poll(handle).phase is Phase.RUNNING)
    poll = select.poll()
    poll.register(home.backend.ends_descriptor(), select.POLLIN)
    assert not poll.poll(0)
    pipe.write_text("go on\n")
    assert poll.poll(30_000)
    assert home.poll(handle).phase is Phase.ENDED
    assert not poll.poll(0)
