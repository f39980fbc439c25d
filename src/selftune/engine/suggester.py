"""Where suggestions are computed: in a worker process, so that the loop never waits for a model."""

from __future__ import annotations

from typing import Protocol

from selftune.model.history import History
from selftune.model.plan import Strategy
from selftune.search.worker import SuggestionBatch, SuggestionError


class NoSuggestions:
    """For a training job of its own, which asks for none and so needs no worker."""

    def submit(self, strategy: Strategy, history: History, count: int) -> None:  # noqa: ARG002
        raise RuntimeError(f"A training job of its own asked for {count} suggestions.")

    def poll(self) -> None:
        """There is never an answer."""

    def fileno(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """There is nothing to end."""


class Suggester(Protocol):
    """Takes one question at a time and answers it later."""

    def submit(self, strategy: Strategy, history: History, count: int) -> None:
        """Ask for at most `count` suggestions; there is one question at a time."""
        ...

    def poll(self) -> SuggestionBatch | SuggestionError | None:
        """The answer, once; None while there is none."""
        ...

    def fileno(self) -> int | None:
        """A file descriptor that is readable when an answer may be there; None where `poll` always knows."""
        ...

    def close(self) -> None:
        """End the worker."""
        ...
