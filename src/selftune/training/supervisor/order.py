"""What the supervisor is told: one file of NUL-separated fields, read without a parser.

JSON would cost five milliseconds of imports in each training job, and argument vectors are bytes, not text.
"""

from __future__ import annotations

import os

_FORM = b"selftune-order-1"


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
        layers: folders that are seen through the working folder, uppermost first, and never written to; none: the
            working folder is what it is.
    """

    __slots__ = ("argv", "folder", "guarded", "layers", "log_limit", "max_runtime_seconds", "stop_grace_seconds")

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
    ) -> None:
        self.argv = argv
        self.folder = folder
        self.max_runtime_seconds = max_runtime_seconds
        self.stop_grace_seconds = stop_grace_seconds
        self.log_limit = log_limit
        self.guarded = guarded
        self.layers = layers

    def to_bytes(self) -> bytes:
        """The form in which `Order.from_bytes` reads it."""
        numbers = (self.max_runtime_seconds, self.stop_grace_seconds, self.log_limit)
        counts = (len(self.guarded), len(self.layers))
        pairs = [path for pair in self.guarded for path in pair]
        fields = [self.folder, *map(str, numbers), *map(str, counts), *pairs, *self.layers, *self.argv]
        return b"\0".join([_FORM, *map(os.fsencode, fields)])

    @classmethod
    def from_bytes(cls, data: bytes) -> Order:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: it is something else.
        """
        form, *rest = data.split(b"\0")
        if form != _FORM:
            raise ValueError(f"not an order of this version: {form[:40]!r}")
        folder, runtime, grace, log_limit, guarded_count, layer_count, *names = map(os.fsdecode, rest)
        pairs_end = 2 * int(guarded_count)
        layers_end = pairs_end + int(layer_count)
        return cls(
            argv=tuple(names[layers_end:]),
            folder=folder,
            max_runtime_seconds=float(runtime),
            stop_grace_seconds=float(grace),
            log_limit=int(log_limit),
            guarded=tuple(zip(names[:pairs_end:2], names[1:pairs_end:2], strict=True)),
            layers=tuple(names[pairs_end:layers_end]),
        )
