"""Who asks, as a key that tells callers apart for a day and says nothing about them (R26).

The key is an HMAC of the address under a random key that lives in this process alone, for one day. It is never stored.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterable
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from kiemchung.jobs import clock
from kiemchung.web.environment import Networks

Headers = Iterable[tuple[bytes, bytes]]
_lock = threading.Lock()
_day: date | None = None
_key = b""


def key_of_caller(peer: str, headers: Headers, proxies: Networks) -> str:
    """Return today's key for the caller: the peer, or whom the `proxies` we trust name before themselves.

    Of IPv6 the first 64 bits count: one household has as many addresses as it likes. Unreadable addresses share a key.
    """
    address = _address(peer)
    if address is not None and _is_in(address, proxies):
        named = ",".join(value.decode("latin1") for name, value in headers if name == b"x-forwarded-for").split(",")
        for one in reversed([_address(part.strip()) for part in named]):
            if one is None:
                break
            address = one
            if not _is_in(one, proxies):
                break
    return hmac.new(_todays_key(), _network_of(address).encode("ascii"), hashlib.sha256).hexdigest()[:32]


def is_on_this_machine(peer: str, headers: Headers) -> bool:
    """Whether the peer is this machine itself, and passes on nobody else's request."""
    address = _address(peer)
    passes_on = any(name == b"forwarded" or name == b"via" or name.startswith(b"x-forwarded-") for name, _ in headers)
    return address is not None and address.is_loopback and not passes_on


def _todays_key() -> bytes:
    global _day, _key
    today = clock.now().date()
    with _lock:
        if _day != today:
            _day, _key = today, secrets.token_bytes(32)
        return _key


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_in(address: IPv4Address | IPv6Address, networks: Networks) -> bool:
    return any(address in network for network in networks)


def _network_of(address: IPv4Address | IPv6Address | None) -> str:
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)
