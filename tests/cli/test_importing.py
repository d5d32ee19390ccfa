"""`import`: counts, refusals by line and reason, all of a source or nothing."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from kiemchung import read_reviews
from kiemchung.cli.ratings import RatingTable
from kiemchung.collection.home import SITE_FILE
from tests.cli.command import ROWS, kiemchung, lines_of
from tests.engine.formats.test_dumps import version

GOOD = b'{"id": "moi", "claim": "Mat ong va hanh gay chet nguoi"}\n'


def stored(home: Path) -> int:
    """How many reviews a collection holds; 0 where there is none."""
    files = list(home.glob("*.sqlite*"))
    if not files:
        return 0
    with closing(sqlite3.connect(min(files))) as connection:
        return int(connection.execute("SELECT count(*) FROM reviews").fetchone()[0])


def test_json_has_exactly_the_published_keys(empty: Path) -> None:
    done = kiemchung(empty, "import", "--json", "-", given=lines_of(ROWS))
    assert (done.code, done.err) == (0, "")
    assert done.rows == [{"added": len(ROWS), "updated": 0, "unchanged": 0, "refused": []}]


def test_importing_again_changes_nothing(home: Path) -> None:
    (row,) = kiemchung(home, "import", "--json", "-", given=lines_of(ROWS)).rows
    assert row == {"added": 0, "updated": 0, "unchanged": len(ROWS), "refused": []}


def test_a_newer_review_is_found_in_place_of_the_older_one(home: Path) -> None:
    newer: dict[str, Any] = {"id": "gao", "claim": "Trứng giả làm bằng cao su", "date": "2024-06-01", "rating": "Sai"}
    (row,) = kiemchung(home, "import", "--json", "-", given=lines_of([newer])).rows
    assert row == {"added": 0, "updated": 1, "unchanged": 0, "refused": []}
    (answer,) = kiemchung(home, "check", "--json", "--top", "1", "trứng giả làm bằng cao su").rows
    assert answer["matches"][0]["review"]["id"] == "gao"
    assert answer["matches"][0]["review"]["claim"] == newer["claim"]


def test_bad_items_are_refused_by_line_and_the_rest_goes_in(empty: Path) -> None:
    given = GOOD + b'\n{"id": "x"}\nNaN\n{"id": 1, "claim": 2, "claim": 3}\n'
    done = kiemchung(empty, "import", "--json", "-", given=given)
    (row,) = done.rows
    assert done.code == 3
    assert row["added"] == 1
    assert [item["line"] for item in row["refused"]] == [3, 4, 5]
    assert all(set(item) == {"line", "code", "reason"} for item in row["refused"])
    assert [item["code"] for item in row["refused"]] == ["missing", "not_finite", "duplicate_key"]
    assert row["refused"][0]["reason"] == "'claim' is missing or empty"


def test_people_read_refusals_in_their_language_with_the_place(empty: Path) -> None:
    given = GOOD + b'{"id": "x"}\n'
    english = kiemchung(empty, "import", "-", given=given)
    assert english.err == "Refused: standard input, line 2: 'claim' is missing or empty\n"
    assert english.out.startswith("Added 1, updated 0, unchanged 0, refused 1.")
    vietnamese = kiemchung(empty, "import", "--lang", "vi", "-", given=given)
    assert vietnamese.err == "Từ chối: đầu vào chuẩn, dòng 2: thiếu 'claim' hoặc để trống\n"
    assert vietnamese.out.startswith("Thêm 0, thay 0, giữ nguyên 1, từ chối 1.")


def test_many_refusals_are_counted_not_listed(empty: Path) -> None:
    done = kiemchung(empty, "import", "-", given=GOOD + b'{"id": "x"}\n' * 25)
    assert done.err.count("\n") == 11
    assert "15 more" in done.err


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ({"date": "hôm qua"}, "not_a_date"),
        ({"date": "2024-13-45"}, "not_a_date"),
        ({"date": "03/04/2024"}, "not_a_date"),
        ({"date": 2024}, "wrong_type"),
        ({"appearances": "https://a.vn"}, "wrong_type"),
        ({"appearances": ["a.vn/tin"]}, "not_an_address"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_used_refuses_its_line_instead_of_going_missing(
    empty: Path, field: dict[str, Any], code: str
) -> None:
    row: dict[str, Any] = {"id": "cu", "claim": "Gạo giả làm từ nhựa"}
    done = kiemchung(empty, "import", "--json", "-", given=lines_of([row | field]) + GOOD)
    assert (done.code, done.rows[0]["added"]) == (3, 1)
    (refused,) = done.rows[0]["refused"]
    assert (refused["line"], refused["code"]) == (1, code)
    assert f"'{next(iter(field))}'" in refused["reason"]


def test_people_read_which_source_a_summary_is_of_and_the_sum_of_all(empty: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    one.write_bytes(GOOD)
    other.write_bytes(GOOD + lines_of(ROWS) + b"{}")
    done = kiemchung(empty, "import", str(one), str(other))
    first, second, both = done.out.splitlines()
    assert first == f"{one}: Added 1, updated 0, unchanged 0, refused 0. Reviews in the collection: 1."
    assert second.startswith(f"{other}: Added {len(ROWS)}, updated 0, unchanged 1, refused 1.")
    assert both.startswith(f"All sources: Added {len(ROWS) + 1}, updated 0, unchanged 1, refused 1.")
    assert kiemchung(empty, "import", str(one)).out.startswith("Added 0,")


def test_several_sources_give_one_object_each_with_their_name(empty: Path, tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_bytes(GOOD)
    packed.write_bytes(gzip.compress(lines_of(ROWS), mtime=0))
    rows = kiemchung(empty, "import", "--json", str(plain), str(packed)).rows
    assert [(row["source"], row["added"]) for row in rows] == [(str(plain), 1), (str(packed), len(ROWS))]


def test_a_source_that_cannot_be_read_does_not_keep_the_others_out(empty: Path, tmp_path: Path) -> None:
    good = tmp_path / "b.jsonl"
    good.write_bytes(GOOD)
    done = kiemchung(empty, "import", "--json", str(tmp_path / "none.jsonl"), str(good))
    assert done.code == 4
    assert [row["added"] for row in done.rows] == [1]
    assert "none.jsonl" in done.err


def test_a_page_and_a_feed_are_recognised_by_content(empty: Path, tmp_path: Path) -> None:
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://tinthat.example/1",
        "claimReviewed": "Uống nước chanh nóng chữa khỏi ung thư",
        "reviewRating": {"@type": "Rating", "alternateName": "Sai"},
        "author": {"@type": "Organization", "name": "Tin Thật"},
        "datePublished": "2024-05-01",
    }
    page, feed = tmp_path / "page", tmp_path / "feed"
    page.write_text(f'<!doctype html><script type="application/ld+json">{json.dumps(review)}</script>')
    other = review | {"url": "https://tinthat.example/2"}
    feed.write_text(json.dumps({"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [other]}]}))
    assert [row["added"] for row in kiemchung(empty, "import", "--json", str(page), str(feed)).rows] == [1, 1]
    (answer,) = kiemchung(empty, "check", "--json", "nước chanh nóng chữa khỏi ung thư").rows
    assert answer["matches"][0]["review"]["publisher"] == "Tin Thật"
    assert answer["matches"][0]["review"]["date"] == "2024-05-01"


def test_the_starter_collection_goes_in_and_answers(empty: Path) -> None:
    (row,) = kiemchung(empty, "import", "starter", "--json").rows
    assert row["added"] >= 150
    assert row["refused"] == []
    assert kiemchung(empty, "check", "nước chanh nóng diệt tế bào ung thư mạnh gấp 10.000 lần hóa trị").code == 0


def test_a_source_broken_at_its_end_leaves_the_collection_as_it_was(home: Path, tmp_path: Path) -> None:
    packed = gzip.compress(lines_of({"id": f"n{n}", "claim": f"Tin số {n} về {n * n}"} for n in range(3000)), mtime=0)
    for name, content in {"cut.gz": packed[:-200], "cut.json": b'[{"id": "a", "claim": "b"}, {"id": "c", "cl'}.items():
        (tmp_path / name).write_bytes(content)
        done = kiemchung(home, "import", str(tmp_path / name))
        assert (done.code, done.out) == (4, "")
        assert name in done.err
        assert "in the middle" in done.err
        assert stored(home) == len(ROWS)
        (row,) = kiemchung(home, "import", "--json", "-", given=lines_of(ROWS)).rows
        assert row["unchanged"] == len(ROWS)


def test_a_second_writer_is_told_to_wait(home: Path) -> None:
    from kiemchung.engine.claims.directory import Writer

    with Writer(home / "claims"):
        done = kiemchung(home, "import", "-", given=GOOD)
        assert kiemchung(home, "check", "--json", "nước chanh nóng").code == 0
    assert (done.code, done.err.count("\n"), stored(home)) == (4, 1, len(ROWS))
    assert "Try again" in done.err or "try again" in done.err


def test_how_ratings_were_mapped_is_told_to_programs_when_asked(empty: Path) -> None:
    given = lines_of(
        [
            *({"id": f"a{n}", "claim": f"Tin {n}", "rating": "Sai sự thật"} for n in range(3)),
            {"id": "b", "claim": "Tin b", "rating": "Pants on Fire!"},
            {"id": "c", "claim": "Tin c", "rating": "Ý kiến cá nhân"},
            {"id": "d", "claim": "Tin d"},
            {"id": "e", "claim": "Tin e", "rating": {"published": "Xanh", "mapped": "true"}},
        ]
    )
    (row,) = kiemchung(empty, "import", "--json", "--ratings", "-", given=given).rows
    assert row["ratings"][0] == {"published": "Sai sự thật", "mapped": "false", "basis": "words", "count": 3}
    assert {(r["published"], r["mapped"], r["basis"]) for r in row["ratings"][1:]} == {
        ("Pants on Fire!", "false", "words"),
        ("Ý kiến cá nhân", None, "none"),
        ("", None, "none"),
        ("Xanh", "true", "given"),
    }
    assert sum(r["count"] for r in row["ratings"]) == 7


def test_how_ratings_were_mapped_is_shown_to_people(empty: Path) -> None:
    rows = [{"id": f"r{n}", "claim": f"Tin {n}", "rating": f"Sai, loại {n % 30}"} for n in range(60)]
    rows += [{"id": "y", "claim": "Tin y", "rating": "Ý kiến\x1b[2J"}]
    short = kiemchung(empty, "import", "--lang", "vi", "--ratings", "-", given=lines_of(rows))
    assert "Các kết luận đã đăng được quy đổi như sau:" in short.out
    assert "  2  Sai, loại 7  → Sai (theo từ ngữ)" in short.out
    assert "→ – (chưa quy đổi được)" in short.out
    assert "\x1b" not in short.out
    assert len(short.out.splitlines()) == 2 + 31
    assert "quy đổi" not in kiemchung(empty, "import", "--lang", "vi", "-", given=lines_of(rows)).out
    table = RatingTable()
    list(table.seen(read_reviews([lines_of(rows)])))
    lines = list(table.lines("en", whole=False))
    assert len(lines) == 14
    assert "19 more, with 1 reviews that were not mapped" in lines[-1]


def test_what_its_publisher_withdrew_is_taken_off_and_nothing_was_refused(empty: Path) -> None:
    first, last = version(1), version(2, kind="withdrawal", reason="Nguồn đã rút lại.")
    kiemchung(empty, "import", "-", given=lines_of([first]))
    done = kiemchung(empty, "import", "--lang", "vi", "-", given=lines_of([first, last]))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Gỡ 1 bài mà nơi đăng đã rút lại. Thêm 0,")
    older = kiemchung(empty, "import", "--json", "-", given=lines_of([first]))
    assert older.rows == [{"added": 0, "updated": 0, "unchanged": 1, "refused": [], "left_out": {"withdrawn": 1}}]
    assert stored(empty) == 0


@pytest.mark.parametrize(
    ("lang", "again", "older", "elsewhere", "withdrawn"),
    [
        (
            "en",
            "Added 0, updated 0, unchanged 1, refused 0. Reviews in the collection: 1.",
            "unchanged 0, refused 0. Left out, older than what the collection holds: 1. Reviews in the collection: 1.",
            "unchanged 0, refused 0. Left out, their id belongs to a review of another site: 1. Reviews in",
            "unchanged 0, refused 0. Left out, withdrawn by their publisher: 1. Reviews in the collection: 0.",
        ),
        (
            "vi",
            "Thêm 0, thay 0, giữ nguyên 1, từ chối 0. Kho có 1 bài kiểm chứng.",
            "giữ nguyên 0, từ chối 0. Bỏ qua vì cũ hơn bản đang có: 1. Kho có 1 bài kiểm chứng.",
            "giữ nguyên 0, từ chối 0. Bỏ qua vì mã đã thuộc bài của trang khác: 1. Kho có",
            "giữ nguyên 0, từ chối 0. Bỏ qua vì nơi đăng đã rút lại: 1. Kho có 0 bài kiểm chứng.",
        ),
    ],
)
def test_of_what_changed_nothing_people_read_what_is_held_and_what_was_left_out_and_why(
    empty: Path, lang: str, again: str, older: str, elsewhere: str, withdrawn: str
) -> None:
    held = {"id": "chanh", "claim": "Nước chanh nóng chữa ung thư", "url": "https://a.example/1", "date": "2025-02-01"}

    def said(row: dict[str, Any]) -> str:
        return kiemchung(empty, "import", "--lang", lang, "-", given=lines_of([row])).out.rstrip()

    said(held)
    assert said(held) == again
    assert said(held | {"claim": "Nước chanh chữa ung thư", "date": "2024-02-01"}).endswith(older)
    assert elsewhere in said(held | {"url": "https://b.example/1", "date": "2025-03-01"})
    first, last = version(1), version(2, kind="withdrawal")
    with TemporaryDirectory() as other:
        kiemchung(Path(other), "import", "-", given=lines_of([first, last]))
        done = kiemchung(Path(other), "import", "--lang", lang, "-", given=lines_of([first]))
    assert done.out.rstrip().endswith(withdrawn)


def test_json_counts_what_was_withdrawn(empty: Path) -> None:
    kiemchung(empty, "import", "-", given=lines_of([version(1)]))
    (row,) = kiemchung(empty, "import", "--json", "-", given=lines_of([version(2, kind="withdrawal")])).rows
    assert row == {"added": 0, "updated": 0, "unchanged": 0, "refused": [], "withdrawn": 1}


def test_beside_a_site_it_says_that_the_site_has_a_record_of_its_own(empty: Path) -> None:
    alone = kiemchung(empty, "import", "-", given=GOOD)
    assert alone.err == ""
    (empty / SITE_FILE).touch()
    beside = kiemchung(empty, "import", "-", given=GOOD)
    assert beside.err.endswith("to bring them there: kiemchung manage import-reviews SOURCE\n")
    assert kiemchung(empty, "import", "--json", "-", given=GOOD).err == ""
