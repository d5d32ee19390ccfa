"""Puts a backup back into an empty database, erases again what was erased since, and says what is lost."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection

from kiemchung.collection.home import default_home
from kiemchung.desk import erased, erasing, log, requests
from kiemchung.desk.backups import archive
from kiemchung.desk.backups.making import mark_of_secret_key, room_beside, side
from kiemchung.desk.backups.manifest import Manifest
from kiemchung.desk.backups.versions import require_known
from kiemchung.desk.log import LogDamagedError, keys, notes, signing
from kiemchung.desk.log.checking import Head
from kiemchung.desk.models import LogEntry, Member, Message, Review, Shelved
from kiemchung.engine.durable import settle, take_the_place
from kiemchung.engine.errors import InputError, SetupError
from kiemchung.jobs import clock

_UNFINISHED = "restore-unfinished"  # holds how many entries of the log are known
_LARGEST_LOG = "largest-log"  # the same for ever after
_RECORD = (Message, Member, Review, LogEntry, Shelved)


@dataclass(frozen=True)
class Before:
    """What was in the database that the backup replaces, as far as it could be read."""

    is_empty: bool
    log_entries: int = 0
    messages: int = 0  # received since the backup was made


@dataclass(frozen=True)
class Restored:
    """What was put back, and what is lost for good."""

    manifest: Manifest
    until: datetime  # the loss window ends here
    erased_again: int
    expired: int
    log_entries: int
    lost_entries: tuple[int, int] | None  # first and last index that the old record or a kept head had
    lost_messages: int | None  # None: the old record is not here
    is_same_secret_key: bool
    is_same_log_key: bool


def restore(
    path: Path, *, is_replacing: bool = False, erasures: Sequence[Path] = (), heads: Sequence[Head] = ()
) -> Restored:
    """Put the backup back, and return what is lost. Nothing else of the service may run meanwhile.

    `erasures` are files `erased` of other machines, beside this one's own; `heads` are heads of the public log that
    others have kept. Killed half way, it is started again; until it has ended, nothing serves. Raises `InputError` when
    the backup is damaged or of another kind, or the database is not empty and not to be replaced.
    """
    manifest = archive.read(path)
    _require_fitting(manifest)
    before = _before(manifest.moment)
    if not before.is_empty and not is_replacing and not _marker().exists():
        raise InputError(
            "The database is not empty. With --replace what is in it is lost; make a backup of it first.",
            "Cơ sở dữ liệu không trống. Với --replace, những gì trong đó sẽ mất; hãy sao lưu trước.",
        )
    gone = [one for file in (default_home() / erased.NAME, *erasures) for one in erased.noted(file)]
    default_home().mkdir(mode=0o700, parents=True, exist_ok=True)
    with room_beside(_marker()) as folder:
        archive.unpack(path, folder)
        side().require_whole(folder / archive.DATABASE)
        before = replace(before, log_entries=_known(before.log_entries))
        side().put_back(folder / archive.DATABASE)
        _put_back_files(folder / archive.FILES)
    call_command("migrate", verbosity=0, interactive=False)
    Session.objects.all().delete()  # who has signed out since stays signed out
    again, expired = erasing.erase_again(gone), erasing.erase_expired() + requests.erase_expired()
    erasing.empty_write_ahead_log()
    done = _said(manifest, before, heads, again, expired)
    _write_down(done)
    _marker().unlink()
    return done


def require_finished() -> None:
    """Raise `SetupError` while a restore was begun and not ended: what was erased may be there again."""
    if _marker().exists():
        raise SetupError(
            "A restore was broken off. Run it again: kiemchung manage restore FILE",
            "Việc khôi phục bị dừng giữa chừng. Hãy chạy lại: kiemchung manage restore TỆP",
        )


def _marker() -> Path:
    return default_home() / _UNFINISHED


def _known(entries: int) -> int:
    """Return the most entries of the log that were ever seen here, written down before anything is replaced.

    A restore that was broken off, or an older backup put back before, does not make what is lost smaller.
    """
    sizes = [int(file.read_text()) for file in (_marker(), _largest()) if file.exists() and file.read_text().isdigit()]
    known = max([entries, *sizes])
    for file in (_largest(), _marker()):
        with NamedTemporaryFile("w", dir=file.parent, prefix=".largest-", delete=False) as draft:
            draft.write(str(known))
            settle(draft)
        take_the_place(Path(draft.name), file)
    return known


def _largest() -> Path:
    return default_home() / _LARGEST_LOG


def _require_fitting(manifest: Manifest) -> None:
    if manifest.vendor != connection.vendor:
        raise InputError(
            f"The backup is of {manifest.vendor}, this database is {connection.vendor}. Set KIEMCHUNG_DATABASE to the "
            "same kind.",
            f"Bản sao lưu là của {manifest.vendor}, cơ sở dữ liệu này là {connection.vendor}. Hãy đặt "
            "KIEMCHUNG_DATABASE cùng loại.",
        )
    require_known(manifest.migrations, manifest.app)


def _before(since: datetime) -> Before:
    try:
        there = set(connection.introspection.table_names())
        models = [model for model in _RECORD if model._meta.db_table in there]  # noqa: SLF001 - Django's own way
        if not any(model.objects.exists() for model in models):
            return Before(is_empty=True)
        messages = Message.objects.filter(received_at__gte=since).count() if Message in models else 0
        return Before(False, LogEntry.objects.count() if LogEntry in models else 0, messages)
    except DatabaseError:
        return Before(is_empty=False)


def _put_back_files(files: Path) -> None:
    place = default_home() / archive.FILES
    shutil.rmtree(place, ignore_errors=True)
    if files.exists():
        shutil.move(files, place)


def _said(manifest: Manifest, before: Before, heads: Sequence[Head], again: int, expired: int) -> Restored:
    entries = LogEntry.objects.count()
    kept = [checkpoint.size for head in heads if (checkpoint := notes.read(head.note)) is not None]
    known = max([before.log_entries, *kept])
    return Restored(
        manifest=manifest,
        until=clock.now(),
        erased_again=again,
        expired=expired,
        log_entries=entries,
        lost_entries=(entries, known - 1) if known > entries else None,
        lost_messages=None if before.is_empty else before.messages,
        is_same_secret_key=manifest.secret_key == mark_of_secret_key(),
        is_same_log_key=not entries or _own_log_key() == signing.named_key(),
    )


def _write_down(done: Restored) -> None:
    """Say in the public log that its tail may be lost: an older state that is put back is never silent (R32)."""
    lost = 0 if done.lost_entries is None else done.lost_entries[1] - done.lost_entries[0] + 1
    facts = {"backup": done.manifest.shown_at, "entries": done.log_entries, "lost": lost}
    with suppress(LogDamagedError):  # the check that follows says what is wrong with it
        log.append("restored", facts, at=done.until)


def _own_log_key() -> str | None:
    path = keys.key_file()
    return notes.public_text(keys.read_key(path).public_key()) if path.exists() else None
