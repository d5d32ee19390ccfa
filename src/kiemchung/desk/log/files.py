"""The log and its heads as files that others keep: one line an entry, one line a head."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from kiemchung.desk.log import leaves
from kiemchung.desk.log.checking import Head, Row
from kiemchung.engine.errors import InputError, system_words

_BEGIN = re.compile(r"^(?=kiemchung-log\n)", re.M)


def head_line(head: Head) -> str:
    """Return the line of a head: `note`, `first`, `hashes`."""
    return json.dumps({**asdict(head), "hashes": list(head.hashes)}, ensure_ascii=False)


def read_heads(path: Path) -> list[Head]:
    """Return the heads in a file of `log-entries --heads`, or in one of notes alone, an empty line after each.

    Raises `InputError`, with the line, for anything else.
    """
    text = _text(path)
    if not text.lstrip().startswith("{"):
        return _notes(path, text)
    return [_head(path, number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def read_dump(path: Path) -> Iterator[Row]:
    """Yield the entries of a dump of `log-entries`, one a line; a line that is none is given the index of its place."""
    expected = 0
    for line in _text(path).removesuffix("\n").split("\n"):
        leaf = leaves.read(line)
        index = expected if leaf is None or leaf.index < 0 else leaf.index
        expected = index + 1
        yield Row(index, line)


def _notes(path: Path, text: str) -> list[Head]:
    parts = [part.rstrip("\n") + "\n" for part in _BEGIN.split(text.replace("\r\n", "\n")) if part.strip()]
    if not parts or not all(_BEGIN.match(part) for part in parts):
        raise _refused(path, 1)
    return [Head(note, 0, ()) for note in parts]


def _head(path: Path, number: int, line: str) -> Head:
    try:
        found = json.loads(line)
        head = Head(found["note"], found["first"], found["hashes"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _refused(path, number) from None
    is_head = isinstance(head.note, str) and type(head.first) is int and isinstance(head.hashes, list)
    if not is_head or not all(isinstance(one, str) for one in head.hashes):
        raise _refused(path, number)
    return head


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        english, vietnamese = system_words(error)
        raise InputError(
            f"{path}: {english}. Look at the name again.", f"{path}: {vietnamese}. Hãy xem lại tên tệp."
        ) from None


def _refused(path: Path, number: int) -> InputError:
    return InputError(
        f"{path}, line {number}: not a head of the public log. Give a file of: kiemchung manage log-entries --heads",
        f"{path}, dòng {number}: không phải đầu nhật ký công khai. Cần tệp của: kiemchung manage log-entries --heads",
    )
