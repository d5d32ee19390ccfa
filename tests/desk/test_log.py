"""The public log: what is added stays, in order, whole, and signed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from kiemchung.desk import handlers as desk_handlers
from kiemchung.desk.log import append, leaves, lines, notes, signing
from kiemchung.desk.log.entries import SIGN_JOB
from kiemchung.desk.models import LogEntry, LogHead
from kiemchung.engine.errors import InputError, SetupError
from kiemchung.engine.merkle import leaf_hash, root_of
from kiemchung.jobs import queue
from kiemchung.jobs.handlers import HANDLERS, Handler
from kiemchung.jobs.models import Job
from kiemchung.web.starting import warning_of_log_key
from tests.desk.conftest import Hands, Log

AT = datetime(2026, 3, 2, 3, 4, 5, 678901, tzinfo=UTC)


def filled(count: int, at: datetime = AT) -> None:
    for number in range(count):
        append("published", {"review": f"bai-{number}", "rating": "Sai", "version": 1}, at=at)


def test_entries_are_numbered_without_gaps_and_read_as_they_were_written(log: Log) -> None:
    filled(3)
    append("corrected", {"reason": 'nguồn "mới" 🙏\n\0', "sources": [1, None, True]}, at=AT)
    found = [leaves.read(line) for line in lines()]
    assert [leaf.index for leaf in found if leaf] == [0, 1, 2, 3]
    assert found[3] == leaves.Leaf(3, "corrected", AT, {"reason": 'nguồn "mới" 🙏\n\0', "sources": [1, None, True]})


def test_an_entry_is_there_when_its_transaction_is_and_only_then(log: Log) -> None:
    with transaction.atomic():
        filled(2)
        transaction.set_rollback(True)
    assert list(lines()) == []
    assert Job.objects.count() == 0
    with transaction.atomic():
        filled(2)
    assert [entry.index for entry in LogEntry.objects.order_by("index")] == [0, 1]
    assert Job.objects.filter(kind=SIGN_JOB).count() == 1, "one job signs for both"


def test_the_next_entry_costs_no_look_at_the_others(log: Log) -> None:
    filled(9)
    assert len(LogEntry.objects.get(pk=8).peaks.split()) == 2, "nine are eight and one"


@pytest.mark.parametrize(
    "facts",
    [{"share": 0.5}, {1: "a"}, {"x": float("nan")}, {"x": b"a"}, {"x": "\ud800"}, {"sealed": {}}, {"x": "a" * 70_000}],
)
def test_what_has_no_canonical_form_is_refused_and_leaves_nothing(log: Log, facts: dict[str, object]) -> None:
    with pytest.raises(InputError):
        append("published", facts, at=AT)
    assert list(lines()) == []


def test_an_unknown_kind_and_a_time_without_zone_are_refused(log: Log) -> None:
    with pytest.raises(InputError, match="no entries of the kind"):
        append("hidden", {}, at=AT)
    with pytest.raises(InputError, match="log-key"):
        append("key", {"key": "of an insider"}, at=AT)
    with pytest.raises(InputError, match="no zone"):
        append("published", {}, at=AT.replace(tzinfo=None))


def test_two_writers_at_once_make_one_row_of_entries(log: Log) -> None:
    ready, wrong = threading.Barrier(4), list[BaseException]()

    def write() -> None:
        try:
            ready.wait()
            filled(10)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert list(LogEntry.objects.order_by("index").values_list("index", flat=True)) == list(range(40))
    signing.sign(AT)
    assert notes.read(LogHead.objects.get().note).size == 41  # type: ignore[union-attr]  # with the key's entry


def test_f23_the_order_is_that_of_writing_when_the_clock_jumps(log: Log, hands: Hands) -> None:
    for hours in (0, -24, 48, -1):
        hands.forward(hours=hours)
        append("declined", {"reason": "opinion"}, at=hands.time)
        signing.sign(hands.time)
    found = [leaf for line in lines() if (leaf := leaves.read(line))]
    assert [leaf.index for leaf in found] == list(range(5))
    assert [head.size for head in LogHead.objects.order_by("size")] == [2, 3, 4, 5]
    assert found[2].at < found[0].at


def test_a_head_binds_all_entries_and_is_signed_by_the_key_that_the_log_names(log: Log) -> None:
    filled(4)
    note = signing.sign(AT)
    assert note is not None
    said = notes.read(note)
    assert said is not None
    hashes = [leaf_hash(line.encode()) for line in lines()]
    assert (said.size, said.root, said.at) == (5, root_of(hashes), AT.replace(microsecond=0))
    assert notes.is_signed_by(note, signing.named_key() or "")
    assert signing.sign(AT) is None, "nothing is new"
    assert (log.home / "log-key").stat().st_mode & 0o777 == 0o600


def test_the_job_signs_what_has_grown_and_is_done_every_hour(log: Log, hands: Hands) -> None:
    HANDLERS[SIGN_JOB] = Handler(SIGN_JOB, desk_handlers.sign_log, "default", 1, 5, timedelta(hours=1))
    filled(2)
    run = queue.claim()
    assert run is not None
    desk_handlers.sign_log(run.payload, run)
    assert LogHead.objects.get().size == 3
    assert Job.objects.count() == 0
    append("declined", {"reason": "opinion"}, at=AT)
    assert Job.objects.count() == 1


def test_a_new_key_is_vouched_for_by_the_old_one(log: Log) -> None:
    filled(2)
    signing.sign(AT)
    before = (log.home / "log-key").read_bytes()
    public = signing.rotate(AT)
    assert public == signing.named_key()
    assert (log.home / "log-key").read_bytes() != before
    filled(1)
    last = signing.sign(AT)
    assert last is not None
    assert notes.is_signed_by(last, public)
    assert LogHead.objects.count() == 3


def test_a_change_of_keys_that_was_killed_at_its_end_is_finished_by_the_next_head(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(1)
    with monkeypatch.context() as patch:
        patch.setattr("kiemchung.desk.log.keys.promote_next", lambda _path: None)  # the kill
        public = signing.rotate(AT)
    filled(1)
    note = signing.sign(AT)
    assert note is not None
    assert notes.is_signed_by(note, public)
    assert not (log.home / "log-key.next").exists()


def test_a_machine_with_another_key_signs_nothing(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(1)
    signing.sign(AT)
    filled(1)
    (log.home / "log-key").rename(log.home / "elsewhere")
    with pytest.raises(SetupError, match="cannot be used"):
        signing.sign(AT)
    monkeypatch.setenv("KIEMCHUNG_LOG_KEY_FILE", str(log.home / "elsewhere"))
    assert signing.sign(AT) is not None
    (log.home / "elsewhere").chmod(0o644)
    filled(1)
    with pytest.raises(SetupError, match="chmod 600"):
        signing.sign(AT)


def test_a_start_with_another_key_than_the_log_names_says_so_in_both_languages(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert warning_of_log_key("vi") == "", "an empty log names none"
    filled(1)
    signing.sign(AT)
    assert warning_of_log_key("vi") == ""
    with monkeypatch.context() as patch:
        patch.setattr("kiemchung.desk.log.keys.promote_next", lambda _path: None)  # a kill
        signing.rotate(AT)
    assert warning_of_log_key("vi") == "", "the right key is here, under its other name"
    (log.home / "log-key.next").unlink()
    english, vietnamese = warning_of_log_key("en"), warning_of_log_key("vi")
    assert english.startswith(f"{log.home / 'log-key'}: The log names another key than that of this machine")
    assert "Nhật ký nêu khóa khác với khóa của máy này" in vietnamese
    (log.home / "log-key").chmod(0o644)
    assert "chmod 600" in warning_of_log_key("en"), "said, and no reason to show no pages"
    (log.home / "log-key").unlink()
    assert warning_of_log_key("en") == "", "where only pages are shown there need be no key"
