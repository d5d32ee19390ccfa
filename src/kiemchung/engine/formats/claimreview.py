"""schema.org ClaimReview to our `Review` and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.appearances import appearances_in, appearances_node
from kiemchung.engine.formats.dates import iso_date, later
from kiemchung.engine.formats.fields import Node, node_of, required, resolved, text_in, text_of
from kiemchung.engine.formats.identity import belongs_to, of_page, review_id, web_address
from kiemchung.engine.formats.languages import language_tag
from kiemchung.engine.formats.ratings import as_number, rate
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.links import site_of
from kiemchung.engine.types import MappedRating, Rating, Review

# Our own marks inside a published ClaimReview, so that what we wrote is read back the same.
_OUR_ID = "kiemchung:id"
_OUR_RATING = "kiemchung:rating"

# The number published for readers of numbers; satire and unproven stand on no line between false and true.
_SCALE = {
    MappedRating.FALSE: 1,
    MappedRating.SCAM: 1,
    MappedRating.MISSING_CONTEXT: 2,
    MappedRating.MIXED: 3,
    MappedRating.MOSTLY_TRUE: 4,
    MappedRating.TRUE: 5,
}


def is_type(node: Node, name: str) -> bool:
    """Whether a JSON-LD node is of a schema.org type, in any usual spelling.

    >>> is_type({"@type": ["Review", "https://schema.org/ClaimReview"]}, "ClaimReview")
    True
    """
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(one, str) and _bare(one) == name for one in names)


def claim_reviews(value: object) -> Iterator[Node]:
    """Every ClaimReview anywhere inside a JSON value, in the order of the text.

    A node that only points to a review described elsewhere (nothing but `@id`, `@type`, `url`) is passed
    over.
    """
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict):
            if is_type(item, "ClaimReview") and not _is_pointer(item):
                yield item
            waiting.extend(reversed([part for part in item.values() if isinstance(part, list | dict)]))


def _is_pointer(node: Node) -> bool:
    return "@id" in node and node.keys() <= {"@id", "@type", "@context", "url"}


def nodes_by_id(value: object) -> dict[str, Node]:
    """The described nodes of a JSON-LD value by their `@id`: what `{"@id": ...}` elsewhere refers to."""
    found: dict[str, Node] = {}
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            node_id = item.get("@id")
            if isinstance(node_id, str) and len(item) > 1:
                found.setdefault(node_id, item)
            waiting.extend(item.values())
    return found


def review_from(
    node: Node, *, nodes: Mapping[str, Node] | None = None, base_url: str = "", is_page: bool = False
) -> Review:
    """The review that a ClaimReview node describes.

    `nodes` resolves references by `@id`, `base_url` is the address at which the node was found and makes relative
    addresses complete, `is_page` says that it stands in a web page. Required: `claimReviewed`, `reviewRating`, and
    `url` or `@id` (or an identifier that we wrote). What anybody may have written (a page, an address) gets no id of
    another site. Raises `RefusalError` naming the field.

    >>> review_from({"@type": "ClaimReview", "claimReviewed": "Chanh chữa ung thư", "url": "https://vi.example/1",
    ...              "reviewRating": {"alternateName": "Sai"}}).rating.mapped
    <MappedRating.FALSE: 'false'>
    """
    nodes = nodes or {}
    claim = required(text_of(node.get("claimReviewed"), "claimReviewed"), "claimReviewed")
    node_id = _node_id(node, base_url)
    url = web_address(text_of(node.get("url"), "url"), "url", base_url)
    if not url and node_id.startswith("http"):
        url = node_id
    identifier, is_ours = _identifier(node.get("identifier"))
    if not (url or node_id or is_ours):
        raise RefusalError("missing", "url")
    if is_ours and url and (is_page or base_url):
        is_ours = belongs_to(identifier, url)  # an id of our own is believed in a file that we exported
    identity = identifier if is_ours else review_id(node_id=node_id, identifier=identifier, url=url, claim=claim)
    if is_page:
        identity = of_page(identity, url=url, page_url=base_url)
    publisher, publisher_url = _publisher(node, nodes, url, base_url)
    lang = _language(node)
    return Review(
        id=identity,
        claim=claim,
        title=text_in(node, "headline", "name"),
        body=text_in(node, "reviewBody", "articleBody", "text", "description"),
        rating=_rating(node.get("reviewRating"), nodes),
        url=url,
        publisher=publisher,
        publisher_url=publisher_url,
        date=later(
            iso_date(text_in(node, "dateModified"), lang),
            iso_date(text_in(node, "datePublished"), lang),
        ),
        lang=lang,
        appearances=appearances_in(node.get("itemReviewed"), nodes, review_url=url, base_url=base_url),
    )


def claimreview_from(review: Review, *, page_url: str = "") -> dict[str, object]:
    """The review as ClaimReview JSON-LD that Google's and schema.org's rules accept; `review_from` reads it
    back equal.

    `page_url` is the address of the page that shows the review, for a review without one of its own. Raises
    `InputError` when there is neither. Source of the rules: schema.org/ClaimReview and Google's "Fact check
    (ClaimReview) structured data".
    """
    url = review.url or page_url
    if not url:
        raise InputError(
            f"The review {review.id!r} has no address, which a ClaimReview must have. Give it a 'url', or"
            " name the page that shows it.",
            f"Bài kiểm chứng {review.id!r} không có địa chỉ, điều mà ClaimReview phải có. Hãy ghi 'url' cho bài,"
            " hoặc nêu trang hiển thị bài đó.",
        )
    optional = {
        "headline": review.title,
        "reviewBody": review.body,
        "datePublished": review.date,
        "inLanguage": review.lang,
    }
    node: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": {"@type": "PropertyValue", "propertyID": _OUR_ID, "value": review.id},
        "url": url,
        "claimReviewed": review.claim,
        "itemReviewed": {"@type": "Claim", "name": review.claim} | appearances_node(review.appearances),
        "reviewRating": _rating_node(review.rating),
    }
    if review.publisher or review.publisher_url:
        author = {"@type": "Organization", "name": review.publisher, "url": review.publisher_url}
        node["author"] = {key: text for key, text in author.items() if text}
    return node | {key: text for key, text in optional.items() if text}


def _rating_node(rating: Rating) -> dict[str, object]:
    mapped = rating.mapped
    node: dict[str, object] = {
        "@type": "Rating",
        "alternateName": rating.published or (str(mapped).replace("_", " ") if mapped else "not rated"),
        "identifier": {
            "@type": "PropertyValue",
            "propertyID": _OUR_RATING,
            "name": rating.published,
            "value": str(mapped) if mapped else "none",
            "measurementMethod": rating.basis,
        },
    }
    if mapped in _SCALE:
        node |= {"ratingValue": _SCALE[mapped], "bestRating": 5, "worstRating": 1}
    return node


def _rating(value: object, nodes: Mapping[str, Node]) -> Rating:
    if isinstance(value, str):
        return rate(required(value, "reviewRating"))
    node = resolved(node_of(value, "reviewRating"), nodes)
    if not node:
        raise RefusalError("missing", "reviewRating")
    ours = node.get("identifier")
    if isinstance(ours, dict) and ours.get("propertyID") == _OUR_RATING:
        mark = _our_rating(ours)
        if not mark.published or mark.published == text_of(node.get("alternateName"), "alternateName"):
            return mark if mark in (_published_rating(node, mark.published), Rating(mark.published)) else _given(mark)
    return _published_rating(node)


def _given(mark: Rating) -> Rating:
    """A mark that the published words and numbers do not bear out: anybody can write one."""
    return Rating(mark.published, mark.mapped, "given")


def _published_rating(node: Node, words: str | None = None) -> Rating:
    number = node.get("ratingValue")
    for field in ("ratingValue", "bestRating", "worstRating"):
        if not isinstance(node.get(field), str | int | float | None) or isinstance(node.get(field), bool):
            raise RefusalError("wrong_type", field, "text or a number")
    if words is not None:
        return rate(words, number, node.get("worstRating"), node.get("bestRating"))
    published = text_in(node, "alternateName", "ratingExplanation", "name")
    best, worst = node.get("bestRating"), node.get("worstRating")
    if not published and number is not None and str(number).strip():
        published = f"{number}/{best}" if as_number(best) is not None else f"{number}"
    return rate(required(published, "reviewRating"), number, worst, best)


def _our_rating(mark: Node) -> Rating:
    value = text_of(mark.get("value"), "reviewRating")
    basis = text_of(mark.get("measurementMethod"), "reviewRating")
    published = text_of(mark.get("name"), "reviewRating")
    if value == "none":
        return Rating(published)
    if value not in set(MappedRating) or basis not in ("words", "scale", "given"):
        raise RefusalError("unknown_rating", "reviewRating", ", ".join(MappedRating))
    return Rating(published, MappedRating(value), basis)


def _node_id(node: Node, base_url: str) -> str:
    """The node's `@id` as a complete address or URN; "" for blank nodes (`_:b0`) and names that hold only in
    this page."""
    text = text_of(node.get("@id"), "@id").strip()
    if text.startswith(("urn:", "tag:", "doi:", "info:")):
        return text
    try:
        return web_address(text, "@id", base_url if text[:1] in ("/", "#") else "")
    except RefusalError:
        return ""


def _identifier(value: object) -> tuple[str, bool]:
    """The identifier's text and whether we wrote it."""
    if isinstance(value, list):
        marks = [part for part in value if isinstance(part, dict) and part.get("propertyID") == _OUR_ID]
        value = marks[0] if marks else (value[0] if value else None)
    if isinstance(value, dict):
        is_ours = value.get("propertyID") == _OUR_ID
        text, _ = _identifier(value.get("value", value.get("@value", value.get("@id"))))
        return (required(text, "identifier"), True) if is_ours else (text.strip(), False)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return text_of(value, "identifier"), False


def _publisher(node: Node, nodes: Mapping[str, Node], url: str, base_url: str) -> tuple[str, str]:
    """Name and address of who published: the author when it is an organisation, else publisher, else who gave
    the data.

    A journalist's own name is not kept: where no organisation is named, it is the site that published.
    """
    has_people = False
    for field in ("author", "publisher", "sdPublisher", "creator"):
        one = resolved(node_of(node.get(field), field), nodes)
        if is_type(one, "Person"):
            has_people = True
        elif one and (text_in(one, "name", "legalName").strip() or one.get("url")):
            return _name_and_url(one, base_url)
    return site_of(url) if has_people else "", ""


def _name_and_url(node: Node, base_url: str) -> tuple[str, str]:
    try:
        url = web_address(text_in(node, "url", "sameAs"), "url", base_url)
    except RefusalError:  # a publisher's broken home page is no reason to lose the review
        url = ""
    return text_in(node, "name", "legalName"), url


def _language(node: Node) -> str:
    value = node.get("inLanguage")
    if value is None and isinstance(node.get("claimReviewed"), dict | list):
        claim = node_of(node.get("claimReviewed"), "claimReviewed")
        value = claim.get("@language")
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict) and "@value" not in value:
        value = text_in(value, "alternateName", "identifier", "name")
    return language_tag(text_of(value, "inLanguage"))


def _bare(name: str) -> str:
    for prefix in ("https://schema.org/", "http://schema.org/", "schema:"):
        name = name.removeprefix(prefix)
    return name.strip()
