"""Our own JSON Lines: one review a line, in the fewest words a person would write it."""

from __future__ import annotations

from kiemchung.engine.formats.appearances import MOST_APPEARANCES
from kiemchung.engine.formats.dates import iso_date
from kiemchung.engine.formats.fields import Node, required, text_in, text_of
from kiemchung.engine.formats.identity import web_address
from kiemchung.engine.formats.languages import language_tag
from kiemchung.engine.formats.ratings import rate
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.formats.strictjson import type_name
from kiemchung.engine.links import distinct
from kiemchung.engine.types import MappedRating, Rating, Review


def is_linked_data(node: Node) -> bool:
    """Whether an object is JSON-LD (ClaimReview, a feed's item) rather than a review in our own form."""
    return "@type" in node or "@graph" in node or "@context" in node or ("item" in node and "claim" not in node)


def review_from_ours(node: Node) -> Review:
    """The review in our own form.

    `id` and `claim` (or `text`) are required; `title`, `body`, `rating` (text as published, or an object of
    `published` and `mapped`), `lang`, `date`, `publisher` (text, or `name` and `url`) and `url` may be left
    out, and so may `appearances` (a list of addresses where the claim was seen, of which those of accounts and of whole
    sites are not kept); any other key is ignored. Raises `RefusalError` naming the field: a value that is there but
    cannot be used would be missed by nobody until it is too late.

    >>> review_from_ours({"id": "a", "text": "Chanh chữa ung thư", "rating": "Sai"}).rating.basis
    'words'
    """
    publisher, publisher_url = _publisher(node.get("publisher"))
    lang = language_tag(text_in(node, "lang"))
    return Review(
        id=required(text_of(node.get("id"), "id"), "id"),
        claim=required(text_in(node, "claim", "text"), "claim"),
        title=text_in(node, "title"),
        body=text_in(node, "body"),
        rating=_rating(node.get("rating")),
        url=web_address(text_in(node, "url"), "url"),
        publisher=publisher,
        publisher_url=publisher_url,
        date=_date(text_in(node, "date"), lang),
        lang=lang,
        appearances=_appearances(node.get("appearances")),
    )


def ours_from(review: Review) -> dict[str, object]:
    """The review in our own form, which `review_from_ours` reads back equal; what is empty is left out.

    >>> ours_from(Review("a", "Chanh chữa ung thư", date="2024-05-31"))
    {'id': 'a', 'claim': 'Chanh chữa ung thư', 'date': '2024-05-31'}
    """
    rating = review.rating
    publisher = {"name": review.publisher, "url": review.publisher_url}
    row: dict[str, object] = {
        "id": review.id,
        "claim": review.claim,
        "title": review.title,
        "body": review.body,
        "rating": None
        if rating == Rating()
        else {"published": rating.published, "mapped": rating.mapped, "basis": rating.basis},
        "url": review.url,
        "publisher": {key: text for key, text in publisher.items() if text},
        "date": review.date,
        "lang": review.lang,
        "appearances": list(review.appearances),
    }
    return {key: value for key, value in row.items() if value}


def _rating(value: object) -> Rating:
    if not isinstance(value, dict):
        return rate(text_of(value, "rating"))
    published = text_of(value.get("published"), "rating.published")
    mapped = text_of(value.get("mapped"), "rating.mapped")
    basis = text_of(value.get("basis"), "rating.basis")
    if not mapped:
        return Rating(published) if basis == "none" else rate(published)
    if mapped not in set(MappedRating):
        raise RefusalError("unknown_rating", "rating.mapped", ", ".join(MappedRating))
    return Rating(published, MappedRating(mapped), basis if basis in ("words", "scale") else "given")


def _date(text: str, lang: str) -> str:
    date = iso_date(text, lang)
    if text and not date:
        raise RefusalError("not_a_date", "date")
    return date


def _appearances(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | None):
        raise RefusalError("wrong_type", "appearances", f"a list, not {type_name(value)}")
    return distinct(web_address(text_of(one, "appearances"), "appearances") for one in value or [])[:MOST_APPEARANCES]


def _publisher(value: object) -> tuple[str, str]:
    if value is None or isinstance(value, str):
        return value or "", ""
    if not isinstance(value, dict):
        raise RefusalError("wrong_type", "publisher", f"text or an object, not {type_name(value)}")
    return text_in(value, "name"), web_address(text_in(value, "url"), "publisher.url")
