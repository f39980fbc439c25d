"""A history on its way to the worker process: what the worker has seen is not sent again.

Ended training jobs are ordered by number and change no more, so a history mostly begins as the one before. Both sides
remember the last one; whoever starts a process anew starts with `Sender()` and `Receiver()` anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from selftune.model.history import History, Observation


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A history without what its receiver has."""

    news: History
    """Its `ended` are those after the first `known`."""
    known: int = 0
    """So many of its ended training jobs are the first of the history before."""


class Sender:
    """Takes from each history what the one before had."""

    def __init__(self) -> None:
        self._sent: tuple[Observation, ...] = ()

    def packed(self, history: History) -> Shipment:
        known = _common(self._sent, history.ended)
        self._sent = history.ended
        return Shipment(news=replace(history, ended=history.ended[known:]), known=known)


class Receiver:
    """Puts histories together again."""

    def __init__(self) -> None:
        self._received: tuple[Observation, ...] = ()

    def unpacked(self, shipment: Shipment) -> History:
        self._received = (*self._received[: shipment.known], *shipment.news.ended)
        return replace(shipment.news, ended=self._received)


def _common(first: tuple[Observation, ...], second: tuple[Observation, ...]) -> int:
    """How many observations both begin with."""
    pairs = enumerate(zip(first, second, strict=False))
    different = (position for position, (one, other) in pairs if one is not other and one != other)
    return next(different, min(len(first), len(second)))
