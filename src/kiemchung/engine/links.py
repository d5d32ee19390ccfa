"""Web addresses in messages and reviews: which of them name the same page, and which name no page at all."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit, urlunsplit

from kiemchung.engine.posts import post_of

_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_[ce]id|_ga|_gl|zarsrc"
    r"|xtor|ref_src|ref_url|ocid|cmpid|spm|at_(?:medium|campaign|custom\d*)|__twitter_impression|amp",
    re.IGNORECASE,
)
# Anchors that say where on the page to look or where the reader came from, not which review is meant.
ANCHOR_NOISE = re.compile(
    r":~:.*|!?|top|main|content|main-content|primary|page|article|comments?|respond|claimreview|review|factcheck"
    r"|fact-check|schema|webpage|(?:xtor|ref|source|from|fbclid)=.*|utm_.*|\.[\w-]{6,}",
    re.IGNORECASE | re.DOTALL,
)
# More links than this are a list of links; a longer text is cut, as the words of a message are.
MOST_LINKS = 20
_MOST_CHARACTERS = 100_000
# With or without http; the lookbehind keeps the search linear.
_LINK = re.compile(r"(?<![\w.@/-])(?:https?://|(?=(?:[\w-]+\.)+[a-z]{2,}/))[^\s<>\"“”«»]+", re.IGNORECASE)
_ONLY_A_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_AFTER_A_LINK = ".,;:!?…)]}'’"
_PARTS = re.compile(r"[^\w]+|_")
# The same page for telephones and readers of feeds.
_SAME_SITE = re.compile(r"^(?:www\d?|m|mobile|amp|touch)\.(?=[^.]+\.)")
# Sites where the first part of the path is an account: a person or a page, not something that was said.
_ACCOUNT_SITES = frozenset(
    (
        "facebook.com fb.com x.com twitter.com instagram.com tiktok.com threads.net threads.com youtube.com t.me"
        " telegram.me zalo.me linkedin.com vk.com weibo.com"
    ).split()
)
_ACCOUNT_PARTS = frozenset(("people", "channel", "c", "user", "in", "groups", "pages", "profile.php"))


def page_key(url: str) -> str:
    """The address as a key: without scheme differences, tracking parameters and anchors that name no review.

    >>> page_key("http://VI.example:80/a?utm_source=zalo&id=7#:~:text=abc")
    'https://vi.example/a?id=7'
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        port = None
    place = f"[{host}]" if ":" in host else host
    if port not in (None, 80, 443):
        place = f"{place}:{port}"
    kept = [pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0])]
    anchor = "" if ANCHOR_NOISE.fullmatch(parts.fragment) else parts.fragment
    return urlunsplit(("https", place, parts.path or "/", "&".join(kept), anchor))


def site_of(url: str) -> str:
    """The host of an address as one of its site: lower case, without `www.`, `m.`; "" when there is none.

    >>> site_of("https://WWW.Vi.example:80/a"), site_of("vi.example")
    ('vi.example', '')
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return _in_ascii(_SAME_SITE.sub("", unicodedata.normalize("NFKC", host).casefold().rstrip(".")))


@lru_cache(maxsize=8192)  # an import asks for each address when it is read, and again when it is stored
def address_key(url: str) -> str:
    """The address in the form in which two addresses of one page are equal; "" when it names no single page.

    Scheme, `www.` and `m.`, standard ports, tracking parameters, their order, anchors, a slash at the end, the way
    letters are escaped and the account of a post on a social site do not count. A bare site names no single page, nor
    does an account of a social network: who is not what was said.

    >>> address_key("http://www.Vi.example:80/tin/chanh/?utm_source=zalo#top")
    'vi.example/tin/chanh'
    >>> address_key("https://vi.example/"), address_key("https://facebook.com/ai.do")
    ('', '')
    """
    try:
        parts = urlsplit(page_key(without_account(url)))
        host = _SAME_SITE.sub("", unicodedata.normalize("NFKC", parts.netloc).casefold())
    except ValueError:
        return ""
    path = unicodedata.normalize("NFC", unquote(parts.path)).rstrip("/").removesuffix("/amp")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    if not host or not (path or query) or _is_account(host, path, query):
        return ""
    route = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{_in_ascii(host)}{path}{'?' if query else ''}{unquote(query)}{route}"


def anchor_of(url: str) -> str:
    """The anchor of an address where it names one review of several on the page; else "".

    >>> anchor_of("https://vi.example/tong-hop#hai"), anchor_of("https://vi.example/a#top"), anchor_of("https://v.example/#!/a")
    ('hai', '', '')
    """
    try:
        anchor = urlsplit(url).fragment
    except ValueError:
        return ""
    if ANCHOR_NOISE.fullmatch(anchor) or anchor.startswith(("!", "/")):  # a route is part of the page's key
        return ""
    return unicodedata.normalize("NFC", unquote(anchor))


def without_account(url: str) -> str:
    """The address itself; of a post on a social site the post's without the account; "" where it names an account.

    >>> without_account("https://twitter.com/ai_do/status/17"), without_account("https://vi.example/a?utm_source=x")
    ('https://x.com/i/status/17', 'https://vi.example/a?utm_source=x')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    post = post_of(site_of(url), f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return url if post is None else post


def _is_account(host: str, path: str, query: str) -> bool:
    if host not in _ACCOUNT_SITES:
        return False
    parts = [part for part in path.split("/") if part]
    if not parts or parts[0] in ("people", "profile.php"):
        return True
    if len(parts) == 1:
        return not query
    return len(parts) == 2 and (parts[0] in _ACCOUNT_PARTS or (host == "youtube.com" and parts[0].startswith("@")))


def _in_ascii(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def address_number(key: str) -> int:
    """A key as a whole number of 64 bits (BLAKE2b), signed as SQLite's are."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def links_in(text: str) -> tuple[str, ...]:
    """The web addresses in a text, in order, each once, at most `MOST_LINKS`. Linear in the length of the text.

    >>> links_in("đọc ở https://vi.example/a, và vi.example/b.html nhé")
    ('https://vi.example/a', 'https://vi.example/b.html')
    """
    if "/" not in text:
        return ()
    found: dict[str, None] = {}
    for match in _LINK.finditer(text[:_MOST_CHARACTERS]):
        link = match.group().rstrip(_AFTER_A_LINK)
        found[link if "://" in link[:8] else f"https://{link}"] = None
        if len(found) == MOST_LINKS:
            break
    return tuple(found)


def is_link(text: str) -> bool:
    """Whether a text is one web address and nothing else."""
    return bool(_ONLY_A_LINK.fullmatch(text.strip()))


def words_of_address(url: str) -> str:
    """The words that an address is made of, for want of others; the address itself when there are none.

    >>> words_of_address("https://vi.example/nuoc-chanh_chua%20benh.html")
    'vi example nuoc chanh chua benh html'
    """
    try:
        address = urlsplit(url)
        named = f"{address.hostname or ''} {address.path}"
    except ValueError:  # an address that only looks like one is a message like any other
        named = url
    return _PARTS.sub(" ", unquote(named)).strip() or url


def distinct(urls: Iterable[str]) -> tuple[str, ...]:
    """The addresses that name a page, each page once, in order, those of posts without their accounts.

    >>> distinct(["https://vi.example/a", "http://www.vi.example/a/", "https://vi.example"])
    ('https://vi.example/a',)
    """
    found: dict[str, str] = {}
    for url in urls:
        if key := address_key(url):
            found.setdefault(key, without_account(url))
    return tuple(found.values())
