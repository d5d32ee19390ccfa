"""F30: bodies that are no message, sent to the running site over raw sockets: refused in time, others are served."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.desk.calling import call
from tests.desk.dying import serving

pytestmark = pytest.mark.faults
ARRIVES_WITHIN_S = 6
JSON = b"Content-Type: application/json\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The number of the process, and where it listens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_ARRIVES_WITHIN_S", str(ARRIVES_WITHIN_S))
        with serving(tmp_path_factory.mktemp("site"), "--no-worker") as (process, address):
            yield process.pid, address


def send(address: str, head: bytes, body: bytes, *, path: bytes = b"/api/check") -> int:
    """Send a request as it is; return the state of the answer, 0 when the line was closed without one."""
    host, _, port = address.partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        with suppress(OSError):  # it may be refused before all of it has come
            line.sendall(b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n" + body)
        try:
            answer = line.recv(64)
        except OSError:
            return 0
    return int(answer.split()[1]) if answer else 0


def sized(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n" % len(body)


def deep(depth: int) -> bytes:
    return b'{"text": ' + b"[" * depth + b"]" * depth + b"}"


BODIES = {
    "nothing": (b"", 400),
    "no JSON": (b"{", 400),
    "100,000 deep": (deep(100_000), 400),
    "NaN": (b'{"text": NaN}', 400),
    "NaN as ask": (b'{"text": "a", "ask": NaN}', 400),
    "not UTF-8": (b'{"text": "\xff\xfe"}', 400),
    "a list": (b'["text"]', 400),
    "a number too long": (b'{"text": ' + b"9" * 10_000 + b"}", 400),
    "empty after what cannot be shown": (b'{"text": "\\u0000\\ud800 \\u0007"}', 400),
    "a key twice": (b'{"text": "one", "text": "two"}', 400),
    "a key twice inside": (b'{"text": "one", "x": {"a": 1, "a": 2}}', 400),
    "half a character": (b'{"text": "a\\ud800c", "ask": true}', 400),
    "half a character as a key": (b'{"text": "a", "\\udfff": 1}', 400),
    "a NUL in it": (b'{"text": "a\\u0000b", "ask": true}', 400),
    "too long": (b'{"text": "' + b"a" * 20_001 + b'"}', 400),
    "more than is taken": (b'{"text": "' + b"a" * 1_000_000 + b'"}', 413),
}


@pytest.mark.parametrize("what", BODIES)
def test_f30_what_is_no_message_is_refused(what: str, site: tuple[int, str]) -> None:
    body, status = BODIES[what]
    assert send(site[1], JSON + sized(body), body) == status


@pytest.mark.parametrize("body", [b"", b"text=%00%00", b"text=%ed%a0%80", b"text=%ff", b"&" * 5000, b"=" * 5000])
def test_f30_forms_without_a_message_are_refused(body: bytes, site: tuple[int, str]) -> None:
    assert send(site[1], FORM + sized(body), body, path=b"/hoi") in (400, 403, 422)


@pytest.mark.parametrize(
    "head", [b"Content-Length: -1\r\n", b"Content-Length: x\r\n", b"Content-Length: 1\r\nContent-Length: 2\r\n"]
)
def test_f30_lengths_that_are_none_are_refused(head: bytes, site: tuple[int, str]) -> None:
    assert send(site[1], JSON + head, b"{}") in (0, 400)


def memory_kb(process: int) -> int:
    text = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:"))


@pytest.mark.parametrize("head", [b"Content-Length: 104857600\r\n", b"Transfer-Encoding: chunked\r\n"])
def test_f30_of_100_mb_next_to_nothing_is_kept_in_memory(head: bytes, site: tuple[int, str]) -> None:
    if not Path("/proc").exists():
        pytest.skip("how much memory a process has is read from /proc, which is not here")
    process, address = site
    call(address, "GET", "/")
    before = memory_kb(process)
    piece = (b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n") if b"chunked" in head else b"x" * 65536
    assert send(address, JSON + head, piece * 1600) in (0, 413)
    assert memory_kb(process) - before < 30_000
    assert call(address, "GET", "/").status == 200


def test_f30_who_sends_slowly_keeps_nobody_waiting(site: tuple[int, str]) -> None:
    host, _, port = site[1].partition(":")
    lines = [socket.create_connection((host, int(port)), timeout=20) for _ in range(300)]
    try:
        for line in lines:
            line.sendall(b"POST /api/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
        begun = time.monotonic()
        assert call(site[1], "GET", "/").status == 200
        assert time.monotonic() - begun < 5
    finally:
        for line in lines:
            line.close()
    assert call(site[1], "GET", "/healthz").status == 200


def test_f30_what_comes_in_drops_is_refused_when_its_time_is_over(site: tuple[int, str]) -> None:
    host, _, port = site[1].partition(":")
    begun = time.monotonic()
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.sendall(b"POST /api/check HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.settimeout(0.5)
        answer = b""
        while not answer and time.monotonic() - begun < 3 * ARRIVES_WITHIN_S:
            with suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(b"1\r\n{\r\n")
            with suppress(TimeoutError):
                answer = line.recv(64)
            assert call(site[1], "GET", "/healthz").status == 200
    assert answer.split()[1] == b"408"
    assert time.monotonic() - begun < 2 * ARRIVES_WITHIN_S
