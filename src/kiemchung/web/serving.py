"""The site and, beside it, a worker, in one process."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from uvicorn.protocols.http.h11_impl import H11Protocol

from kiemchung.desk.backups.versions import require_not_newer
from kiemchung.engine.errors import SetupError
from kiemchung.jobs.schedules import record_schedules
from kiemchung.jobs.worker import Worker
from kiemchung.web.starting import require_migrated

logger = logging.getLogger(__name__)
_STOPS_WITHIN_S = 10
_WORKER_STOPS_WITHIN_S = 30
_IDLE_CONNECTION_S = 15
_READS_WITHIN_S = 60.0  # what waits in this process for a reader, at most some 64 KB at a time
_LOOKS_EVERY_S = 0.2
_IMPATIENT = 2  # the first is the one that has stopped the site


class Serving:
    """One site that listens at `host` and `port` (0: any that is free)."""

    def __init__(self, host: str, port: int, *, has_worker: bool) -> None:
        _require_an_address_for(host)
        self._host, self._port = host, port
        self._worker = Worker() if has_worker else None
        self._signals = 0

    def prepare(self) -> None:
        """Make the tables of SQLite, where there is nothing to configure; ask for them on PostgreSQL.

        Raises `SetupError` before anything is made where nothing could listen: accounts that are made then are
        shown to nobody.
        """
        self._try_to_listen()
        require_not_newer()
        if connection.vendor == "sqlite":
            call_command("migrate", verbosity=0, interactive=False)
        require_migrated()
        record_schedules()  # here too: where no worker ever comes, the site tells it by what is due
        connection.close()

    def run(self, on_listening: Callable[[str], None]) -> None:
        """Serve until Ctrl-C or SIGTERM; `on_listening` gets the address. Returns when all that ran has ended."""
        from kiemchung.web.door import Door  # the settings are loaded by now

        door = Door()
        door.reserve()
        server = _Server(_configuration(door, self._host, self._port), on_listening)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hurry)  # uvicorn sends itself the signal once more when it has stopped
        work = threading.Thread(target=self._work, name="worker", daemon=True)
        work.start()
        try:
            server.run()
        except SystemExit:
            raise self._taken() from None
        finally:
            self._end(work)

    def _try_to_listen(self) -> None:
        try:
            [(family, *_, address), *_] = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            with socket.socket(family) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn does
                tried.bind(address)
        except OSError:
            raise self._taken() from None

    def _work(self) -> None:
        if self._worker is not None:
            self._worker.run()

    def _end(self, work: threading.Thread) -> None:
        """Let the worker end its job, for half a minute or until the next signal; what is cut off is taken over."""
        if self._worker is not None:
            self._worker.stop()
        until = time.monotonic() + _WORKER_STOPS_WITHIN_S
        while work.is_alive() and self._signals < _IMPATIENT and time.monotonic() < until:
            work.join(_LOOKS_EVERY_S)

    def _hurry(self, _number: int, _frame: object) -> None:
        self._signals += 1

    def _taken(self) -> SetupError:
        return SetupError(
            f"{self._host}, port {self._port}: nothing can listen there. Is it taken? Choose another --port.",
            f"{self._host}, cổng {self._port}: không mở được. Cổng đã có nơi khác dùng? Hãy chọn --port khác.",
        )


class _Line(H11Protocol):
    """A connection that is cut when its reader takes nothing for a minute: it would hold an answer for ever."""

    _keeps: Callable[[], None] | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._keeps = self.loop.call_later(_READS_WITHIN_S, self.transport.abort).cancel

    def resume_writing(self) -> None:
        self._keep()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._keep()
        super().connection_lost(exc)

    def _keep(self) -> None:
        if self._keeps is not None:
            self._keeps()
            self._keeps = None


class _Server(uvicorn.Server):
    def __init__(self, configuration: uvicorn.Config, on_listening: Callable[[str], None]) -> None:
        super().__init__(configuration)
        self._on_listening = on_listening

    def _log_started_message(self, listeners: object) -> None:  # noqa: ARG002 - ours instead of uvicorn's
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        settings.LOCAL_PORT = port
        self._on_listening(f"http://{shown}:{port}/")


def _configuration(door: object, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        door,  # type: ignore[arg-type]
        host=host,
        port=port,
        access_log=False,  # it would name the callers
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        http=_Line,
        ws="none",
        lifespan="off",
        timeout_keep_alive=_IDLE_CONNECTION_S,
        timeout_graceful_shutdown=_STOPS_WITHIN_S,
    )


def _require_an_address_for(host: str) -> None:
    """Raise `SetupError` when others could reach a site that does not know its public address."""
    try:
        is_local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_local = host == "localhost"
    if not is_local and not settings.SITE.is_public:
        raise SetupError(
            f"{host}: others could reach the site there. Set KIEMCHUNG_SITE to its public https address first.",
            f"{host}: người khác có thể vào trang ở đó. Trước hết hãy đặt KIEMCHUNG_SITE là địa chỉ https công khai.",
        )
