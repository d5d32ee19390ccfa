"""A review that its publisher withdrew leaves the collection, and no older copy brings it back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiemchung import SearchableCollection, read_reviews
from kiemchung.collection.schema import FILE_NAME
from kiemchung.collection.types import LeftOut
from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.formats.withdrawals import Withdrawal
from kiemchung.engine.types import Message, Review
from tests.collection.test_appearances import old
from tests.engine.formats.test_dumps import version

__all__ = ["old"]
NOW = datetime(2026, 6, 1, tzinfo=UTC)
WITHDRAWN = version(2, kind="withdrawal", reason="Nguồn đã rút lại.")
OTHER = Review("khac", "Nước chanh nóng chữa khỏi ung thư", url="https://khac.example/kiem-chung/chanh")


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[SearchableCollection]:
    with SearchableCollection.open(tmp_path / "home") as opened:
        yield opened


def read(*rows: object, source: str = "") -> list[Review | Refusal]:
    return list(read_reviews([json.dumps(row).encode() + b"\n" for row in rows], base_url=source))


def found(collection: SearchableCollection) -> list[str]:
    answer = collection.index().search(Message("nuoc chanh nong chua khoi ung thu"))
    return [match.review_id for match in answer.matches]


def test_what_its_publisher_withdrew_answers_nobody_and_the_review_of_another_stays(
    collection: SearchableCollection,
) -> None:
    collection.import_reviews([*read(version(1)), OTHER], now=NOW)
    assert len(found(collection)) == 2
    done = collection.import_reviews(read(version(1), WITHDRAWN), now=NOW)
    assert (done.withdrawn, done.refused) == (1, ())
    assert found(collection) == ["khac"]
    assert collection.record.at_address(WITHDRAWN["url"]) == []
    again = collection.import_reviews(read(version(1), WITHDRAWN), now=NOW)
    assert (again.added, again.withdrawn) == (0, 0)


def test_a_review_and_its_withdrawal_in_one_source_leave_nothing(collection: SearchableCollection) -> None:
    (review,), (withdrawal,) = read(version(1)), read(WITHDRAWN)
    collection.import_reviews([review, withdrawal], now=NOW)
    assert collection.record.count() == 0


def test_an_older_dump_does_not_bring_it_back_and_a_newer_version_does(collection: SearchableCollection) -> None:
    collection.import_reviews(read(version(1), WITHDRAWN), now=NOW)
    older = collection.import_reviews(read(version(1)), now=NOW)
    assert (older.added, older.unchanged, found(collection)) == (0, 1, [])
    assert older.left_out == {LeftOut.WITHDRAWN: 1}
    newer = collection.import_reviews(read(version(1), WITHDRAWN, version(3)), now=NOW)
    assert (newer.added, len(found(collection))) == (1, 1)
    collection.import_reviews(read(version(1), WITHDRAWN), now=NOW)
    assert len(found(collection)) == 1, "and the dump with the withdrawal is older now"


@pytest.mark.parametrize(
    "source", ["https://khac.example/kiem-chung.jsonl", "https://kiem.example.khac.example/kiem-chung.jsonl"]
)
def test_another_source_withdraws_nothing(collection: SearchableCollection, source: str) -> None:
    collection.import_reviews(read(version(1)), now=NOW)
    done = collection.import_reviews(read(WITHDRAWN, source=source), now=NOW)
    assert (done.withdrawn, [one.code for one in done.refused]) == (0, ["withdrawn_elsewhere"])
    elsewhere = WITHDRAWN | {"url": OTHER.url, "publisher": "Khác"}
    assert collection.import_reviews(read(elsewhere), now=NOW).withdrawn == 0
    assert len(found(collection)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"url": "https://khac.example/chanh"},
        {"url": ""},
        {"fetched_from": "https://khac.example/feed.json"},
        {"url": f"{WITHDRAWN['url']}?p=1", "date": "2026-01-02"},
    ],
)
def test_no_copy_of_others_brings_it_back(collection: SearchableCollection, other: dict[str, Any]) -> None:
    (review,) = read(version(1))
    assert isinstance(review, Review)
    collection.import_reviews([review, *read(WITHDRAWN)], now=NOW)
    newer = replace(review, date="2026-05-01")
    done = collection.import_reviews([replace(newer, **other)], now=NOW)
    assert (done.added, done.unchanged, collection.record.count()) == (0, 1, 0)
    assert collection.import_reviews([newer], now=NOW).added == 1


def test_a_copy_without_an_address_that_was_fetched_elsewhere_does_not_take_the_review_from_its_page(
    collection: SearchableCollection,
) -> None:
    (review,) = read(version(1))
    assert isinstance(review, Review)
    copy = replace(review, url="", date="2026-05-01", fetched_from="https://khac.example/feed.jsonl")
    assert collection.import_reviews([review, copy, *read(WITHDRAWN)], now=NOW).withdrawn == 1


def test_of_several_reviews_on_a_page_the_one_of_the_anchor_is_withdrawn(collection: SearchableCollection) -> None:
    one, two = (replace(OTHER, id=name, url=f"{OTHER.url}#{name}") for name in ("mot", "hai"))
    withdrawal = Withdrawal(1, "withdrawn", url=two.url, date="2026-05-01")
    assert collection.import_reviews([one, two, withdrawal, two], now=NOW).withdrawn == 1
    assert (collection.record.get("mot"), collection.record.get("hai")) == (one, None)


@pytest.mark.parametrize("source", ["https://khac.example/feed.json", ""])
def test_a_fetched_feed_that_withdraws_most_of_a_site_changes_nothing(
    collection: SearchableCollection, source: str
) -> None:
    many = [replace(OTHER, id=f"m{n}", url=f"https://khac.example/{n}") for n in range(12)]
    collection.import_reviews(many, now=NOW)
    gone = [Withdrawal(1, "withdrawn", url=one.url, date="2026-05-01", fetched_from=source) for one in many]
    if not source:
        assert collection.import_reviews(gone, now=NOW).withdrawn == 12
        return
    with pytest.raises(InputError, match=r"12 reviews of khac\.example"):
        collection.import_reviews(gone, now=NOW)
    assert collection.record.count() == 12
    assert collection.import_reviews(gone[:6], now=NOW).withdrawn == 6


def test_a_date_that_lies_ahead_neither_shuts_a_review_out_for_good_nor_opens_the_way(
    collection: SearchableCollection,
) -> None:
    (withdrawal,) = read(WITHDRAWN | {"published_at": "2036-01-01"})
    (review,) = read(version(1))
    assert isinstance(withdrawal, Withdrawal)
    assert isinstance(review, Review)
    collection.import_reviews([review, withdrawal, replace(review, date="2036-02-01")], now=NOW)
    assert collection.record.count() == 0
    collection.import_reviews([replace(review, date="2026-06-02")], now=NOW.replace(day=3))
    assert collection.record.count() == 1


def test_what_was_withdrawn_stays_as_an_older_version_and_copies_hear_of_it(collection: SearchableCollection) -> None:
    collection.import_reviews(read(version(1)), now=NOW)
    before = collection.record.last_change()
    collection.import_reviews(read(WITHDRAWN), now=NOW)
    (change,) = collection.record.changes_since(before)
    assert change.review is None
    (kept,) = collection.record.versions(change.review_id)
    assert kept.review.title == "Lần 1"


def test_a_record_of_the_second_format_keeps_what_it_has_and_takes_withdrawals(tmp_path: Path) -> None:
    with SearchableCollection.open(tmp_path) as collection:
        collection.import_reviews([*read(version(1)), OTHER], now=NOW)
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.executescript("DROP TABLE withdrawn; PRAGMA user_version = 2;")
    connection.close()
    with SearchableCollection.open(tmp_path, read_only=True) as collection:
        assert len(found(collection)) == 2, "only read, it is read as it is"
    with SearchableCollection.open(tmp_path) as collection:
        assert len(found(collection)) == 2
        assert collection.import_reviews(read(version(1), WITHDRAWN), now=NOW).withdrawn == 1
        assert found(collection) == ["khac"]
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    connection.close()


def test_a_record_of_the_first_format_takes_withdrawals_too(old: Path) -> None:
    withdrawal = Withdrawal(1, "withdrawn", url="https://tinthat.example/chanh", date="2024-06-01")
    with SearchableCollection.open(old) as collection:
        assert collection.import_reviews([withdrawal], now=NOW).withdrawn == 1
