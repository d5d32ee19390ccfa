"""An index directory: always at the last commit, whatever is killed, damaged or read at the same time."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiemchung.engine.claims import directory
from kiemchung.engine.claims.analysis import analyse_reviews
from kiemchung.engine.claims.directory import EMPTY, Writer, read
from kiemchung.engine.claims.segment import FIELDS, Segment
from kiemchung.engine.claims.segments import SegmentSet
from kiemchung.engine.errors import IndexBusyError, IndexDamagedError, SetupError
from kiemchung.engine.types import Review
from tests.engine.claims.cast import some_reviews

REVIEWS = some_reviews(60)
MANIFEST = "manifest.json"


def segment(reviews: list[Review]) -> Segment:
    return Segment.build(analyse_reviews(reviews))


def ids(path: Path) -> set[str]:
    commit = read(path)
    found = SegmentSet(commit.segments, commit.alive)
    return {
        review_id
        for part, alive in zip(found.segments, found.alive, strict=True)
        for doc, review_id in enumerate(part.ids)
        if alive is None or alive[doc]
    }


def names(reviews: list[Review]) -> set[str]:
    return {review.id for review in reviews}


def commit(path: Path, reviews: list[Review], *, change: int, remove: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    with Writer(path) as writer:
        writer.remove([*names(reviews), *remove])
        writer.add(segment(reviews))
        writer.commit(change=change)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index with two commits: 30 reviews, of which 3 were removed again, and 10 more."""
    folder = tmp_path / "claims"
    commit(folder, REVIEWS[:30], change=30)
    commit(folder, REVIEWS[30:40], change=43, remove=names(REVIEWS[:3]))
    return folder


BEFORE = names(REVIEWS[3:40])
AFTER = names(REVIEWS[10:60])


def second_commit(path: Path) -> None:
    commit(path, REVIEWS[40:], change=99, remove=names(REVIEWS[:10]))


def test_where_nothing_is_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == EMPTY
    assert read(tmp_path / "none") == EMPTY
    assert not (tmp_path / "none").exists()


def test_a_commit_is_read_back_with_its_change_and_encoder(path: Path) -> None:
    assert ids(path) == BEFORE
    assert (read(path).change, read(path).encoder) == (43, "")
    with Writer(path) as writer:
        writer.commit(change=44, encoder="mini")
    assert (ids(path), read(path).change, read(path).encoder) == (BEFORE, 44, "mini")


def test_without_commit_nothing_changes(path: Path) -> None:
    with Writer(path) as writer:
        writer.add(segment(REVIEWS[40:]))
        writer.remove(names(REVIEWS[:10]))
    assert (ids(path), read(path).change) == (BEFORE, 43)


def test_parts_that_come_one_after_the_other_become_the_segment_of_all(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        for begin in range(0, 60, 7):
            writer.add(segment(REVIEWS[begin : begin + 7]))
        writer.remove([REVIEWS[8].id])
        writer.commit(change=1)
    (found,) = read(tmp_path).segments
    whole = segment([review for review in REVIEWS if review.id != REVIEWS[8].id])
    assert found.ids == whole.ids
    for field in FIELDS:
        assert found.postings(field).terms.tolist() == whole.postings(field).terms.tolist()
        assert found.postings(field).docs.tolist() == whole.postings(field).docs.tolist()


def test_parts_are_put_together_while_they_come_as_soon_as_they_fill_a_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directory, "MOST_REVIEWS", 20)
    with Writer(tmp_path) as writer:
        for begin in range(0, 60, 6):
            writer.add(segment(REVIEWS[begin : begin + 6]))
            assert len(writer.segments) <= begin // 18 + 3
        writer.commit(change=1)
    assert [part.size for part in read(tmp_path).segments] == [18, 18, 18, 6]
    assert ids(tmp_path) == names(REVIEWS)


class PowerCutError(BaseException):
    """Stands for the end of the process: nothing after it runs."""


@contextmanager
def cut_after(operations: int) -> Iterator[Callable[[], int]]:
    """Let so many changes of the disk happen, then stop before the next; tells how many there were."""
    done = 0
    with pytest.MonkeyPatch.context() as patch:

        def counted(owner: object, name: str) -> None:
            original = getattr(owner, name)

            def wrapped(*args: object, **kwargs: object) -> object:
                nonlocal done
                if done >= operations:
                    raise PowerCutError
                done += 1
                return original(*args, **kwargs)

            patch.setattr(owner, name, wrapped)

        counted(Path, "open")
        counted(Path, "replace")
        counted(Path, "unlink")
        counted(os, "fsync")
        counted(os, "open")
        yield lambda: done


def test_a_kill_between_any_two_file_operations_leaves_the_last_commit(path: Path, tmp_path: Path) -> None:
    outcomes = []
    for operations in range(200):
        copy = tmp_path / f"copy-{operations}"
        shutil.copytree(path, copy)
        try:
            with cut_after(operations) as count:
                second_commit(copy)
        except PowerCutError:
            finished = False
        else:
            finished = True
            assert count() == operations
        outcomes.append(ids(copy))
        assert outcomes[-1] in (BEFORE, AFTER), operations
        assert read(copy).change == (43 if outcomes[-1] == BEFORE else 99)
        # What was left behind neither hinders the next commit nor stays after it.
        second_commit(copy)
        assert ids(copy) == AFTER
        assert {file.name for file in copy.glob("*.segment")} == {part.name for part in read(copy).segments}
        assert not list(copy.glob("*.tmp"))
        if finished:
            break
    assert finished
    turned = outcomes.index(AFTER)
    assert turned >= 5
    assert all(outcome == AFTER for outcome in outcomes[turned:])


def test_half_a_write_is_never_seen(path: Path) -> None:
    """The process is ended by the system in the middle of writing a file, not between two operations."""
    context = multiprocessing.get_context("fork")
    for size in (0, 1, 100, 4096, 10_000):
        process = context.Process(target=limited_commit, args=(path, size))
        process.start()
        process.join(60)
        assert process.exitcode != 0
        assert (ids(path), read(path).change) == (BEFORE, 43)
    second_commit(path)
    assert ids(path) == AFTER


def limited_commit(path: Path, size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    second_commit(path)


def test_a_disk_that_is_full_raises_and_leaves_the_last_commit(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    process = context.Process(target=refused_commit, args=(path,))
    process.start()
    process.join(60)
    assert process.exitcode == 27
    assert (ids(path), read(path).change) == (BEFORE, 43)


def refused_commit(path: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        second_commit(path)
    except OSError as error:
        os._exit(error.errno or 0)


def test_one_who_reads_during_a_commit_keeps_what_it_has(path: Path) -> None:
    held = read(path)
    before = [part.sequence.tolist() for part in held.segments]
    for number in range(10):
        commit(path, [REVIEWS[40 + number]], change=100 + number, remove=names(REVIEWS[:30]))
    assert ids(path) == names(REVIEWS[30:50])
    assert [part.sequence.tolist() for part in held.segments] == before


@pytest.mark.slow
def test_readers_beside_a_busy_writer_see_only_whole_commits(path: Path) -> None:
    valid = {43: len(BEFORE)}
    stop = threading.Event()
    seen: list[tuple[int, int]] = []
    problems: list[BaseException] = []

    def look() -> None:
        try:
            while not stop.is_set():
                now = read(path)
                size = sum(p.size if a is None else int(a.sum()) for p, a in zip(now.segments, now.alive, strict=True))
                seen.append((now.change, size))
        except BaseException as error:
            problems.append(error)

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(60):
        valid[100 + number] = len(BEFORE) + 1 if number % 2 == 0 else len(BEFORE)
        with Writer(path) as writer:
            if number % 2 == 0:
                writer.add(segment([REVIEWS[50]]))
            else:
                writer.remove([REVIEWS[50].id])
            writer.commit(change=100 + number)
    stop.set()
    for reader in readers:
        reader.join()
    assert not problems
    assert set(seen) <= set(valid.items())


def test_a_second_writer_is_told_to_wait_and_the_first_is_not_disturbed(path: Path) -> None:
    with Writer(path) as first:
        with pytest.raises(IndexBusyError, match="another kiemchung process"):
            Writer(path)
        first.add(segment(REVIEWS[40:]))
        first.commit(change=50)
    with Writer(path) as second:
        assert second.base.change == 50


def test_the_lock_goes_with_the_process_that_held_it(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    process = context.Process(target=lock_and_die, args=(path,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    second_commit(path)
    assert ids(path) == AFTER


def lock_and_die(path: Path) -> None:
    writer = Writer(path)
    writer.add(segment(REVIEWS[40:]))
    os.kill(os.getpid(), signal.SIGKILL)


GOOD = {"format": 2, "change": 1, "mark": 7, "encoder": "", "segments": []}
ENTRY = {"file": "00000001.segment", "length": 1, "checksum": 0, "dead": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "3",
        "[" * 100_000,
        "\xff",
        "{}",
        json.dumps(GOOD | {"format": 1}),
        json.dumps(GOOD | {"format": "2"}),
        json.dumps(GOOD | {"change": "x"}),
        json.dumps(GOOD | {"segments": None}),
        json.dumps(GOOD | {"segments": [1]}),
        json.dumps(GOOD | {"segments": ["x"]}),
        json.dumps(GOOD | {"segments": [{}]}),
        json.dumps(GOOD | {"segments": [ENTRY]}),
        json.dumps(GOOD | {"segments": [ENTRY | {"file": 3}]}),
        json.dumps(GOOD | {"segments": [ENTRY | {"file": "none"}]}),
    ],
    ids=lambda text: text[:30] or "empty",
)
def test_a_manifest_that_is_none_is_said_to_be_damaged_and_can_be_built_anew(text: str, path: Path) -> None:
    (path / MANIFEST).write_text(text, encoding="latin-1")
    with pytest.raises(IndexDamagedError, match=str(path)):
        read(path)
    with Writer(path) as writer:
        assert writer.base == EMPTY
        writer.add(segment(REVIEWS[:5]))
        writer.commit(change=5)
    assert ids(path) == names(REVIEWS[:5])
    assert len(list(path.glob("*.segment"))) == 1


@pytest.mark.parametrize("dead", [[999], ["x"], [1.5], {"a": 1}, "x"])
def test_dead_reviews_that_are_not_there_are_damage(dead: object, path: Path) -> None:
    manifest = json.loads((path / MANIFEST).read_text())
    manifest["segments"][0]["dead"] = dead
    (path / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(IndexDamagedError):
        read(path)


def test_a_lost_or_shortened_segment_is_damage(path: Path) -> None:
    file = min(path.glob("*.segment"))
    whole = file.read_bytes()
    for change in (lambda: file.write_bytes(whole[:-1]), lambda: file.write_bytes(b""), file.unlink, file.mkdir):
        change()
        with pytest.raises(IndexDamagedError, match=file.name):
            read(path)


def test_other_files_in_the_folder_are_left_alone(path: Path) -> None:
    for name in ("notes.txt", "²³.segment.bak", "lock.old"):
        (path / name).write_text("mine")
    second_commit(path)
    assert {"notes.txt", "²³.segment.bak", "lock.old"} <= {file.name for file in path.iterdir()}


def test_a_segment_with_a_strange_name_does_not_stop_the_writer(path: Path) -> None:
    (path / "².segment").write_text("?")
    second_commit(path)
    assert ids(path) == AFTER


def test_a_file_in_the_place_of_the_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "claims").write_text("mine")
    with pytest.raises(SetupError, match="cannot write the index here"):
        Writer(tmp_path / "claims")
    with pytest.raises(IndexDamagedError):
        read(tmp_path / "claims")


def test_a_writer_that_cannot_begin_lets_go_of_the_lock(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_path: Path) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(directory, "read", broken)
        with pytest.raises(MemoryError) as caught:
            Writer(path)
    assert caught.value
    second_commit(path)
