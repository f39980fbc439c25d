"""Event files of TensorBoard, read by a library whose import alone takes seconds."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from selftune.training.metrics.result_files import read_result_files

pytestmark = pytest.mark.integration
OUTPUTS = Path(__file__).parents[2] / "unit" / "training" / "metrics" / "outputs"
HAS_EVENT_LIBRARY = any(importlib.util.find_spec(name) for name in ("tensorboardX", "tensorboard"))


def test_event_files_are_read_where_a_library_for_them_is_installed_and_else_it_is_named(tmp_path: Path) -> None:
    shutil.copy(OUTPUTS / "events.out.tfevents.tensorboardX-2.6.5", tmp_path)
    found = read_result_files([tmp_path], 0.0)
    points = [(p.name, round(p.value, 4), p.step) for reading in found.readings for p in reading.points]
    if HAS_EVENT_LIBRARY:
        assert points[:2] == [("loss/train", 1.0, 0), ("loss/val", 1.5, 0)]
        assert points[-1] == ("loss/val", 0.3, 4)
        assert len(points) == 10
    else:
        assert found.notes == (
            "TensorBoard event files are read with a small library: pip install 'selftune[tensorboard]'.",
        )
