"""Which internet addresses may be reached from here, and what a web address really names (SSRF rules)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, urlsplit

IPAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_REFUSED_CHARACTERS = re.compile(r"[\x00-\x20\x7f\\]")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_BRACKETED = re.compile(r"\[[^\[\]]+\](?::[0-9]*)?")
_MAX_URL = 8192

# Inside the one range of IPv6 that is handed out (2000::/3), what leads somewhere else than it says.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_TUNNELS_V6 = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
# Beyond what `is_global` of every supported Python version says.
_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
    )
)


class AddressError(ValueError):
    """A web address that is not followed; the message completes the sentence "... is not opened: "."""

    def __init__(self, english: str, vietnamese: str) -> None:
        super().__init__(english)
        self.english, self.vietnamese = english, vietnamese


@dataclass(frozen=True, slots=True)
class Target:
    """What a web address names: `host` in ASCII lower case, `target` the path and query for the request
    line."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        """The address again, in the form in which it is asked for."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """Host and port as in the `Host` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


DEFAULT_PORTS = {"http": 80, "https": 443}


def is_public(address: IPAddress) -> bool:
    """Whether an address is one of the public internet: no private, local, shared, multicast or reserved one,
    and no tunnel or translation (mapped, 6to4, Teredo, NAT64) that could lead to one.

    Sources: the IANA special-purpose registries (RFC 6890), RFC 6052 (64:ff9b::/96), RFC 3056, RFC 4380.

    >>> [is_public(ipaddress.ip_address(a)) for a in ("1.1.1.1", "10.0.0.1", "::ffff:7f00:1")]
    [True, False, False]
    """
    if isinstance(address, ipaddress.IPv6Address):
        # Only what is really handed out: this leaves out ::1, mapped, NAT64, unique local, link-local and
        # multicast.
        return address in _GLOBAL_V6 and address.is_global and not any(address in net for net in _TUNNELS_V6)
    return address.is_global and not any(address in net for net in _REFUSED_V4)


def target_of(url: str) -> Target:
    """Takes a web address apart. Raises `AddressError` for what is not a plain http or https address of a
    host.

    Hosts in other scripts become IDNA ASCII first, so that full-width digits and dots are seen for what they
    are; a host that is a number in any other spelling than four decimal parts (2130706433, 0x7f.1,
    0177.0.0.1) is refused.

    >>> target_of("https://Tin-giả.example/tìm?q=a b".replace(" ", "+")).host
    'xn--tin-gi-gd8b.example'
    """
    if len(url) > _MAX_URL:
        raise AddressError(f"it is longer than {_MAX_URL} characters", f"dài hơn {_MAX_URL} ký tự")
    if _REFUSED_CHARACTERS.search(url):
        raise AddressError(
            "it contains a blank, a control character or a backslash",
            "chứa dấu cách, ký tự điều khiển hoặc dấu gạch chéo ngược",
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressError("it is not well-formed", "viết không đúng dạng") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise AddressError("only http and https addresses are opened", "chỉ mở địa chỉ http và https")
    if "[" in parts.netloc and not _BRACKETED.fullmatch(parts.netloc):
        raise AddressError("it is not well-formed", "viết không đúng dạng")
    if "@" in parts.netloc:
        raise AddressError("it contains a user name or password", "chứa tên người dùng hoặc mật khẩu")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(
        parts.scheme,
        _host(parts.hostname or ""),
        DEFAULT_PORTS[parts.scheme] if port is None else port,
        f"{path}?{query}" if query else path,
    )


def literal(host: str) -> IPAddress | None:
    """The address when the host is one itself, else `None` (a name to be looked up)."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _host(given: str) -> str:
    if ":" in given:
        if "%" in given or not isinstance(literal(given), ipaddress.IPv6Address):
            raise AddressError("its host is not a well-formed IPv6 address", "tên máy không phải địa chỉ IPv6 hợp lệ")
        return given.lower()
    try:
        plain = unicodedata.normalize("NFKC", given).encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise AddressError("its host is not a well-formed name", "tên máy viết không đúng dạng") from None
    host = plain.removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise AddressError("its host is not a well-formed name", "tên máy viết không đúng dạng")
    if _NUMBER.fullmatch(host.rpartition(".")[2]) and literal(host) is None:
        raise AddressError(
            "its host is a number in an unusual spelling", "tên máy là con số viết theo cách khác thường"
        )
    return host
