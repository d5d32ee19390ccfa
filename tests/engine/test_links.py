"""Which web addresses name the same page, and which name none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.engine.formats.appearances import MOST_APPEARANCES, appearances_in
from kiemchung.engine.formats.claimreview import claimreview_from, review_from
from kiemchung.engine.links import (
    MOST_LINKS,
    address_key,
    distinct,
    is_link,
    links_in,
    without_account,
    words_of_address,
)
from kiemchung.engine.types import Review

PAGE = "https://báo.example/tin/nước-chanh?id=7&p=2"


@pytest.mark.parametrize(
    "same",
    [
        "http://báo.example/tin/nước-chanh?id=7&p=2",
        "https://www.BÁO.example:443/tin/nước-chanh/?p=2&id=7&utm_source=zalo",
        "https://m.báo.example/tin/n%C6%B0%E1%BB%9Bc-chanh?id=7&p=2#top",
        "https://xn--bo-mia.example/tin/nu\u031bo\u031b\u0301c-chanh?id=7&p=2",
    ],
)
def test_one_page_has_one_key(same: str) -> None:
    assert address_key(same) == address_key(PAGE) != ""


def test_other_pages_have_other_keys() -> None:
    keys = {
        address_key(url)
        for url in (
            PAGE,
            "https://báo.example/tin/nước-chanh?id=8&p=2",
            "https://báo.example/tin/nước-chanh",
            "https://báo.example/Tin/nước-chanh",
            "https://tin.báo.example/tin/nước-chanh",
            "https://báo.example:8080/tin/nước-chanh",
            "https://báo.example/#/tin/1",
            "https://báo.example/#!tin/2",
        )
    }
    assert len(keys - {""}) >= 6


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://vi.example",
        "https://www.vi.example/?utm_source=zalo",
        "https://facebook.com/ai.do",
        "https://www.facebook.com/profile.php?id=100",
        "https://www.facebook.com/people/Ai-Do/100",
        "https://m.facebook.com/groups/123",
        "https://x.com/aido/",
        "https://www.tiktok.com/@aido",
        "https://www.youtube.com/@aido/videos",
        "https://youtube.com/channel/UC1",
        "https://zalo.me/0912345678",
        "https://t.me/nhom_kin",
        "http://[::1",
        "http://:80/x",
    ],
)
def test_a_whole_site_or_an_account_is_no_page(url: str) -> None:
    assert address_key(url) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/ai.do/posts/123",
        "https://www.facebook.com/story.php?story_fbid=1&id=2",
        "https://www.youtube.com/watch?v=abc",
        "https://x.com/aido/status/1",
        "https://www.tiktok.com/@aido/video/1",
        "https://t.me/kenh/17",
    ],
)
def test_what_was_said_has_a_key(url: str) -> None:
    assert address_key(url)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://twitter.com/ai_do/status/17?s=20", "https://x.com/i/status/17"),
        ("https://mobile.twitter.com/i/web/status/17", "https://x.com/i/status/17"),
        ("https://www.tiktok.com/@ai.do/video/7?lang=vi", "https://www.tiktok.com/@/video/7"),
        ("https://www.instagram.com/ai.do/reel/C_1-x/", "https://www.instagram.com/p/C_1-x"),
        ("https://www.threads.net/@ai.do/post/C1", "https://www.threads.net/t/C1"),
        ("https://www.facebook.com/ai.do/posts/pfbid02x", "https://www.facebook.com/permalink.php?story_fbid=pfbid02x"),
        ("https://m.facebook.com/story.php?story_fbid=1&id=100", "https://www.facebook.com/permalink.php?story_fbid=1"),
        ("https://www.facebook.com/ai.do/videos/9/", "https://www.facebook.com/watch/?v=9"),
        ("https://www.facebook.com/ai.do/photos/a.5/6/", "https://www.facebook.com/photo.php?fbid=6"),
        ("https://www.facebook.com/groups/1/permalink/2/", "https://www.facebook.com/groups/1/posts/2"),
        ("https://youtu.be/a-B_c?si=x", "https://www.youtube.com/watch?v=a-B_c"),
    ],
)
def test_a_post_is_kept_without_the_account_and_found_by_either_address(url: str, kept: str) -> None:
    assert distinct([url]) == (kept,)
    assert address_key(url) == address_key(kept) != ""
    assert without_account(kept) == kept


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/ai_do/media",
        "https://www.instagram.com/stories/ai.do/17",
        "https://www.youtube.com/@aido/shorts",
        "https://www.facebook.com/groups/1/user/100",
        "https://www.facebook.com/ai.do/about",
    ],
)
def test_what_leads_to_an_account_is_not_kept(url: str) -> None:
    assert distinct([url]) == ()


def test_a_video_has_one_key_whatever_stands_around_it() -> None:
    urls = (
        "https://www.youtube.com/watch?v=abc",
        "https://m.youtube.com/watch?list=PL1&v=abc&index=2",
        "https://youtu.be/abc?t=10",
        "https://youtube.com/shorts/abc",
    )
    assert len({address_key(url) for url in urls}) == 1


@given(st.text())
def test_any_text_has_links_and_keys_without_raising(text: str) -> None:
    for link in links_in(f"{text} https://{text} vi.example/{text}"):
        address_key(link)
    address_key(text)
    words_of_address(text)


def test_links_are_found_as_people_write_them() -> None:
    text = (
        "Xem (https://vi.example/a_(b).html), vnexpress.example/tin-1.html! và HTTPS://VI.example/c?x=1. Mail: a@b.vn/x"
    )
    assert links_in(text) == (
        "https://vi.example/a_(b).html",
        "https://vnexpress.example/tin-1.html",
        "HTTPS://VI.example/c?x=1",
    )
    assert links_in("không có liên kết, 24/7 và km/h, a.b") == ()
    assert len(links_in(" ".join(f"https://vi.example/{n}" for n in range(100)))) == MOST_LINKS


@pytest.mark.parametrize("piece", ["a.", "a/", "https://", "/", "a-", ".vn/"])
def test_a_megabyte_has_its_links_found_at_once(piece: str) -> None:
    begin = time.process_time()
    links_in(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begin < 1


def test_only_a_link_is_a_link() -> None:
    assert is_link(" https://vi.example/a ")
    assert not is_link("xem https://vi.example/a")


NODE = {
    "@type": "ClaimReview",
    "claimReviewed": "Chanh chữa ung thư",
    "url": "https://tinthat.example/1",
    "reviewRating": {"alternateName": "Sai"},
}


def test_appearances_are_read_first_one_first_and_written_back() -> None:
    item = {
        "@type": "Claim",
        "author": {"@type": "Person", "name": "Nguyễn Văn A", "sameAs": "https://facebook.com/nguyen.van.a/posts/9"},
        "appearance": [
            {"@type": "CreativeWork", "url": "https://vi.example/2"},
            "https://vi.example/3",
            "https://www.facebook.com/nguyen.van.a",
            "javascript:alert(1)",
            {"url": ["x"]},
            7,
            None,
            "https://tinthat.example/1?utm_source=x",
        ],
        "firstAppearance": {"@type": "CreativeWork", "url": "https://vi.example/1"},
    }
    review = review_from(NODE | {"itemReviewed": item})
    assert review.appearances == ("https://vi.example/1", "https://vi.example/2", "https://vi.example/3")
    assert "Nguyễn" not in repr(review)
    assert review_from(claimreview_from(review)).appearances == review.appearances


def test_a_work_of_before_claims_were_named_is_an_appearance() -> None:
    item = {"@type": "CreativeWork", "url": "https://vi.example/bai", "author": {"sameAs": "https://vi.example/ai"}}
    assert review_from(NODE | {"itemReviewed": [item]}).appearances == ("https://vi.example/bai",)
    assert review_from(NODE | {"itemReviewed": "Chanh"}).appearances == ()


def test_there_are_never_more_appearances_than_are_kept() -> None:
    many = [f"https://vi.example/{number}" for number in range(100)]
    assert len(appearances_in({"appearance": many}, {}, review_url="")) == MOST_APPEARANCES


def test_a_review_without_appearances_is_written_as_before() -> None:
    node = claimreview_from(Review("1", "Chanh", url="https://tinthat.example/1"))
    assert node["itemReviewed"] == {"@type": "Claim", "name": "Chanh"}
