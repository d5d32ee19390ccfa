"""`kiemchung serve` as it is run: one line where it listens, a site and a worker, a clean end."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.databases import Database

pytestmark = pytest.mark.slow
_WAITS_S = 40


@contextmanager
def serving(home: Path, *options: str, database: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve at a free port; yields the process and the address that it prints."""
    environment = {**os.environ, "KIEMCHUNG_HOME": str(home), "KIEMCHUNG_DATABASE": database}
    command = [str(Path(sys.executable).with_name("kiemchung")), "--lang", "en", "serve", "--port", "0", *options]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://[\d.]+:\d+/", line)
        yield process, found.group() if found else line
    finally:
        process.kill()
        process.communicate()


def get(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own site
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_with_nothing_configured_it_serves_works_and_ends_cleanly(tmp_path: Path, number: int) -> None:
    with serving(tmp_path) as (process, address):
        assert [get(address + path) for path in ("", "healthz", "readyz", "nothing")] == [200, 200, 200, 404]
        process.send_signal(number)
        _, said = process.communicate(timeout=_WAITS_S)
    assert process.returncode == 0, said
    assert said.splitlines()[-1] == "Stopped."
    assert "Traceback" not in said


def test_r26_its_log_has_routes_and_no_addresses(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-worker") as (process, address):
        get(address + "nothing/kanarienvogel?q=kanarienvogel")
        get(address + "?q=kanarienvogel")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=_WAITS_S)
    lines = [line for line in said.splitlines() if "GET" in line]
    assert [re.sub(r"\d+ ms", "N ms", line.partition("INFO ")[2]) for line in lines] == [
        "GET - 404 N ms",
        "GET start 200 N ms",
    ]
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ ", lines[0])
    assert not re.search(r"kanarienvogel|127\.0\.0\.1|Python-urllib", said)


def test_r26_nothing_that_is_kept_or_logged_says_who_asked(tmp_path: Path) -> None:
    who = {"User-Agent": "CanaryAgent/7", "X-Forwarded-For": "203.0.113.99", "Accept-Language": "en"}
    os.environ["KIEMCHUNG_PROXIES"] = "127.0.0.0/8"  # so that the address is believed, and counted
    try:
        with serving(tmp_path) as (process, address):
            for path in ("", "desk/sign-in", "desk/", "nothing/203.0.113.99", "static/kiemchung/site.css"):
                with contextlib.suppress(urllib.error.HTTPError):
                    urllib.request.urlopen(urllib.request.Request(address + path, headers=who), timeout=10).close()  # noqa: S310
            with contextlib.suppress(urllib.error.HTTPError):
                request = urllib.request.Request(address + "desk/sign-in", data=b"login=lan", headers=who)  # noqa: S310
                urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=_WAITS_S)
    finally:
        del os.environ["KIEMCHUNG_PROXIES"]
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in kept} >= {"desk.sqlite", "secret-key"}
    canaries = (b"203.0.113.99", b"CanaryAgent")
    assert [path.name for path in kept if any(canary in path.read_bytes() for canary in canaries)] == []
    assert not [canary for canary in canaries if canary.decode() in said]


def test_others_cannot_reach_a_site_that_has_no_public_address(tmp_path: Path) -> None:
    with serving(tmp_path, "--host", "0.0.0.0") as (process, said):  # noqa: S104 - to see it refused
        assert "KIEMCHUNG_SITE" in said
        assert process.wait(_WAITS_S) == 4


def test_f37_on_postgresql_the_tables_are_made_by_hand(database: Database, tmp_path: Path) -> None:
    if database.vendor == "sqlite":
        pytest.skip("SQLite makes its own")
    with serving(tmp_path, database=database.address) as (process, address):
        assert get(address + "readyz") == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(_WAITS_S) == 0
    empty = database.address.replace("/postgres?", "/template1?")
    with serving(tmp_path, database=empty) as (process, said):
        assert "kiemchung manage migrate" in said
        assert process.wait(_WAITS_S) == 4


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving(tmp_path, "--port", port) as (process, said):
            process.communicate(timeout=_WAITS_S)
    assert process.returncode == 4
    assert f"port {port}" in said


def test_a_demo_whose_port_is_taken_makes_no_accounts_that_nobody_is_shown(tmp_path: Path) -> None:
    environment = {**os.environ, "KIEMCHUNG_HOME": str(tmp_path), "KIEMCHUNG_DATABASE": ""}
    command = [str(Path(sys.executable).with_name("kiemchung")), "--lang", "en", "demo", "--port"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*command, port], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert f"port {port}" in done.stderr
    again = subprocess.Popen([*command, "0"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert again.stdout is not None
        shown = re.compile(r"lan .*([0-9a-f]{4}-){3}[0-9a-f]{4}")
        last = next(line for line in again.stdout if shown.search(line) or str(tmp_path) in line)
        assert shown.search(last)
    finally:
        again.kill()
        again.communicate()


def test_asvs_37_a_body_without_a_length_is_refused_by_the_running_site(tmp_path: Path) -> None:
    with serving(tmp_path, "--no-worker") as (_, address):
        port = int(address.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(b"POST /ask HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(20):
                try:
                    line.sendall(b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n")
                except OSError:
                    break
            line.settimeout(10)
            assert line.recv(64).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(("path", "most"), [("hoi", "32 MB"), ("desk/claims/1/sources", "10 MB")])
def test_asvs_37_a_file_that_is_too_large_is_refused_before_any_of_it_is_sent(
    tmp_path: Path, path: str, most: str
) -> None:
    with serving(tmp_path, "--no-worker") as (_, address):
        port = int(address.rstrip("/").rpartition(":")[2])
        head = f"POST /{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000000\r\nConnection: close\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(head.encode())
            answer = b""
            while b"</html>" not in answer and (piece := line.recv(65536)):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert most in answer.decode()
