"""When a search that runs many training jobs at once fills the space instead of following a model."""

from __future__ import annotations

from selftune.model.history import History
from selftune.model.values import counted

LARGEST_SHARE = 1 / 3
"""Share of the training jobs that may run at once before a model has too few rounds to learn from."""


def is_space_filling(history: History) -> bool:
    """True where more than a third of all training jobs run at once."""
    return history.max_parallel > 1 and history.max_parallel > LARGEST_SHARE * history.max_jobs


def why_space_filling(history: History, spread: str) -> str:
    """The reason of such a suggestion, in a sentence."""
    at_once = counted(history.max_parallel, "training job")
    return f"{at_once} of {history.max_jobs} run at once, too many for a model to learn between them: {spread}."
