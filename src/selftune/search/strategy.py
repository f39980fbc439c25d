"""The one method that a search strategy has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from selftune.model.history import Exhausted, History, Suggestion


class SearchStrategy(Protocol):
    """Proposes values from a history. `testing.strategy_contract` is what each implementation must pass.

    A strategy is stateless: all that it knows is in `history`, so that restart, replay and test are the same thing. A
    cache may exist if deleting it changes nothing.
    """

    def suggest(self, history: History, count: int, rng: np.random.Generator) -> Sequence[Suggestion] | Exhausted:
        """At most `count` suggestions, or `Exhausted` where a finite space has no untried values left."""
        ...
