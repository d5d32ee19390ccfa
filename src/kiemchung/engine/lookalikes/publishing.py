"""Where anybody publishes below an organisation's own domain: there the domain is official, and what is read is not."""

from __future__ import annotations

import re

from kiemchung.engine.lookalikes.addresses import Address
from kiemchung.engine.lookalikes.features import page_path
from kiemchung.engine.open_hosts import BEFORE_ACCOUNTS, open_hosts

_MOST_ACCOUNT = 80
_NUMBER = re.compile(r"[-_.]?\d{5,}$")


def _entry(address: Address) -> str:
    first = re.split(r"[/?#]", address.path.lstrip("/"), maxsplit=1)[0]
    labels = address.opened.split(".")
    for begin in range(len(labels) - 1):
        host = ".".join(labels[begin:])
        for entry in (host, f"{host}/{first}"):
            if entry in open_hosts():
                return entry
    return ""


def is_published(address: Address, domain: str) -> bool:
    """Return whether anybody may have put up what an address opens, though it is below the official `domain`.

    >>> from kiemchung.engine.lookalikes.addresses import parse_address as parse
    >>> is_published(parse("https://docs.google.com/forms/d/1"), "google.com"), is_published(parse("fb.com"), "fb.com")
    (True, False)
    """
    is_below = address.suffix == domain or address.suffix.endswith(f".{domain}")
    if address.is_private and address.left and is_below:
        return True
    return bool(address.path) and bool(_entry(address))


def account_in(address: Address) -> str:
    """Return the account that a link to a site of accounts names; empty where there is none.

    >>> from kiemchung.engine.lookalikes.addresses import parse_address as parse
    >>> [account_in(parse(u)) for u in ("https://t.me/bank_cskh?start=1", "https://x.com/", "https://youtu.be/abc")]
    ['bank_cskh', '', '']
    """
    if not address.path or not open_hosts().get(_entry(address), False):
        return ""
    parts = page_path(address.path)
    while len(parts) > 1 and parts[0] in BEFORE_ACCOUNTS:
        parts = parts[1:]
    account = parts[0].lstrip("@~") if parts else ""
    # `Ten-trang-100064123456789`: the number of a page is no part of its name.
    return _NUMBER.sub("", account)[:_MOST_ACCOUNT]
