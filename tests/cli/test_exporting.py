"""`export`: what comes out goes in again and is the same; a file is whole or not there."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiemchung import MappedRating, Rating, Review, SearchableCollection, starter_reviews
from tests.cli.command import PROGRAM, ROWS, environment, kiemchung, kiemchung_alone, lines_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
FULL = Review(
    id="https://tinthat.example/1#claim-2",
    claim='Uống nước "chanh" nóng\nchữa ung thư </script>',
    title="Nước chanh không chữa ung thư",
    body="Không có \\ bằng chứng.\t🙏",
    rating=Rating("Sai sự thật!", MappedRating.FALSE, "words"),
    url="https://tinthat.example/1",
    publisher="Tin Thật",
    publisher_url="https://tinthat.example",
    date="2024-05-01",
    lang="vi",
    appearances=("https://bao.example/tin/7", "https://www.facebook.com/groups/1/posts/2"),
)
ADDRESSED = [
    FULL,
    Review("17", "Gạo nhựa", rating=Rating("3/5", MappedRating.MIXED, "scale"), url="https://tinthat.example/2"),
    Review("x y", "Bão số 5", rating=Rating("Chưa rõ ràng lắm"), url="https://tinthat.example/3", publisher="Tin"),
    Review("z", "Xăng", rating=Rating("", MappedRating.TRUE, "given"), url="https://tinthat.example/4", date="2024"),
    Review("không", "Muối", url="https://tinthat.example/5", publisher_url="https://tinthat.example"),
]


def stored(home: Path) -> list[Review | None]:
    with SearchableCollection.open(home) as collection:
        return [change.review for change in collection.record.changes_since(0)]


@pytest.fixture
def addressed(tmp_path: Path) -> Path:
    with SearchableCollection.open(tmp_path / "addressed") as collection:
        collection.import_reviews(ADDRESSED, now=NOW)
    return tmp_path / "addressed"


@pytest.mark.parametrize("form", ["jsonl", "claimreview", "feed"])
def test_what_comes_out_goes_in_again_and_is_the_same(addressed: Path, tmp_path: Path, form: str) -> None:
    out = kiemchung(addressed, "export", "--format", form)
    assert (out.code, out.err) == (0, "")
    done = kiemchung(tmp_path / "again", "import", "--json", "-", given=out.out.encode())
    assert done.rows == [{"added": len(ADDRESSED), "updated": 0, "unchanged": 0, "refused": []}]
    assert stored(tmp_path / "again") == stored(addressed) == ADDRESSED
    assert kiemchung(addressed, "import", "--json", "-", given=out.out.encode()).rows[0]["unchanged"] == len(ADDRESSED)


@pytest.mark.parametrize("form", ["claimreview", "feed"])
def test_no_review_ends_the_script_that_its_json_stands_in(addressed: Path, form: str) -> None:
    assert "</script" in FULL.claim
    assert "<" not in kiemchung(addressed, "export", "--format", form).out


def test_the_starter_collection_comes_out_as_lines_and_is_the_same(tmp_path: Path) -> None:
    kiemchung(tmp_path / "one", "import", "starter")
    out = kiemchung(tmp_path / "one", "export")
    assert kiemchung(tmp_path / "two", "import", "-", given=out.out.encode()).code == 0
    assert stored(tmp_path / "two") == starter_reviews()


def test_claimreview_is_one_document_and_a_feed_is_what_others_read(addressed: Path) -> None:
    document = json.loads(kiemchung(addressed, "export", "--format", "claimreview").out)
    assert document["@context"] == "https://schema.org"
    first = document["@graph"][0]
    assert (first["@type"], first["url"]) == ("ClaimReview", FULL.url)
    assert first["itemReviewed"]["appearance"][0] == {"@type": "CreativeWork", "url": FULL.appearances[0]}
    feed = json.loads(kiemchung(addressed, "export", "--format", "feed").out)
    assert feed["@type"] == "DataFeed"
    assert [element["item"][0]["claimReviewed"] for element in feed["dataFeedElement"]] == [r.claim for r in ADDRESSED]


def test_reviews_without_an_address_are_named_and_left_out_unless_a_page_is_given(home: Path) -> None:
    done = kiemchung(home, "export", "--format", "claimreview")
    assert (done.code, json.loads(done.out)["@graph"]) == (3, [])
    assert done.err.splitlines()[0] == "Left out: chanh has no address, which a ClaimReview must have; use --page."
    assert len(done.err.splitlines()) == 10
    done = kiemchung(home, "export", "--format", "claimreview", "--page", "https://vi.example/r/{id}")
    assert (done.code, done.err) == (0, "")
    urls = [node["url"] for node in json.loads(done.out)["@graph"]]
    assert urls[0] == "https://vi.example/r/chanh"
    assert urls[-1] == "https://vi.example/r/https%3A%2F%2Ftinthat.example%2Fsim"


@pytest.mark.parametrize("page", ["https://vi.example/r", "vi.example/{id}", "javascript:{id}"])
def test_a_page_that_is_no_address_of_one_review_is_refused(home: Path, page: str) -> None:
    done = kiemchung(home, "export", "--page", page)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "--page" in done.err


def test_a_file_is_written_whole_and_replaces_the_older_one(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("older")
    done = kiemchung(home, "export", "-o", str(file))
    assert (done.code, done.out) == (0, f"Wrote {len(ROWS)} reviews to {file}.\n")
    assert file.read_text(encoding="utf-8") == kiemchung(home, "export").out
    assert list(tmp_path.glob("*.part")) == []


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(home: Path, tmp_path: Path) -> None:
    file, link = tmp_path / "out.jsonl", tmp_path / "link.jsonl"
    file.write_text("older")
    file.chmod(0o640)
    link.symlink_to(file)
    assert kiemchung(home, "export", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert (file.read_text(encoding="utf-8"), file.stat().st_mode & 0o777) == (kiemchung(home, "export").out, 0o640)


def test_where_there_is_nothing_to_write_the_older_file_stays(home: Path, empty: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text("older")
    SearchableCollection.open(empty).record.close()
    for place, code in ((home, 3), (empty, 1)):
        done = kiemchung(place, "export", "--format", "claimreview", "-o", str(file))
        assert (done.code, done.out, file.read_text()) == (code, "", "older")
        assert done.err
    assert list(tmp_path.glob("*.part")) == []


def test_a_file_of_the_same_name_with_part_after_it_is_left_alone(home: Path, tmp_path: Path) -> None:
    part = tmp_path / "out.jsonl.part"
    part.write_text("mine")
    assert kiemchung(home, "export", "-o", str(tmp_path / "out.jsonl")).code == 0
    assert part.read_text() == "mine"


def test_where_nothing_can_be_written_nothing_is(home: Path, tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "no" / "x"), "/dev/full"):
        done = kiemchung(home, "export", "-o", name)
        assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
        assert name in done.err or "No space" in done.err
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.slow
def test_a_full_disk_leaves_the_older_file(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("older")
    rows = lines_of({"id": f"n{n}", "claim": f"Tin đồn thứ {n} về {n * 7919} con trâu"} for n in range(2000))
    kiemchung(home, "import", "-", given=rows)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = kiemchung_alone(home, "export", "-o", str(file), before=limit)
    assert (done.code, done.err.count("\n")) == (4, 1)
    assert "Make room" in done.err
    assert str(file) in done.err
    assert (file.read_text(), list(tmp_path.glob("*.part"))) == ("older", [])


def test_no_collection_and_an_empty_one_are_told_apart(empty: Path) -> None:
    done = kiemchung(empty, "export")
    assert (done.code, done.out, done.err.count("\n")) == (4, "", 1)
    assert not empty.exists()
    SearchableCollection.open(empty).record.close()
    done = kiemchung(empty, "export", "--format", "feed")
    assert (done.code, json.loads(done.out)["dataFeedElement"]) == (1, [])
    assert "kiemchung import" in done.err


WITHOUT_SIGPIPE = "import signal, sys; del signal.SIGPIPE; from kiemchung.cli import main; sys.exit(main())"


@pytest.mark.parametrize("program", [PROGRAM, (sys.executable, "-c", WITHOUT_SIGPIPE)], ids=["unix", "windows"])
def test_a_reader_that_goes_away_is_no_error(home: Path, program: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [*program, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home)
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) in {0, 128 + signal.SIGPIPE}
