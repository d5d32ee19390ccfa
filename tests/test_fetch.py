"""Fetching: nothing but the public internet is reached, and no server holds us or fills us."""

from __future__ import annotations

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kiemchung.engine.errors import KiemchungError
from kiemchung.fetch import Fetcher, FetchError, Limits

Answer = Callable[[socket.socket, str], None]


class Server:
    """A server on this machine that answers each request by a function, and remembers the requests."""

    def __init__(self, answer: Answer, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[str] = []
        self._answer = answer
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._run, daemon=True)]
        self._threads[0].start()

    def url(self, path: str = "/", host: str = "tinthat.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with self._context.wrap_socket(connection, server_side=True) if self._context else connection as one:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = one.recv(65536)
                    if not piece:
                        return
                    request += piece
                self.requests.append(request.decode("ascii"))
                self._answer(one, self.requests[-1].split(" ")[1])
        except OSError:
            pass  # the client has hung up, as it should
        finally:
            connection.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(answer: Answer, context: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(answer, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def answered(body: bytes = b"chanh", headers: str = "", status: str = "200 OK") -> Answer:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode("latin-1")
    return lambda connection, _path: connection.sendall(head + body)


def local(limits: Limits | None = None, *, tls: ssl.SSLContext | None = None) -> Fetcher:
    """A fetcher that finds every name on this machine and is allowed to go there."""
    return Fetcher(
        limits or Limits(seconds=10),
        _resolve=lambda _h, _p: ["127.0.0.1"],
        _allow=lambda _a, _p: True,
        _tls=tls,
    )


def resolving_to(answers: list[str]) -> Fetcher:
    return Fetcher(_resolve=lambda _h, _p: answers)


def refused(fetcher: Fetcher, url: str, words: str) -> None:
    with pytest.raises(FetchError, match=words):
        fetcher.fetch(url)


def test_a_page_comes_into_a_temporary_file(serve: Callable[..., Server]) -> None:
    server = serve(answered(headers="Content-Type: text/html; charset=utf-8\r\n"))
    seen: list[tuple[int, int | None]] = []
    with local().fetch(server.url("/bài?q=1#x"), lambda *now: seen.append(now)) as fetched:
        assert fetched.file.read() == b"chanh"
    assert (fetched.content_type, fetched.size) == ("text/html", 5)
    assert fetched.file.closed
    assert seen == [(5, 5)]
    assert fetched.url == server.url("/b%C3%A0i?q=1")


def test_nothing_about_the_asker_is_sent(serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = serve(answered(headers="Set-Cookie: a=b\r\n"))
    for _ in range(2):
        local().fetch(server.url()).file.close()
    assert server.requests[0] == server.requests[1]
    lines = server.requests[0].split("\r\n")
    assert lines[1] == f"Host: tinthat.example:{server.port}"
    assert {line.partition(":")[0] for line in lines[1:] if line} == {
        "Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"
    }  # fmt: skip


# The hosts a hostile address may hide; no connection may be opened, so the resolver answers as a system's
# would.
PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "169.254.169.254",
    "100.64.1.1",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
]


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_more: object) -> None:
        pytest.fail("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", fail)


@pytest.mark.usefixtures("no_connections")
@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_refused_even_among_public_ones(address: str) -> None:
    for answers in ([address], ["1.1.1.1", address], [address, "1.1.1.1"]):
        refused(resolving_to(answers), "http://a.example/", "public internet")


@pytest.mark.usefixtures("no_connections")
@pytest.mark.parametrize(
    "host",
    [
        *[
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "0",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "１２７.０.０.１",
        ],
        *["[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"],
        *["localhost", "localhost.", "LOCALHOST", "169.254.169.254", "127.0.0.1%00.a.example"],
        *["user@127.0.0.1", "a.example@127.0.0.1"],
    ],
)
def test_every_spelling_of_this_machine_is_refused(host: str) -> None:
    for scheme in ("http", "https"):
        refused(Fetcher(), f"{scheme}://{host}/", "is not opened")


@pytest.mark.usefixtures("no_connections")
@pytest.mark.parametrize("port", [0, 22, 25, 8080, 6379])
def test_only_the_ports_of_the_web_are_opened(port: int) -> None:
    refused(Fetcher(_resolve=lambda _h, _p: ["1.1.1.1"]), f"http://a.example:{port}/", "port|public")


def test_a_name_is_looked_up_once_so_that_it_cannot_change_in_between(serve: Callable[..., Server]) -> None:
    server = serve(answered())
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    Fetcher(_resolve=rebinding, _allow=lambda a, _p: str(a) == "127.0.0.1").fetch(server.url()).file.close()
    assert asked == ["tinthat.example"]


@pytest.mark.parametrize("place", ["http://10.0.0.1/", "//10.0.0.1/x", "http://inside.example/", "http://[::1]/"])
def test_a_redirect_to_the_inside_is_refused(serve: Callable[..., Server], place: str) -> None:
    server = serve(answered(status="302 Found", headers=f"Location: {place}\r\n"))
    names = {"tinthat.example": "127.0.0.1", "inside.example": "192.168.0.1"}
    fetcher = Fetcher(_resolve=lambda host, _p: [names[host]], _allow=lambda a, _p: str(a) == "127.0.0.1")
    refused(fetcher, server.url(), "public internet|port")


@pytest.mark.parametrize("place", ["file:///etc/hosts", "ftp://a.example/", "http://u:p@a.example/", "http://[", ""])
def test_a_redirect_to_what_is_no_web_address_is_refused(serve: Callable[..., Server], place: str) -> None:
    server = serve(answered(status="301 Moved", headers=f"Location: {place}\r\n"))
    refused(local(), server.url(), "not opened|could not be fetched")


def test_redirects_are_followed_five_times_and_no_more(serve: Callable[..., Server]) -> None:
    def count(connection: socket.socket, path: str) -> None:
        left = int(path.rpartition("/")[2])
        step = answered(status="307 On", headers=f"Location: /đi tiếp/{left - 1}\r\n".encode().decode("latin-1"))
        (step if left else answered())(connection, path)

    server = serve(count)
    with local().fetch(server.url("/5")) as fetched:
        assert fetched.url.endswith("/0")
    refused(local(), server.url("/6"), "redirected more than 5 times")
    assert len(server.requests) == 12


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "304 Same", "206 Part"])
def test_an_answer_that_is_none_says_its_status(serve: Callable[..., Server], status: str) -> None:
    refused(local(), serve(answered(status=status)).url(), status[:3])


def dripping(start: bytes, drop: bytes) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(start)
        for _ in range(30):
            connection.sendall(drop)
            time.sleep(0.05)

    return answer


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 999, mtime=0)[:10], b""),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_server_that_sends_a_byte_now_and_then_is_left_in_time(
    serve: Callable[..., Server], start: bytes, drop: bytes
) -> None:
    server = serve(dripping(start, drop))
    began = time.monotonic()
    refused(local(Limits(seconds=0.5)), server.url(), "took too long")
    assert time.monotonic() - began < 2


def test_a_resolver_that_never_answers_is_left_in_time() -> None:
    def stuck(_host: str, _port: int) -> list[str]:
        time.sleep(1.5)
        return []

    refused(Fetcher(Limits(seconds=0.2), _resolve=stuck), "http://a.example/", "took too long")


def test_a_name_that_is_not_known_says_so() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    refused(Fetcher(_resolve=unknown), "http://a.example/", "not known.*spelling")


def endless(start: bytes, piece: bytes) -> Answer:
    def answer(connection: socket.socket, _path: str) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(piece)

    return answer


@pytest.mark.parametrize(
    ("start", "piece", "words"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"A: b\r\n" * 20, "headers"),
        (b"HTTP/1.1 200 OK\r\nA: ", b"b" * 999, "headers"),
        (b"HTTP/1.1 ", b"2" * 999, "headers|did not answer"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", "headers"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536, "larger than 1,000,000 bytes"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nchanh\r\n" * 99, "larger than"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * 65536, "larger than"),
    ],
)
def test_a_server_that_never_ends_is_left(serve: Callable[..., Server], start: bytes, piece: bytes, words: str) -> None:
    refused(local(Limits(seconds=10, max_bytes=1_000_000)), serve(endless(start, piece)).url(), words)


def test_packed_content_is_unpacked_and_counted_as_what_it_becomes(serve: Callable[..., Server]) -> None:
    packed = gzip.compress(b"chanh " * 1000, mtime=0)
    server = serve(answered(packed, "Content-Encoding: gzip\r\n"))
    with local().fetch(server.url()) as fetched:
        assert fetched.file.read() == b"chanh " * 1000
    bomb = serve(answered(gzip.compress(b"\0" * 50_000_000, mtime=0), "Content-Encoding: gzip\r\n"))
    refused(local(Limits(max_bytes=1_000_000)), bomb.url(), "larger than")
    refused(local(), serve(answered(packed[:-5], "Content-Encoding: gzip\r\n")).url(), "ends in the middle")
    refused(local(), serve(answered(b"no gzip", "Content-Encoding: gzip\r\n")).url(), "damaged|middle")
    refused(local(), serve(answered(packed, "Content-Encoding: br\r\n")).url(), "packed as 'br'")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nchanh",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nchanh",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nchanh",
        b"chanh",
        b"",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\xff\xfe\x00",
    ],
)
def test_an_answer_that_breaks_off_is_never_taken_for_whole(serve: Callable[..., Server], raw: bytes) -> None:
    server = serve(lambda connection, _path: connection.sendall(raw))
    with pytest.raises(KiemchungError, match=r"tinthat\.example"):
        local().fetch(server.url())


def test_a_server_that_is_not_there_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    refused(local(), f"http://tinthat.example:{port}/", "could not be fetched.*refused")


def test_the_next_address_is_tried_when_one_does_not_answer(serve: Callable[..., Server]) -> None:
    server = serve(answered())
    addresses = ["127.0.0.2", "127.0.0.1"]
    fetcher = Fetcher(_resolve=lambda _h, _p: addresses, _allow=lambda _a, _p: True)
    fetcher.fetch(server.url()).file.close()


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server with a certificate of its own making for tinthat.example, and for who trusts it."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("needs the openssl command")
    key, cert = (tmp_path_factory.mktemp("tls") / name for name in ("key.pem", "cert.pem"))
    command = f"{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    name = "-subj /CN=tinthat.example -addext subjectAltName=DNS:tinthat.example"
    subprocess.run([*command.split(), "-keyout", key, "-out", cert, *name.split()], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


def test_the_certificate_is_checked_against_the_name(
    serve: Callable[..., Server], contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    at_server, trusting = contexts
    server = serve(answered(), at_server)
    local(tls=trusting).fetch(server.url(scheme="https")).file.close()
    refused(local(), server.url(scheme="https"), "certificate is not valid")
    refused(local(tls=trusting), server.url(scheme="https", host="khac.example"), "certificate")


def test_https_is_never_left_for_http(
    serve: Callable[..., Server], contexts: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    at_server, trusting = contexts
    plain = serve(answered())
    server = serve(answered(status="302 Found", headers=f"Location: {plain.url()}\r\n"), at_server)
    refused(local(tls=trusting), server.url(scheme="https"), "from https to http")
    assert plain.requests == []


def test_a_handshake_that_never_comes_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        refused(local(Limits(seconds=0.3)), f"https://tinthat.example:{port}/", "took too long")
