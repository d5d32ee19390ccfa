"""The SQLite file: its tables, how it is opened, and what SQLite's errors mean for a person."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kiemchung.collection.types import CollectionError
from kiemchung.engine.errors import IndexBusyError, system_words
from kiemchung.engine.links import address_key, address_number, without_account
from kiemchung.engine.types import MappedRating, Rating, Review

FILE_NAME = "reviews.sqlite"
SCHEMA_VERSION = 3

COLUMNS = (
    "id, claim, title, body, rating_published, rating_mapped, rating_basis, url, publisher, publisher_url, date, lang,"
    " appearances"
)
COLUMN_COUNT = 13
# Keeps a review as an older version: its id, when it was replaced, by which change.
KEEP = (
    f"INSERT INTO versions ({COLUMNS}, hash, replaced_at, replaced_by)"  # noqa: S608
    f" SELECT {COLUMNS}, hash, ?2, ?3 FROM reviews WHERE id = ?1"
)

_APPLICATION_ID = 0x4B434856  # "KCHV", in the file's header
_TABLES = """
CREATE TABLE reviews (
  id TEXT NOT NULL UNIQUE, claim TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  rating_published TEXT NOT NULL, rating_mapped TEXT, rating_basis TEXT NOT NULL,
  url TEXT NOT NULL, publisher TEXT NOT NULL, publisher_url TEXT NOT NULL,
  date TEXT NOT NULL, lang TEXT NOT NULL, appearances TEXT NOT NULL,
  hash BLOB NOT NULL, newest_date TEXT NOT NULL, change INTEGER NOT NULL UNIQUE
);
CREATE TABLE versions (
  id TEXT NOT NULL, claim TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
  rating_published TEXT NOT NULL, rating_mapped TEXT, rating_basis TEXT NOT NULL,
  url TEXT NOT NULL, publisher TEXT NOT NULL, publisher_url TEXT NOT NULL,
  date TEXT NOT NULL, lang TEXT NOT NULL, appearances TEXT NOT NULL,
  hash BLOB NOT NULL, replaced_at TEXT NOT NULL, replaced_by INTEGER NOT NULL
);
CREATE INDEX versions_by_id ON versions (id, replaced_by);
CREATE TABLE removed (id TEXT NOT NULL UNIQUE, change INTEGER NOT NULL UNIQUE);
CREATE TABLE counters (name TEXT NOT NULL UNIQUE, value INTEGER NOT NULL);
INSERT INTO counters VALUES ('last_change', 0);
"""
# Since version 2. `addresses`: the number of an address and the change of a review that has it; `commits`: a random
# mark for the state after each commit, by which an index knows that it was made from this record and no other.
_TABLES_2 = """
CREATE TABLE addresses (address INTEGER NOT NULL, change INTEGER NOT NULL, PRIMARY KEY (address, change)) WITHOUT ROWID;
CREATE TABLE commits (change INTEGER NOT NULL PRIMARY KEY, mark INTEGER NOT NULL);
"""
# Since version 3: the number of the address of a review that its publisher has withdrawn, when, and why. Who only reads
# asks nothing of it.
_TABLES_3 = """
CREATE TABLE withdrawn (address INTEGER NOT NULL PRIMARY KEY, withdrawn_at TEXT NOT NULL, why TEXT NOT NULL);
"""
_FROM_1_TO_2 = """
ALTER TABLE reviews ADD COLUMN appearances TEXT NOT NULL DEFAULT '';
ALTER TABLE versions ADD COLUMN appearances TEXT NOT NULL DEFAULT '';
"""
# A collection of version 1 that is only read looks like one of version 2 that has no addresses.
_SEEN_AS_2 = """
CREATE TEMP VIEW reviews AS SELECT *, '' AS appearances FROM main.reviews;
CREATE TEMP VIEW versions AS SELECT *, '' AS appearances FROM main.versions;
CREATE TEMP TABLE addresses (address INTEGER, change INTEGER);
CREATE TEMP VIEW commits AS SELECT value AS change, 0 AS mark FROM main.counters WHERE name = 'last_change';
"""


def connect(home: Path, *, read_only: bool, wait_s: float) -> sqlite3.Connection:
    """An open collection in `home`, made there when missing (never with `read_only`). Raises
    `CollectionError`."""
    path = home / FILE_NAME
    with translated(path):
        _prepare_folder(home, path, read_only=read_only)
        connection = connected(path, read_only=read_only, wait_s=wait_s)
        try:
            _prepare_schema(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


# What is lost with a file that cannot be used any more, in English and in Vietnamese.
_REVIEWS = ("import the reviews again", "nạp lại các bài kiểm chứng")


@contextmanager
def translated(path: Path, again: tuple[str, str] = _REVIEWS) -> Iterator[None]:
    """Turns SQLite's and the system's errors about `path` into ours; `again` is what to do when the file is lost."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(error, path, again) from error
    except OSError as error:
        english, vietnamese = system_words(error)
        raise CollectionError(
            f"The folder {path.parent} cannot be used: {english}. Check its rights, or set KIEMCHUNG_HOME.",
            f"Không dùng được thư mục {path.parent}: {vietnamese}. Hãy kiểm tra quyền, hoặc đặt KIEMCHUNG_HOME.",
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """All or nothing, whatever ends it: an error, Ctrl-C, a full disk."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite has rolled back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def row_of(review: Review) -> tuple[str | None, ...]:
    """A review as the values of `COLUMNS`."""
    rating = review.rating
    return (
        review.id,
        review.claim,
        review.title,
        review.body,
        rating.published,
        None if rating.mapped is None else rating.mapped.value,
        rating.basis,
        review.url,
        review.publisher,
        review.publisher_url,
        review.date,
        review.lang,
        "\n".join(filter(None, map(without_account, review.appearances))),
    )


def review_of(row: tuple[str, ...]) -> Review:
    """The review in a row that begins with `COLUMNS`."""
    id_, claim, title, body, published, mapped, basis, url, publisher, publisher_url, date, lang, seen = row[
        :COLUMN_COUNT
    ]
    rating = Rating(published, _MAPPED[mapped], basis)
    appearances = tuple(seen.split("\n")) if seen else ()
    return Review(id_, claim, title, body, rating, url, publisher, publisher_url, date, lang, appearances)


def content_hash(row: tuple[str | None, ...]) -> bytes:
    """16 bytes that two rows share only when all their values are equal (BLAKE2b; NUL cannot stand inside a
    value)."""
    values = [value or "" for value in row]
    if not values[-1]:
        del values[-1]  # as before there were appearances: what a collection of version 1 holds is known again
    return hashlib.blake2b("\0".join(values).encode(), digest_size=16).digest()


def add_addresses(connection: sqlite3.Connection, changes: Iterable[tuple[int, Review]]) -> None:
    """Remembers at which addresses reviews and their claims stand."""
    connection.executemany(
        "INSERT OR IGNORE INTO addresses VALUES (?, ?)",
        ((number, change) for change, review in changes for number in _numbers(review)),
    )


def remove_addresses(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    """Forgets the addresses of stored reviews, before they are replaced or removed."""
    rows = connection.execute(
        f"SELECT {COLUMNS}, change FROM reviews WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps(ids),),
    ).fetchall()
    connection.executemany(
        "DELETE FROM addresses WHERE address = ? AND change = ?",
        [(number, row[COLUMN_COUNT]) for row in rows for number in _numbers(review_of(row))],
    )


def _numbers(review: Review) -> set[int]:
    keys = {address_key(url) for url in (review.url, *review.appearances) if url}
    return {address_number(key) for key in keys if key}


def mark_commit(connection: sqlite3.Connection, change: int) -> None:
    """Gives the state after `change` its mark."""
    connection.execute("INSERT OR REPLACE INTO commits VALUES (?, ?)", (change, secrets.randbits(62)))


_MAPPED: dict[str | None, MappedRating | None] = {
    None: None,
    **{rating.value: rating for rating in MappedRating},
}


def _prepare_folder(home: Path, path: Path, *, read_only: bool) -> None:
    if home.exists() and not home.is_dir():
        raise CollectionError(
            f"{home} is a file, not a folder. Set KIEMCHUNG_HOME to a folder for the reviews.",
            f"{home} là tệp, không phải thư mục. Hãy đặt KIEMCHUNG_HOME là thư mục để chứa các bài kiểm chứng.",
        )
    if path.is_dir():
        raise CollectionError(
            f"{path} is a folder where the file of reviews should be. Move it away.",
            f"{path} là thư mục nằm ở chỗ của tệp bài kiểm chứng. Hãy chuyển nó đi nơi khác.",
        )
    if read_only and not path.exists():
        raise _none_in(home)
    if not read_only:
        home.mkdir(parents=True, exist_ok=True)


def _none_in(home: Path) -> CollectionError:
    return CollectionError(
        f"There is no collection in {home} yet. Import reviews first: kiemchung import FILE (or, to try it out:"
        " kiemchung import starter).",
        f"Chưa có kho bài kiểm chứng trong {home}. Hãy nạp bài trước: kiemchung import TỆP (hoặc, để thử:"
        " kiemchung import starter).",
    )


def connected(path: Path, *, read_only: bool, wait_s: float) -> sqlite3.Connection:
    """An open SQLite file, made when missing (never with `read_only`); raises what SQLite raises."""
    if not read_only:
        return _open(path.as_uri(), wait_s)
    try:
        connection = _open(f"{path.as_uri()}?mode=ro", wait_s)
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema")
        except BaseException:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        # On a medium that cannot be written there is no room for the log's index, and no writer either.
        if _code(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            return _open(f"{path.as_uri()}?mode=ro&immutable=1", wait_s)
        raise
    return connection


def _open(uri: str, wait_s: float) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=wait_s, isolation_level=None)


def _prepare_schema(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    version = _schema_version(connection)
    if version > SCHEMA_VERSION:
        raise CollectionError(
            f"{path} was written by a newer kiemchung: its format is {version}, this one knows"
            f" {SCHEMA_VERSION}. Upgrade kiemchung, or set KIEMCHUNG_HOME to another folder.",
            f"{path} do bản kiemchung mới hơn ghi: định dạng {version}, bản này chỉ biết đến"
            f" {SCHEMA_VERSION}. Hãy nâng cấp kiemchung, hoặc đặt KIEMCHUNG_HOME là thư mục khác.",
        )
    if read_only:
        if version == 1:
            connection.executescript(_SEEN_AS_2)
        if version == 0:
            raise _none_in(path.parent)
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if version < SCHEMA_VERSION:
        with transaction(connection):
            # Another process may have been quicker.
            found = _schema_version(connection)
            if found == 0:
                _create_tables(connection, path)
            if found == 1:
                _bring_from_1_to_2(connection)
            if found in (1, 2):
                execute_all(connection, _TABLES_3)
                connection.execute("PRAGMA user_version = 3")


def _create_tables(connection: sqlite3.Connection, path: Path) -> None:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables:
        raise CollectionError(
            f"{path} is a database of another program. Set KIEMCHUNG_HOME to another folder.",
            f"{path} là cơ sở dữ liệu của chương trình khác. Hãy đặt KIEMCHUNG_HOME là thư mục khác.",
        )
    execute_all(connection, _TABLES + _TABLES_2 + _TABLES_3)
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _bring_from_1_to_2(connection: sqlite3.Connection) -> None:
    execute_all(connection, _FROM_1_TO_2 + _TABLES_2)
    rows = connection.execute(f"SELECT {COLUMNS}, change FROM reviews WHERE url != ''")  # noqa: S608
    add_addresses(connection, ((row[COLUMN_COUNT], review_of(row)) for row in rows))
    (last,) = connection.execute("SELECT value FROM counters WHERE name = 'last_change'").fetchone()
    mark_commit(connection, last)
    connection.execute("PRAGMA user_version = 2")


def execute_all(connection: sqlite3.Connection, statements: str) -> None:
    """Runs statements one after the other, within the transaction there is."""
    # Not `executescript`, which would end the transaction.
    for statement in filter(str.strip, statements.split(";")):
        connection.execute(statement)


def _schema_version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 where Python raised the error itself."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _ours(error: sqlite3.Error, path: Path, again: tuple[str, str]) -> CollectionError | IndexBusyError:
    english, vietnamese = again
    match _code(error):
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return IndexBusyError(
                f"Another process is writing to {path}. Wait until it is done and try again.",
                f"Một tiến trình khác đang ghi vào {path}. Hãy đợi nó xong rồi thử lại.",
            )
        case sqlite3.SQLITE_FULL:
            return CollectionError(
                f"The disk of {path} is full. What was said to be in is in, and nothing else was changed. "
                "Make room and try again.",
                f"Đĩa chứa {path} đã đầy. "
                "Những gì đã báo là vào kho thì đã vào, ngoài ra không có gì thay đổi. Hãy dọn bớt chỗ rồi thử lại.",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return CollectionError(
                f"{path} may not be written by this account. Change its rights or KIEMCHUNG_HOME.",
                f"Tài khoản này không được ghi vào {path}. Hãy đổi quyền của tệp, hoặc đổi KIEMCHUNG_HOME.",
            )
        case sqlite3.SQLITE_CANTOPEN:
            return CollectionError(
                f"{path} cannot be opened. Check the rights of the folder, or set KIEMCHUNG_HOME.",
                f"Không mở được {path}. Hãy kiểm tra quyền của thư mục, hoặc đặt KIEMCHUNG_HOME.",
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return CollectionError(
                f"{path} is damaged ({error}). Move it away and {english}.",
                f"{path} bị hỏng ({error}). Hãy chuyển nó đi nơi khác và {vietnamese}.",
            )
        case sqlite3.SQLITE_IOERR:
            return CollectionError(
                f"{path} could not be read or written ({error}). "
                "What was said to be in is in, and nothing else was changed. Check the disk.",
                f"Không đọc hoặc ghi được {path} ({error}). "
                "Những gì đã báo là vào kho thì đã vào, ngoài ra không có gì thay đổi. Hãy kiểm tra đĩa.",
            )
    return CollectionError(
        f"{path}: {error}. Move the file away and {english} if this stays.",
        f"{path}: {error}. Nếu vẫn vậy, hãy chuyển tệp đi nơi khác và {vietnamese}.",
    )
