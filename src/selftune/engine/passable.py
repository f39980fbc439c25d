"""Texts that become arguments and variables of a process: what no process can be given is refused at creation."""

from __future__ import annotations

import os
from collections.abc import Iterator

from selftune.model.errors import UsageError
from selftune.model.jobs import TuningJob
from selftune.model.ranges import CategoricalRange


def check_passable(job: TuningJob) -> None:
    """Refuse a tuning job that would hand a process what the system cannot.

    Raises:
        UsageError: names the variable or the hyperparameter.
    """
    for name, text in (*job.request.environment, *job.plan.program.environment):
        if name == "" or "=" in name or not (_is_passable(name) and _is_passable(text)):
            raise UsageError(
                f"The environment variable {name[:100]!a} cannot be set: its name or value holds what no process "
                "can be given.",
                hint="Leave out the character NUL and halves of characters, and '=' in the name.",
            )
    for name, text in _hyperparameter_texts(job):
        if not (_is_passable(name) and _is_passable(text)):
            raise UsageError(
                f"The hyperparameter {name[:100]!a} cannot be passed to a program: its name or a value of it holds "
                "what no process can be given.",
                hint="Leave out the character NUL and halves of characters.",
            )


def _hyperparameter_texts(job: TuningJob) -> Iterator[tuple[str, str]]:
    """(name, text) of all that a training job may be passed."""
    yield from ((name, str(value)) for name, value in job.plan.program.static_values)
    yield from ((name, str(value)) for name, value in job.request.settings.values)
    for planned in job.plan.hyperparameters:
        yield planned.name, str(planned.value)
    for name, searched in job.plan.space.items():
        texts = map(str, searched.values) if isinstance(searched, CategoricalRange) else ("",)
        yield from ((name, text) for text in texts)


def _is_passable(text: str) -> bool:
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False
