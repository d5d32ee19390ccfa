"""R28: what was sealed in the log can be forgotten, and the log stays whole."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from django.db import connection

from kiemchung.desk.log import append, checking, erase, is_sealed_text, leaves, lines, signing, stored
from kiemchung.desk.models import LogSalt
from tests.desk.conftest import Log

AT = datetime(2026, 3, 2, tzinfo=UTC)
NUMBER = "0912345678"
# Every number of one prefix; the others differ in nothing.
PREFIX, DIGITS = "09123", 5


def dictionary() -> list[str]:
    return [f"{PREFIX}{number:0{DIGITS}}" for number in range(10**DIGITS)]


def attacked(commitment: str, salts: list[bytes]) -> list[str]:
    """What somebody with the log and the salts that are left finds by trying all numbers."""
    wanted = bytes.fromhex(commitment)
    return [
        number for salt in salts for number in dictionary() if hmac.digest(salt, number.encode(), "sha256") == wanted
    ]


def salts() -> list[bytes]:
    return [bytes(salt) for salt in LogSalt.objects.values_list("salt", flat=True)]


def commitment_of(index: int) -> str:
    leaf = leaves.read(list(lines())[index])
    assert leaf is not None
    return str(leaf.facts["sealed"]["contact"])


def test_r28_after_erasure_the_log_is_whole_and_no_number_can_be_found(log: Log) -> None:
    index = append("requested", {"review": "bai-1"}, at=AT, sealed={"contact": NUMBER})
    append("requested", {"review": "bai-2"}, at=AT, sealed={"contact": "0987654321"})
    signing.sign(AT)
    assert NUMBER not in "".join(lines())
    assert is_sealed_text(index, "contact", NUMBER)
    assert attacked(commitment_of(index), salts()) == [NUMBER], "with the salt it is found: the attack works"

    assert erase(index) == 1
    assert erase(index) == 0
    assert attacked(commitment_of(index), [*salts(), b"", bytes(32)]) == []
    assert not is_sealed_text(index, "contact", NUMBER)
    assert checking.check(stored.rows(), signing.heads()).findings == ()


def test_r28_equal_texts_have_unequal_commitments(log: Log) -> None:
    first = append("requested", {}, at=AT, sealed={"contact": NUMBER})
    second = append("requested", {}, at=AT, sealed={"contact": NUMBER})
    assert commitment_of(first) != commitment_of(second)


def test_r28_one_part_is_erased_without_the_other(log: Log) -> None:
    index = append("requested", {}, at=AT, sealed={"contact": NUMBER, "name": "Lan"})
    assert erase(index, "name") == 1
    assert is_sealed_text(index, "contact", NUMBER)


def test_r28_the_salt_is_not_left_in_the_file(log: Log) -> None:
    if log.vendor != "sqlite":
        return  # PostgreSQL keeps dead rows until it vacuums: docs/running.md
    index = append("requested", {}, at=AT, sealed={"contact": NUMBER})
    salt = salts()[0]

    def in_the_files() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return any(salt in path.read_bytes() for path in log.home.glob("desk.sqlite*"))

    assert in_the_files()
    erase(index)
    assert not in_the_files()
