"""How many jobs a second the queue stores and one worker runs, on SQLite and, where it is installed, on PostgreSQL.

Run: `python -m benchmarks.jobs [N]`. The handlers do nothing, so this is the cost of the queue alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.postgresql import cluster


def measure(name: str, count: int) -> str:
    """Return one row of the table, for the database of the environment."""
    from django.core.management import call_command
    from django.db import connections

    from kiemchung.jobs.handlers import HANDLERS, handler
    from kiemchung.jobs.queue import enqueue
    from kiemchung.jobs.worker import Worker
    from kiemchung.web.database import database_from

    connections.close_all()
    address = os.environ["KIEMCHUNG_DATABASE"]
    settings = database_from(address, Path(os.environ["KIEMCHUNG_HOME"]))
    connections.settings = connections.configure_settings({"default": settings})
    del connections["default"]
    call_command("migrate", verbosity=0)
    HANDLERS.clear()
    handler("nothing")(lambda *_: None)
    begun = time.perf_counter()
    for number in range(count):
        enqueue("nothing", {"number": number})
    stored = time.perf_counter()
    assert Worker().run(once=True) == count
    ended = time.perf_counter()
    connections.close_all()
    return f"| {name} | {count / (stored - begun):,.0f} | {count / (ended - stored):,.0f} |"


def main() -> None:
    """Measure both and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as home, cluster() as address:
        os.environ |= {"KIEMCHUNG_HOME": home, "KIEMCHUNG_DATABASE": ""}
        from kiemchung.web.starting import start

        start()
        print("| database | stored a second | run a second, one worker |\n|---|---|---|")
        print(measure("SQLite", count))
        if address is None:
            print("PostgreSQL is not installed: not measured.", file=sys.stderr)
        else:
            os.environ["KIEMCHUNG_DATABASE"] = address
            print(measure("PostgreSQL, without flushing to disk", count))


if __name__ == "__main__":
    main()
