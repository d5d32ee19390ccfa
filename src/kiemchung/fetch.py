"""The one guarded door to the outside: fetches a public web address, and nothing that is not public."""

from __future__ import annotations

import http.client
import io
import ipaddress
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import IO, BinaryIO, Self, TypeAlias, cast
from urllib.parse import urljoin

from kiemchung.deadline import Deadline, DeadlineError, within
from kiemchung.engine.addresses import AddressError, IPAddress, Target, is_public, literal, target_of
from kiemchung.engine.errors import InputError, KiemchungError, system_words
from kiemchung.engine.formats.refusals import clip
from kiemchung.engine.formats.streams import gunzip

Progress: TypeAlias = Callable[[int, int | None], None]
Resolver: TypeAlias = Callable[[str, int], list[str]]
Rule: TypeAlias = Callable[[IPAddress, int], bool]

_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = (80, 443)
_PIECE_BYTES = 64 * 1024


class FetchError(KiemchungError):
    """A web address could not be fetched, or is not opened for safety; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of time and space one fetch may take, redirects included. `max_bytes` counts after
    unpacking."""

    seconds: float = 60.0
    max_bytes: int = 1024 * 1024 * 1024
    max_header_bytes: int = 64 * 1024
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was fetched: the address it came from in the end, its media type, and the content as an open
    temporary file at its beginning. Close it, or use it as a context manager; the file is then gone."""

    url: str
    content_type: str
    size: int
    file: BinaryIO

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()


class Fetcher:
    """Fetches web addresses under rules that a hostile address, name server or server cannot get around.

    Only http and https on ports 80 and 443; the name is looked up once and refused when *any* of its
    addresses is not public; the connection goes to exactly the address that was checked; redirects (at most
    5) are checked the same way and never lead from https to http; certificates are verified; no proxies,
    cookies, passwords; one deadline over all of it, a limit on headers and on the unpacked content.

    The arguments that begin with an underscore are for tests with a server on this machine.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        _resolve: Resolver | None = None,
        _allow: Rule | None = None,
        _tls: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._resolve = _resolve or _look_up
        self._allow = _allow or _is_allowed
        self._tls = _tls

    def fetch(self, url: str, progress: Progress | None = None) -> Fetched:
        """The content behind `url`. `progress` is told the bytes so far and the total where it is known.

        Raises `FetchError`; nothing is left behind then.
        """
        deadline = Deadline(self._limits.seconds)
        asked, is_secure = url, False
        for _ in range(self._limits.max_redirects + 1):
            with _explained(asked):
                target = target_of(asked)
                _check_not_downgraded(target, is_secure)
                with self._opened(target, deadline) as response:
                    if response.status not in _REDIRECTS:
                        return self._stored(response, target, deadline, progress)
                    asked, is_secure = _next(target, response), target.scheme == "https"
        raise FetchError(
            f"{clip(url)} was redirected more than {self._limits.max_redirects} times.",
            f"{clip(url)} bị chuyển hướng hơn {self._limits.max_redirects} lần.",
        )

    @contextmanager
    def _opened(self, target: Target, deadline: Deadline) -> Iterator[http.client.HTTPResponse]:
        """The answer to a GET, its headers read."""
        with self._connected(target, deadline) as connection:
            request = (
                f"GET {target.target} HTTP/1.1\r\nHost: {target.authority}\r\nUser-Agent: kiemchung\r\n"
                "Accept: */*\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
            )
            connection.settimeout(deadline.remaining())
            connection.sendall(request.encode("ascii"))
            with _response_over(connection, deadline, self._limits.max_header_bytes) as response:
                yield response

    def _connected(self, target: Target, deadline: Deadline) -> socket.socket:
        problem: OSError = OSError("it has no address")
        addresses = self._checked_addresses(target, deadline)
        for waiting, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                # One address that does not answer must not take the time of the others.
                seconds = deadline.remaining() / waiting
                connection = socket.create_connection((str(address), target.port), seconds)
            except OSError as error:
                problem = error
                continue
            try:
                _check_peer(connection, address)
                return self._secured(connection, target, deadline)
            except BaseException:
                connection.close()
                raise
        raise problem

    def _secured(self, connection: socket.socket, target: Target, deadline: Deadline) -> socket.socket:
        if target.scheme == "http":
            return connection
        connection.settimeout(deadline.remaining())
        context = self._tls or ssl.create_default_context()
        return context.wrap_socket(connection, server_hostname=target.host)

    def _checked_addresses(self, target: Target, deadline: Deadline) -> list[IPAddress]:
        """All addresses of the host, looked up once; refused together when one of them is not public."""
        one = literal(target.host)
        names = [str(one)] if one else within(deadline, lambda: self._resolve(target.host, target.port))
        addresses = [ipaddress.ip_address(name) for name in dict.fromkeys(names)]
        if not all(self._allow(address, target.port) for address in addresses):
            if target.port not in _PORTS:
                raise AddressError(
                    f"port {target.port} is not one of the web (80 and 443)",
                    f"cổng {target.port} không phải cổng của web (80 và 443)",
                )
            raise AddressError("it does not lead to the public internet", "không dẫn tới internet công cộng")
        return addresses

    def _stored(
        self,
        response: http.client.HTTPResponse,
        target: Target,
        deadline: Deadline,
        progress: Progress | None,
    ) -> Fetched:
        if response.status != 200:
            said = f"{response.status} {response.reason[:60]}".rstrip()
            raise AddressError(f"its server answered {said}", f"máy chủ trả lời {said}")
        file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - the caller of fetch() closes it
        try:
            size = self._copied(response, file, deadline, progress)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return Fetched(target.url, response.headers.get_content_type(), size, file)

    def _copied(
        self,
        response: http.client.HTTPResponse,
        file: IO[bytes],
        deadline: Deadline,
        progress: Progress | None,
    ) -> int:
        encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise AddressError(
                f"its content is packed as {encoding[:40]!r}, which was not asked for",
                f"nội dung được nén kiểu {encoding[:40]!r}, kiểu không được yêu cầu",
            )
        pieces = _received(response, deadline, progress)
        if encoding != "identity":
            pieces = gunzip(pieces, "its content")
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > self._limits.max_bytes:
                raise _TooMuchError(
                    f"it is larger than {self._limits.max_bytes:,} bytes", f"lớn hơn {self._limits.max_bytes:,} byte"
                )
            file.write(piece)
        return size


def fetch(url: str, limits: Limits | None = None, progress: Progress | None = None) -> Fetched:
    """`Fetcher(limits).fetch(url, progress)`."""
    return Fetcher(limits).fetch(url, progress)


def _is_allowed(address: IPAddress, port: int) -> bool:
    return port in _PORTS and is_public(address)


def _look_up(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(answer[4][0]) for answer in answers]


def _received(response: http.client.HTTPResponse, deadline: Deadline, progress: Progress | None) -> Iterator[bytes]:
    total, received = response.length, 0
    while piece := response.read(_PIECE_BYTES):
        deadline.remaining()
        received += len(piece)
        yield piece
        if progress:
            progress(received, total)
    if response.length:
        raise AddressError(
            f"its server broke off {response.length:,} bytes before the end",
            f"máy chủ ngắt khi còn thiếu {response.length:,} byte",
        )


def _check_not_downgraded(target: Target, is_secure: bool) -> None:
    if is_secure and target.scheme == "http":
        raise AddressError(
            "it was redirected from https to http, which is not safe",
            "bị chuyển từ https sang http, như vậy không an toàn",
        )


def _check_peer(connection: socket.socket, address: IPAddress) -> None:
    if ipaddress.ip_address(connection.getpeername()[0]) != address:
        raise AddressError(
            "the connection went somewhere else than it should", "kết nối đi tới nơi khác với nơi cần đến"
        )


def _next(target: Target, response: http.client.HTTPResponse) -> str:
    """Where a redirect leads. Servers write UTF-8 and blanks into the header, which allows neither."""
    place = (response.getheader("Location") or "").strip()
    if not place:
        raise AddressError(
            f"its server answered {response.status} without saying where to go",
            f"máy chủ trả lời {response.status} mà không nói đi đâu",
        )
    place = place.encode("latin-1", "replace").decode("utf-8", "replace").replace(" ", "%20")
    return urljoin(target.url, place)


class _TooMuchError(Exception):
    """A server sends more than is taken."""

    def __init__(self, english: str, vietnamese: str) -> None:
        super().__init__(english)
        self.english, self.vietnamese = english, vietnamese


@contextmanager
def _response_over(
    connection: socket.socket, deadline: Deadline, max_header_bytes: int
) -> Iterator[http.client.HTTPResponse]:
    """The answer that comes over `connection`, its headers read, at most `max_header_bytes` of them.

    Raises `DeadlineError`, `_TooMuchError`, `http.client.HTTPException`, `OSError`.
    """
    reader = _Reader(connection, deadline, max_header_bytes)
    response = http.client.HTTPResponse(cast("socket.socket", _Opened(reader)), method="GET")
    try:
        response.begin()
        reader.allowance = None
        yield response
    finally:
        response.close()


class _Reader(io.RawIOBase):
    """Reads a socket, each time only as long as the deadline leaves, and while headers are read only so
    much."""

    def __init__(self, connection: socket.socket, deadline: Deadline, allowance: int) -> None:
        self._connection = connection
        self._deadline = deadline
        self.allowance: int | None = allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(self._deadline.remaining())
        count = self._connection.recv_into(buffer)
        if self.allowance is not None:
            self.allowance -= count
            if self.allowance < 0:
                raise _TooMuchError("its server sends endless headers", "máy chủ gửi phần đầu không có điểm dừng")
        return count


class _Opened:
    """What `http.client` needs of a socket: something to read from."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader, buffer_size=8192)


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turns whatever a fetch can run into into a `FetchError` that names the address and the reason."""
    shown = clip(url)
    try:
        yield
    except (AddressError, _TooMuchError) as error:
        raise FetchError(f"{shown} is not opened: {error.english}.", f"Không mở {shown}: {error.vietnamese}.") from None
    except (DeadlineError, TimeoutError):
        raise FetchError(
            f"{shown} took too long. Try again later, or save the file and import that.",
            f"{shown} mất quá nhiều thời gian. Hãy thử lại sau, hoặc lưu tệp về rồi nạp tệp đó.",
        ) from None
    except ssl.SSLCertVerificationError as error:
        raise FetchError(
            f"{shown} is not opened: its certificate is not valid ({error.verify_message}).",
            f"Không mở {shown}: chứng chỉ không hợp lệ ({error.verify_message}).",
        ) from error
    except ssl.SSLError as error:
        raise FetchError(
            f"{shown} could not be opened securely ({error.reason or error}).",
            f"Không mở được {shown} một cách an toàn ({error.reason or error}).",
        ) from error
    except socket.gaierror as error:
        raise FetchError(
            f"{shown}: its host is not known ({error.strerror}). Check the spelling.",
            f"{shown}: không tìm thấy máy chủ ({error.strerror}). Hãy kiểm tra cách viết.",
        ) from error
    except InputError as error:
        raise FetchError(
            f"{shown} could not be fetched: {error.english}", f"Không tải được {shown}: {error.vietnamese}"
        ) from None
    except http.client.HTTPException as error:
        raise FetchError(
            f"{shown}: its server did not answer as a web server should ({error!r}).",
            f"{shown}: máy chủ không trả lời như một máy chủ web ({error!r}).",
        ) from error
    except (OSError, ValueError) as error:
        english, vietnamese = system_words(error)
        raise FetchError(
            f"{shown} could not be fetched: {english}. Try again later.",
            f"Không tải được {shown}: {vietnamese}. Hãy thử lại sau.",
        ) from error
