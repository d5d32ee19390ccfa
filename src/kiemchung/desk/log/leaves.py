"""A leaf of the public log: one line of canonical JSON, the bytes that are hashed, published and kept by others.

Canonical: UTF-8, keys in the order of their code points, no blanks, whole numbers only, what JSON need not escape is
not escaped. So whoever reads a leaf can write the same bytes again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kiemchung.engine.errors import InputError

LARGEST = 64 * 1024  # bytes; an entry says what happened and binds long texts by their digest
_KEYS = {"at", "facts", "index", "kind"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """What an entry says."""

    index: int
    kind: str
    at: datetime
    facts: dict[str, Any]


def written(index: int, kind: str, facts: Mapping[str, Any], at: datetime) -> str:
    """Return the line. Raises `InputError` for facts that have no canonical form, and for a time without zone.

    >>> written(0, "declined", {"reason": "ý kiến"}, datetime(2026, 3, 1, tzinfo=UTC))
    '{"at":"2026-03-01T00:00:00.000000Z","facts":{"reason":"ý kiến"},"index":0,"kind":"declined"}'
    """
    if at.tzinfo is None:
        raise _refused("the time has no zone", "thời điểm không có múi giờ")
    try:
        _require_plain(facts)
        line = _canonical({"at": _moment(at), "facts": dict(facts), "index": index, "kind": str(kind)})
    except (TypeError, ValueError, RecursionError) as error:
        raise _refused(
            "facts are dict with text keys, list, text, whole numbers, bool and None",
            "dữ kiện chỉ gồm dict có khóa là chữ, list, chữ, số nguyên, bool và None",
        ) from error
    if len(line.encode()) > LARGEST:
        raise _refused(f"it has more than {LARGEST} bytes", f"nó dài hơn {LARGEST} byte")
    return line


def read(line: str) -> Leaf | None:
    """Return what a line says, or None when it is not the canonical line of an entry. Never raises."""
    try:
        found = json.loads(line, parse_float=_no_fraction, parse_constant=_no_fraction)
        if not isinstance(found, dict) or set(found) != _KEYS or _canonical(found) != line:
            return None
        at = datetime.fromisoformat(found["at"])
        leaf = Leaf(found["index"], found["kind"], at, found["facts"])
        is_whole = type(leaf.index) is int and isinstance(leaf.kind, str) and isinstance(leaf.facts, dict)
        return leaf if is_whole and _moment(at) == found["at"] else None
    except (TypeError, ValueError, RecursionError):
        return None


def _canonical(value: dict[str, Any]) -> str:
    line = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    line.encode()  # refuses half a surrogate pair
    return line


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _require_plain(value: object) -> None:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if not isinstance(key, str):
                raise TypeError("a key that is no text")
            _require_plain(one)
    elif isinstance(value, list | tuple):
        for one in value:
            _require_plain(one)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(type(value).__name__)


def _no_fraction(_text: str) -> None:
    raise ValueError("only whole numbers")


def _refused(english: str, vietnamese: str) -> InputError:
    return InputError(
        f"This cannot go into the public log: {english}.", f"Không ghi được vào nhật ký công khai: {vietnamese}."
    )
