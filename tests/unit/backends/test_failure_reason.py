"""Why a training job failed, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftune.backends.failure_reason import failure_reason
from selftune.training.contract import AttemptFolder


def reason(tmp_path: Path, output: str, *, exit_code: int | None = 1, own: str | None = None, dropped: int = 0) -> str:
    folder = AttemptFolder(tmp_path)
    folder.output_log.write_text(output)
    if own is not None:
        folder.failure.parent.mkdir(parents=True)
        folder.failure.write_text(own)
    return failure_reason(folder, exit_code=exit_code, dropped_bytes=dropped)


def test_the_programs_own_words_come_first_and_are_cut(tmp_path: Path) -> None:
    assert reason(tmp_path, "noise\n", own="x" * 2_000) == "x" * 1_024


def test_empty_own_words_do_not_count(tmp_path: Path) -> None:
    assert reason(tmp_path, "bad\n", own=" \n") == "Exit code 1.\nbad"


def test_a_traceback_gives_its_error_and_place(tmp_path: Path) -> None:
    output = (
        "epoch 1\nTraceback (most recent call last):\n"
        '  File "/w/train.py", line 9, in <module>\n    main()\n'
        '  File "/w/model.py", line 3, in main\n    raise KeyError(x)\n'
        "KeyError: 'price'\nexit\n"
    )
    assert reason(tmp_path, output) == "KeyError: 'price' exit (/w/model.py, line 3)\nExit code 1."


def test_of_chained_tracebacks_the_last_counts(tmp_path: Path) -> None:
    output = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nKeyError: 1\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "b.py", line 2, in <module>\ntorch.cuda.OutOfMemoryError: CUDA\n'
    )
    assert reason(tmp_path, output).splitlines()[0] == "torch.cuda.OutOfMemoryError: CUDA (b.py, line 2)"


def test_without_a_traceback_the_last_five_lines_count(tmp_path: Path) -> None:
    output = "".join(f"line {number}\n\n" for number in range(9))
    assert reason(tmp_path, output).splitlines() == ["Exit code 1.", *(f"line {number}" for number in range(4, 9))]


def test_a_progress_bar_counts_as_lines(tmp_path: Path) -> None:
    assert reason(tmp_path, "10%\r20%\rno data\n").splitlines()[-1] == "no data"


@pytest.mark.parametrize(("code", "text"), [(-9, "Killed by SIGKILL: out of memory?"), (-11, "Killed by SIGSEGV.")])
def test_a_signal_has_its_name(tmp_path: Path, code: int, text: str) -> None:
    assert reason(tmp_path, "", exit_code=code) == text


def test_dropped_output_is_told(tmp_path: Path) -> None:
    assert "1,234 bytes of output were dropped" in reason(tmp_path, "x\n", dropped=1_234)


def test_no_output_at_all_still_gives_the_exit_code(tmp_path: Path) -> None:
    assert failure_reason(AttemptFolder(tmp_path / "gone"), exit_code=3) == "Exit code 3."


@pytest.mark.parametrize("place", ["work/train.py", "outside/0/tools/train.py"])
def test_the_same_failure_reads_the_same_in_each_attempt(tmp_path: Path, place: str) -> None:
    found = set()
    for name in ("attempt-1", "attempt-2"):
        (tmp_path / name).mkdir()
        output = f'Traceback (most recent call last):\n  File "{tmp_path}/{name}/{place}", line 9\nKeyError: 1\n'
        found.add(reason(tmp_path / name, output))
    assert len(found) == 1
