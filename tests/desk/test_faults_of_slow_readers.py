"""F14, F30: readers that take an answer slowly, or not at all: their lines are cut, and others are served meanwhile."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.desk.calling import call
from tests.desk.dying import ROOT, serving

pytestmark = pytest.mark.faults
READS_WITHIN_S = 6
SIZE = 6_000_000
FILL = """
from django.db import transaction
from kiemchung.desk import log
from kiemchung.jobs import clock
with transaction.atomic():
    for number in range(700):
        log.append("declined", {"claim": number, "reason": "x" * 9000}, at=clock.now())
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a site listens whose log is larger than what a line and a process hold for a reader."""
    home = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_READS_WITHIN_S", str(READS_WITHIN_S))
        with serving(home, "--no-worker") as (_, address):
            environment = {**os.environ, "KIEMCHUNG_HOME": str(home), "KIEMCHUNG_DATABASE": ""}
            command = [sys.executable, "-m", "tests.desk.dying", "manage", "shell", "-c", FILL]
            subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
            yield address


def not_reading(address: str) -> socket.socket:
    """A line that has asked for the log and takes nothing of it."""
    host, _, port = address.partition(":")
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(30)
    line.connect((host, int(port)))
    line.sendall(b"GET /nhat-ky.jsonl HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return line


def received(line: socket.socket) -> int:
    """How many bytes come until the line ends or is cut."""
    got = 0
    with suppress(ConnectionResetError):
        while piece := line.recv(1 << 16):
            got += len(piece)
    return got


def test_f14_who_reads_slowly_keeps_nobody_waiting_and_is_cut_off(site: str) -> None:
    lines = [not_reading(site) for _ in range(12)]
    try:
        time.sleep(3)  # all of them are being answered
        begun = time.monotonic()
        assert call(site, "GET", "/healthz").status == 200
        assert time.monotonic() - begun < 3
        time.sleep(READS_WITHIN_S + 2)
        assert received(lines[0]) < SIZE
    finally:
        for line in lines:
            line.close()


def test_f14_who_reads_gets_all_of_it(site: str) -> None:
    answer = call(site, "GET", "/nhat-ky.jsonl")
    assert (answer.status, len(answer.text) > SIZE) == (200, True)
