"""The SQLite file of the media references: its tables, its version, how it is opened."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from kiemchung.collection.schema import connected, execute_all, transaction, translated
from kiemchung.collection.types import CollectionError
from kiemchung.engine.media.directory import FORMAT

FILE_NAME = "media.sqlite"
# The tables below and the arrays in the segments change together: either makes the folder one of another version.
VERSION = 100 + FORMAT

_APPLICATION_ID = 0x4B434D44  # "KCMD", in the file's header
_WAIT_S = 5.0
# `segments` is the list of the index: file, what is in it, its length and CRC-32, and which references in it are dead.
_TABLES = """
CREATE TABLE media (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, name TEXT NOT NULL,
  size INTEGER NOT NULL, seconds REAL NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, added_at TEXT NOT NULL
);
CREATE TABLE belongs (media INTEGER NOT NULL, review TEXT NOT NULL, PRIMARY KEY (media, review)) WITHOUT ROWID;
CREATE INDEX belongs_by_review ON belongs (review);
CREATE TABLE previews (media INTEGER NOT NULL, at_s REAL NOT NULL, jpeg BLOB NOT NULL, UNIQUE (media, at_s));
CREATE TABLE segments (
  file TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, length INTEGER NOT NULL, checksum INTEGER NOT NULL,
  dead BLOB NOT NULL
);
"""


def translated_media(path: Path) -> AbstractContextManager[None]:
    """Turns SQLite's and the system's errors about the references in the folder `path` into ours."""
    return translated(path / FILE_NAME, ("add the files again", "thêm lại các tệp"))


def connect(path: Path, *, read_only: bool) -> sqlite3.Connection:
    """The open record in the folder `path`, made there when missing (never with `read_only`).

    Raises `CollectionError` when there is none or it is of another version.
    """
    file = path / FILE_NAME
    with translated_media(path):
        if read_only and not file.exists():
            raise _none_in(path)
        if not read_only:
            path.mkdir(parents=True, exist_ok=True)
        connection = connected(file, read_only=read_only, wait_s=_WAIT_S)
        try:
            _prepare(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    if not read_only:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # a picture that was removed is written over
        with transaction(connection):  # another process may have been quicker
            if not _version(connection):
                execute_all(connection, _TABLES)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
    found = _version(connection)
    if not found:
        raise _none_in(path)
    if found != VERSION:
        raise CollectionError(
            f"{path} was written in media format {found}, this kiemchung reads {VERSION}. Move the folder away and add "
            "the files again (kiemchung media add), or use the kiemchung that wrote it.",
            f"{path} ghi theo định dạng ảnh, âm thanh, video {found}, bản kiemchung này đọc định dạng {VERSION}. Hãy "
            "chuyển thư mục đi nơi khác rồi thêm lại các tệp (kiemchung media add), hoặc dùng bản kiemchung đã ghi nó.",
        )


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _none_in(path: Path) -> CollectionError:
    return CollectionError(
        f"There are no media references in {path} yet. Add some: kiemchung media add FILE --review ID.",
        f"Chưa có tệp gốc nào trong {path}. Hãy thêm: kiemchung media add TỆP --review ID.",
    )
