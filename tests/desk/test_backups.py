"""Backup and restore by command, on both kinds of database; what was erased since is erased again (F38)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings

from kiemchung.desk import erased, erasing, intake, log, matching
from kiemchung.desk.backups import archive, making, restoring
from kiemchung.desk.log import checking, files, signing, stored
from kiemchung.desk.models import LogEntry, LogSalt, Message, MessageState, ReviewVersion
from kiemchung.engine.errors import InputError, KiemchungError, SetupError
from kiemchung.web.database import database_from
from kiemchung.web.starting import require_migrated
from tests.databases import use
from tests.desk.conftest import Desk
from tests.desk.newsroom import TAMARIND, ask, correct, publish, wording

TOLD = "Kanarienvogel: uống nước lá đu đủ mỗi sáng thì khỏi hẳn bệnh tiểu đường"
LATER = "Ngâm chân nước gừng ba ngày là hết cao huyết áp"


def away(desk: Desk) -> None:
    """Let this machine's database be lost: an empty one takes its place."""
    connection.close()
    matching.indexes.cache_clear()
    if desk.vendor == "sqlite":
        for path in desk.home.glob("desk.sqlite*"):
            path.unlink()
        return
    with psycopg.connect(desk.address, autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS another WITH (FORCE)")
        owner.execute("CREATE DATABASE another")
    use(database_from(desk.address.replace("/postgres?", "/another?"), desk.home))


def findings(*heads: checking.Head) -> list[str]:
    return [one.code for one in checking.check(stored.rows(), signing.heads(), heads).findings]


def said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    call_command(*command)
    return capsys.readouterr().out


def test_f38_a_backup_is_put_back_erased_again_and_what_is_lost_is_said(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)
    kept, gone = ask("Tin còn giữ: ăn tỏi sống chữa được cúm mùa"), ask(TOLD)
    log.append("declined", {"claim": 1}, at=datetime.now(UTC), sealed={"contact": "0912345678"})
    signing.sign(datetime.now(UTC))
    (desk.home / "files").mkdir()
    (desk.home / "files" / "one").write_bytes(b"encrypted")
    backup = tmp_path / "backup"
    assert "nguyên vẹn" in said(capsys, "backup", str(backup))
    entries = LogEntry.objects.count()

    ask(LATER)
    erasing.erase(gone.pk)
    log.erase(entries - 1)
    claim.refresh_from_db()
    correct(claim, desk.linh, desk.an, wording(summary="Sửa lại câu tóm tắt cho rõ hơn."), "Viết rõ hơn.")
    signing.sign(datetime.now(UTC))
    (heads := tmp_path / "heads").write_text("\n".join(map(files.head_line, signing.heads())), encoding="utf-8")

    away(desk)
    told = said(capsys, "restore", str(backup), "--heads", str(heads), "--lang", "en")
    assert f"Entries of the public log that are lost: {entries} to " in told
    assert "Erased again: 2 that" in told
    assert told.endswith("The public log is whole.\n")
    assert "Not in it: whatever happened from 20" in told
    assert "copy" not in told.lower(), "the keys are those of the backup"

    assert ReviewVersion.objects.count() == 1
    assert Message.objects.get(pk=kept.pk).text
    again = Message.objects.get(pk=gone.pk)
    assert (again.state, again.text) == (MessageState.DELETED, "")
    assert not LogSalt.objects.exists()
    assert not Message.objects.filter(text=LATER).exists()
    assert (desk.home / "files" / "one").read_bytes() == b"encrypted"
    assert findings() == []
    assert set(findings(*files.read_heads(heads))) == {"changed"}, "whoever keeps the newer head sees the loss"
    last = json.loads(LogEntry.objects.order_by("-index")[0].leaf)
    assert (last["kind"], last["facts"]["entries"], last["facts"]["lost"] > 0) == ("restored", entries, True)
    answered = ask(TAMARIND)
    assert answered.state == MessageState.ANSWERED
    require_migrated()


def test_f38_what_is_there_is_replaced_only_when_that_is_wanted(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(TOLD)
    making.make(tmp_path / "backup")
    ask(LATER)
    with pytest.raises(InputError, match="not empty"):
        restoring.restore(tmp_path / "backup")
    assert Message.objects.count() == 2
    matching.indexes.cache_clear()
    assert "Tin nhận được trong thời gian đó và bị mất: 1" in said(
        capsys, "restore", str(tmp_path / "backup"), "--replace"
    )
    assert Message.objects.get().text == TOLD


def test_r6_a_restore_without_the_key_says_what_cannot_be_read(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    making.make(tmp_path / "backup")
    away(desk)
    with override_settings(SECRET_KEY="x" * 60):
        told = said(capsys, "restore", str(tmp_path / "backup"), "--lang", "en")
    assert "secret-key is not that of the backup" in told
    assert "encrypted files, withheld sources and second factors cannot be read" in told


def test_f38_what_another_machine_has_erased_is_erased_too(desk: Desk, tmp_path: Path) -> None:
    gone = ask(TOLD)
    making.make(tmp_path / "backup")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(f'{{"ticket": "{gone.ticket_digest}"}}\n{{"ticket": "torn', encoding="utf-8")
    done = restoring.restore(tmp_path / "backup", is_replacing=True, erasures=[elsewhere])
    assert done.erased_again == 1
    assert [one.ticket for one in erased.noted(desk.home / "erased")] == [gone.ticket_digest]


def test_f38_what_expired_meanwhile_is_erased_without_a_note(desk: Desk, tmp_path: Path) -> None:
    old = ask(TOLD)
    Message.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    making.make(tmp_path / "backup")
    assert erasing.erase_expired() == 1
    assert not (desk.home / "erased").exists()
    assert restoring.restore(tmp_path / "backup", is_replacing=True).expired == 1
    assert Message.objects.get(pk=old.pk).text == ""


def test_a_restore_that_was_broken_off_lets_nothing_serve_and_is_run_again(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = ask(TOLD)
    making.make(tmp_path / "backup")
    erasing.erase(gone.pk)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "erase_again", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restoring.restore(tmp_path / "backup", is_replacing=True)
    with pytest.raises(SetupError, match="broken off"):
        require_migrated()
    restoring.restore(tmp_path / "backup")
    require_migrated()
    assert Message.objects.get(pk=gone.pk).text == ""


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.9])
def test_f21_a_backup_of_which_a_bit_was_flipped_or_the_end_is_missing_is_refused(
    place: float, desk: Desk, tmp_path: Path
) -> None:
    ask(TOLD)
    path = tmp_path / "backup"
    making.make(path)
    whole = path.read_bytes().rstrip(b"\0")
    at = int(place * (len(whole) - 1))
    for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :] + bytes(10240)):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match="not a whole backup"):
            restoring.restore(path, is_replacing=True)
    assert Message.objects.get().text == TOLD


def test_f37_a_backup_of_a_newer_version_is_refused_with_both_versions(desk: Desk, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('desk', '9999_later', %s)", [now()])
    making.make(tmp_path / "backup")
    try:
        with pytest.raises(SetupError, match=r"desk\.9999_later.* this is kiemchung .* knows desk\.\d{4}_"):
            restoring.restore(tmp_path / "backup", is_replacing=True)
        with pytest.raises(SetupError, match=r"desk\.9999_later"):
            require_migrated()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")


def now() -> datetime:
    return datetime.now(UTC)


def test_a_backup_of_the_other_kind_of_database_is_refused(desk: Desk, tmp_path: Path) -> None:
    manifest = making.make(tmp_path / "backup")
    (part := tmp_path / "part").write_bytes(b"dump")
    archive.write(tmp_path / "other", replace(manifest, vendor="another"), [(archive.DATABASE, part)])
    with pytest.raises(InputError, match="The backup is of another, this database is"):
        restoring.restore(tmp_path / "other")


def test_f18_when_the_disk_is_full_the_older_backup_is_untouched(desk: Desk, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk / "backup"
        path.write_bytes(b"older")
        with pytest.raises(KiemchungError, match=r"No space left|failed|is full"):
            making.make(path)
        assert path.read_bytes() == b"older"
        assert [one.name for one in disk.iterdir()] == ["backup"]


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0777", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here: what happens on a full one is not tested")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_only_its_owner_reads_a_backup_and_no_key_is_in_it(desk: Desk, tmp_path: Path) -> None:
    publish_one(desk)
    signing.sign(now())
    path = tmp_path / "backup"
    making.make(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    content = path.read_bytes()
    assert (desk.home / "log-key").read_bytes() not in content
    assert b"PRIVATE KEY" not in content


def publish_one(desk: Desk) -> None:
    claim = ask(TAMARIND).claim
    assert claim is not None
    publish(claim, desk.linh, desk.an)


def test_nothing_is_erased_that_could_not_be_noted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    message = ask(TOLD)
    (desk.home / "erased").mkdir()
    with pytest.raises(SetupError, match="cannot be noted"):
        erasing.erase(message.pk)
    assert Message.objects.get().text == TOLD


@pytest.mark.parametrize("step", ["_digest_of", "_fill"])
def test_f38_a_message_that_is_erased_while_a_backup_is_made_does_not_stop_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    asked = intake.ask("", channel="t", ref="f", file=b"abc" * 100)
    whole, begun = getattr(archive, step), list[int]()

    def erased_meanwhile(*given: Any) -> Any:
        if not begun:
            begun.append(1)
            erasing.erase(asked.message_id)
        return whole(*given)

    monkeypatch.setattr(archive, step, erased_meanwhile)
    manifest = making.make(tmp_path / "b")
    assert [name for name in manifest.sha256 if name.startswith("files/")] == []


def _logged_as_lost() -> int:
    return int(json.loads(LogEntry.objects.order_by("-index")[0].leaf)["facts"]["lost"])


def test_r32_a_restore_that_is_repeated_or_was_broken_off_says_how_much_is_lost(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tmp_path / "b"
    making.make(backup)
    for number in range(5):
        log.append("declined", {"claim": number, "reason": "opinion"}, at=datetime(2026, 3, 2, tzinfo=UTC))
    total = LogEntry.objects.count()
    with monkeypatch.context() as dying:
        dying.setattr(restoring, "_put_back_files", lambda _files: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restoring.restore(backup, is_replacing=True)
    done = restoring.restore(backup, is_replacing=True)
    assert _logged_as_lost() == total - done.log_entries == 5
    restoring.restore(backup, is_replacing=True)
    assert _logged_as_lost() == 5
