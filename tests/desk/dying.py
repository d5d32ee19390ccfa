"""Processes that die where a test says: before their Nth statement of SQL, or when a page is about to answer."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

ROOT = Path(__file__).parent.parent.parent


def dies_at(number: int, deed: Callable[[], object], *, begins: str = "") -> bool:
    """Do the deed in a process of its own that is killed before its SQL statement `number` (from 1).

    With `begins` only statements count that begin so.

    False when the deed took fewer statements and ended well.
    """
    connections.close_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads sleep: nothing of theirs is used
        child = os.fork()
    if child == 0:
        code = 1
        try:
            with connection.execute_wrapper(_killer(number, begins)):
                deed()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the deed has failed"
    return False


def _killer(number: int, begins: str) -> Callable[..., Any]:
    left = [number]

    def execute(run: Callable[..., Any], *arguments: Any) -> Any:
        left[0] -= str(arguments[0]).startswith(begins)
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(*arguments)

    return execute


@contextmanager
def serving(
    home: Path, *options: str, address: str = "", dies: str = ""
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve at a free port, from a process that may die; yields the process and where it listens."""
    environment = {**os.environ, "KIEMCHUNG_HOME": str(home), "KIEMCHUNG_DATABASE": address, "TEST_DIES": dies}
    command = [sys.executable, "-m", "tests.desk.dying", "--lang", "en", "serve", "--port", "0", *options]
    log = (home / "serve.log").open("a+", encoding="utf-8")
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"127\.0\.0\.1:\d+", line)
        assert found, line
        drain = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)
        try:
            yield process, found.group()
        finally:
            process.kill()
            drain.wait()
    finally:
        process.kill()
        process.wait()
        process.stderr and process.stderr.close()
        log.close()


if __name__ == "__main__":
    from kiemchung.cli import main
    from kiemchung.web.starting import start

    start()
    if os.environ.get("TEST_ARRIVES_WITHIN_S"):
        from kiemchung.web import door

        door._ARRIVES_WITHIN_S = float(os.environ["TEST_ARRIVES_WITHIN_S"])
    if os.environ.get("TEST_READS_WITHIN_S"):
        from kiemchung.web import serving as site

        site._READS_WITHIN_S = float(os.environ["TEST_READS_WITHIN_S"])
    if os.environ.get("TEST_DIES") == "answering":
        from kiemchung.web.public import ask

        def dies(job_id: int | None, *, has_file: bool) -> None:
            """End the process after the commit, before the answer."""
            os.kill(os.getpid(), signal.SIGKILL)

        ask._answer_at_once = dies
    sys.exit(main(sys.argv[1:]))
