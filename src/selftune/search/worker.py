"""Suggestions made in a process of their own, so that the tuning loop never waits for a model.

The worker reads requests as JSON lines (model/codec) and writes one answer line each. It ends when its input does, that
is, with the process that started it. `DirectSuggester` has the same face and computes at once: virtual time and tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, TypeAlias

from selftune.model.codec import dumps, loads
from selftune.model.errors import SelftuneError
from selftune.model.history import Exhausted, History, Suggestion
from selftune.model.plan import Strategy
from selftune.search import suggest
from selftune.search.shipment import Receiver, Sender, Shipment

MAX_STARTS = 3
"""How often a worker is started for one request before the request counts as failed."""
ONE_THREAD: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"), "1")
)
"""The matrices are small: more threads would take cores from the training jobs and gain nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRequest:
    """What the worker is asked."""

    strategy: Strategy
    history: History
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The same on its way to the worker."""

    strategy: Strategy
    shipment: Shipment
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionBatch:
    """The strategy's answer."""

    suggestions: tuple[Suggestion, ...]
    is_exhausted: bool = False
    """True where the space has no untried values left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionError:
    """The strategy broke down, or its process did."""

    reason: str


Answer: TypeAlias = SuggestionBatch | SuggestionError


def answer(request: SuggestionRequest) -> Answer:
    """What the strategy says to a request; whatever goes wrong in it becomes an answer too."""
    try:
        made = suggest(request.strategy, request.history, request.count)
    except SelftuneError as error:
        return SuggestionError(reason=str(error))
    except Exception as error:
        return SuggestionError(reason=f"The {request.strategy} strategy broke down: {type(error).__name__}: {error}")
    if isinstance(made, Exhausted):
        return SuggestionBatch(suggestions=(), is_exhausted=True)
    return SuggestionBatch(suggestions=tuple(made))


class SuggestionWorker:
    """Asks a worker process for suggestions; at most one request is outstanding.

    A worker that dies with a request outstanding is started again and asked the same; the answer is the same too. One
    that dies while nothing is asked is started again by the next request.
    """

    def __init__(self) -> None:
        self._process = _Process()  # Now, so that its libraries are loaded before the first request.
        self._outstanding: SuggestionRequest | None = None
        self._starts = 1

    def submit(self, strategy: Strategy, history: History, count: int) -> None:
        """Ask for suggestions.

        Raises:
            RuntimeError: the answer to an earlier request is still outstanding.
        """
        if self._outstanding is not None:
            raise RuntimeError("A request for suggestions is outstanding already.")
        if not self._process.is_alive:
            self._replace_process()
        self._outstanding = SuggestionRequest(strategy=strategy, history=history, count=count)
        self._starts = 1
        self._process.send(self._outstanding)

    def poll(self) -> Answer | None:
        """The answer to the outstanding request, or None while there is none."""
        if self._outstanding is None:
            return None
        line = self._process.receive()
        if line is not None:
            self._outstanding = None
            return _read_answer(line)
        if not self._process.has_ended:
            return None
        return self._start_again(self._outstanding)

    @property
    def process_id(self) -> int:
        """Of the worker process that is there now, or that was there last."""
        return self._process.process_id

    def fileno(self) -> int | None:
        """A descriptor that is readable when `poll` has something to do; None while nothing is asked.

        A dead worker's pipe is readable for ever: whoever waits for it would never wait.
        """
        return None if self._outstanding is None else self._process.fileno()

    def close(self) -> None:
        """End the worker process."""
        self._process.close()
        self._outstanding = None

    def _start_again(self, request: SuggestionRequest) -> SuggestionError | None:
        ended_how = self._process.ended_how()
        if self._starts >= MAX_STARTS:
            self._outstanding = None
            return SuggestionError(reason=f"The process that makes suggestions died {MAX_STARTS} times. {ended_how}")
        self._replace_process()
        self._starts += 1
        self._process.send(request)
        return None

    def _replace_process(self) -> None:
        self._process.close()
        self._process = _Process()


class DirectSuggester:
    """Makes suggestions in `submit`, in this process: for virtual time and tests."""

    def __init__(self) -> None:
        self._answer: Answer | None = None
        self._readable, self._writable = os.pipe()

    def submit(self, strategy: Strategy, history: History, count: int) -> None:
        """Ask for suggestions; the answer is there when this returns.

        Raises:
            RuntimeError: the answer to an earlier request has not been polled.
        """
        if self._answer is not None:
            raise RuntimeError("A request for suggestions is outstanding already.")
        self._answer = answer(SuggestionRequest(strategy=strategy, history=history, count=count))
        os.write(self._writable, b".")

    def poll(self) -> Answer | None:
        """The answer to the outstanding request, or None where there is none."""
        given, self._answer = self._answer, None
        if given is not None:
            os.read(self._readable, 1)
        return given

    def fileno(self) -> int:
        """A descriptor that is readable while an answer waits."""
        return self._readable

    def close(self) -> None:
        """Give the descriptors back; closing twice is allowed."""
        for descriptor in {self._readable, self._writable} - {-1}:
            os.close(descriptor)
        self._readable = self._writable = -1


class _Process:
    """One worker process with its two pipes."""

    def __init__(self) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process, closed in close()
        self._process = subprocess.Popen(
            # -P: the current folder is the user's, and a random.py in it is not ours to import.
            [sys.executable, "-P", "-m", "selftune.search.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is for the controller, which still wants its answer.
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        os.set_blocking(self._output.fileno(), False)
        self._received = b""
        self._sender = Sender()
        self.has_ended = False

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, request: SuggestionRequest) -> None:
        parcel = Parcel(strategy=request.strategy, shipment=self._sender.packed(request.history), count=request.count)
        # A worker that is already dead is noticed by the next `receive`.
        with suppress(BrokenPipeError):
            self._input.write(dumps(parcel).encode() + b"\n")
            self._input.flush()

    def receive(self) -> bytes | None:
        """The next whole line, if it is there."""
        while b"\n" not in self._received:
            try:
                chunk = os.read(self._output.fileno(), 1 << 16)
            except BlockingIOError:
                return None
            if not chunk:
                self.has_ended = True
                return None
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        return line

    def ended_how(self) -> str:
        """Exit status and last words, for people."""
        status = self._process.wait()
        self._errors.seek(0)
        last_lines = self._errors.read().decode(errors="replace").strip().splitlines()[-3:]
        how = f"It was ended by signal {-status}." if status < 0 else f"It ended with exit code {status}."
        return " ".join([how, *last_lines])

    def fileno(self) -> int:
        return self._output.fileno()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        # Whatever was still on its way to the dead process is of no use to anybody.
        with suppress(BrokenPipeError):
            self._input.close()
        self._output.close()
        self._errors.close()


def _read_answer(line: bytes) -> Answer:
    read: Answer = loads(SuggestionBatch | SuggestionError, line.decode())
    return read


def main(read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
    """Answer requests, one a line, until there are no more."""
    receiver = Receiver()
    while line := read():
        parcel: Parcel = loads(Parcel, line.decode())
        history = receiver.unpacked(parcel.shipment)
        request = SuggestionRequest(strategy=parcel.strategy, history=history, count=parcel.count)
        write(dumps(answer(request)).encode() + b"\n")


def _import_ahead() -> None:
    """Load the numerical libraries before the first request needs them."""
    import selftune.search.bayesian  # noqa: F401


def _import_the_rest() -> None:
    """Load what only a model needs: the first suggestions, which need none, are not to wait for it."""
    import scipy.optimize  # noqa: F401


if __name__ == "__main__":
    _import_ahead()

    def _write(text: bytes) -> None:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
        _import_the_rest()

    main(sys.stdin.buffer.readline, _write)
