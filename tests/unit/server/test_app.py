"""The application answers within bounds, to its own names, and in the order that costs least."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from selftune.server.app import Application
from selftune.server.aws.signature import ReceivedRequest
from selftune.server.http import Request, Response

Handler = Callable[[Request], Response]
DESCRIBE = {"x-amz-target": "SageMaker.DescribeTrainingJob"}


def application(handle: Handler) -> Application:
    def too_large(_: ReceivedRequest) -> Response:
        return Response(status=413, body=b"too large")

    return Application(handle, hosts=["here:1"], largest_body=lambda _: 10, too_large=too_large)


def answers(
    app: Application, *bodies: bytes, headers: dict[str, str] | None = None, read: list[bytes] | None = None
) -> list[tuple[int, bytes]]:
    """The answers to requests one after another: (status, body); `read` gets the bodies that are asked for."""

    async def one(body: bytes) -> tuple[int, bytes]:
        sent: list[Any] = []
        given = {"host": "here:1", **(headers or {})}
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        }

        async def receive() -> dict[str, Any]:
            if read is not None:
                read.append(body)
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            sent.append(message)

        await app(scope, receive, send)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    async def all_of_them() -> list[tuple[int, bytes]]:
        return [await one(body) for body in bodies]

    return asyncio.run(all_of_them())


def echo(request: Request) -> Response:
    return Response(body=request.read())


def test_a_body_within_bounds_is_handed_on_and_a_larger_one_refused() -> None:
    assert answers(application(echo), b"x" * 10, b"x" * 11) == [(200, b"x" * 10), (413, b"too large")]


def test_a_length_that_is_too_large_is_refused_before_the_body_is_read() -> None:
    assert answers(application(echo), b"", headers={"content-length": "11"}) == [(413, b"too large")]


def test_what_is_refused_by_its_headers_alone_is_not_read_where_it_would_go_to_the_disk() -> None:
    def too_large(_: ReceivedRequest) -> Response:
        return Response(status=413)

    app = Application(
        echo,
        hosts=["here:1"],
        largest_body=lambda _: 1 << 30,
        too_large=too_large,
        refused_unread=lambda received: None if received.header("authorization") else Response(status=403),
    )
    read: list[bytes] = []
    large = {"content-length": "400000000"}
    for headers in (large, {"transfer-encoding": "chunked"}):
        assert answers(app, b"x", headers=headers, read=read) == [(403, b"")]
    assert read == []
    assert answers(app, b"x", headers={**large, "authorization": "good"}, read=read) == [(200, b"x")]
    assert read == [b"x"]


def test_another_name_is_not_answered() -> None:
    for host in ("evil.example", "here", "HERE:1"):
        ((status, _),) = answers(application(echo), b"", headers={"host": host})
        assert status == 421


def test_a_fault_is_an_answer_without_details() -> None:
    def fails(request: Request) -> Response:
        raise ValueError(f"a secret of {request.method}")

    ((status, body),) = answers(application(fails), b"")
    assert status == 500
    assert b"secret" not in body


def test_a_read_that_was_quick_is_answered_at_once_the_next_time_and_others_never() -> None:
    threads: list[str] = []

    def handle(request: Request) -> Response:
        threads.append(threading.current_thread().name)
        return Response(body=request.read())

    app = application(handle)
    here = threading.current_thread().name
    assert answers(app, b"a", b"a", b"b", headers=DESCRIBE) == [(200, b"a"), (200, b"a"), (200, b"b")]
    assert [name == here for name in threads] == [False, True, False]
    threads.clear()
    answers(app, b"a", b"a", headers={"x-amz-target": "SageMaker.CreateTrainingJob"})
    assert here not in threads
