"""What the public log costs: entries added a second, a head signed, everything verified, on SQLite and PostgreSQL.

Run: `python -m benchmarks.public_log [N]`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tests.postgresql import cluster

AT = datetime(2026, 3, 2, tzinfo=UTC)


def seconds(action: Callable[[], object]) -> float:
    """Return how long it takes."""
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def measure(name: str, count: int) -> str:
    """Return one row of the table, for the database of the environment."""
    from django.core.management import call_command
    from django.db import connections, transaction

    from kiemchung.desk.log import append, checking, signing, stored
    from kiemchung.web.database import database_from

    connections.close_all()
    settings = database_from(os.environ["KIEMCHUNG_DATABASE"], Path(os.environ["KIEMCHUNG_HOME"]))
    connections.settings = connections.configure_settings({"default": settings})
    del connections["default"]
    call_command("migrate", verbosity=0)

    def add(first: int, last: int) -> None:
        for number in range(first, last):
            append("published", {"review": f"bai-{number}", "rating": "Sai", "digest": "0" * 64}, at=AT)

    def verify() -> None:
        assert checking.check(stored.rows(), signing.heads()).findings == ()

    each = min(200, count)
    alone = seconds(lambda: add(0, each)) / each
    with transaction.atomic():
        add(each, count)
    sign = seconds(lambda: signing.sign(AT))
    append("declined", {"reason": "opinion"}, at=AT)
    again = seconds(lambda: signing.sign(AT))
    checked = seconds(verify)
    connections.close_all()
    return f"| {name} | {1 / alone:,.0f} | {sign:.2f} s | {again * 1000:.0f} ms | {checked:.2f} s |"


def main() -> None:
    """Measure both and print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as home, cluster() as address:
        os.environ |= {"KIEMCHUNG_HOME": home, "KIEMCHUNG_DATABASE": "", "KIEMCHUNG_LOG_KEY_FILE": f"{home}/log-key"}
        from kiemchung.web.starting import start

        start()
        print("| database | added a second, each alone | first head | next head | verified |\n|---|---|---|---|---|")
        print(measure("SQLite", count))
        if address is None:
            print("PostgreSQL is not installed: not measured.", file=sys.stderr)
        else:
            os.environ |= {"KIEMCHUNG_DATABASE": address, "KIEMCHUNG_LOG_KEY_FILE": f"{home}/log-key-2"}
            print(measure("PostgreSQL, without flushing to disk", count))


if __name__ == "__main__":
    main()
