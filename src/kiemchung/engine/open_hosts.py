"""Hosts below which anybody publishes: there the account, the bucket or the page says whose an address is."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from urllib.parse import unquote, urlsplit

from kiemchung.engine.links import site_of

# Behind these the account is named: `facebook.com/groups/x`, `sites.google.com/view/x`, `t.me/s/x`.
BEFORE_ACCOUNTS = frozenset(
    "view site a groups group g pages p people pg c channel user u in company s r d joinchat intent".split()
)
# Where the first part of the path is somebody's bucket, or account: files, not pages, so no lookalike stands there.
_BUCKETS = re.compile(
    r"storage\.(?:googleapis|cloud\.google)\.com|s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com|[a-z0-9]+\.digitaloceanspaces\.com"
    r"|(?:raw|gist)\.githubusercontent\.com"
)
_OWN_BELOW = frozenset(("medium.com", "s3.amazonaws.com"))  # a host below these is one account's


@lru_cache(maxsize=1)
def open_hosts() -> dict[str, bool]:
    """Return host, or host and first part of a path -> whether accounts are named there (`data/open_hosts.txt`)."""
    text = (files("kiemchung.engine") / "data" / "open_hosts.txt").read_text(encoding="utf-8")
    rows = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1:] == ["account"] for row in rows}


def own_site_of(url: str) -> str:
    """Return the site that one publisher has: the host, and where several share it their account or bucket, else the
    page; "" when there is no host.

    >>> own_site_of("https://www.vi.example/a"), own_site_of("https://storage.googleapis.com/kiem/chanh.html")
    ('vi.example', 'storage.googleapis.com/kiem')
    >>> own_site_of("https://sites.google.com/view/kiem/chanh"), own_site_of("https://drive.google.com/file/d/1/view")
    ('sites.google.com/kiem', 'drive.google.com/file/d/1/view')
    """
    site = site_of(url)
    entry = "" if _BUCKETS.fullmatch(site) else _entry(site)
    if not entry and not _BUCKETS.fullmatch(site):
        return site
    parts = [part.casefold() for part in unquote(urlsplit(url).path).split("/") if part]
    if entry and not open_hosts()[entry]:
        return "/".join([site, *parts])
    while entry and len(parts) > 1 and parts[0] in BEFORE_ACCOUNTS:
        parts = parts[1:]
    return "/".join([site, *(part.lstrip("@~") for part in parts[:1])])


def _entry(site: str) -> str:
    labels = site.split(".")
    for begin in range(len(labels) - 1):
        host = ".".join(labels[begin:])
        if host in open_hosts():
            return "" if begin and host in _OWN_BELOW else host
    return ""
