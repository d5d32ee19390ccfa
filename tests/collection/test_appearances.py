"""Reviews are found by the addresses that they and their claims have; old collections learn it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiemchung.collection import Collection
from kiemchung.collection.schema import FILE_NAME
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.engine.types import MappedRating, Message, Rating, Review

NOW = datetime(2024, 5, 31, 3, 0, tzinfo=UTC)
CHANH = Review(
    id="chanh",
    claim="Uống nước chanh nóng chữa khỏi ung thư",
    rating=Rating("Sai", MappedRating.FALSE, "words"),
    url="https://tinthat.example/chanh",
    date="2024-05-01",
    appearances=("https://www.facebook.com/groups/1/posts/2", "https://bao.example/tin-1.html"),
)
PLAIN = Review(id="kc-bao", claim="Bão số 5 đổ bộ tối nay")

# A collection as version 1 wrote it.
VERSION_1 = """
CREATE TABLE reviews (
  id TEXT NOT NULL UNIQUE, claim TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  rating_published TEXT NOT NULL, rating_mapped TEXT, rating_basis TEXT NOT NULL,
  url TEXT NOT NULL, publisher TEXT NOT NULL, publisher_url TEXT NOT NULL,
  date TEXT NOT NULL, lang TEXT NOT NULL,
  hash BLOB NOT NULL, newest_date TEXT NOT NULL, change INTEGER NOT NULL UNIQUE
);
CREATE TABLE versions (
  id TEXT NOT NULL, claim TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  rating_published TEXT NOT NULL, rating_mapped TEXT, rating_basis TEXT NOT NULL,
  url TEXT NOT NULL, publisher TEXT NOT NULL, publisher_url TEXT NOT NULL,
  date TEXT NOT NULL, lang TEXT NOT NULL,
  hash BLOB NOT NULL, replaced_at TEXT NOT NULL, replaced_by INTEGER NOT NULL
);
CREATE INDEX versions_by_id ON versions (id, replaced_by);
CREATE TABLE removed (id TEXT NOT NULL UNIQUE, change INTEGER NOT NULL UNIQUE);
CREATE TABLE counters (name TEXT NOT NULL UNIQUE, value INTEGER NOT NULL);
INSERT INTO counters VALUES ('last_change', 3);
INSERT INTO removed VALUES ('bo', 3);
INSERT INTO reviews VALUES ('chanh', 'Uống nước chanh nóng chữa khỏi ung thư', '', '', 'Sai', 'false', 'words',
  'https://tinthat.example/chanh', '', '', '2024-05-01', '', x'975B74575A5F5BD16F66846BAF3ABC69', '2024-05-01', 2);
INSERT INTO versions VALUES ('chanh', 'Nước chanh chữa ung thư', '', '', 'Sai', 'false', 'words',
  'https://tinthat.example/chanh', '', '', '2024-04-01', '', x'00', '2024-05-01T00:00:00Z', 2);
PRAGMA application_id = 1262700630;
PRAGMA user_version = 1;
"""


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    with Collection.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def old(tmp_path: Path) -> Path:
    home = tmp_path / "old"
    home.mkdir()
    connection = sqlite3.connect(home / FILE_NAME)
    connection.executescript(VERSION_1)
    connection.close()
    return home


def found(collection: Collection, url: str) -> list[str]:
    return [review.id for review in collection.at_address(url)]


@pytest.mark.parametrize(
    "url",
    [
        "https://tinthat.example/chanh",
        "http://www.tinthat.example/chanh/?utm_source=zalo",
        "https://m.facebook.com/groups/1/posts/2/",
        "https://bao.example/tin-1.html#binh-luan",
    ],
)
def test_a_review_is_found_by_its_own_address_and_by_where_its_claim_appeared(collection: Collection, url: str) -> None:
    collection.import_reviews([PLAIN, CHANH], now=NOW)
    assert found(collection, url) == ["chanh"]
    assert collection.get("chanh") == CHANH


@pytest.mark.parametrize("url", ["https://tinthat.example/", "https://tinthat.example/chan", "", "http://[::1", "x"])
def test_other_addresses_find_nothing(collection: Collection, url: str) -> None:
    collection.import_reviews([PLAIN, CHANH], now=NOW)
    assert found(collection, url) == []


def test_the_addresses_follow_an_update_and_a_removal(collection: Collection) -> None:
    collection.import_reviews([CHANH], now=NOW)
    moved = replace(CHANH, url="https://tinthat.example/moi", appearances=(), date="2024-06-01")
    collection.import_reviews([moved], now=NOW)
    assert found(collection, CHANH.url) == found(collection, CHANH.appearances[0]) == []
    assert found(collection, moved.url) == ["chanh"]
    assert [version.review for version in collection.versions("chanh")] == [CHANH]
    collection.remove("chanh")
    assert found(collection, moved.url) == []
    (left,) = collection._connection.execute("SELECT count(*) FROM addresses").fetchone()
    assert left == 0


def test_an_import_that_fails_leaves_no_address(collection: Collection) -> None:
    def broken() -> Iterator[Review]:
        yield CHANH
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collection.import_reviews(broken(), now=NOW)
    assert found(collection, CHANH.url) == []


def test_an_old_collection_is_brought_up_to_date_when_it_is_opened(old: Path) -> None:
    with Collection.open(old) as collection:
        assert (collection.count(), collection.last_change()) == (1, 3)
        assert found(collection, CHANH.url) == ["chanh"]
        assert [change.change_number for change in collection.changes_since(0)] == [2, 3]
        assert collection.versions("chanh")[0].review.claim == "Nước chanh chữa ung thư"
        known = replace(CHANH, appearances=())
        summary = collection.import_reviews([known], now=NOW)
        assert (summary.updated, summary.unchanged) == (0, 1), "what it holds is known again"
        assert collection.import_reviews([CHANH], now=NOW).updated == 1
        assert found(collection, CHANH.appearances[1]) == ["chanh"]
    with Collection.open(old, read_only=True) as collection:
        assert collection.get("chanh") == CHANH


def test_an_old_collection_can_be_read_where_nothing_may_be_written(old: Path) -> None:
    before = (old / FILE_NAME).read_bytes()
    with Collection.open(old, read_only=True) as collection:
        assert collection.get("chanh") == replace(CHANH, appearances=())
        assert [change.change_number for change in collection.changes_since(0)] == [2, 3]
        assert len(collection.versions("chanh")) == 1
        assert found(collection, CHANH.url) == []
    with SearchableCollection.open(old, read_only=True) as searchable:
        assert searchable.index().search(Message(CHANH.claim)).matches[0].review_id == "chanh"
    assert (old / FILE_NAME).read_bytes() == before
