"""Makes a backup: the database as it is at one moment, then the files that it names."""

from __future__ import annotations

import hmac
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from kiemchung.collection.home import default_home
from kiemchung.desk.backups import archive, postgresql, sqlite
from kiemchung.desk.backups.manifest import Manifest
from kiemchung.desk.log import signing
from kiemchung.desk.models import LogEntry
from kiemchung.engine.errors import SetupError, system_words
from kiemchung.jobs import clock
from kiemchung.version import VERSION


def make(path: Path) -> Manifest:
    """Write a backup to `path` and return what it says of itself; an older one there stays until this one is whole.

    The private keys (`log-key`, `secret-key`) are not in it: they are kept apart. Nor are the indexes, which follow
    from the record. Raises `SetupError` when it cannot be made.
    """
    manifest = Manifest(
        made_at=clock.now().isoformat(),
        app=VERSION,
        vendor=connection.vendor,
        migrations=sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        log_entries=LogEntry.objects.count(),
        log_key=signing.named_key() or "",
        secret_key=mark_of_secret_key(),
    )
    with room_beside(path) as folder:
        database = folder / archive.DATABASE
        side().dump(database)
        archive.write(path, manifest, [(archive.DATABASE, database), *_files()])
    return archive.read(path)


def side() -> ModuleType:
    """Return what copies this kind of database: `dump`, `require_whole`, `put_back`."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def mark_of_secret_key() -> str:
    """Return a mark by which the secret key is known again."""
    return hmac.digest(str(settings.SECRET_KEY).encode(), b"mark in a backup", "sha256").hex()


@contextmanager
def room_beside(path: Path) -> Iterator[Path]:
    """A folder on the same disk that only this account reads, gone afterwards. Raises `SetupError`."""
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        english, vietnamese = system_words(error)
        raise SetupError(
            f"{path}: nothing can be written beside it ({english}). Choose a folder with room and the right to write.",
            f"{path}: không ghi được vào thư mục đó ({vietnamese}). Hãy chọn thư mục còn chỗ và có quyền ghi.",
        ) from error


def _files() -> Iterator[tuple[str, Path]]:
    """Yield the files of messages and sources. The database was copied before: each file that it names is here, or was
    erased meanwhile; what is erased from here on `archive.write` leaves out."""
    home = default_home()
    for path in sorted((home / archive.FILES).rglob("*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path.relative_to(home).as_posix(), path
