"""Bytes in pieces: unpacked, as UTF-8, cut into lines, never more than a few MB of them in memory."""

from __future__ import annotations

import codecs
import itertools
import unicodedata
import zlib
from collections.abc import Iterable, Iterator

from kiemchung.engine.errors import InputError
from kiemchung.engine.formats.strictjson import MAX_ITEM_BYTES

PIECE_BYTES = 256 * 1024

_LOOKED_AT = 1000  # characters
_GZIP_MAGIC = b"\x1f\x8b"


def plain_utf8(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The pieces unpacked when they are gzip (by their first bytes) and without byte order mark.

    UTF-16 and UTF-32 with a byte order mark become UTF-8. `name` is for the message: raises `InputError` when
    the gzip data is damaged or ends too early.
    """
    start, rest = take(pieces, 4)
    if start.startswith(_GZIP_MAGIC):
        start, rest = take(gunzip(rest, name), 4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            if encoding == "utf-16" and not is_plausible_utf16(start):
                raise InputError(
                    f"{name} begins like UTF-16, but what follows is other text. Save it as UTF-8.",
                    f"{name} mở đầu như UTF-16, nhưng phần sau lại là chữ khác. Hãy lưu lại dưới dạng UTF-8.",
                )
            return _recoded(rest, encoding, name) if encoding else _without(len(mark), rest)
    return rest


def is_plausible_utf16(start: bytes) -> bool:
    r"""Whether text that begins with the mark of UTF-16 is that, rather than other bytes with a strange beginning.

    In UTF-16 a blank, a line end or a Latin letter has a zero byte. Without any of them it can be Chinese; it is not
    when the bytes after the mark can be read as they stand, or when they give characters that nobody has assigned.

    >>> is_plausible_utf16("chanh".encode("utf-16")), is_plausible_utf16(b"\xff\xfe abc")
    (True, False)
    """
    rest = start[2 : 2 + 2 * _LOOKED_AT]
    if b"\0" in rest or len(rest) < 2:
        return True
    try:
        if _is_readable(rest.decode("utf-8")):
            return False
    except UnicodeDecodeError:
        pass
    return _is_readable((start[:2] + rest[: len(rest) // 2 * 2]).decode("utf-16", "replace"))


def _is_readable(text: str) -> bool:
    return all(unicodedata.category(c) not in ("Cn", "Co", "Cc") or c.isspace() for c in text)


def take(pieces: Iterable[bytes], count: int) -> tuple[bytes, Iterator[bytes]]:
    """At least the first `count` bytes (fewer only at the end), and an iterator over everything, them
    included."""
    rest = iter(pieces)
    held: list[bytes] = []
    size = 0
    while size < count and (piece := next(rest, None)) is not None:
        held.append(piece)
        size += len(piece)
    start = b"".join(held)
    return start, itertools.chain([start] if start else [], rest)


def lines(pieces: Iterable[bytes], limit: int = MAX_ITEM_BYTES) -> Iterator[bytes | None]:
    """The lines without their ends; `None` in place of a line of more than `limit` bytes, which is never held
    whole.

    >>> list(lines([b"one\\ntw", b"o\\r\\n", b"three"], limit=4))
    [b'one', b'two', None]
    """
    held, is_too_long = b"", False
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        if whole:
            first = held + whole[0]
            yield None if is_too_long or len(first) > limit else first.rstrip(b"\r")
            for line in whole[1:]:
                yield line.rstrip(b"\r") if len(line) <= limit else None
            held, is_too_long = last, False
        elif not is_too_long:
            held += last
        if len(held) > limit:
            held, is_too_long = b"", True
    if held or is_too_long:
        yield None if is_too_long else held.rstrip(b"\r")


def gunzip(pieces: Iterable[bytes], name: str) -> Iterator[bytes]:
    """All members of a gzip file one after the other, at most `PIECE_BYTES` of them at a time."""
    unpacker = zlib.decompressobj(wbits=31)
    is_inside = False
    try:
        for piece in pieces:
            while piece:
                if unpacker.eof:
                    piece = piece.lstrip(b"\x00")  # padding after the last member is allowed
                    unpacker, is_inside = (zlib.decompressobj(wbits=31), True) if piece else (unpacker, is_inside)
                    continue
                is_inside = True
                out = unpacker.decompress(piece, PIECE_BYTES)
                piece = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                if out:
                    yield out
            is_inside = is_inside and not unpacker.eof
    except zlib.error as error:
        raise InputError(
            f"{name}: the gzip data is damaged ({error}). Fetch or copy the file again.",
            f"{name}: dữ liệu gzip bị hỏng ({error}). Hãy tải hoặc chép lại tệp.",
        ) from None
    if is_inside:
        raise InputError(
            f"{name}: the gzip data ends in the middle. Fetch or copy the file again.",
            f"{name}: dữ liệu gzip bị cụt giữa chừng. Hãy tải hoặc chép lại tệp.",
        )


def _recoded(pieces: Iterable[bytes], encoding: str, name: str) -> Iterator[bytes]:
    # Half characters pass through here and are refused with their line: the rest of the file is fine.
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    try:
        for piece in itertools.chain(pieces, [None]):
            text = decoder.decode(piece or b"", final=piece is None)
            if text:
                yield text.encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not valid {encoding.upper()} ({error.reason}). Save it as UTF-8.",
            f"{name} không phải {encoding.upper()} hợp lệ ({error.reason}). Hãy lưu lại dưới dạng UTF-8.",
        ) from None


def _without(count: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
    yield next(pieces, b"")[count:]
    yield from pieces


_MARKS = (
    (codecs.BOM_UTF8, ""),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
