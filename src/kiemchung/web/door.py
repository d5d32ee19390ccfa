"""The door: where requests come in from the network, and what is taken from them before anything else sees them.

Who asks does not get past it (R26): the address becomes a key that changes every day and that nobody can turn back, and
the headers that describe a person or a machine are dropped. So no page, log or library can keep them.

Django runs in a fixed set of threads, each with its own lasting connection to the database
(docs/decisions/0024-a-door-of-our-own.md). The desk has threads and connections of its own, which readers never take.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
_WHOLE = 4_000_000  # answers up to this size leave their thread before they are sent
_ARRIVES_WITHIN_S = 120.0
_DROPPED = {b"user-agent", b"forwarded", b"via", b"from", b"x-real-ip", b"true-client-ip", b"cf-connecting-ip"}
_DROPPED_PREFIXES = (b"x-forwarded-", b"sec-ch-ua")


class _Threads:
    """Some threads, and how many requests wait for them or are in them."""

    def __init__(self, count: int, name: str) -> None:
        self.pool, self.count = ThreadPoolExecutor(count, thread_name_prefix=name), count
        self.most_inside, self.inside = count + WAITING, 0


class Door(BaseHandler):
    """The ASGI application."""

    def __init__(self, *, threads: int = THREADS) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        self._for_readers, self._for_the_desk = _Threads(threads, "page"), _Threads(OF_THE_DESK, "desk")

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
            threads = self._for_the_desk if is_of_desk(scope["path"]) else self._for_readers
            if threads.inside >= threads.most_inside:
                await _send_whole(_full(), send, has_body=True)
                return
            threads.inside += 1
            try:
                await self._serve(scope, receive, send, threads)
            finally:
                threads.inside -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send, threads: _Threads) -> None:
        most = largest_body(scope["path"])
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                async with asyncio.timeout(_ARRIVES_WITHIN_S):
                    is_whole = await _take(receive, body, _announced(scope), most)
            except TimeoutError:
                await _send_whole(_too_slow(), send, has_body=True)
                return
            except ConnectionError:
                return  # nobody waits for the answer to half a request
            loop = asyncio.get_running_loop()

            def say(message: Message) -> None:
                asyncio.run_coroutine_threadsafe(send(message), loop).result()

            response = await loop.run_in_executor(threads.pool, self._answer, scope, body, is_whole, say)
        if response is not None:
            await _send_whole(response, send, has_body=scope["method"] != "HEAD")

    def _answer(
        self, scope: Scope, body: IO[bytes], is_whole: bool, say: Callable[[Message], None]
    ) -> HttpResponse | None:
        """Return an answer that is in memory; send a streamed one from here and return None."""
        set_script_prefix("/")
        if is_of_desk(scope["path"]):
            connection.close_at = None  # kept for ever, but for one that does not work any more
        request_started.send(sender=self.__class__, scope=scope)
        request = _request_of(scope, body)
        request.META["kiemchung.is_too_large"] = not is_whole
        response = self.get_response(request)
        try:
            if isinstance(response, HttpResponse):
                return response
            say(_head_of(response))
            if scope["method"] != "HEAD":
                for part in response:
                    say({"type": "http.response.body", "body": bytes(part), "more_body": True})
            say({"type": "http.response.body"})
            return None
        finally:
            response.close()


def _request_of(scope: Scope, body: IO[bytes]) -> ASGIRequest:
    peer, headers = scope.get("client"), scope["headers"]
    kept = [(name, value) for name, value in headers if name not in _DROPPED and not name.startswith(_DROPPED_PREFIXES)]
    address = peer[0] if peer else ""
    known = {
        "headers": kept,
        "client": (key_of_caller(address, headers, settings.PROXIES), 0),
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


async def _send_whole(response: HttpResponse, send: Send, *, has_body: bool) -> None:
    if not response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))
    await send(_head_of(response))
    await send({"type": "http.response.body", "body": response.content if has_body else b""})


def _keep_connection(all_here: threading.Barrier) -> None:
    all_here.wait()  # so that each thread has this once
    with suppress(OperationalError):  # the first page of the desk tries again
        connection.ensure_connection()


def _too_slow() -> HttpResponse:
    """Return the answer to whoever has not sent a whole request in two minutes."""
    words = "Yêu cầu gửi quá chậm, hãy thử lại. — The request came too slowly, try again.\n"
    response = HttpResponse(words, status=408, content_type="text/plain; charset=utf-8")
    response["Connection"] = "close"
    return response


def _full() -> HttpResponse:
    """Return the answer for when more wait than can be served; it takes no thread and no database."""
    words = "Máy chủ đang quá tải, hãy thử lại sau giây lát. — The site is overloaded, try again in a moment.\n"
    response = HttpResponse(words, status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = "5"
    return response


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
