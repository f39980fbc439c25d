"""The ASGI application: reads a request whole, within bounds, and hands it on; all else is plain functions.

Everything behind it works on files and a database, so each request is handled in a thread; the event loop only moves
bytes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from selftune.server.aws.signature import ReceivedRequest
from selftune.server.http import FilePart, Request, Response, spooled

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handler = Callable[[Request], Response]

CHUNK = 1 << 18
THREADS = 16
_log = logging.getLogger("selftune.server")


class Application:
    """Serves one handler.

    Args:
        handle: From a request to a response; called in a thread.
        hosts: Values of the Host header that are answered (DNS rebinding: a page elsewhere cannot name this server).
        largest_body: Bytes of a body, as a function of what is known before it is read.
    """

    def __init__(
        self, handle: Handler, *, hosts: Iterable[str], largest_body: Callable[[ReceivedRequest], int]
    ) -> None:
        self._handle = handle
        self._hosts = frozenset(hosts)
        self._largest_body = largest_body
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(_received(scope), receive, send)

    async def _http(self, received: ReceivedRequest, receive: Receive, send: Send) -> None:
        refused = self._refused(received)
        if refused is not None:
            await _send(refused, received.method, send)
            return
        with spooled() as place:
            size = await _read_body(receive, place, self._largest_body(received))
            response = _TOO_LARGE if size is None else await self._answer(received, place, size)
            await _send(response, received.method, send)

    def _refused(self, received: ReceivedRequest) -> Response | None:
        if (received.header("host") or "") not in self._hosts:
            return _plain(421, "This server does not answer to that name.")
        length = received.header("content-length")
        if length is not None and length.isdigit() and int(length) > self._largest_body(received):
            return _TOO_LARGE
        return None

    async def _answer(self, received: ReceivedRequest, place: IO[bytes], size: int) -> Response:
        place.seek(0)
        request = Request(received=received, body=place, size=size)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._handle, request)
        except Exception:
            _log.exception("%s %s failed", received.method, received.raw_path[:200])
            return _plain(500, "Something went wrong here; the server's log says what.")


def _plain(status: int, text: str) -> Response:
    return Response(status=status, headers={"content-type": "text/plain"}, body=text.encode())


_TOO_LARGE = _plain(413, "The body of the request is too large.")


def _received(scope: Scope) -> ReceivedRequest:
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"])
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
