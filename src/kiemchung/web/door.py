"""The door: where requests come in from the network, and what is taken from them before anything else sees them.

Who asks does not get past it (R26): the address becomes a key that changes every day and that nobody can turn back, and
the headers that describe a person or a machine are dropped. So no page, log or library can keep them.

Django runs in a fixed set of threads, each with its own lasting connection to the database
(docs/decisions/0024-a-door-of-our-own.md). The desk has threads and connections of its own, which readers never take.
A thread is taken when the whole request is here and left when the whole answer is: who sends or reads slowly has none.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.signals import request_started
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from kiemchung.web.callers import is_on_this_machine, key_of_caller
from kiemchung.web.machine.refusals import is_described, refusal
from kiemchung.web.security.bodies import largest_body
from kiemchung.web.security.headers import is_of_desk

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Coroutine[Any, Any, None]]

logger = logging.getLogger("kiemchung.web")
THREADS = 8
OF_THE_DESK = 2  # more threads, for pages under /desk alone
WAITING = 200  # what may wait for a thread; more would wait longer than a reader does
_IN_MEMORY = 256 * 1024
_PIECE = 1 << 16
_BODIES, _OF_THE_DESK, _STREAMS = 600, 200, 200  # on their way at once, below the 1024 open files of one process
_FOR_ONE_CALLER = 40  # of each; a caller may be a whole school
_ARRIVES_WITHIN_S = 120.0
_DROPPED = {b"user-agent", b"forwarded", b"via", b"from", b"x-real-ip", b"true-client-ip", b"cf-connecting-ip"}
_DROPPED_PREFIXES = (b"x-forwarded-", b"sec-ch-ua")


class _Underway:
    """What is on its way over the network: so much in all, and so much of one caller, whose key is kept meanwhile."""

    def __init__(self, most: int) -> None:
        self._most, self._of = most, Counter[str]()

    @contextmanager
    def one(self, caller: str) -> Iterator[bool]:
        """Count one more while the block runs; gives False, and counts nothing, where there are too many."""
        if self._of.total() >= self._most or self._of[caller] >= _FOR_ONE_CALLER:
            yield False
            return
        self._of[caller] += 1
        try:
            yield True
        finally:
            self._of[caller] -= 1
            if not self._of[caller]:
                del self._of[caller]


class _Threads:
    """Some threads, how many requests wait for them or are in them, and the bodies on their way to them."""

    def __init__(self, count: int, name: str, bodies: int) -> None:
        self.pool, self.count = ThreadPoolExecutor(count, thread_name_prefix=name), count
        self.most_inside, self.inside = count + WAITING, 0
        self.bodies = _Underway(bodies)

    async def run(self, work: Callable[[], HttpResponse | _Stream]) -> HttpResponse | _Stream:
        """Do the work in one of the threads, or answer that too much waits for them."""
        if self.inside >= self.most_inside:
            return _full()
        self.inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.pool, work)
        finally:
            self.inside -= 1


@dataclass(frozen=True)
class _Stream:
    """A streamed answer that has been written to `content` whole; whoever sends it closes that."""

    head: Message
    content: IO[bytes]


class Door(BaseHandler):
    """The ASGI application."""

    def __init__(self, *, threads: int = THREADS) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._for_readers = _Threads(threads, "page", _BODIES)
        self._for_the_desk = _Threads(OF_THE_DESK, "desk", _OF_THE_DESK)
        self._streams = _Underway(_STREAMS)

    def reserve(self) -> None:
        """Open the desk's connections to the database and keep them: when all others are taken it goes on (F14)."""
        all_here = threading.Barrier(self._for_the_desk.count)
        for one in [
            self._for_the_desk.pool.submit(_keep_connection, all_here) for _ in range(self._for_the_desk.count)
        ]:
            one.result()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connections are closed."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close"})
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        threads = self._for_the_desk if is_of_desk(scope["path"]) else self._for_readers
        caller = _caller_of(scope)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                is_whole = await _arrived(scope, receive, body, threads.bodies, caller)
            except ConnectionError:
                return  # nobody waits for the answer to half a request
            if isinstance(is_whole, HttpResponse):
                response: HttpResponse | _Stream = is_whole
            else:
                response = await threads.run(partial(self._answer, scope, body, is_whole=is_whole, caller=caller))
        if isinstance(response, HttpResponse):
            await _send_whole(response, send, has_body=scope["method"] != "HEAD")
            return
        with response.content as content, self._streams.one(caller) as is_one:
            if is_one:
                await _send_stream(response.head, content, send)
            else:
                await _send_whole(_full(), send, has_body=scope["method"] != "HEAD")

    def _answer(self, scope: Scope, body: IO[bytes], *, is_whole: bool, caller: str) -> HttpResponse | _Stream:
        """Return an answer that is in memory, or a streamed one that has been written to its end."""
        set_script_prefix("/")
        if is_of_desk(scope["path"]):
            connection.close_at = None  # kept for ever, but for one that does not work any more
        request_started.send(sender=self.__class__, scope=scope)
        request = _request_of(scope, body, caller)
        request.META["kiemchung.is_too_large"] = not is_whole
        response = self.get_response(request)
        try:
            if isinstance(response, HttpResponse):
                return response
            return _Stream(_head_of(response), _written(response if scope["method"] != "HEAD" else ()))
        finally:
            response.close()


def _caller_of(scope: Scope) -> str:
    peer = scope.get("client")
    return key_of_caller(peer[0] if peer else "", scope["headers"], settings.PROXIES)


def _request_of(scope: Scope, body: IO[bytes], caller: str) -> ASGIRequest:
    peer, headers = scope.get("client"), scope["headers"]
    kept = [(name, value) for name, value in headers if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES)]
    address = peer[0] if peer else ""
    known = {
        "headers": kept,
        "client": (caller, 0),
        "scheme": "https" if settings.SITE.is_public else "http",
        "root_path": "",
    }
    try:
        request = ASGIRequest({**scope, **known}, body)
    except UnicodeError:
        request = ASGIRequest({**scope, **known, "path": "/", "query_string": b""}, body)
        request.META["kiemchung.is_unreadable"] = True
    request.META["kiemchung.is_on_this_machine"] = is_on_this_machine(address, headers)
    return request


def _announced(scope: Scope) -> int | None:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(length) if length.isdigit() else None


async def _arrived(
    scope: Scope, receive: Receive, body: IO[bytes], underway: _Underway, caller: str
) -> bool | HttpResponse:
    """Take the body; return whether it is whole, or the answer to one that came too slowly or beside too many."""
    try:
        async with asyncio.timeout(_ARRIVES_WITHIN_S):
            with underway.one(caller) if _has_body(scope) else nullcontext(True) as is_one:
                return await _take(receive, body, _announced(scope), largest_body(scope["path"])) if is_one else _full()
    except TimeoutError:
        return _too_slow(scope["path"])


def _has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def _take(receive: Receive, body: IO[bytes], announced: int | None, most: int) -> bool:
    """Write the body; False, and an empty one, when it is larger than `most`, whatever its header said."""
    if announced is not None and announced > most:
        return False
    size, has_more = 0, True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            body.seek(0)
            body.truncate()
            return False
        body.write(part)
        has_more = message.get("more_body", False)
    body.seek(0)
    return True


def _head_of(response: HttpResponseBase) -> Message:
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
    headers += [(b"set-cookie", morsel.OutputString().encode("ascii")) for morsel in response.cookies.values()]
    return {"type": "http.response.start", "status": response.status_code, "headers": headers}


def _written(parts: Iterable[bytes]) -> IO[bytes]:
    content = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        for part in parts:
            content.write(part)
    except BaseException:
        content.close()
        raise
    content.seek(0)
    return content


async def _send_stream(head: Message, content: IO[bytes], send: Send) -> None:
    await send(head)
    while piece := content.read(_PIECE):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


async def _send_whole(response: HttpResponse, send: Send, *, has_body: bool) -> None:
    if not response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    await send(_head_of(response))
    await send({"type": "http.response.body", "body": response.content if has_body else b""})


def _keep_connection(all_here: threading.Barrier) -> None:
    all_here.wait()  # so that each thread has this once
    with suppress(OperationalError):  # the first page of the desk tries again
        connection.ensure_connection()


def _too_slow(path: str) -> HttpResponse:
    """Return the answer to whoever has not sent a whole request in two minutes."""
    words = "Yêu cầu gửi quá chậm, hãy thử lại. — The request came too slowly, try again."
    response: HttpResponse = refusal(408, words) if is_described(path) else _plain(408, words)
    response["Connection"] = "close"
    return response


def _full() -> HttpResponse:
    """Return the answer for when more wait than can be served; it takes no thread and no database."""
    response = _plain(
        503, "Máy chủ đang quá tải, hãy thử lại sau giây lát. — The site is overloaded, try again in a moment."
    )
    response["Retry-After"], response["Connection"] = "5", "close"
    return response


def _plain(status: int, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
