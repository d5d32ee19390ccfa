"""Reading anything at all: reviews, refusals or an error of ours, however the bytes arrive."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.errors import InputError, KiemchungError
from kiemchung.engine.formats.feeds import document_items
from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.types import Review


def pieces_of(raw: bytes, size: int) -> Iterator[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


KEYS = st.sampled_from(
    [
        *["@type", "@id", "@graph", "@value", "id", "claim", "claimReviewed", "url"],
        *["reviewRating", "alternateName", "item", "ratingValue", "dataFeedElement", "author", "name"],
        *[
            "inLanguage",
            "identifier",
            "propertyID",
            "value",
            "rating",
            "published",
            "mapped",
            "publisher",
            "date",
            "datePublished",
            "lang",
        ],
    ]
)
WORDS = st.sampled_from(["ClaimReview", "DataFeedItem", "https://a.example/1", "kiemchung:id", "Sai", "2024-05-31"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


@given(st.lists(VALUES, min_size=1, max_size=4), st.booleans())
def test_any_json_gives_reviews_refusals_or_our_error(values: list[object], is_lines: bool) -> None:
    text = "\n".join(map(json.dumps, values)) if is_lines else json.dumps(values)
    try:
        items = list(read_reviews([text.encode()]))
    except KiemchungError:
        return
    for item in items:
        assert item.id.strip() if isinstance(item, Review) else item.reason


@given(
    st.binary(max_size=80) | st.text(alphabet='{}[]"\\,:a\n <!->', max_size=80).map(str.encode),
    st.integers(1, 9),
)
def test_any_bytes_in_any_pieces_give_reviews_refusals_or_our_error(raw: bytes, size: int) -> None:
    outcomes: list[object] = []
    for pieces in (pieces_of(raw, size), iter([raw])):
        try:
            outcomes.append(list(read_reviews(pieces)))
        except KiemchungError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


@given(st.text(alphabet='{}[]"\\,:ab', max_size=60), st.integers(1, 9), st.integers(16, 40))
def test_items_are_cut_the_same_however_the_bytes_arrive(text: str, size: int, limit: int) -> None:
    raw = f'{{"@graph": [{{"a": 1}}, {text}, {{"b": 2}}]}}'.encode()
    try:
        small = list(document_items(pieces_of(raw, size), "tệp", limit))
        whole = list(document_items([raw], "tệp", limit))
    except InputError:
        return
    assert small == whole
