"""What the supervisor is told: one file of NUL-separated fields, read without a parser.

JSON would cost five milliseconds of imports in each training job, and argument vectors are bytes, not text.
"""

from __future__ import annotations

import os

_FORM = b"selftune-order-3"


class Order:
    """The command of one attempt and its limits.

    Args:
        argv: the command; its environment is that of the supervisor.
        folder: absolute path of the folder in which it runs.
        max_runtime_seconds: it is stopped when it runs for longer.
        stop_grace_seconds: between SIGTERM and SIGKILL.
        log_limit: bytes of output that are kept.
        guarded: (folder, its place in the working folder): the command reads the folder through links, and must not
            change it. Absolute paths.
        layers: folders of which `folder` shows the sum, uppermost first, and which are never written to: what the
            command writes lands in the working folder. None: `folder` is what it is.
        shown: (folder, where the command finds it beside its own place), such as `/opt/ml`. Absolute paths.
        copies: (original, copy): when the command has ended, files of the copy that are as they were are removed.
    """

    __slots__ = (
        "argv",
        "copies",
        "folder",
        "guarded",
        "layers",
        "log_limit",
        "max_runtime_seconds",
        "shown",
        "stop_grace_seconds",
    )

    def __init__(
        self,
        *,
        argv: tuple[str, ...],
        folder: str,
        max_runtime_seconds: float,
        stop_grace_seconds: float,
        log_limit: int,
        guarded: tuple[tuple[str, str], ...] = (),
        layers: tuple[str, ...] = (),
        copies: tuple[tuple[str, str], ...] = (),
        shown: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.argv = argv
        self.folder = folder
        self.max_runtime_seconds = max_runtime_seconds
        self.stop_grace_seconds = stop_grace_seconds
        self.log_limit = log_limit
        self.guarded = guarded
        self.layers = layers
        self.copies = copies
        self.shown = shown

    @property
    def leaves_traces(self) -> bool:
        """Whether there is anything to settle when the command has ended."""
        return bool(self.guarded or self.layers or self.copies)

    def to_bytes(self) -> bytes:
        """The form in which `Order.from_bytes` reads it."""
        numbers = (self.max_runtime_seconds, self.stop_grace_seconds, self.log_limit)
        lists = (_flat(self.guarded), self.layers, _flat(self.copies), _flat(self.shown), self.argv)
        counted = [field for names in lists for field in (str(len(names)), *names)]
        return b"\0".join([_FORM, *map(os.fsencode, [self.folder, *map(str, numbers), *counted])])

    @classmethod
    def from_bytes(cls, data: bytes) -> Order:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: it is something else.
        """
        form, *rest = data.split(b"\0")
        if form != _FORM:
            raise ValueError(f"not an order of this version: {form[:40]!r}")
        folder, runtime, grace, log_limit, *counted = map(os.fsdecode, rest)
        guarded, layers, copies, shown, argv = _lists(counted)
        return cls(
            argv=argv,
            folder=folder,
            max_runtime_seconds=float(runtime),
            stop_grace_seconds=float(grace),
            log_limit=int(log_limit),
            guarded=_pairs(guarded),
            layers=layers,
            copies=_pairs(copies),
            shown=_pairs(shown),
        )


def _flat(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(name for pair in pairs for name in pair)


def _pairs(names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(zip(names[::2], names[1::2], strict=True))


def _lists(counted: list[str]) -> list[tuple[str, ...]]:
    """Take apart lists of which each stands behind its length."""
    lists, start = [], 0
    while start < len(counted):
        end = start + 1 + int(counted[start])
        lists.append(tuple(counted[start + 1 : end]))
        start = end
    return lists
