"""A searchable collection: the record is the truth, and the index is never anything but its copy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kiemchung.collection.searchable import INDEX_FOLDER, SearchableCollection
from kiemchung.engine.claims import directory
from kiemchung.engine.claims.analysis import analyse_reviews
from kiemchung.engine.claims.dense import F32
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.claims.segment import Segment
from kiemchung.engine.errors import IndexBusyError, InputError
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.types import Message, Review

NOW = datetime(2024, 5, 31, 3, 0, tzinfo=UTC)
REVIEWS = tuple(
    Review(id=f"r{number}", claim=claim, date="2024-01-01")
    for number, claim in enumerate(
        (
            "Uống nước chanh nóng chữa khỏi ung thư",
            "Giá xăng tăng 5.000 đồng từ ngày mai",
            "Giá xăng tăng 500 đồng từ ngày mai",
            "Bão số 5 đổ bộ vào Huế tối nay",
            "Hot lemon water kills cancer cells",
        )
    )
)
MESSAGES = tuple(Message(review.claim, id=review.id) for review in REVIEWS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def collection(home: Path) -> Iterator[SearchableCollection]:
    with SearchableCollection.open(home) as opened:
        yield opened


def same_answers(one: ClaimIndex, other: ClaimIndex) -> None:
    """Both indexes give the same reviews with the same probabilities."""
    for a, b in zip(one.search_many(MESSAGES, top=10), other.search_many(MESSAGES, top=10), strict=True):
        assert (a.outcome, [m.review_id for m in a.matches]) == (b.outcome, [m.review_id for m in b.matches])
        expected = [m.probability for m in b.matches]
        assert [m.probability for m in a.matches] == pytest.approx(expected, abs=1e-9)


def test_disk_and_memory_give_the_same_after_updates_and_removals(collection: SearchableCollection) -> None:
    for review in REVIEWS:
        collection.import_reviews([review], now=NOW)
    newer = replace(REVIEWS[1], claim="Giá xăng giảm 700 đồng từ ngày mai", date="2024-02-01")
    collection.import_reviews([newer], now=NOW)
    collection.record.remove("r3")
    same_answers(collection.index(), ClaimIndex([REVIEWS[0], newer, REVIEWS[2], REVIEWS[4]]))


def test_an_index_that_is_missing_is_built_with_progress(collection: SearchableCollection, home: Path) -> None:
    collection.record.import_reviews(REVIEWS, now=NOW)  # as by a process that was killed before the index followed
    seen: list[tuple[int, int]] = []
    index = collection.index(progress=lambda done, total: seen.append((done, total)))
    assert (len(index), index.change, seen) == (5, 5, [(5, 5)])
    same_answers(index, ClaimIndex(REVIEWS))
    collection.index(progress=lambda done, total: seen.append((done, total)))
    assert len(seen) == 1, "an index that is up to date is opened, not built"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 999}', b"\xff"])
def test_a_damaged_manifest_is_built_anew(collection: SearchableCollection, home: Path, content: bytes) -> None:
    collection.import_reviews(REVIEWS, now=NOW)
    (home / INDEX_FOLDER / "manifest.json").write_bytes(content)
    same_answers(collection.index(), ClaimIndex(REVIEWS))


@pytest.mark.parametrize("kept", [0, 10, 1000])
def test_a_cut_segment_is_built_anew(collection: SearchableCollection, home: Path, kept: int) -> None:
    collection.import_reviews(REVIEWS, now=NOW)
    for file in (home / INDEX_FOLDER).glob("*.segment"):
        file.write_bytes(file.read_bytes()[:kept])
    same_answers(collection.index(), ClaimIndex(REVIEWS))


def test_an_index_of_another_record_is_thrown_away(collection: SearchableCollection, home: Path) -> None:
    collection.import_reviews(REVIEWS, now=NOW)
    collection.record.close()
    for file in home.glob("*.sqlite*"):
        file.unlink()
    with SearchableCollection.open(home) as anew:
        anew.import_reviews(REVIEWS[:1], now=NOW)
        same_answers(anew.index(), ClaimIndex(REVIEWS[:1]))


def test_an_import_that_fails_leaves_record_and_index(collection: SearchableCollection) -> None:
    collection.import_reviews(REVIEWS[:2], now=NOW)

    def broken() -> Iterator[Review | Refusal]:
        yield from REVIEWS[2:]
        raise InputError("the file ends in the middle", "tệp bị cụt")

    with pytest.raises(InputError):
        collection.import_reviews(broken(), now=NOW)
    assert collection.record.count() == 2
    same_answers(collection.index(), ClaimIndex(REVIEWS[:2]))


def test_an_index_that_cannot_be_written_keeps_the_record_as_it_was(
    collection: SearchableCollection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: object, _segment: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(directory.Writer, "add", full)
        with pytest.raises(OSError, match="No space"):
            collection.import_reviews(REVIEWS, now=NOW)
    assert collection.record.count() == 0
    assert collection.import_reviews(REVIEWS, now=NOW).added == 5
    same_answers(collection.index(), ClaimIndex(REVIEWS))


def test_a_reader_beside_a_writer_gets_the_last_commit(collection: SearchableCollection, home: Path) -> None:
    collection.import_reviews(REVIEWS[:3], now=NOW)
    collection.record.import_reviews(REVIEWS[3:], now=NOW)
    with directory.Writer(home / INDEX_FOLDER):
        index = collection.index()
        assert (len(index), index.change) == (3, 3)
        with pytest.raises(IndexBusyError):
            collection.import_reviews(REVIEWS, now=NOW)
    assert len(collection.index()) == 5


def test_a_reader_beside_the_first_writer_is_told_rather_than_shown_nothing(
    collection: SearchableCollection, home: Path
) -> None:
    collection.record.import_reviews(REVIEWS, now=NOW)
    with directory.Writer(home / INDEX_FOLDER), pytest.raises(IndexBusyError):
        collection.index()


def test_a_collection_without_reviews_finds_nothing(collection: SearchableCollection) -> None:
    assert len(collection.index()) == 0
    collection.import_reviews(REVIEWS, now=NOW)
    for review in REVIEWS:
        collection.record.remove(review.id)
    assert len(collection.index()) == 0


def test_the_index_of_another_record_with_as_many_changes_is_noticed(home: Path, tmp_path: Path) -> None:
    others = [replace(review, id=f"other-{review.id}", claim=f"{review.claim} ở Cà Mau") for review in REVIEWS]
    with SearchableCollection.open(home) as mine, SearchableCollection.open(tmp_path / "other") as other:
        mine.import_reviews(REVIEWS, now=NOW)
        other.import_reviews(others, now=NOW)
        assert mine.record.last_change() == other.record.last_change()
    for file in home.glob("reviews.sqlite*"):
        file.unlink()
    (tmp_path / "other" / "reviews.sqlite").rename(home / "reviews.sqlite")
    # A writer is at work: rather nothing than answers from the reviews of another collection.
    with (
        SearchableCollection.open(home) as replaced,
        directory.Writer(home / INDEX_FOLDER),
        pytest.raises(IndexBusyError),
    ):
        replaced.index()
    with SearchableCollection.open(home) as replaced:
        same_answers(replaced.index(), ClaimIndex(others))


def test_a_record_set_back_and_grown_again_is_noticed(home: Path, tmp_path: Path) -> None:
    """A restored backup has the same identity, and another history after the same number of changes."""
    with SearchableCollection.open(home) as collection:
        collection.import_reviews(REVIEWS[:2], now=NOW)
    backup = (home / "reviews.sqlite").read_bytes()
    with SearchableCollection.open(home) as collection:
        collection.import_reviews(REVIEWS[2:4], now=NOW)
    for file in home.glob("reviews.sqlite*"):
        file.unlink()
    (home / "reviews.sqlite").write_bytes(backup)
    with SearchableCollection.open(home) as collection:
        collection.record.import_reviews(REVIEWS[3:], now=NOW)
        same_answers(collection.index(), ClaimIndex([*REVIEWS[:2], *REVIEWS[3:]]))


def test_what_a_killed_import_left_behind_goes_with_the_next_one(collection: SearchableCollection, home: Path) -> None:
    collection.import_reviews(REVIEWS[:2], now=NOW)
    orphan = home / INDEX_FOLDER / "00000077.segment"
    orphan.write_bytes(b"left behind")

    def broken() -> Iterator[Review]:
        assert not orphan.exists(), "swept before anything is written"
        yield from REVIEWS[2:]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collection.import_reviews(broken(), now=NOW)
    named = {segment.name for segment in directory.read(home / INDEX_FOLDER).segments}
    assert {file.name for file in (home / INDEX_FOLDER).glob("*.segment")} == named


def test_an_import_that_fails_gives_its_room_back(collection: SearchableCollection, home: Path) -> None:
    collection.import_reviews(REVIEWS[:2], now=NOW)
    before = {file.name for file in (home / INDEX_FOLDER).iterdir()}
    with directory.Writer(home / INDEX_FOLDER) as writer:
        writer.add(Segment.build(analyse_reviews(REVIEWS[2:])))
        assert {file.name for file in (home / INDEX_FOLDER).iterdir()} > before
    assert {file.name for file in (home / INDEX_FOLDER).iterdir()} == before


def test_a_byte_that_turned_over_is_noticed_before_it_is_merged(collection: SearchableCollection, home: Path) -> None:
    collection.import_reviews(REVIEWS[:3], now=NOW)
    (file,) = (home / INDEX_FOLDER).glob("*.segment")
    data = bytearray(file.read_bytes())
    data[-40] ^= 1
    file.write_bytes(data)
    assert len(directory.read(home / INDEX_FOLDER).segments) == 1, "its length and header are right"
    collection.import_reviews(REVIEWS[3:], now=NOW)
    same_answers(collection.index(), ClaimIndex(REVIEWS))
    assert bytes(data) not in [other.read_bytes() for other in (home / INDEX_FOLDER).glob("*.segment")]


class ByLetters:
    """An encoder of so many dimensions, all of them under one name."""

    name = "model"

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions

    def encode(self, texts: Sequence[str]) -> F32:
        counts = np.array([[text.count(chr(97 + n)) for n in range(self._dimensions)] for text in texts], np.float32)
        vectors: F32 = (counts + 0.1) / np.linalg.norm(counts + 0.1, axis=1, keepdims=True)
        return vectors


def test_an_encoder_of_the_same_name_and_another_length_has_its_vectors_made_anew(home: Path) -> None:
    with SearchableCollection.open(home, encoder=ByLetters(8)) as collection:
        collection.import_reviews(REVIEWS, now=NOW)
    with SearchableCollection.open(home, encoder=ByLetters(20)) as collection:
        same_answers(collection.index(), ClaimIndex(REVIEWS, encoder=ByLetters(20)))
    with (
        SearchableCollection.open(home, encoder=ByLetters(8)) as collection,
        directory.Writer(home / INDEX_FOLDER),
        pytest.raises(IndexBusyError),
    ):
        collection.index()
