"""What the environment of a run changes about a program's defaults: an exported variable is today's value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from selftune.autotune.reader.interface import Declaration, Form, Interface
from selftune.model.values import value_from_text

ENVIRONMENT = "environment"
_SECRET = re.compile(
    r"(?:.*_)?(?:\w*KEY|TOKEN|\w*SECRET|PASSWORD|PASSWD|PASS|CREDENTIALS?|AUTH)(?:_ID)?\Z", re.IGNORECASE
)
_MAX_TEXT = 200
"""Longer texts are no hyperparameters."""


def telling_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that may hold a hyperparameter: no secrets, which must be in no plan, and nothing empty."""
    return {n: text for n, text in environ.items() if 0 < len(text) <= _MAX_TEXT and not _SECRET.match(n)}


def with_environment(interface: Interface, environment: Mapping[str, str]) -> Interface:
    """The interface with today's values of the variables that the run's environment has."""
    if not any(d.form is Form.VARIABLE and d.name in environment for d in interface.declarations):
        return interface
    return replace(interface, declarations=tuple(_inheriting(d, environment) for d in interface.declarations))


def _inheriting(found: Declaration, environment: Mapping[str, str]) -> Declaration:
    if found.form is not Form.VARIABLE or found.name not in environment:
        return found
    text = environment[found.name]
    return replace(found, default=value_from_text(text), original=text, source=ENVIRONMENT, is_inherited=True)
