"""A mapping that may also be called, as attributes of SageMaker's SDK that are methods there and fields here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class CallableMapping(Mapping[str, V]):
    """Names to values, read-only; `mapping()` is the same as a plain dict."""

    def __init__(self, values: Mapping[str, V]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> V:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __call__(self) -> dict[str, V]:
        return dict(self._values)

    def __repr__(self) -> str:
        return repr(self._values)
