"""When a search that runs many training jobs at once fills the space instead of following a model.

Where most of the training jobs run before any has ended, a model of the few results would crowd them around those. So
the space is filled until as many have shown something as run at the time; then a model of so many results is worth more
than the rest of the filling (25 of 50 at once: docs/research/search-scale.md).
"""

from __future__ import annotations

from selftune.model.history import History
from selftune.model.values import counted

LARGEST_SHARE = 1 / 3
"""Share of the training jobs that may run at once before the first of them fill the space."""


def is_space_filling(history: History) -> bool:
    """True where more than a third of all training jobs run at once, and fewer have shown something than run now."""
    is_wide = history.max_parallel > 1 and history.max_parallel > LARGEST_SHARE * history.max_jobs
    return is_wide and len(history.evidence) < len(history.running)


def why_space_filling(history: History, spread: str) -> str:
    """The reason of such a suggestion, in a sentence."""
    at_once = counted(history.max_parallel, "training job")
    return f"{at_once} of {history.max_jobs} run at once, and more run now than have shown something: {spread}."
