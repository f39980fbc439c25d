"""The user's own regular expression for the objective: its first group is the value.

It runs under a time limit, so that an expression that backtracks for ever costs some values and never the tuning loop.
"""

from __future__ import annotations

import time
from typing import Any

from selftune.model.errors import UsageError
from selftune.training.metrics.numbers import number_from_text

_LINE_SECONDS = 0.1
_TEXT_SECONDS = 2.0


def check_regex(text: str) -> None:
    """Check a user's expression before anything runs.

    Raises:
        UsageError: it does not compile, or has no group to take the value from.
    """
    compile_regex(text)


def compile_regex(text: str) -> Any:
    """The compiled expression (of the `regex` package, whose searches can be timed out).

    Raises:
        UsageError: it does not compile, or has no group to take the value from.
    """
    import regex  # it ships no types

    try:
        pattern = regex.compile(text)
    except regex.error as error:
        raise UsageError(
            f"The metric's regular expression '{text}' does not compile: {error}.",
            hint="Write it as in Python, such as 'validation:rmse=([0-9.eE+-]+)'.",
        ) from error
    if pattern.groups < 1:
        raise UsageError(
            f"The metric's regular expression '{text}' has no group, so it does not say which part is the value.",
            hint=f"Put the number into brackets, such as '{text}([0-9.eE+-]+)'.",
        )
    return pattern


class RegexReader:
    """Reads values by a user's expression within a time limit for each text.

    Args:
        text: The expression; its first group is the value.
    """

    def __init__(self, text: str) -> None:
        self._pattern = compile_regex(text)

    def start(self) -> RegexBudget:
        """A fresh time limit, for one text."""
        return RegexBudget(self._pattern)


class RegexBudget:
    """One text's worth of searching: lines are no longer searched once the time is used up."""

    def __init__(self, pattern: Any) -> None:
        self._pattern = pattern
        self._seconds_left = _TEXT_SECONDS

    def values(self, line: str) -> list[float]:
        """All values in one line, in order; none where the search took too long."""
        if self._seconds_left <= 0:
            return []
        started = time.perf_counter()
        try:
            groups = [match.group(1) for match in self._pattern.finditer(line, timeout=_LINE_SECONDS)]
        except TimeoutError:
            self._seconds_left -= time.perf_counter() - started
            return []
        numbers = (number_from_text(group) for group in groups if group is not None)
        return [number for number in numbers if number is not None]
