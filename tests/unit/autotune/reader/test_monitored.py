"""The metric that a program says it watches."""

from __future__ import annotations

import pytest

from selftune.autotune.reader.reading import PrintedMetric
from selftune.model.objective import Direction

from .conftest import Programs


@pytest.mark.parametrize(
    ("code", "name", "direction"),
    [
        ("ModelCheckpoint(monitor='val_f1', mode='max')", "val_f1", Direction.MAXIMIZE),
        ("EarlyStopping(monitor='val_loss')", "val_loss", None),
        ("config = {'monitor': 'min val_loss'}", "val_loss", Direction.MINIMIZE),
        ("Arguments(metric_for_best_model='f1', greater_is_better=True)", "f1", Direction.MAXIMIZE),
    ],
)
def test_a_literal_monitor_names_metric_and_direction(
    programs: Programs, code: str, name: str, direction: Direction | None
) -> None:
    metrics = programs.script(code).metrics
    assert metrics == (PrintedMetric(name=name, source="train.py:1", is_monitored=True, direction=direction),)


def test_a_configuration_file_may_name_it(programs: Programs) -> None:
    programs.write("c.json", '{"trainer": {"monitor": "max val_acc", "epochs": 3}}')
    metric = programs.read("fit", "-c", "c.json").metrics[0]
    assert (metric.name, metric.source, metric.direction) == ("val_acc", "c.json", Direction.MAXIMIZE)


def test_a_monitor_that_is_off_names_none(programs: Programs) -> None:
    assert programs.script("run(monitor='off')").metrics == ()
