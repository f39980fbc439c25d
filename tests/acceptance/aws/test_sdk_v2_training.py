"""Version 2 of the SageMaker Python SDK runs one training job here and follows its log."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def saw(account) -> dict[str, Any]:
    return account.run("v2", "sdk_v2_training.py")


@pytest.mark.parametrize("reading", ["followed", "read again"])
def test_every_line_of_the_log_is_shown_once(saw, reading):
    shown = [saw[reading].count(f"epoch {epoch} val_loss=") for epoch in (0, 1, 2)]
    assert shown == [1, 1, 0]


def test_it_ends_with_its_model_and_its_metrics(saw):
    assert saw["described"]["TrainingJobStatus"] == "Completed"
    assert saw["model"] == saw["attached"] == saw["described"]["ModelArtifacts"]["S3ModelArtifacts"]
    metrics = {each["MetricName"]: each["Value"] for each in saw["described"]["FinalMetricDataList"]}
    assert f"epoch 1 val_loss={metrics['val_loss']:.6f}" in saw["followed"]
