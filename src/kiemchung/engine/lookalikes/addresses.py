"""What a name is (host, web address, handle, sender, display name, page title), and the parts of an address."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from kiemchung.engine.lookalikes.normalise import read
from kiemchung.engine.lookalikes.suffixes import is_top_level, split_host

# Nothing longer is a name: a host has 253 characters at most (RFC 1035), and a title is not read further.
MOST_CHARACTERS = 2048
MOST_HOST = 253
MOST_NAME = 300
_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}", re.I)
_HOST_LIKE = re.compile(r"[^\s/\\?#@:\[\]]+(?:[.。．｡][^\s/\\?#@:\[\]]+)+[.。．｡]?", re.S)
_BARE_ADDRESS = re.compile(r"(?:[^\s/\\?#]*@)?([^\s/\\?#@:]+\.[^\s/\\?#@:.]+)(?::\d*)?[/\\?#]", re.S)
_WITH_PORT = re.compile(r"(?:[^\s/\\?#]*@)?([^\s/\\?#@:]+\.[^\s/\\?#@:.]+):\d{1,5}", re.S)
_PORT = re.compile(r":\d*\Z")
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
    """

    host: str
    left: str
    suffix: str
    is_private: bool
    path: str = ""
    user: str = ""
    is_number: bool = False

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
    name = name.strip()[:MOST_CHARACTERS]
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
    text = name.strip().replace("\\", "/")
    text = _SCHEME.sub("", text, count=1)
    end = next((at for at, character in enumerate(text) if character in "/?#"), len(text))
    authority, path = text[:end], text[end:]
    user, _, host = authority.rpartition("@")
    host = read(_PORT.sub("", unquote(host) if "%" in host else host)).strip(".").strip()
    host = host[-MOST_HOST:].lstrip(".")  # the end decides whose it is
    user = user[:MOST_NAME]
    path = read(unquote(path[:MOST_CHARACTERS])) if path not in ("", "/") else ""
    number = _number(host)
    if number:
        return Address(host, "", "", is_private=False, path=path, user=read(user), is_number=True)
    left, suffix, is_private = split_host(host)
    return Address(host, left, suffix, is_private, path, read(unquote(user)))


def _number(host: str) -> bool:
    """Return whether a host is an IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
