"""Identity, dates and languages: the same review read again is the same review."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.formats.dates import is_older, iso_date, later
from kiemchung.engine.formats.identity import claim_key, review_id, web_address
from kiemchung.engine.formats.jsonl import review_from_ours
from kiemchung.engine.formats.languages import language_tag
from kiemchung.engine.formats.refusals import RefusalError
from kiemchung.engine.links import page_key

PAGE = "https://tinthat.example/bai/nuoc-chanh"


@pytest.mark.parametrize(
    "url",
    [
        PAGE + "?utm_source=zalo&utm_medium=x",
        PAGE + "?fbclid=abc",
        PAGE + "#:~:text=chanh",
        PAGE + "#main",
        PAGE + "#",
        PAGE + "#xtor=RSS-1",
        "http://TinThat.example:80/bai/nuoc-chanh",
        "https://tinthat.example:443/bai/nuoc-chanh?",
    ],
)
def test_how_a_reader_came_to_the_page_does_not_change_the_review(url: str) -> None:
    assert page_key(url) == PAGE


def test_what_names_another_page_stays() -> None:
    keys = {page_key(url) for url in (PAGE, PAGE + "?id=1", PAGE + "?id=2", PAGE + "#claim-2", PAGE + "/x")}
    assert len(keys) == 5


def of(claim: str, *, url: str = PAGE, node_id: str = "", identifier: str = "") -> str:
    return review_id(node_id=node_id, identifier=identifier, url=url, claim=claim)


def test_several_claims_of_one_page_are_several_reviews_in_any_order() -> None:
    first, second = of("Chanh chữa ung thư"), of("Tỏi chữa cúm")
    assert first != second
    assert of("chanh  chữa UNG THƯ!") == first


def test_an_anchor_that_names_the_review_is_its_identity_whatever_the_wording() -> None:
    assert of("A", url=PAGE + "#claim-2") == of("B", url=PAGE + "#claim-2") == PAGE + "#claim-2"


def test_an_id_of_the_page_itself_or_with_a_shared_anchor_is_no_identity() -> None:
    expected = of("A")
    assert of("A", node_id=PAGE) == expected
    assert of("A", node_id=PAGE + "#claimreview") == expected
    assert of("A", node_id="https://tinthat.example/#claimreview") == expected


def test_a_node_id_or_an_identifier_of_its_own_is_the_identity() -> None:
    assert of("A", node_id=PAGE + "#r17") == PAGE + "#r17"
    assert of("A", node_id="urn:uuid:1") == "urn:uuid:1"
    assert of("A", identifier="urn:x:2") == "urn:x:2"
    assert of("A", identifier="17") == "tinthat.example:17"
    assert of("A", identifier="17", url="https://khac.example/") != of("A", identifier="17")


def test_an_address_of_another_site_is_not_the_identity() -> None:
    foreign = "https://khac.example/bai/7"
    assert of("A", node_id=foreign) == of("A", identifier=foreign) == of("A")


def test_the_claim_key_is_stable_for_ever() -> None:
    assert claim_key("Uống nước chanh nóng chữa khỏi ung thư") == "08509287a98e"


@given(st.text(min_size=1))
def test_any_claim_has_a_key(claim: str) -> None:
    try:
        claim.encode()
    except UnicodeEncodeError:
        return
    assert len(claim_key(claim)) == 12


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example",
        "//a",
        "/a",
        "a b",
        "https://",
        "http://[1",
    ],
)
def test_only_complete_web_addresses_are_kept(text: str) -> None:
    with pytest.raises(RefusalError, match="'url'"):
        web_address(text, "url")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-31", "2024-05-31"),
        ("2024-05-31T10:00:00+07:00", "2024-05-31T10:00:00+07:00"),
        ("2024-05-31T10:00:00Z", "2024-05-31T10:00:00Z"),
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("2024/05/31", "2024-05-31"),
        (" 2024-05-31 ", "2024-05-31"),
        ("", ""),
        ("31 May 2024", "2024-05-31"),
        ("3rd Sept. 2024", "2024-09-03"),
        ("1June 2024", "2024-06-01"),
        ("May 31, 2024", "2024-05-31"),
        ("Ngày 31 tháng 5 năm 2024", "2024-05-31"),
        ("1 tháng 12, 2024", "2024-12-01"),
        ("2024/5/1", "2024-05-01"),
        ("Fri, 31 May 2024 10:00:00 GMT", "2024-05-31T10:00:00+00:00"),
        ("31/05/2024", "2024-05-31"),
        ("05/31/2024", "2024-05-31"),
        ("05/05/2024", "2024-05-05"),
        ("ngày 31/5/2024", "2024-05-31"),
        ("ngày 3/4/2024", "2024-04-03"),
        ("31.05.2024", "2024-05-31"),
        ("31-5-2024 08:00", "2024-05-31"),
        ("Thứ ba, 31/5/2024, 08:00 (GMT+7)", "2024-05-31T08:00:00+07:00"),
        ("Chủ nhật 3/4/2024", "2024-04-03"),
    ],
)
def test_dates_are_iso(text: str, expected: str) -> None:
    assert iso_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "hôm qua",
        "03/04/2024",
        "32/05/2024",
        "ngày 5/31/2024",
        "Thứ ba, 31/5/2024, 25:00 (GMT+7)",
        "2024-13-01",
        "2024-02-30",
        "30 February 2024",
        "1 Mai 2024",
        "20",
        "x" * 100,
        "０",
    ],
)
def test_what_is_no_date_or_could_be_two_is_left_out(text: str) -> None:
    assert iso_date(text) == ""


def test_a_vietnamese_review_has_the_day_before_the_month() -> None:
    assert (iso_date("03/04/2024", "vi-VN"), iso_date("03/04/2024", "en")) == ("2024-04-03", "")
    assert review_from_ours({"id": "a", "claim": "b", "date": "03/04/2024", "lang": "vi"}).date == "2024-04-03"


@pytest.mark.parametrize(
    ("date", "other", "expected"),
    [
        ("2024-05-30", "2024-05-31", True),
        ("2024-05-31", "2024-05-30", False),
        ("2024-05-31T01:00:00+07:00", "2024-05-30T19:00:00Z", True),
        ("2024-05-31", "2024-05-31T08:00:00Z", False),
        ("2024", "2024-05", True),
        ("", "2024-05-31", False),
        ("2024-05-31", "", False),
    ],
)
def test_of_two_dates_the_older_is_known(date: str, other: str, expected: bool) -> None:
    assert is_older(date, other) is expected


def test_the_later_of_two_dates() -> None:
    assert later("2024-05-30", "2024-05-31") == "2024-05-31"
    assert later("2024-05-30", "") == later("", "2024-05-30") == "2024-05-30"


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    date = iso_date(text)
    assert not is_older(date, date)
    assert iso_date(date) == date


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("vi", "vi"),
        ("VI", "vi"),
        ("vi_VN", "vi-VN"),
        ("Tiếng Việt", "vi"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("?", ""),
    ],
)
def test_languages_are_bcp_47_tags(text: str, tag: str) -> None:
    assert language_tag(text) == tag
