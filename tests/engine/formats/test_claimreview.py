"""ClaimReview in and out: what publishers write is understood, and what we write is read back equal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.claimreview import claim_reviews, claimreview_from, nodes_by_id, review_from
from kiemchung.engine.formats.feeds import feed_pieces
from kiemchung.engine.formats.jsonl import review_from_ours
from kiemchung.engine.formats.ratings import rate
from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.types import MappedRating, Rating, Review

FULL: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://tinthat.example/bai/nuoc-chanh",
    "claimReviewed": "Uống nước chanh nóng chữa khỏi ung thư",
    "headline": "Nước chanh không chữa được ung thư",
    "reviewBody": "Không có nghiên cứu nào cho thấy điều đó.",
    "datePublished": "2024-05-30",
    "dateModified": "2024-06-02",
    "inLanguage": {"@type": "Language", "name": "Vietnamese", "alternateName": "vi"},
    "author": {"@type": "Organization", "name": "Tin Thật", "url": "https://tinthat.example"},
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": "1",
        "bestRating": "5",
        "worstRating": "1",
        "alternateName": "Sai sự thật",
    },
    "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "Ai đó"}},
}


def changed(**fields: object) -> dict[str, Any]:
    return {key: value for key, value in (FULL | fields).items() if value is not ...}


def test_every_field_is_read() -> None:
    review = review_from(FULL)
    assert review.id.startswith("https://tinthat.example/bai/nuoc-chanh#claim-")
    assert (review.claim, review.title) == (FULL["claimReviewed"], FULL["headline"])
    assert (review.body, review.url) == (FULL["reviewBody"], FULL["url"])
    assert review.rating == Rating("Sai sự thật", MappedRating.FALSE, "words")
    assert (review.date, review.lang) == ("2024-06-02", "vi")
    assert (review.publisher, review.publisher_url) == ("Tin Thật", "https://tinthat.example")


def test_a_date_that_cannot_be_read_costs_the_date_and_not_the_review() -> None:
    assert review_from(changed(datePublished="hôm qua", dateModified=...)).date == ""


def test_who_said_the_claim_is_not_kept() -> None:
    assert "Ai đó" not in repr(review_from(FULL))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"claimReviewed": ...}, "missing", "claimReviewed"),
        ({"claimReviewed": "  "}, "missing", "claimReviewed"),
        ({"claimReviewed": 5}, "wrong_type", "claimReviewed"),
        ({"claimReviewed": ["a", "b"]}, "wrong_type", "claimReviewed"),
        ({"claimReviewed": {"name": "a"}}, "wrong_type", "claimReviewed"),
        ({"url": ...}, "missing", "url"),
        ({"url": "javascript:alert(1)"}, "not_an_address", "url"),
        ({"url": 7}, "wrong_type", "url"),
        ({"reviewRating": ...}, "missing", "reviewRating"),
        ({"reviewRating": {"@type": "Rating"}}, "missing", "reviewRating"),
        ({"reviewRating": 3}, "wrong_type", "reviewRating"),
        ({"reviewRating": {"ratingValue": [1, 2]}}, "wrong_type", "ratingValue"),
        ({"headline": {"a": "b"}}, "wrong_type", "headline"),
        ({"datePublished": 2024}, "wrong_type", "datePublished"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(RefusalError) as caught:
        review_from(changed(**fields))
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("value", ["Chanh", ["Chanh"], {"@value": "Chanh"}, [{"@value": "Chanh"}]])
def test_text_may_come_as_json_ld_writes_it(value: object) -> None:
    assert review_from(changed(claimReviewed=value)).claim == "Chanh"


def test_the_language_may_stand_at_the_claim() -> None:
    node = changed(claimReviewed={"@value": "Chanh", "@language": "vi-vn"}, inLanguage=...)
    assert review_from(node).lang == "vi-VN"


def test_a_rating_of_numbers_only_is_shown_on_its_scale() -> None:
    rating = review_from(changed(reviewRating={"ratingValue": 3, "bestRating": 5, "worstRating": 1})).rating
    assert rating == Rating("3/5", MappedRating.MIXED, "scale")


def test_the_publisher_is_an_organisation_or_the_site_and_never_a_journalist() -> None:
    person = {"@type": "Person", "name": "Nhà báo"}
    house = {"@type": "NewsMediaOrganization", "name": "Tòa soạn"}
    assert review_from(changed(author=person, publisher=house)).publisher == "Tòa soạn"
    assert review_from(changed(author=person)).publisher == "tinthat.example"
    assert review_from(changed(author=..., sdPublisher=house)).publisher == "Tòa soạn"
    assert review_from(changed(author=["Tin Thật"])).publisher == "Tin Thật"


def test_references_by_id_are_followed() -> None:
    graph = {"@graph": [changed(author={"@id": "#org"}, reviewRating={"@id": "#r"}),
                        {"@id": "#org", "@type": "Organization", "name": "Tin Thật"},
                        {"@id": "#r", "@type": "Rating", "alternateName": "Đúng"}]}  # fmt: skip
    (node,) = claim_reviews(graph)
    review = review_from(node, nodes=nodes_by_id(graph))
    assert (review.publisher, review.rating.mapped) == ("Tin Thật", MappedRating.TRUE)


@pytest.mark.parametrize(
    "name",
    ["ClaimReview", ["ClaimReview"], ["Review", "http://schema.org/ClaimReview"], "schema:ClaimReview",
     "https://schema.org/ClaimReview"],
)  # fmt: skip
def test_a_claimreview_is_found_by_any_spelling_of_its_type_wherever_it_is_nested(name: object) -> None:
    node = changed(**{"@type": name})
    for page in (node, [node], {"@graph": [{"@type": "WebPage"}, node]}, {"mainEntity": {"review": [node]}}):
        assert list(claim_reviews(page)) == [node]


def test_a_mere_pointer_to_a_review_is_passed_over() -> None:
    assert not list(claim_reviews({"review": {"@type": "ClaimReview", "@id": "#r1"}}))


def test_our_own_form_needs_least() -> None:
    review = review_from_ours({"id": "a", "text": "Chanh", "publisher": {"name": "Báo", "url": "https://b.example"}})
    assert (review.claim, review.publisher, review.publisher_url) == ("Chanh", "Báo", "https://b.example")
    assert review.rating == Rating()


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"id": 5}, "id"), ({"id": ""}, "id"), ({"claim": None}, "claim"), ({"rating": 4}, "rating"),
     ({"rating": {"published": "Sai", "mapped": "wrong"}}, "rating.mapped"), ({"publisher": []}, "publisher"),
     ({"url": "x"}, "url"), ({"date": 2024}, "date"), ({"body": ["a", "b"]}, "body")],
)  # fmt: skip
def test_our_own_form_names_what_is_wrong(fields: dict[str, object], field: str) -> None:
    with pytest.raises(RefusalError) as caught:
        review_from_ours({"id": "a", "claim": "b"} | fields)
    assert caught.value.field == field


def marked(**mark: object) -> dict[str, Any]:
    """A rating that says "Sai" and carries our mark with these fields."""
    ours = {"propertyID": "kiemchung:rating", "name": "Sai", "value": "true", "measurementMethod": "words"}
    return changed(reviewRating={"alternateName": "Sai", "identifier": ours | mark})


def test_a_mark_of_ours_that_the_published_words_do_not_bear_out_is_only_named_by_the_source() -> None:
    assert review_from(marked()).rating == Rating("Sai", MappedRating.TRUE, "given")
    assert review_from(marked(value="false")).rating == Rating("Sai", MappedRating.FALSE, "words")


def test_a_mark_of_ours_with_other_words_than_the_published_ones_does_not_count() -> None:
    assert review_from(marked(name="Đúng")).rating == Rating("Sai", MappedRating.FALSE, "words")


def test_an_id_of_ours_in_a_page_is_only_believed_of_its_own_site() -> None:
    def read(identity: str) -> str:
        node = changed(identifier={"propertyID": "kiemchung:id", "value": identity})
        return review_from(node, base_url=str(FULL["url"]), is_page=True).id

    assert read("https://tinthat.example/bai/nuoc-chanh#1") == "https://tinthat.example/bai/nuoc-chanh#1"
    assert read("https://khac.example/bai").startswith("https://tinthat.example/")
    assert read("kc-bao") == "tinthat.example:kc-bao"


def test_a_page_cannot_speak_for_the_address_of_another_site() -> None:
    true_one = review_from(FULL, base_url="https://www.tinthat.example/bai/nuoc-chanh", is_page=True)
    forged = review_from(FULL, base_url="https://khac.example/bai", is_page=True)
    assert true_one.id == review_from(FULL).id
    assert forged.id == f"khac.example:{true_one.id}"


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
FILLED = TEXT.filter(str.strip)
OPTIONAL = st.just("") | FILLED
ADDRESS = st.sampled_from(["https://tinthat.example/a", "http://b.example/?q=1#c", "https://x.example/é"])
RATINGS = (
    st.builds(Rating, OPTIONAL)
    | st.builds(Rating, OPTIONAL, st.sampled_from(MappedRating), st.just("given"))
    | st.builds(rate, st.sampled_from(["Sai", "Đúng một phần", "Chưa rõ", "Bậc 3"]), st.integers(1, 5))
)  # fmt: skip
REVIEWS = st.builds(
    Review,
    id=FILLED,
    claim=FILLED,
    title=OPTIONAL,
    body=OPTIONAL,
    rating=RATINGS,
    url=ADDRESS,
    publisher=OPTIONAL,
    publisher_url=st.just("") | ADDRESS,
    date=st.sampled_from(["", "2024", "2024-05-31", "2024-05-31T10:00:00+07:00"]),
    lang=st.sampled_from(["", "vi", "en-GB", "zh-Hant-TW"]),
)


@given(REVIEWS)
def test_a_review_written_as_claimreview_is_read_back_equal(review: Review) -> None:
    assert review_from(json.loads(json.dumps(claimreview_from(review)))) == review


@given(st.lists(REVIEWS, max_size=5))
def test_a_feed_of_reviews_is_read_back_equal(reviews: list[Review]) -> None:
    text = "".join(feed_pieces(reviews, modified="2024-05-31"))
    assert json.loads(text)["@type"] == "DataFeed"
    assert list(read_reviews([text.encode()])) == reviews


@given(REVIEWS)
def test_what_is_written_has_all_that_google_asks_for(review: Review) -> None:
    node: Any = claimreview_from(review)
    assert node["@type"] == "ClaimReview"
    assert node["claimReviewed"].strip()
    assert node["url"].startswith("http")
    rating = node["reviewRating"]
    assert rating["alternateName"].strip()
    if "ratingValue" in rating:
        assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]


def test_a_review_without_any_address_cannot_be_published() -> None:
    with pytest.raises(InputError, match="no address"):
        claimreview_from(Review("a", "b"))
    assert claimreview_from(Review("a", "b"), page_url="https://c.example/a")["url"] == "https://c.example/a"
