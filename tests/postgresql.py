"""A throw-away PostgreSQL cluster from the system's binaries, run by an unprivileged user."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of `initdb`, the newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    elsewhere = shutil.which("initdb")
    return found[-1].parent if found else Path(elsewhere).resolve().parent if elsewhere else None


@contextmanager
def cluster(*, as_shipped: bool = False) -> Iterator[str | None]:
    """Start a cluster reached by a socket in its own folder; give its address, or None where there are no binaries.

    Small and without waiting for the disk, unless it is to be `as_shipped`: then every commit is on the disk.
    """
    folder = binaries()
    if folder is None:
        yield None
        return
    place = Path(tempfile.mkdtemp(prefix="kc-pg-"))
    account = "nobody" if os.getuid() == 0 else None
    if account:
        shutil.chown(place, account)

    def call(program: str, *arguments: str) -> None:
        command = [str(folder / program), *arguments]
        subprocess.run(command, user=account, cwd=place, env={"LC_ALL": "C"}, check=True, capture_output=True)

    data = str(place / "data")
    call("initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-c listen_addresses='' -c unix_socket_directories={place}"
    if not as_shipped:
        settings += " -c fsync=off -c shared_buffers=16MB"
    try:
        call("pg_ctl", "start", "-D", data, "-w", "-l", str(place / "log"), "-o", settings)
        yield f"postgresql://desk@/postgres?host={place}"
    finally:
        call("pg_ctl", "stop", "-D", data, "-m", "immediate")
        shutil.rmtree(place, ignore_errors=True)
