"""Where a claim was seen, as ClaimReview says it: `itemReviewed.appearance` and `firstAppearance`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kiemchung.engine.formats.fields import Node, resolved
from kiemchung.engine.formats.identity import web_address
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.links import address_key, distinct

# Some publishers list every copy they saw; the first ones tell the most.
MOST_APPEARANCES = 20


def appearances_in(
    item_reviewed: object, nodes: Mapping[str, Node], *, review_url: str, base_url: str = ""
) -> tuple[str, ...]:
    """The addresses at which the claim was seen, first appearance first, at most `MOST_APPEARANCES`.

    Only addresses of what was said: the claim's author is not read, an address of an account or of a whole site is
    passed over, and so is the review's own. What cannot be read is no reason to lose the review.

    >>> appearances_in({"firstAppearance": {"url": "https://vi.example/post/1"}}, {}, review_url="")
    ('https://vi.example/post/1',)
    """
    found = []
    for value in _values(item_reviewed, nodes):
        try:
            found.append(web_address(value, "appearance", base_url))
        except RefusalError:
            continue
    own = address_key(review_url) if review_url else ""
    return tuple(url for url in distinct(filter(None, found)) if address_key(url) != own)[:MOST_APPEARANCES]


def _values(item_reviewed: object, nodes: Mapping[str, Node]) -> Iterator[str]:
    for item in item_reviewed if isinstance(item_reviewed, list) else [item_reviewed]:
        if not isinstance(item, dict):
            continue
        node = resolved(item, nodes)
        for field in ("firstAppearance", "appearance"):
            value = node.get(field)
            for part in value if isinstance(value, list) else [value]:
                yield from _address(part)
        if str(node.get("@type", "")).rpartition("/")[2] not in ("", "Claim"):
            yield from _address(node)  # the work itself, before `Claim` was invented


def _address(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        address = value.get("url") or value.get("contentUrl") or value.get("@id")
        if isinstance(address, str):
            yield address


def appearances_node(appearances: Sequence[str]) -> dict[str, object]:
    """The appearances as part of a `Claim`; nothing where there are none."""
    works: list[object] = [{"@type": "CreativeWork", "url": url} for url in appearances]
    return {"appearance": works} if works else {}
