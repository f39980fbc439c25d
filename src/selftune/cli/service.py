"""The one place where the command line gets hold of the use-cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selftune.engine.service import TuningService


def open_service(home: Path | None) -> TuningService:
    """The service over the home; its parts are imported only now, so that help and parsing stay quick."""
    from selftune.engine.compose import tuning_service

    return tuning_service(home)
