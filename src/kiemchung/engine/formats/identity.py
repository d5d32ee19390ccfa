"""Which review is which: the same review read twice, from a page or a feed, in any order, has the same id."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import urljoin, urlsplit

from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.links import ANCHOR_NOISE, page_key

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_URN = re.compile(r"(?:urn|tag|doi|info):\S+", re.IGNORECASE)
_FORBIDDEN_IN_URL = re.compile(r"[\x00-\x20\x7f\\]")


def web_address(text: str, field: str, base_url: str = "") -> str:
    """`text` as a complete http(s) address, made complete with `base_url` where there is one; "" for blank
    text.

    Refuses (`RefusalError`) every other scheme, so that no `javascript:` is ever stored as an address.

    >>> web_address("/a?x=1", "url", "https://vi.example/b")
    'https://vi.example/a?x=1'
    """
    text = text.strip()
    if not text:
        return ""
    try:
        full = urljoin(base_url, text) if base_url else text
        parts = urlsplit(full)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or _FORBIDDEN_IN_URL.search(full):
        raise RefusalError("not_an_address", field)
    return full


def claim_key(claim: str) -> str:
    """A short hash of the claim that does not depend on capitals, blanks, punctuation or the Unicode form.

    >>> claim_key("Uống nước chanh, khỏi bệnh!") == claim_key("uống nước chanh  khỏi bệnh")
    True
    """
    text = unicodedata.normalize("NFKC", claim).casefold()
    words = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text).split()
    return hashlib.blake2b(" ".join(words or [claim]).encode("utf-8"), digest_size=6).hexdigest()


def review_id(*, node_id: str, identifier: str, url: str, claim: str) -> str:
    """The id of a ClaimReview, from the best identity it has.

    1. `node_id` (`@id`), when it is a complete address or URN and not just the page's own address;
    2. `identifier`: as it is when it is an address, URN or UUID; with the site before it when it is only a
       number or a word, which every site may use;
    3. the page's address with its anchor, where the anchor names the review;
    4. the page's address and a hash of the claim: several claims of one page stay several reviews, whatever
       order or file they come in. (A publisher who rewords a claim on a page without anchors makes a new
       review.)

    >>> review_id(node_id="", identifier="", url="https://vi.example/a#claim-2", claim="x")
    'https://vi.example/a#claim-2'
    >>> review_id(node_id="", identifier="17", url="https://vi.example/a", claim="x")
    'vi.example:17'
    """
    if _URN.fullmatch(node_id):
        return node_id
    page = page_key(url) if url else ""
    if node_id and _names_one_review(node_id) and page_key(node_id) != page:
        return page_key(node_id)
    if identifier:
        return _identifier_id(identifier, url)
    if urlsplit(page).fragment:
        return page
    return f"{page}#claim-{claim_key(claim)}"


def _names_one_review(node_id: str) -> bool:
    fragment = urlsplit(node_id).fragment
    return not fragment or not ANCHOR_NOISE.fullmatch(fragment)


def _identifier_id(identifier: str, url: str) -> str:
    if "://" in identifier or _URN.fullmatch(identifier) or _UUID.fullmatch(identifier):
        return identifier
    host = urlsplit(url).hostname if url else ""
    return f"{host}:{identifier}" if host else identifier
