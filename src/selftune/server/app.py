"""The ASGI application: reads a request whole, within bounds, and hands it on; all else is plain functions.

Everything behind it works on files and a database, so a request is handled in a thread and the event loop only moves
bytes; but for reads that are known to take next to no time.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from selftune.server.aws.signature import ReceivedRequest
from selftune.server.http import FilePart, Request, Response, may_need_a_file, place_for, whole_number
from selftune.server.records import LOGGER
from selftune.store.recent import Recent

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handler = Callable[[Request], Response]

CHUNK = 1 << 18
THREADS = 16
QUICK_SECONDS = 0.002
"""A read that took less the last time is answered without a thread: to hand it over would cost more."""
_KINDS_KEPT = 512
_LONGEST_KEY = 512
_log = logging.getLogger(LOGGER)


class Application:
    """Serves one handler.

    Args:
        handle: From a request to a response; called in a thread.
        hosts: Values of the Host header that are answered (DNS rebinding: a page elsewhere cannot name this server).
        largest_body: Bytes of a body, as a function of what is known before it is read.
        too_large: The refusal of a larger one, in the form that its client reads.
        refused_unread: The refusal of a request of whose body nothing need be known; asked where the body is so large
            that it would go to the disk, which is nobody's to fill whose request is not going to be carried out.
    """

    def __init__(
        self,
        handle: Handler,
        *,
        hosts: Iterable[str],
        largest_body: Callable[[ReceivedRequest], int],
        too_large: Callable[[ReceivedRequest], Response],
        refused_unread: Callable[[ReceivedRequest], Response | None] = lambda _: None,
    ) -> None:
        self._handle = handle
        self._hosts = frozenset(hosts)
        self._largest_body = largest_body
        self._too_large = too_large
        self._refused_unread = refused_unread
        self._was_quick: Recent[bytes, bool] = Recent(_KINDS_KEPT)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(_received(scope), receive, send)

    async def _http(self, received: ReceivedRequest, receive: Receive, send: Send) -> None:
        refused = self._refused(received)
        if refused is not None:
            _note_refusal(received, refused)
            await _send(refused, received.method, send)
            return
        with place_for(received.header("content-length")) as place:
            size = await _read_body(receive, place, self._largest_body(received))
            response = self._too_large(received) if size is None else await self._answer(received, place, size)
            _note_refusal(received, response)
            await _send(response, received.method, send)

    def _refused(self, received: ReceivedRequest) -> Response | None:
        if (received.header("host") or "") not in self._hosts:
            return _plain(421, "This server does not answer to that name.")
        length = whole_number(received.header("content-length") or "0")
        if length is None or length > self._largest_body(received):
            return self._too_large(received)
        return self._refused_unread(received) if may_need_a_file(received) else None

    async def _answer(self, received: ReceivedRequest, place: IO[bytes], size: int) -> Response:
        place.seek(0)
        request = Request(received=received, body=place, size=size)
        key = _kind_of_read(request)
        try:
            if key is not None and self._was_quick.get(key):
                return self._timed(key, True, request)
            work = self._handle if key is None else functools.partial(self._timed, key, False)
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, request)
        except Exception:
            _log.exception("%s failed", _title(received))
            return _plain(500, "Something went wrong here; the server's log says what.")

    def _timed(self, key: bytes, was_quick: bool, request: Request) -> Response:
        """Answer, and note whether it was quick enough to be answered at once the next time."""
        start = time.perf_counter()  # a thread's own clock may cost more than what it measures
        response = self._handle(request)
        is_quick = time.perf_counter() - start < QUICK_SECONDS
        if is_quick is not was_quick:
            self._was_quick.put(key, is_quick)
        return response


def _kind_of_read(request: Request) -> bytes | None:
    """What tells a read that is asked for again and again (a Describe with its body); None for all else."""
    target = request.header("x-amz-target") or ""
    if ".Describe" not in target or request.size > _LONGEST_KEY:
        return None
    return target.encode() + request.read()


def _note_refusal(received: ReceivedRequest, response: Response) -> None:
    """What was refused for want of rights or of room, for whoever watches the server; other refusals are ordinary."""
    if response.status in (401, 403, 413, 421) or response.status >= 500:
        _log.warning("%s -> %d %s", _title(received), response.status, response.headers.get("x-amzn-errortype", ""))


def _title(received: ReceivedRequest) -> str:
    """A request without its query, which may hold a signature, and without its body."""
    target = received.header("x-amz-target")
    return f"{received.method} {received.raw_path[:200]}{f' {target[:100]}' if target else ''}"


def _plain(status: int, text: str) -> Response:
    return Response(status=status, headers={"content-type": "text/plain"}, body=text.encode())


def _received(scope: Scope) -> ReceivedRequest:
    headers = tuple([(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]])
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return ReceivedRequest(
        method=scope["method"],
        raw_path=raw_path.decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
    )


async def _read_body(receive: Receive, place: IO[bytes], largest: int) -> int | None:
    """Bytes read into `place`; None where there are more than allowed."""
    size, is_more = 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > largest:
            return None
        place.write(chunk)
        is_more = message.get("more_body", False)
    return size


async def _send(response: Response, method: str, send: Send) -> None:
    headers = {"content-length": str(response.size), **response.headers}
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
        }
    )
    if method == "HEAD":
        await send({"type": "http.response.body", "body": b""})
    elif isinstance(response.body, FilePart):
        await _send_file(response.body, send)
    else:
        await send({"type": "http.response.body", "body": response.body})


async def _send_file(part: FilePart, send: Send) -> None:
    left = part.length
    with part.file as file:
        file.seek(part.start)
        while left > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK, left))):
            left -= len(chunk)
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
