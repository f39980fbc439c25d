from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printed lines are compared as text: without colours, as in a pipe."""
    monkeypatch.setenv("NO_COLOR", "1")
