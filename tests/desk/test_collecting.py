"""Reviews of other publishers in the service's record."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from kiemchung.collection.types import LeftOut
from kiemchung.desk import matching, record
from kiemchung.desk.collecting import collect
from kiemchung.desk.models import Shelf
from kiemchung.engine.errors import InputError
from kiemchung.engine.types import Message, Review
from kiemchung.starter import starter_reviews
from tests.desk.conftest import Database

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE = Review(id="a", claim="Gạo làm từ nhựa", url="https://vi.example/gao", date="2026-01-01", title="Không có")


def test_the_same_again_changes_nothing(database: Database) -> None:
    assert collect(starter_reviews(), now=NOW).added == len(starter_reviews())
    before = record.ShelfRecord(Shelf.REVIEWS).last_change()
    again = collect(starter_reviews(), now=NOW)
    assert (again.added, again.updated, again.unchanged) == (0, 0, len(starter_reviews()))
    assert record.ShelfRecord(Shelf.REVIEWS).last_change() == before


def test_what_is_stored_is_what_came(database: Database) -> None:
    collect([ONE, *starter_reviews()[:20]], now=NOW)
    ids = ["a", *(one.id for one in starter_reviews()[:20])]
    assert list(record.ShelfRecord(Shelf.REVIEWS).get_many(ids).values()) == [ONE, *starter_reviews()[:20]]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": "Mới", "date": "2026-02-01"}, None),
        ({"title": "Cũ", "date": "2025-01-01"}, LeftOut.OLDER),
        ({"title": "Nơi khác", "url": "https://evil.example/gao"}, LeftOut.ANOTHER_SITE),
        ({"title": "Ngày mai", "date": "2036-02-01"}, LeftOut.AHEAD),
    ],
)
def test_only_the_same_site_replaces_its_review_and_only_by_a_newer_one(
    database: Database, change: dict[str, Any], why: LeftOut | None
) -> None:
    collect([ONE], now=NOW)
    done = collect([replace(ONE, **change)], now=NOW)
    assert (done.updated, done.left_out) == ((0, {why: 1}) if why else (1, {}))


@pytest.mark.parametrize("ref", ["x" * 1001, "desk:1", "a\0b"])
def test_an_id_that_cannot_be_used_is_refused_and_nothing_is_taken(database: Database, ref: str) -> None:
    with pytest.raises(InputError):
        collect([ONE, replace(ONE, id=ref)], now=NOW)
    assert not record.ShelfRecord(Shelf.REVIEWS).last_change()


def test_the_index_follows_the_record_and_is_rebuilt_while_it_is_searched(database: Database) -> None:
    collect(starter_reviews(), now=NOW)
    index = matching.indexes().reviews_index()
    assert len(index) == len(starter_reviews())
    assert matching.rebuild() == len(starter_reviews())
    assert index.search(Message("sac dt qua dem chai pin")).matches
    record.remove(Shelf.REVIEWS, [starter_reviews()[0].id])
    assert len(matching.indexes().reviews_index()) == len(starter_reviews()) - 1


def test_the_command_takes_the_starter_collection(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import-reviews", "starter")
    assert f"added {len(starter_reviews())}," in capsys.readouterr().out
    call_command("rebuild-index")
    assert f"{len(starter_reviews())} reviews" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "again", "older"),
    [
        (
            "vi",
            "Thêm 0, thay 0, giữ nguyên 1, từ chối 0",
            "Thêm 0, thay 0, giữ nguyên 0, từ chối 0, bỏ qua vì cũ hơn bản đang có 1",
        ),
        (
            "en",
            "added 0, updated 0, unchanged 1, refused 0",
            "added 0, updated 0, unchanged 0, refused 0, left out as older than what is held 1",
        ),
    ],
)
def test_the_command_says_in_either_language_what_was_left_out_and_why(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, again: str, older: str
) -> None:
    row = {"id": "a", "claim": ONE.claim, "url": ONE.url, "date": "2026-01-01"}
    held, old = tmp_path / "held.jsonl", tmp_path / "old.jsonl"
    held.write_text(json.dumps(row))
    old.write_text(json.dumps(row | {"date": "2025-01-01", "title": "Cũ"}))
    said = []
    for source in (held, held, old):
        call_command("import-reviews", str(source), lang=lang)
        said.append(capsys.readouterr().out.strip())
    assert said[1:] == [again, older]
