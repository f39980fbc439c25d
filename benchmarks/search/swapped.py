"""The search with a part of it changed, for as long as a block runs: for what an ablation compares."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import selftune.search
from selftune.search.strategy import SearchStrategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A name of a module and what stands there in its place, where no setting says it."""

    module: str
    name: str
    replacement: Any


@contextmanager
def searching_by(strategy: SearchStrategy, swaps: Sequence[Swap] = ()) -> Iterator[None]:
    """Whatever is asked for, this strategy makes the suggestions, with parts of the engine swapped."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(selftune.search, "strategy_named", lambda _: strategy))
        for swap in swaps:
            module = importlib.import_module(swap.module)
            stack.enter_context(patch.object(module, swap.name, swap.replacement))
        yield
