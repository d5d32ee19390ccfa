"""The open dump of a desk: of each review the newest version counts, and nothing is passed over in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiemchung.engine.formats.reading import read_reviews
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.types import MappedRating, Rating, Review


def version(number: int, slug: str = "chanh", **fields: object) -> dict[str, Any]:
    return {
        "url": f"https://kiem.example/kiem-chung/{slug}",
        "version": number,
        "kind": "first" if number == 1 else "correction",
        "published_at": f"2026-03-0{number}T09:30:00.123456+00:00",
        "digest": "00",
        "publisher": {"name": "Báo Kiểm", "url": "https://kiem.example"},
        "rating_published": "Phần lớn đúng",
        "claim_reviewed": "Nước chanh nóng chữa khỏi ung thư",
        "title": f"Lần {number}",
        "rating": "mostly_true",
        "summary": "Tóm tắt.",
        "body": "Nội dung.",
        "lang": "vi",
        "appearance": "https://tin.example/1",
        "evidence": [{"title": "Nguồn", "url": "https://nguon.example"}],
    } | fields


def read(*rows: object) -> list[Review | Refusal]:
    return list(read_reviews(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows))


def test_the_newest_version_of_each_review_counts_wherever_it_stands() -> None:
    first, second = read(version(2), version(1, slug="toi"), version(3), version(1))
    assert isinstance(first, Review)
    assert isinstance(second, Review)
    assert (first.url, second.title) == ("https://kiem.example/kiem-chung/toi", "Lần 3")
    assert second.rating == Rating("Phần lớn đúng", MappedRating.MOSTLY_TRUE, "given")
    assert (second.body, second.publisher, second.lang) == ("Tóm tắt.\n\nNội dung.", "Báo Kiểm", "vi")
    assert second.date.startswith("2026-03-03")
    assert second.appearances == ("https://tin.example/1",)


def test_a_dump_of_one_version_and_a_list_of_versions_are_read_too() -> None:
    (alone,) = read(version(1))
    assert isinstance(alone, Review)
    (newest,) = read_reviews([json.dumps([version(1), version(2)]).encode()])
    assert isinstance(newest, Review)
    assert newest.title == "Lần 2"


def test_a_dump_of_before_it_named_publisher_and_word_is_read() -> None:
    old = {key: value for key, value in version(1).items() if key not in ("publisher", "rating_published")}
    (review,) = read(old)
    assert isinstance(review, Review)
    assert (review.publisher, review.rating.mapped) == ("kiem.example", MappedRating.MOSTLY_TRUE)


def test_a_withdrawn_review_is_refused_by_its_line_and_no_older_version_comes_in() -> None:
    (refused,) = read(version(1), version(2, kind="withdrawal"))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.number, refused.unit) == ("withdrawn", 2, "line")
    assert "https://kiem.example/kiem-chung/chanh" in refused.text("vi")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"rating": "wahr"}, "unknown_rating"), ({"rating": ""}, "missing"), ({"rating": None}, "missing"),
        ({"claim_reviewed": " "}, "missing"), ({"url": ""}, "missing"), ({"url": "javascript:1"}, "not_an_address"),
        ({"version": "2"}, "wrong_type"), ({"version": True}, "wrong_type"),
        ({"published_at": "hôm qua"}, "not_a_date"), ({"publisher": 7}, "wrong_type"), ({"body": 7}, "wrong_type"),
    ],
)  # fmt: skip
def test_a_version_that_cannot_be_used_is_refused_by_its_line(wrong: dict[str, object], code: str) -> None:
    found = read(version(1, slug="toi"), version(2) | wrong)
    (bad,) = (one for one in found if isinstance(one, Refusal))
    assert len(found) == 2, "and the other review comes in"
    assert (bad.code, bad.number) == (code, 2)
    assert bad.text("vi") != bad.text("en")


def test_other_reviews_in_the_same_file_come_in_as_ever() -> None:
    ours = {"id": "a", "claim": "Tỏi chữa cúm"}
    assert [type(one) for one in read(version(1), ours, version(2))] == [Review, Review]
