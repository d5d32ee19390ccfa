"""A worker in a process of its own, with handlers that a test steers by files."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

from kiemchung.cli import main
from kiemchung.web.starting import start

start()

from kiemchung.jobs import queue, worker  # noqa: E402 - after Django has started
from kiemchung.jobs.handlers import HANDLERS, Payload, handler  # noqa: E402
from kiemchung.jobs.models import Job  # noqa: E402
from kiemchung.jobs.queue import Run  # noqa: E402


def hold(payload: Payload, run: Run) -> None:
    """Say that it began, wait for the sign, and end with one result in the same transaction."""
    folder = Path(payload["folder"])
    (folder / f"began-{os.getpid()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)
    with run.finishing():
        queue.enqueue("result", {"process": os.getpid()})


def die(payload: Payload, run: Run) -> None:
    """End the process as the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def dies_claiming(*_: object, **__: object) -> None:
    """End the process inside the transaction that claims."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    lease = timedelta(seconds=float(os.environ["TEST_LEASE_S"]))
    worker.Worker.__init__.__kwdefaults__ = {"lease": lease}
    HANDLERS.clear()  # those of the desk: here run those of the tests alone
    handler("hold")(hold)
    handler("die", attempts=3)(die)
    if os.environ.get("TEST_DIES") == "claiming":
        Job.save = dies_claiming  # type: ignore[method-assign]
    sys.exit(main(["work", *sys.argv[1:]]))
