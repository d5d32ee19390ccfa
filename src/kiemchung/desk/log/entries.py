"""Adds to the public log, in the transaction of what it tells of; reads it; erases what was sealed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from kiemchung.desk import erased
from kiemchung.desk.erased import Erasure
from kiemchung.desk.log import leaves, seals
from kiemchung.desk.models.log import LogEntry, LogKind, LogSalt
from kiemchung.engine.errors import InputError, KiemchungError
from kiemchung.engine.merkle import Frontier, leaf_hash
from kiemchung.jobs.queue import enqueue

SIGN_JOB = "desk.sign_log"
_SEALED = "sealed"
_LOCK = 0x6B_63_6C_6F_67  # PostgreSQL's advisory lock of whoever writes to the log


class LogDamagedError(KiemchungError):
    """The log is not what was signed; nothing is added or signed until somebody has looked at it."""

    def __init__(self, index: int) -> None:
        super().__init__(
            f"Entry {index} of the public log is not what was written. Run: kiemchung manage verify-log",
            f"Mục {index} của nhật ký công khai không còn đúng như khi ghi. Hãy chạy: kiemchung manage verify-log",
        )


def append(kind: str, facts: Mapping[str, Any], *, at: datetime, sealed: Mapping[str, str] | None = None) -> int:
    """Add an entry in the caller's transaction, if there is one, and return its index; a head is signed soon after.

    `facts` are public for ever: plain JSON without fractions, and nothing about a person. What may have to be erased
    goes into `sealed`, of which the log keeps commitments. One writes at a time until its transaction ends, so this
    comes last in it. Raises `InputError` for an unknown kind and for facts that cannot be kept.
    """
    if kind == LogKind.KEY:
        raise InputError(
            "Which key signs the log is changed by: kiemchung manage log-key --rotate",
            "Khóa ký nhật ký được đổi bằng: kiemchung manage log-key --rotate",
        )
    with transaction.atomic():
        index = store(kind, facts, at, sealed or {})
        enqueue(SIGN_JOB, {}, key="grown")
    return index


def store(kind: str, facts: Mapping[str, Any], at: datetime, sealed: Mapping[str, str]) -> int:
    """Add an entry, as `append` does, without asking for a signature. Inside a transaction."""
    if kind not in LogKind.values or _SEALED in facts:
        raise InputError(
            f"The public log has no entries of the kind {kind!r}, and `sealed` is no name of a fact.",
            f"Nhật ký công khai không có loại mục {kind!r}, và `sealed` không phải tên dữ kiện.",
        )
    lock()
    last = LogEntry.objects.order_by("-index").first()
    frontier = Frontier() if last is None else frontier_of(last)
    kept = {name: seals.commit(text) for name, text in sealed.items()}
    public = {**facts, _SEALED: {name: seal.commitment for name, seal in kept.items()}} if kept else facts
    leaf = leaves.written(frontier.size, kind, public, at)
    grown = frontier.with_leaf(leaf_hash(leaf.encode()))
    entry = LogEntry.objects.create(
        index=frontier.size, kind=str(kind), at=at, leaf=leaf, peaks=" ".join(peak.hex() for peak in grown.peaks)
    )
    LogSalt.objects.bulk_create(LogSalt(entry=entry, name=name, salt=seal.salt) for name, seal in kept.items())
    return frontier.size


def lock() -> None:
    """Be the only one who writes to the log until the transaction ends. SQLite has one writer in any case."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def frontier_of(entry: LogEntry) -> Frontier:
    """Return the right edge of the tree after an entry. Raises `LogDamagedError` when it cannot be one."""
    try:
        return Frontier(entry.index + 1, tuple(bytes.fromhex(peak) for peak in entry.peaks.split()))
    except ValueError:
        raise LogDamagedError(entry.index) from None


def lines(first: int = 0) -> Iterator[str]:
    """Yield the leaves from index `first` on, each a line of the public dump."""
    yield from LogEntry.objects.filter(index__gte=first).order_by("index").values_list("leaf", flat=True).iterator()


def is_sealed_text(index: int, name: str, text: str) -> bool:
    """Whether the sealed part `name` of an entry was this text; False for ever once it was erased."""
    salt = LogSalt.objects.filter(entry_id=index, name=name).values_list("salt", flat=True).first()
    leaf = leaves.read(LogEntry.objects.values_list("leaf", flat=True).get(pk=index))
    if salt is None or leaf is None:
        return False
    return seals.is_opened_by(leaf.facts[_SEALED][name], bytes(salt), text)


def erase(index: int, name: str | None = None) -> int:
    """Delete the salt of a sealed part of an entry, or of all its parts; return how many were there. The log stays.

    It is noted in `erased`, so that no backup brings the salt back.
    """
    found = LogSalt.objects.filter(entry_id=index)
    if name is not None:
        found = found.filter(name=name)
    with transaction.atomic():
        if found.exists():
            erased.note(Erasure(entry=index, name=name))
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA secure_delete = ON")  # zeros over what was deleted, not only a free page
        return found.delete()[0]
