"""What `run` and `plan` are asked for: a program, a plan file or an earlier tuning job, and the options over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from selftune.cli.options import Given
from selftune.cli.program import title
from selftune.cli.program_command import ProgramWords
from selftune.cli.request import refuse_several_sources, request_for, settled, with_options
from selftune.model.request import TuningJobRequest, UserSettings
from selftune.sdk.names import new_name

if TYPE_CHECKING:
    from selftune.engine.service import TuningService


def tuning_request(words: ProgramWords | None, given: Given, service: TuningService, folder: Path) -> TuningJobRequest:
    """The whole request.

    Raises:
        UsageError: it cannot be carried out as it stands.
    """
    refuse_several_sources(words, given)
    request = with_options(_base(words, given, service, folder), given, folder)
    if given.probe:
        from selftune.cli.probe import probed  # here and below, what few command lines ask for

        request = probed(request, service.plan)
    return settled(request, given, service.plan)


def _base(words: ProgramWords | None, given: Given, service: TuningService, folder: Path) -> TuningJobRequest:
    if given.plan_file is not None:
        from selftune.cli.plan_file_request import request_from_plan_file

        return request_from_plan_file(given.plan_file, service.plan)
    if given.from_job is not None:
        return _again(given.from_job, service)
    if words is None:
        raise ValueError("refuse_several_sources lets no empty request through")
    return request_for(words, given, folder)


def _again(name: str, service: TuningService) -> TuningJobRequest:
    """The settings of an earlier tuning job; today's values are the best that it found, and its seed is not reused."""
    earlier, summary = service.record(name).job.request, service.summary(name)
    found = dict(summary.best.values) if summary.best is not None else {}
    settings: UserSettings = replace(
        earlier.settings, values=tuple({**dict(earlier.settings.values), **found}.items()), seed=None
    )
    return replace(earlier, name=new_name(title(earlier.program)), settings=settings, parent=name)
