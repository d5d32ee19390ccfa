"""The collection: importing is all or nothing, repeatable, and every change is numbered and kept."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.collection import Change, Collection, CollectionError
from kiemchung.collection.schema import FILE_NAME
from kiemchung.engine.errors import IndexBusyError, InputError
from kiemchung.engine.formats.refusals import Refusal
from kiemchung.engine.types import MappedRating, Rating, Review

NOW = datetime(2024, 5, 31, 3, 0, tzinfo=UTC)
LATER = datetime(2024, 6, 30, 3, 0, tzinfo=UTC)

CHANH = Review(
    id="https://tinthat.example/chanh",
    claim="Uống nước chanh nóng chữa khỏi ung thư",
    title="Nước chanh không chữa được ung thư",
    body="Không có nghiên cứu nào.",
    rating=Rating("Sai sự thật", MappedRating.FALSE, "words"),
    url="https://tinthat.example/chanh",
    publisher="Tin Thật",
    publisher_url="https://tinthat.example",
    date="2024-05-01",
    lang="vi",
)
STORM = Review(id="kc-bao", claim="Bão số 5 đổ bộ tối nay", rating=Rating("Chưa rõ"))


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    with Collection.open(tmp_path / "home") as opened:
        yield opened


def take(collection: Collection, *items: Review | Refusal, now: datetime = NOW) -> tuple[int, int, int]:
    summary = collection.import_reviews(items, now=now)
    return summary.added, summary.updated, summary.unchanged


def state(collection: Collection) -> list[Change]:
    return list(collection.changes_since(0))


@pytest.mark.parametrize(("nameless", "missing"), [(replace(STORM, id=" "), "id"), (replace(STORM, claim=""), "claim")])
def test_a_review_without_id_or_claim_is_named_and_nothing_is_stored(
    collection: Collection, nameless: Review, missing: str
) -> None:
    with pytest.raises(InputError, match=f"no {missing}"):
        take(collection, CHANH, nameless)
    assert state(collection) == []


def test_a_review_comes_out_as_it_went_in(collection: Collection) -> None:
    assert take(collection, CHANH, STORM) == (2, 0, 0)
    assert collection.get(CHANH.id) == CHANH
    assert collection.get_many([STORM.id, "khác", CHANH.id, STORM.id]) == {STORM.id: STORM, CHANH.id: CHANH}
    assert list(collection.get_many([STORM.id, CHANH.id])) == [STORM.id, CHANH.id]
    assert collection.get("khác") is None
    assert collection.count() == 2


def test_importing_again_changes_nothing(collection: Collection) -> None:
    take(collection, CHANH, STORM)
    before = state(collection)
    assert take(collection, STORM, CHANH, now=LATER) == (0, 0, 2)
    assert state(collection) == before


def test_newer_replaces_older_and_keeps_it(collection: Collection) -> None:
    newer = replace(CHANH, title="Cập nhật", date="2024-06-01")
    take(collection, CHANH)
    assert take(collection, newer, now=LATER) == (0, 1, 0)
    assert collection.get(CHANH.id) == newer
    (version,) = collection.versions(CHANH.id)
    assert (version.review, version.replaced_at, version.replaced_by) == (CHANH, "2024-06-30T03:00:00Z", 2)


def test_an_older_one_that_comes_late_changes_nothing(collection: Collection) -> None:
    older = replace(CHANH, title="Bản cũ", date="2024-04-01")
    take(collection, CHANH)
    assert take(collection, older) == (0, 0, 1)
    assert (collection.get(CHANH.id), collection.versions(CHANH.id)) == (CHANH, [])


def test_the_same_id_several_times_in_one_import_ends_at_the_newest(collection: Collection) -> None:
    newer = replace(CHANH, title="Cập nhật", date="2024-06-01")
    assert take(collection, CHANH, newer, CHANH, STORM, newer) == (2, 1, 2)
    assert collection.get(CHANH.id) == newer
    assert take(collection, CHANH, newer, CHANH, STORM, newer) == (0, 0, 5)


def test_a_text_that_was_replaced_only_comes_back_with_a_later_date(collection: Collection) -> None:
    other = replace(STORM, title="Khác")
    assert take(collection, STORM, other) == (1, 1, 0)
    assert take(collection, STORM) == (0, 0, 1)
    assert collection.get(STORM.id) == other
    assert take(collection, replace(STORM, date="2024-06-20"), now=LATER) == (0, 1, 0)


def test_a_review_of_another_site_does_not_replace_one_whatever_its_id_and_date(collection: Collection) -> None:
    foreign = replace(CHANH, url="https://khac.example/chanh", title="Chanh chữa được ung thư", date="2024-05-30")
    take(collection, CHANH)
    assert take(collection, foreign) == (0, 0, 1)
    assert collection.get(CHANH.id) == CHANH
    moved = replace(CHANH, url="https://www.tinthat.example/chanh-2", date="2024-05-30")
    assert take(collection, moved) == (0, 1, 0)


def test_a_date_that_is_still_to_come_does_not_lock_a_review(collection: Collection) -> None:
    ahead, mended = replace(CHANH, date="2999-01-01"), replace(CHANH, title="Sửa lại", date="2024-05-20")
    take(collection, ahead)
    assert take(collection, mended) == (0, 1, 0)
    assert take(collection, ahead) == (0, 0, 1)
    assert collection.get(CHANH.id) == mended


def test_an_undated_one_between_does_not_let_an_older_one_back(collection: Collection) -> None:
    undated, older = replace(CHANH, title="Không ngày", date=""), replace(CHANH, title="Cũ", date="2023")
    assert take(collection, CHANH, undated, older) == (1, 1, 1)
    assert take(collection, CHANH, undated, older) == (0, 0, 3)


def test_refusals_are_passed_on_and_cost_no_review(collection: Collection) -> None:
    refusal = Refusal(2, "missing", "claim")
    summary = collection.import_reviews([CHANH, refusal, STORM], now=NOW)
    assert (summary.added, summary.refused) == (2, (refusal,))


def test_a_source_of_nothing_but_refusals_is_given_up(collection: Collection) -> None:
    items: list[Review | Refusal] = [STORM, *[Refusal(1, "json")] * 100_001]
    with pytest.raises(InputError, match="does not look like"):
        collection.import_reviews(items, now=NOW)
    assert collection.count() == 0


def test_changes_come_in_order_and_a_copy_that_follows_is_equal(collection: Collection) -> None:
    take(collection, CHANH, STORM)
    assert [(c.change_number, c.review_id) for c in state(collection)] == [(1, CHANH.id), (2, STORM.id)]
    take(collection, replace(CHANH, date="2024-06-01"))
    assert collection.remove(STORM.id)
    assert not collection.remove(STORM.id)
    assert [(c.change_number, c.review_id) for c in collection.changes_since(2)] == [
        (3, CHANH.id),
        (4, STORM.id),
    ]
    assert state(collection)[1].review is None
    assert collection.last_change() == 4
    assert list(collection.changes_since(4)) == []


def test_removing_leaves_no_text_and_the_review_may_come_again(collection: Collection) -> None:
    take(collection, CHANH, replace(CHANH, title="Cập nhật", date="2024-06-01"))
    collection.remove(CHANH.id)
    assert (collection.get(CHANH.id), collection.versions(CHANH.id), collection.count()) == (None, [], 0)
    assert take(collection, CHANH) == (1, 0, 0)
    assert [(c.change_number, c.review) for c in state(collection)] == [(4, CHANH)]


def test_the_hook_sees_every_applied_change_inside_the_transaction(collection: Collection) -> None:
    seen: list[Change] = []

    def follow(changes: Sequence[Change]) -> None:
        with Collection.open(collection.home, read_only=True) as reader:
            assert reader.count() == 0
        seen.extend(changes)

    reviews = [replace(STORM, id=f"kc-{number}") for number in range(2500)]
    collection.import_reviews(reviews, now=NOW, on_chunk=follow)
    assert seen == state(collection)
    assert [change.review for change in seen] == reviews


def broken(items: Sequence[Review], error: BaseException) -> Iterator[Review]:
    yield from items
    raise error


@pytest.mark.parametrize("error", [InputError("ends in the middle", "bị cụt"), KeyboardInterrupt(), MemoryError()])
def test_whatever_stops_an_import_leaves_the_collection_as_it_was(collection: Collection, error: BaseException) -> None:
    take(collection, CHANH)
    before = state(collection)
    many = [replace(STORM, id=f"kc-{number}") for number in range(3000)]
    with pytest.raises(type(error)):
        collection.import_reviews(broken([replace(CHANH, date="2025"), *many], error), now=LATER)
    assert (state(collection), collection.versions(CHANH.id)) == (before, [])
    assert take(collection, *many) == (3000, 0, 0)


def test_an_error_of_the_hook_leaves_the_collection_as_it_was(collection: Collection) -> None:
    def fail(changes: Sequence[Change]) -> None:
        raise InputError("the index is full", "chỉ mục đã đầy")

    with pytest.raises(InputError, match="index is full"):
        collection.import_reviews([CHANH], now=NOW, on_chunk=fail)
    assert collection.count() == 0


def test_reading_goes_on_while_another_imports_and_sees_the_state_before(collection: Collection) -> None:
    take(collection, CHANH)

    def reading() -> Iterator[Review]:
        for number in range(3000):
            yield replace(STORM, id=f"kc-{number}")
        with Collection.open(collection.home, read_only=True) as reader:
            assert (reader.count(), reader.get(CHANH.id)) == (1, CHANH)
            assert len(list(reader.changes_since(0))) == 1

    collection.import_reviews(reading(), now=NOW)
    assert collection.count() == 3001


def test_a_slow_reader_of_changes_keeps_its_state_in_time(collection: Collection) -> None:
    take(collection, *[replace(STORM, id=f"kc-{number}") for number in range(2500)])
    changes = collection.changes_since(0)
    first = next(changes)
    take(collection, replace(STORM, id="kc-2499", title="Mới"), CHANH)
    assert [first, *changes][-1].review == replace(STORM, id="kc-2499")


def test_two_writers_at_once_wait_or_are_told(collection: Collection) -> None:
    def other() -> Iterator[Review]:
        with Collection.open(collection.home, wait_s=0.05) as second:
            with pytest.raises(IndexBusyError, match="Another process"):
                second.import_reviews([STORM], now=NOW)
            with pytest.raises(IndexBusyError):
                second.remove(CHANH.id)
        yield CHANH

    collection.import_reviews(other(), now=NOW)
    assert collection.count() == 1


def test_a_damaged_file_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1000)
    for read_only in (True, False):
        with pytest.raises(CollectionError, match=r"damaged.*Move it away"):
            Collection.open(tmp_path, read_only=read_only)


def test_a_page_damaged_in_the_middle_is_an_error_of_ours(tmp_path: Path) -> None:
    with Collection.open(tmp_path) as collection:
        take(collection, *[replace(STORM, id=f"kc-{number}", body="x" * 500) for number in range(2000)])
    raw = bytearray((tmp_path / FILE_NAME).read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    (tmp_path / FILE_NAME).write_bytes(raw)
    with Collection.open(tmp_path) as collection:
        with pytest.raises(CollectionError, match="damaged"):
            list(collection.changes_since(0))
        with pytest.raises(CollectionError, match="damaged"):
            take(collection, CHANH)


def test_a_newer_format_is_refused_by_both_numbers(tmp_path: Path) -> None:
    Collection.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as raw:
        raw.execute("PRAGMA user_version = 7")
    raw.close()
    with pytest.raises(CollectionError, match=r"format is 7, this one knows 3.*Upgrade"):
        Collection.open(tmp_path)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as raw:
        raw.execute("CREATE TABLE other (x)")
    raw.close()
    with pytest.raises(CollectionError, match="another program"):
        Collection.open(tmp_path)


def test_a_home_that_is_a_file_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    for home in (tmp_path / "home", tmp_path / "home" / "below"):
        for read_only in (True, False):
            with pytest.raises(CollectionError, match=r"folder|no collection"):
                Collection.open(home, read_only=read_only)


def test_a_folder_where_the_file_should_be_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(CollectionError, match="Move it away"):
        Collection.open(tmp_path)


def test_reading_where_nothing_is_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="Import reviews first"):
        Collection.open(tmp_path / "home", read_only=True)
    assert not (tmp_path / "home").exists()


def test_a_reader_cannot_write(collection: Collection) -> None:
    with (
        Collection.open(collection.home, read_only=True) as reader,
        pytest.raises(CollectionError, match="may not be written"),
    ):
        reader.import_reviews([CHANH], now=NOW)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_that_may_not_be_written_is_read_and_said_so(tmp_path: Path) -> None:
    with Collection.open(tmp_path / "home") as collection:
        take(collection, CHANH)
    (tmp_path / "home").chmod(0o500)
    (tmp_path / "home" / FILE_NAME).chmod(0o400)
    try:
        with Collection.open(tmp_path / "home", read_only=True) as reader:
            assert reader.get(CHANH.id) == CHANH
            assert len(list(reader.changes_since(0))) == 1
        with pytest.raises(CollectionError, match="rights"), Collection.open(tmp_path / "home") as writer:
            take(writer, STORM)
        with pytest.raises(CollectionError, match="cannot be used"):
            Collection.open(tmp_path / "home" / "below")
    finally:
        (tmp_path / "home").chmod(0o700)


def test_a_full_disk_changes_nothing(collection: Collection) -> None:
    take(collection, CHANH)
    (pages,) = collection._connection.execute("PRAGMA page_count").fetchone()
    collection._connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    many = [replace(STORM, id=f"kc-{number}", body="x" * 1000) for number in range(3000)]
    with pytest.raises(CollectionError, match=r"full.*nothing else was changed"):
        take(collection, *many)
    assert [change.review for change in state(collection)] == [CHANH]
    collection._connection.execute("PRAGMA max_page_count = 1000000")
    assert take(collection, *many) == (3000, 0, 0)


def test_a_file_that_may_not_grow_changes_nothing(collection: Collection) -> None:
    take(collection, CHANH)
    many = [replace(STORM, id=f"kc-{number}", body="x" * 1000) for number in range(5000)]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(CollectionError, match="nothing else was changed"):
            take(collection, *many)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert [change.review for change in state(collection)] == [CHANH]
    assert take(collection, *many) == (5000, 0, 0)


KILLED = """
import sys, datetime, pathlib
from kiemchung.collection import Collection
from kiemchung.engine.types import Review
def reviews():
    for number in range(20_000):
        if number == 3000: print("begun", flush=True)
        yield Review(f"kc-{number}", f"Nhận định {number} " * 20)
with Collection.open(pathlib.Path(sys.argv[1])) as collection:
    collection.import_reviews(reviews(), now=datetime.datetime(2024, 5, 31, tzinfo=datetime.UTC))
    print("done", flush=True)
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_all_or_nothing(tmp_path: Path) -> None:
    for moment in (0.0, 0.1, 0.2, 0.4):
        home = tmp_path / str(moment)
        with subprocess.Popen([sys.executable, "-c", KILLED, home], stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline() == b"begun\n"
            time.sleep(moment)
            process.kill()
        with Collection.open(home) as collection:
            assert collection.count() in (0, 20_000)
            assert collection.last_change() == collection.count() == len(state(collection))
            added, updated, unchanged = take(
                collection, *[Review(f"kc-{n}", f"Nhận định {n} " * 20) for n in range(20_000)]
            )
            assert (updated, added + unchanged) == (0, 20_000)


REVIEWS = st.builds(
    Review,
    id=st.sampled_from(["a", "b", "c"]),
    claim=st.sampled_from(["Chanh", "Tỏi"]),
    title=st.sampled_from(["", "x"]),
    date=st.sampled_from(["", "2024", "2024-05-31", "2024-05-31T10:00:00Z", "2024-05-31T20:00:00Z", "2025-01-01"]),
)


@pytest.mark.slow
@given(st.lists(REVIEWS, max_size=12))
def test_any_import_twice_changes_nothing_the_second_time(
    tmp_path_factory: pytest.TempPathFactory, reviews: list[Review]
) -> None:
    with Collection.open(tmp_path_factory.mktemp("home")) as collection:
        added, updated, unchanged = take(collection, *reviews)
        assert added + updated + unchanged == len(reviews)
        before = state(collection)
        assert take(collection, *reviews) == (0, 0, len(reviews))
        assert state(collection) == before
        assert added == collection.count() == len({review.id for review in reviews})
        assert updated == sum(len(collection.versions(review_id)) for review_id in "abc")
