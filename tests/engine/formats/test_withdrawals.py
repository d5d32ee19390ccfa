"""What says that a review was withdrawn, and from whom that is believed."""

from __future__ import annotations

import json

import pytest

from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.formats.withdrawals import Withdrawal
from kiemchung.engine.types import Review
from tests.engine.formats.test_dumps import version

ADDRESS = "https://kiem.example/kiem-chung/chanh"
DELETED: dict[str, object] = {
    "@type": "DataFeedItem",
    "url": ADDRESS,
    "dateDeleted": "2026-03-05T08:00:00+00:00",
    "description": "Nguồn đã rút lại.",
    "item": [],
}


def read(*rows: object, source: str = "") -> list[Review | Refusal]:
    return list(read_reviews([json.dumps(row).encode() + b"\n" for row in rows], base_url=source))


def test_a_withdrawal_in_a_dump_says_which_review_since_when_and_why() -> None:
    (found,) = read(version(1), version(2, kind="withdrawal", reason="Nguồn đã rút lại."))
    assert isinstance(found, Withdrawal)
    assert (found.url, found.why, found.number) == (ADDRESS, "Nguồn đã rút lại.", 2)
    assert found.date.startswith("2026-03-02")


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_deleted_item_of_a_feed_says_the_same(wrapped: bool) -> None:
    (found,) = read({"@type": "DataFeed", "dataFeedElement": [DELETED]} if wrapped else DELETED)
    assert isinstance(found, Withdrawal)
    assert (found.url, found.date, found.why) == (ADDRESS, "2026-03-05T08:00:00+00:00", "Nguồn đã rút lại.")


def test_the_page_of_a_withdrawn_review_says_it_too() -> None:
    page = f'<html><script type="application/ld+json">{json.dumps(DELETED)}</script></html>'
    (found,) = read_reviews([page.encode()], base_url=ADDRESS)
    assert isinstance(found, Withdrawal)


@pytest.mark.parametrize(
    ("row", "source"),
    [
        (version(2, kind="withdrawal"), "https://khac.example/kiem-chung.jsonl"),
        (version(2, kind="withdrawal", publisher={"name": "Khác", "url": "https://khac.example"}), ""),
        (DELETED, "https://khac.example/claimreview.json"),
        (DELETED, "https://kiem.example.khac.example/claimreview.json"),
    ],
)
def test_nobody_withdraws_the_review_of_another(row: dict[str, object], source: str) -> None:
    (found,) = read(row, source=source)
    assert isinstance(found, Refusal)
    assert not isinstance(found, Withdrawal)
    assert found.code == "withdrawn_elsewhere"


@pytest.mark.parametrize("of", ["kiem", "khac"])
def test_on_a_host_of_many_publishers_each_withdraws_its_own_alone(of: str) -> None:
    item = DELETED | {"url": "https://storage.googleapis.com/kiem/chanh.html"}
    (found,) = read(item, source=f"https://storage.googleapis.com/{of}/feed.json")
    assert isinstance(found, Withdrawal) == (of == "kiem")


REVIEWED: dict[str, object] = {
    "@type": "ClaimReview",
    "url": "https://kiem.example/toi",
    "claimReviewed": "Ăn tỏi sống chữa khỏi cúm",
    "reviewRating": {"alternateName": "Sai"},
}


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    "value",
    [
        [REVIEWED, DELETED],
        {"@graph": [DELETED, REVIEWED]},
        {"@type": "DataFeed", "dataFeedElement": [REVIEWED, DELETED]},
    ],
)
def test_a_list_graph_or_feed_gives_its_reviews_beside_its_withdrawals(value: object, times: int) -> None:
    found = list(read_reviews([json.dumps(value).encode() + b"\n"] * times))
    assert sorted(type(one).__name__ for one in found) == ["Review"] * times + ["Withdrawal"] * times


def test_what_a_deleted_item_still_holds_is_no_review() -> None:
    still = DELETED | {"item": [REVIEWED | {"url": ADDRESS}]}
    page = f'<html><script type="application/ld+json">{json.dumps([still, REVIEWED])}</script></html>'
    for found in (read(still), read([still]), list(read_reviews([page.encode()], base_url=ADDRESS))):
        assert [one.url for one in found if isinstance(one, Review)] in ([], [REVIEWED["url"]])
        assert [type(one) for one in found].count(Withdrawal) == 1


@pytest.mark.parametrize("source", ["", "https://kiem.example/claimreview.json"])
def test_a_review_knows_where_it_was_fetched_and_is_the_same_without(source: str) -> None:
    (found,), (plain,) = read(REVIEWED, source=source), read(REVIEWED)
    assert isinstance(found, Review)
    assert found.fetched_from == source
    assert found == plain


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"url": ""}, "missing"),
        ({"url": "https://kiem.example/"}, "no_page"),
        ({"url": "javascript:1"}, "not_an_address"),
        ({"dateDeleted": ""}, "missing"),
        ({"dateDeleted": "hôm qua"}, "not_a_date"),
        ({"dateDeleted": 7}, "wrong_type"),
    ],
)
def test_a_withdrawal_that_names_no_page_or_no_day_is_refused_by_its_line(wrong: dict[str, object], code: str) -> None:
    (found,) = read(DELETED | wrong)
    assert isinstance(found, Refusal)
    assert (found.code, found.number) == (code, 1)
    assert found.text("vi") != found.text("en")
