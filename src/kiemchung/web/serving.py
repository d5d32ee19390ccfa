"""The site and, beside it, a worker, in one process."""

from __future__ import annotations

import ipaddress
import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from kiemchung.engine.errors import SetupError
from kiemchung.jobs.worker import StopAtOnce, Worker
from kiemchung.web.starting import require_migrated

logger = logging.getLogger(__name__)
_STOPS_WITHIN_S = 10
_WORKER_STOPS_WITHIN_S = 30
_IDLE_CONNECTION_S = 15


class Serving:
    """One site that listens at `host` and `port` (0: any that is free)."""

    def __init__(self, host: str, port: int, *, has_worker: bool) -> None:
        _require_an_address_for(host)
        self._host, self._port = host, port
        self._worker = Worker() if has_worker else None

    def prepare(self) -> None:
        """Make the tables of SQLite, where there is nothing to configure; ask for them on PostgreSQL."""
        if connection.vendor == "sqlite":
            call_command("migrate", verbosity=0, interactive=False)
        require_migrated()
        connection.close()

    def run(self, on_listening: Callable[[str], None]) -> None:
        """Serve until Ctrl-C or SIGTERM; `on_listening` gets the address. Returns when all that ran has ended."""
        from kiemchung.web.door import Door  # the settings are loaded by now

        server = _Server(_configuration(Door(), self._host, self._port), on_listening)
        work = threading.Thread(target=self._work, name="worker", daemon=True)
        if self._worker is not None:
            work.start()
        try:
            with suppress(KeyboardInterrupt):  # what uvicorn raises again after it has stopped cleanly
                server.run()
        finally:
            if self._worker is not None:
                self._worker.stop()
                work.join(_WORKER_STOPS_WITHIN_S)

    def _work(self) -> None:
        assert self._worker is not None  # noqa: S101 - for the type checker
        with suppress(StopAtOnce):
            self._worker.run()


class _Server(uvicorn.Server):
    def __init__(self, configuration: uvicorn.Config, on_listening: Callable[[str], None]) -> None:
        super().__init__(configuration)
        self._on_listening = on_listening

    def _log_started_message(self, listeners: object) -> None:  # noqa: ARG002 - ours instead of uvicorn's
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
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
        http="h11",
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
