"""F39: whoever owns the database changes it; `verify-log` against heads that others keep names what differs."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from kiemchung.desk import publishing
from kiemchung.desk.backups import making, restoring
from kiemchung.desk.log import append, signing
from kiemchung.desk.models import Claim, LogEntry, LogHead, ReviewVersion
from tests.desk.conftest import Desk, Log
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording
from tests.desk.test_verify_log import named, printed

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def claim(desk: Desk) -> Claim:
    """A claim with two versions of its review, and a signed head over both."""
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    correct(claim, desk.linh, desk.an, wording("mixed"), "Có nghiên cứu mới hơn.")
    signing.sign(AT)
    return claim


def as_owner(desk: Desk, statement: str, *values: str | int) -> None:
    """Run a statement with all triggers switched off."""
    with connection.cursor() as cursor:
        if desk.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(statement, values)
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        cursor.execute(statement, values)
        for _, made in triggers:
            cursor.execute(made)


def mirrored(tmp_path: Path) -> Path:
    """The heads as anybody may have fetched them: the notes of the public feed."""
    path = tmp_path / "heads.txt"
    path.write_text(printed("log-entries", "--notes"), encoding="utf-8")
    return path


def entry_of(kind: str) -> int:
    return LogEntry.objects.filter(kind=kind).values_list("index", flat=True)[0]


def test_f39_what_nobody_has_touched_has_no_findings(desk: Desk, claim: Claim, tmp_path: Path) -> None:
    assert named("--heads", str(mirrored(tmp_path))) == []


@pytest.mark.parametrize(
    "column", ["summary = 'Me chua làm cao thêm.'", "rating = 'true'", "evidence = '[]'", "selection = 'harm'"]
)
def test_f39_an_update_of_a_published_row_names_the_version(
    desk: Desk, claim: Claim, tmp_path: Path, column: str
) -> None:
    heads = mirrored(tmp_path)
    as_owner(desk, f"UPDATE desk_reviewversion SET {column} WHERE number = 1")  # noqa: S608
    assert named("--heads", str(heads)) == [("version_changed", entry_of("published"), entry_of("published"))]
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("verify-log", "--lang", "vi", stdout=out)
    assert "Phiên bản 1 của bài an-me-khong-lam-cao-them không còn đúng như khi đăng" in out.getvalue()


def test_f39_an_update_of_row_and_entry_together_is_named_by_the_mirrored_head(
    desk: Desk, claim: Claim, tmp_path: Path
) -> None:
    heads = mirrored(tmp_path)
    version = ReviewVersion.objects.get(number=1)
    old = publishing.digest_of(publishing.content_of(version))
    as_owner(desk, "UPDATE desk_reviewversion SET summary = 'x' WHERE number = 1")
    version.refresh_from_db()
    new = publishing.digest_of(publishing.content_of(version))
    index = entry_of("published")
    as_owner(desk, 'UPDATE desk_logentry SET leaf = replace(leaf, %s, %s) WHERE "index" = %s', old, new, index)
    found = named("--heads", str(heads))
    assert ("changed", index, index) in found


def test_f39_a_deleted_version_and_one_that_was_never_published_are_named(
    desk: Desk, claim: Claim, tmp_path: Path
) -> None:
    as_owner(desk, "DELETE FROM desk_reviewversion WHERE number = 2")
    assert named() == [("version_missing", entry_of("corrected"), entry_of("corrected"))]
    as_owner(desk, "UPDATE desk_reviewversion SET number = 7")
    assert {code for code, _, _ in named()} == {"version_missing", "version_unlogged"}


def test_f39_a_deleted_line_of_the_log_is_named(desk: Desk, claim: Claim, tmp_path: Path) -> None:
    heads, index = mirrored(tmp_path), entry_of("published")
    as_owner(desk, 'DELETE FROM desk_logentry WHERE "index" = %s', index)
    found = named("--heads", str(heads))
    assert ("missing", index, index) in found
    assert ("version_unlogged", LogEntry.objects.count(), LogEntry.objects.count()) in found


def test_f39_a_cut_tail_is_named_although_the_stored_heads_were_cut_too(
    desk: Desk, claim: Claim, tmp_path: Path
) -> None:
    heads, index, count = mirrored(tmp_path), entry_of("corrected"), LogEntry.objects.count()
    as_owner(desk, 'DELETE FROM desk_logentry WHERE "index" >= %s', index)
    as_owner(desk, "DELETE FROM desk_loghead WHERE size > %s", index)
    assert ("cut", index, count - 1) in named("--heads", str(heads))


def test_f39_a_backup_that_was_set_back_and_gone_on_from_is_named(desk: Desk, claim: Claim, tmp_path: Path) -> None:
    making.make(tmp_path / "backup")
    size = LogEntry.objects.count()
    for number in range(3):
        append("declined", {"claim": number, "reason": "opinion"}, at=AT)
    signing.sign(AT)
    heads = mirrored(tmp_path)
    restoring.restore(tmp_path / "backup", is_replacing=True)
    last = json.loads(LogEntry.objects.order_by("-index")[0].leaf)
    assert (last["kind"], last["facts"]["entries"], last["facts"]["lost"]) == ("restored", size, 3)
    for number in range(7):  # gone on, longer than it was
        append("declined", {"claim": 10 + number, "reason": "opinion"}, at=AT)
    signing.sign(AT)
    assert named() == []
    assert ("range", size, size + 2) in named("--heads", str(heads))


def test_f39_setting_back_without_the_command_is_named_the_same_way(log: Log, tmp_path: Path) -> None:
    for number in range(4):
        append("declined", {"claim": number, "reason": "opinion"}, at=AT)
    signing.sign(AT)
    size = LogEntry.objects.count()
    append("declined", {"claim": 4, "reason": "opinion"}, at=AT)
    signing.sign(AT)
    heads = mirrored(tmp_path)
    log.as_owner('DELETE FROM desk_logentry WHERE "index" >= %s', size)
    log.as_owner("DELETE FROM desk_loghead WHERE size > %s", size)
    append("declined", {"claim": 99, "reason": "opinion"}, at=AT)
    append("declined", {"claim": 98, "reason": "opinion"}, at=AT)
    signing.sign(AT)
    assert LogHead.objects.count() == 2
    assert named() == []
    assert [one[:2] for one in named("--heads", str(heads))] == [("range", size)]
