"""Signs a head when the log has grown, after it has read again what the head will bind; changes the key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from kiemchung.desk.log import keys, leaves, notes
from kiemchung.desk.log.checking import Head
from kiemchung.desk.log.entries import LogDamagedError, frontier_of, lock, store
from kiemchung.desk.log.findings import Finding, finding
from kiemchung.desk.models.log import LogEntry, LogHead, LogKind
from kiemchung.engine.errors import SetupError
from kiemchung.engine.merkle import Frontier, leaf_hash


def sign(at: datetime, path: Path | None = None) -> str | None:
    """Sign and store a head, in the caller's transaction if any; return its note, or None when nothing is new.

    Raises `LogDamagedError` when what is there does not continue what was signed before: a lie is not signed.
    `SetupError` when the key cannot be used, or is not the one that the log names.
    """
    with transaction.atomic():
        lock()
        last = LogHead.objects.order_by("-size").first()
        if LogEntry.objects.filter(index__gte=last.size if last else 0).exists():
            return _signed(at, _key_for_the_log(at, path or keys.key_file()), last)
    return None


def rotate(at: datetime, path: Path | None = None) -> str:
    """Let a new key sign from here on, which the old one vouches for; return its public text.

    The new key waits in a file beside the old one until the log names it, so that a kill between leaves both usable.
    """
    path = path or keys.key_file()
    with transaction.atomic():
        lock()
        old = _key_for_the_log(at, path)
        public = notes.public_text(keys.made_key(keys.next_file(path)).public_key())
        store(LogKind.KEY, {"key": public}, at, {})
        _signed(at, old, LogHead.objects.order_by("-size").first())
    keys.promote_next(path)
    return public


def heads() -> Iterator[Head]:
    """Yield the signed heads, oldest first."""
    for row in LogHead.objects.order_by("size").iterator():
        yield Head(row.note, row.first, row.hashes.split())


def named_key() -> str | None:
    """Return the public text of the key that the log names last."""
    line = LogEntry.objects.filter(kind=LogKind.KEY).order_by("-index").values_list("leaf", flat=True).first()
    leaf = None if line is None else leaves.read(line)
    return None if leaf is None else str(leaf.facts.get("key"))


def other_key(path: Path | None = None) -> Finding | None:
    """Return that this machine's key is not the one that the log names last; None where they agree, or one of them is
    not there yet. Raises `SetupError` for a key that cannot be read."""
    path = path or keys.key_file()
    last = LogEntry.objects.filter(kind=LogKind.KEY).order_by("-index").values_list("index", flat=True).first()
    if last is None or not path.exists():
        return None
    # A rotation that was killed at its end has left the right one in the other file.
    here = [keys.read_key(one) for one in (path, keys.next_file(path)) if one.exists()]
    is_here = named_key() in {notes.public_text(key.public_key()) for key in here}
    return None if is_here else finding("key", last)


def _key_for_the_log(at: datetime, path: Path) -> Ed25519PrivateKey:
    named = named_key()
    if named is None:
        key = keys.made_key(path)
        store(LogKind.KEY, {"key": notes.public_text(key.public_key())}, at, {})
        return key
    key = keys.read_key(path)
    waiting = keys.next_file(path)
    if notes.public_text(key.public_key()) != named and waiting.exists():  # a rotation that was killed at its end
        following = keys.read_key(waiting)
        if notes.public_text(following.public_key()) == named:
            keys.promote_next(path)
            return following
    if notes.public_text(key.public_key()) != named:
        raise SetupError(
            f"{path}: this is not the key that the public log names. Copy the right one to this machine, or set "
            "KIEMCHUNG_LOG_KEY_FILE.",
            f"{path}: đây không phải khóa mà nhật ký công khai nêu. Hãy chép đúng khóa sang máy này, hoặc đặt "
            "KIEMCHUNG_LOG_KEY_FILE.",
        )
    return key


def _signed(at: datetime, key: Ed25519PrivateKey, last: LogHead | None) -> str:
    grown, hashes = _grown(last)
    note = notes.signed(grown.size, grown.root(), at, key)
    first = last.size if last else 0
    LogHead.objects.create(size=grown.size, first=first, note=note, hashes=" ".join(hashes), at=at)
    return note


def _grown(last: LogHead | None) -> tuple[Frontier, list[str]]:
    """Read what is new since the last head; what it stands on has to be what that head has bound."""
    grown = Frontier()
    if last is not None:
        base = LogEntry.objects.filter(pk=last.size - 1).first()
        bound = notes.read(last.note)
        if base is None or bound is None or frontier_of(base).root() != bound.root:
            raise LogDamagedError(last.size - 1)
        grown = frontier_of(base)
    hashes = []
    for entry in LogEntry.objects.filter(index__gte=grown.size).order_by("index").iterator():
        digest = leaf_hash(entry.leaf.encode())
        grown = grown.with_leaf(digest)
        if frontier_of(entry) != grown:
            raise LogDamagedError(grown.size - 1)
        hashes.append(digest.hex())
    return grown, hashes
