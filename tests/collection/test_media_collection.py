"""The media references of a collection: one transaction for record and index, and the answers of memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiemchung.collection import media_schema
from kiemchung.collection.media import Change, MediaCollection, MediaWriter
from kiemchung.collection.types import CollectionError
from kiemchung.engine.errors import IndexBusyError
from kiemchung.engine.media.index import Described
from kiemchung.engine.media.segments import MediaSegments
from tests.engine.media.test_media_segments import file

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def files() -> list[Described]:
    return [file(number) for number in range(12)]


def added(writer: MediaWriter, one: Described, *reviews: str) -> Change:
    previews = {0.0: b"small"} if one.pictures else {}
    return writer.add(one, name=f"{one.sha256[-2:]}.bin", size=7, reviews=reviews, previews=previews, now=NOW)


def add_all(home: Path, files: Sequence[Described]) -> None:
    """Add each file with a commit of its own."""
    with MediaCollection.open(home) as media, MediaWriter(media) as writer:
        for one in files:
            added(writer, one)
            writer.commit()


@pytest.mark.slow
def test_a_stored_collection_answers_as_memory_does(files: list[Described], tmp_path: Path) -> None:
    add_all(tmp_path, files)
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        assert writer.remove([2, 5, 99]) == 2
        writer.commit()
    left = {str(number): one for number, one in enumerate(files, 1) if number not in (2, 5)}
    memory = MediaSegments()
    memory.add(list(left.items()))
    with MediaCollection.open(tmp_path, read_only=True) as media:
        index = media.index()
        for one in files:
            same = [name for name, other in left.items() if other.sha256 == one.sha256]
            assert [found.match for found in media.match(index, one)] == memory.index().match(one, same=same)
        assert media.count() == 10


def test_of_a_picture_that_was_removed_nothing_is_left_in_the_folder(files: list[Described], tmp_path: Path) -> None:
    pictures = [one for one in files if one.pictures and not one.times][:4]
    small = {one.sha256: f"small picture {one.sha256}".encode() * 40 for one in pictures}
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        for one in pictures:
            previews = {0.0: small[one.sha256]}
            writer.add(one, name=f"{one.sha256}.png", size=7, reviews=["r1"], previews=previews, now=NOW)
        writer.commit()

    def left(number: int) -> list[bool]:
        """Whether the folder holds the small picture, the grey copy and the name of a reference."""
        held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        one = pictures[number]
        return [part in held for part in (small[one.sha256], one.pictures[0].thumb.tobytes(), one.sha256.encode())]

    assert left(1) == [True, True, True]
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        assert writer.remove([2]) == 1
        writer.commit()
    assert left(1) == [False, False, False]
    assert all(left(number) == [True, True, True] for number in (0, 2, 3))
    with MediaCollection.open(tmp_path, read_only=True) as media:
        assert media.preview(2) is None


def test_a_reference_keeps_what_is_needed_and_nothing_else(files: list[Described], tmp_path: Path) -> None:
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        assert added(writer, files[0], "r2", "r1") is Change.ADDED
        writer.commit()
        [one] = media.references()
        assert (one.id, one.name, one.size, one.width, one.height, one.seconds) == (1, "00.bin", 7, 320, 240, 0.0)
        assert (one.sha256, one.reviews, one.added_at) == (files[0].sha256, ("r1", "r2"), "2026-01-02T03:04:05+00:00")
        assert media.preview(1) == b"small"
        columns = {row[1] for row in sqlite3.connect(media.path / "media.sqlite").execute("PRAGMA table_info(media)")}
    assert columns == {"id", "sha256", "kind", "name", "size", "seconds", "width", "height", "added_at"}


def test_the_same_bytes_again_change_nothing_but_their_reviews(files: list[Described], tmp_path: Path) -> None:
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        changes = [added(writer, files[0], *reviews) for reviews in (["r1"], [], ["r1"], ["r2"])]
        writer.commit()
        assert changes == [Change.ADDED, Change.UNCHANGED, Change.UNCHANGED, Change.UPDATED]
        assert [one.reviews for one in media.references()] == [("r1", "r2")]
        assert [one.id for one in media.of_review("r2")] == [1]
        assert media.of_review("r3") == []


def test_an_id_is_never_used_again(files: list[Described], tmp_path: Path) -> None:
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        added(writer, files[0])
        writer.commit()
        writer.remove([1])
        writer.commit()
        added(writer, files[0])
        writer.commit()
        assert [one.id for one in media.references()] == [2]
        assert [found.reference.id for found in media.match(media.index(), files[0])] == [2]


def test_what_was_not_committed_leaves_nothing(files: list[Described], tmp_path: Path) -> None:
    add_all(tmp_path, files[:1])
    with MediaCollection.open(tmp_path) as media, MediaWriter(media) as writer:
        added(writer, files[3])
        writer._flush()  # the segment is on the disk, no list names it
    with MediaCollection.open(tmp_path, read_only=True) as media:
        assert media.count() == 1
        assert {path.name for path in media.path.glob("*.segment")} == {one.file for one in media.listed()}


@pytest.mark.slow
def test_a_reader_goes_on_with_the_commit_it_opened(files: list[Described], tmp_path: Path) -> None:
    add_all(tmp_path, files[:2])
    with MediaCollection.open(tmp_path, read_only=True) as media:
        index = media.index()
        add_all(tmp_path, files[2:])  # merges, and takes the old files away
        assert [match.reference for match in index.match(files[0])] == ["1"]
        assert [match.reference for match in media.index().match(files[3])] == ["4"]


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with (
        MediaCollection.open(tmp_path) as media,
        MediaWriter(media),
        MediaCollection.open(tmp_path) as other,
        pytest.raises(IndexBusyError),
    ):
        MediaWriter(other)


def test_where_there_are_none_it_says_how_to_add_some(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="kiemchung media add"):
        MediaCollection.open(tmp_path, read_only=True)
    assert not list(tmp_path.iterdir())
    assert not MediaCollection.is_in(tmp_path)


def test_another_format_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MediaCollection.open(tmp_path).__exit__(None, None, None)
    monkeypatch.setattr(media_schema, "VERSION", media_schema.VERSION + 1)
    for read_only in (True, False):
        with pytest.raises(CollectionError, match=r"(?s)format 101.*add the files again"):
            MediaCollection.open(tmp_path, read_only=read_only)
