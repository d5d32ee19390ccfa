"""What a name is (host, web address, handle, sender, display name, page title), and the parts of an address."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from kiemchung.engine.lookalikes.normalise import read, without_unseen
from kiemchung.engine.lookalikes.suffixes import is_top_level, split_host

# Nothing longer is a name: a host has 253 characters at most (RFC 1035), and a title is not read further.
MOST_CHARACTERS = 2048
MOST_HOST = 253
MOST_NAME = 300
_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}", re.I)
_HOST_LIKE = re.compile(r"[^\s/\\?#@:\[\]]+(?:[.。．｡][^\s/\\?#@:\[\]]+)+[.。．｡]?", re.S)
_BARE_ADDRESS = re.compile(r"(?:[^\s/\\?#]*@)?([^\s/\\?#@:]+\.[^\s/\\?#@:.]+)(?::\d*)?[/\\?#]", re.S)
_WITH_PORT = re.compile(r"(?:[^\s/\\?#]*@)?([^\s/\\?#@:]+\.[^\s/\\?#@:.]+):\d{1,5}", re.S)
_LAST_PORT = 65535
_EMPTY_LABELS = re.compile(r"\.{2,}")
_PORT = re.compile(r":\d{0,20}\Z", re.A)
_PLAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z-]*")
_BRACKETED = re.compile(r"(\[[0-9a-f:.]+\])(:\d*)?([/?#].*)?", re.I | re.S)
_INVISIBLE_SPACE = re.compile(r"[\t\r\n]")
_HANDLE = re.compile(r"@?[A-Za-z0-9_.-]+")


class Kind(StrEnum):
    """What a name is."""

    HOST = "host"
    URL = "url"
    HANDLE = "handle"
    SENDER = "sender"
    DISPLAY_NAME = "display_name"
    PAGE_TITLE = "page_title"


ADDRESSES = frozenset({Kind.HOST, Kind.URL})


@dataclass(frozen=True, slots=True)
class Address:
    """A web address or host taken apart; all texts folded (`normalise.read`) and in lower case.

    `left` is what stands before the suffix, `label` its last part (the registered one), `below` the parts before that.
    `after_at` is what an `@` at the beginning of the path makes look like the host. `broken` is why nothing can open
    it: a port that is none, an empty label; else empty.
    """

    host: str
    left: str
    suffix: str
    is_private: bool
    path: str = ""
    user: str = ""
    is_number: bool = False
    after_at: str = ""
    broken: str = ""

    @property
    def label(self) -> str:
        """The label that was registered; empty for a bare suffix and for a number."""
        return self.left.rpartition(".")[2]

    @property
    def below(self) -> str:
        """The labels in front of the registered one."""
        return self.left.rpartition(".")[0]

    @property
    def registered(self) -> str:
        """The registered domain."""
        return f"{self.label}.{self.suffix}" if self.label else self.host


def kind_of(name: str) -> Kind:
    """Return what a name looks like.

    >>> [kind_of(n).value for n in ("scb.com.vn-xx.life", "https://a.b/c", "acb_one.hotro", "ACB-CSKH", "Ví MoMo")]
    ['host', 'url', 'handle', 'sender', 'display_name']
    """
    name = without_unseen(name[: 2 * MOST_CHARACTERS]).strip()[:MOST_CHARACTERS]
    bracketed = _BRACKETED.fullmatch(name)
    if bracketed and _number(bracketed[1]):
        return Kind.URL if bracketed[2] or bracketed[3] else Kind.HOST
    if _SCHEME.match(name):
        return Kind.URL
    if _HOST_LIKE.fullmatch(name):
        tail = read(name).rstrip(".").rpartition(".")[2]
        if is_top_level(tail) or tail.startswith("xn--") or _number(name):
            return Kind.HOST
    found = _BARE_ADDRESS.match(name) or _WITH_PORT.fullmatch(name)
    if found and (is_top_level(read(found[1]).rpartition(".")[2]) or _number(found[1])):
        return Kind.URL
    if _HANDLE.fullmatch(name):
        return Kind.SENDER if len(name) <= 11 and not name.islower() else Kind.HANDLE
    return Kind.DISPLAY_NAME


def parse_address(name: str) -> Address:
    """Return the parts of a host or web address; what is not well-formed gives the parts it has, never an error.

    A browser reads backslashes as slashes, and everything before the last `@` of the authority as a user name.

    >>> address = parse_address("https://bank.vn@login.evil.top/x?y=1")
    >>> address.host, address.registered, address.user, address.path
    ('login.evil.top', 'evil.top', 'bank.vn', '/x?y=1')
    """
    if _PLAIN.fullmatch(name) and "xn--" not in name and len(name) <= MOST_HOST:  # as nearly all of a stream
        return Address(name, *split_host(name), "", "")
    text = _INVISIBLE_SPACE.sub("", without_unseen(name.strip())).replace("\\", "/")
    scheme = _SCHEME.match(text)
    text = text[scheme.end() :] if scheme else text
    end = next((at for at, character in enumerate(text) if character in "/?#"), len(text))
    authority, path = text[:end], text[end:]
    user, _, host = authority.rpartition("@")
    host, broken = _host(unquote(host) if "%" in host else host)
    user = user[:MOST_NAME]
    behind = path.lstrip("/")
    after = behind[1:].partition("/")[0] if path.startswith("/") and behind.startswith("@") else ""
    after = read(unquote(after[:MOST_NAME]))
    path = read(unquote(path[:MOST_CHARACTERS])) if path not in ("", "/") else ""
    number = _number(host)
    if number:
        return Address(
            host,
            "",
            "",
            is_private=False,
            path=path,
            user=read(user),
            is_number=True,
            after_at=after,
            broken=broken,
        )
    left, suffix, is_private = split_host(host)
    return Address(host, left, suffix, is_private, path, read(unquote(user)), after_at=after, broken=broken)


def _host(text: str) -> tuple[str, str]:
    """Return the host of an authority without its port, and why no browser opens it, if none does."""
    port = _PORT.search(text)
    broken = port.group() if port and port.group() != ":" and int(port.group()[1:] or 0) > _LAST_PORT else ""
    host = read(_PORT.sub("", text)).strip(".").strip()
    whole = _EMPTY_LABELS.sub(".", host)
    broken = broken or (".." if whole != host else "")
    return whole[-MOST_HOST:].lstrip("."), broken  # the end decides whose it is


def _number(host: str) -> bool:
    """Return whether a host is an IP address: it ends in a digit, or has a colon."""
    if not (host[-1:].isdigit() or ":" in host):
        return False
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
