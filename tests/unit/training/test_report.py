"""`selftune.report`: what a training script says of itself."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

import selftune
from selftune.model.errors import UsageError
from selftune.training.metrics import MetricReader


def reported(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().out


def test_a_report_is_one_line_that_our_own_reader_reads(capfd: pytest.CaptureFixture[str]) -> None:
    selftune.report(3, val_loss=0.25, **{"val/acc": 1})
    line = reported(capfd)
    assert line == '{"step": 3, "val_loss": 0.25, "val/acc": 1.0}\n'
    ((_, reading),) = MetricReader().read_lines(line)
    assert reading is not None
    assert (reading.step, reading.points) == (3.0, [("val_loss", 0.25), ("val/acc", 1.0)])


def test_the_step_may_be_left_out_or_named(capfd: pytest.CaptureFixture[str]) -> None:
    selftune.report(val_loss=0.25)
    selftune.report(step=2.0, val_loss=0.25)
    assert reported(capfd) == '{"val_loss": 0.25}\n{"step": 2, "val_loss": 0.25}\n'


def test_a_diverged_training_may_say_so(capfd: pytest.CaptureFixture[str]) -> None:
    selftune.report(1, loss=math.nan, other=math.inf)
    (_, nan), (_, infinity) = MetricReader().read(reported(capfd))
    assert math.isnan(nan)
    assert infinity == math.inf


def test_what_float_takes_is_a_value(capfd: pytest.CaptureFixture[str]) -> None:
    selftune.report(numpy.int64(4), loss=numpy.float32(0.5))
    assert json.loads(reported(capfd)) == {"step": 4, "loss": 0.5}


def test_it_comes_behind_what_was_printed_before(capfd: pytest.CaptureFixture[str]) -> None:
    print("before", end="\n")
    selftune.report(1, loss=0.5)
    print("after")
    assert reported(capfd).splitlines() == ["before", '{"step": 1, "loss": 0.5}', "after"]


def test_where_standard_output_is_no_file_it_is_written_there(monkeypatch: pytest.MonkeyPatch) -> None:
    page = io.StringIO()
    monkeypatch.setattr(sys, "stdout", page)
    selftune.report(1, loss=0.5)
    assert page.getvalue() == '{"step": 1, "loss": 0.5}\n'


@pytest.mark.parametrize(
    ("step", "metrics", "said"),
    [
        (1, {}, "no metric"),
        (1, {"loss": "0.5"}, "loss is '0.5'"),
        (1, {"loss": None}, "loss is None"),
        (1, {"loss": True}, "loss is True"),
        (1, {"loss": [0.5]}, "which is no number"),
        (-1, {"loss": 0.5}, "step -1"),
        (1.5, {"loss": 0.5}, "step 1.5"),
        (True, {"loss": 0.5}, "step True"),
        ("x", {"loss": 0.5}, "step 'x'"),
        (1, {"a\nb": 0.5}, "cannot name a metric"),
        (1, {" ": 0.5}, "cannot name a metric"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(step: object, metrics: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        selftune.report(step, **metrics)  # type: ignore[arg-type]
    assert error.value.hint


def test_lines_of_several_processes_stay_whole(tmp_path: Path) -> None:
    script = "import selftune\nfor step in range(300): selftune.report(step, **{'m' * 200: step})"
    output = tmp_path / "output"
    with output.open("wb") as file, subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=file) as through_a_pipe:
        reporting = [subprocess.Popen([sys.executable, "-c", script], stdout=through_a_pipe.stdin) for _ in range(3)]
        assert [process.wait(60) for process in reporting] == [0, 0, 0]
    records = [json.loads(line) for line in output.read_text().splitlines()]
    assert len(records) == 900
    assert sum(record["step"] for record in records) == 3 * sum(range(300))


def test_it_needs_nothing_of_the_tuning_loop() -> None:
    code = "from selftune import report; import sys; print(*(m for m in sys.modules if m.startswith('selftune.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wanted = {"selftune.model", "selftune.model.errors", "selftune.training", "selftune.training.report"}
    assert set(done.stdout.split()) == wanted
