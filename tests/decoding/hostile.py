"""Files that are made to harm whoever decodes them; small generators, nothing is stored.

Each entry says which refusals are right. Where a harmless reading is right too (a picture with a web page behind it is
still that picture), `READS` is among them.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PIL import Image

from tests.decoding import samples

READS = "reads"
UNKNOWN = frozenset({"unknown_format"})
DAMAGED = frozenset({"damaged"})


@dataclass(frozen=True, slots=True)
class Hostile:
    """A hostile file: its name, how it is made, and the codes with which it may end."""

    name: str
    make: Callable[[], bytes]
    ends: frozenset[str]


def png(width: int, height: int, *chunks: bytes, data: bytes = b"") -> bytes:
    """A PNG with any size in its header."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [_chunk(b"IHDR", header), *chunks, _chunk(b"IDAT", data), _chunk(b"IEND", b"")]
    )


def gif(width: int, height: int, frames: int) -> bytes:
    """A GIF whose every frame is a few bytes."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\4\0\1\0\0\0" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
    return screen + frame * frames + b"\x3b"


def playlist(address: str) -> bytes:
    """An HLS playlist that names one address."""
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n".encode()


def playlist_as_mp4(address: str) -> bytes:
    """The same behind the first box of an MP4, for whoever believes only the beginning, or only the rest."""
    return box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + playlist(address)


def mp4_naming(address: str) -> bytes:
    """A QuickTime film whose samples lie elsewhere: a data reference (`url `) to an address."""
    film = samples.film("MOV", 1, scene_s=0.5)
    own = b"\0\0\0\x0curl \0\0\0\1"
    there = b"url \0\0\0\0" + address.encode() + b"\0"
    reference = struct.pack(">I", 4 + len(there)) + there
    return _replaced_in_boxes(film, own, reference) if own in film else film


def box(kind: bytes, content: bytes) -> bytes:
    """A box of the MP4 family."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def mp4_with_huge_table() -> bytes:
    """An MP4 whose table of samples says that it has four thousand million entries."""
    film = bytearray(samples.film("MP4/MOV", 1, scene_s=0.5))
    at = film.index(b"stsz")
    film[at + 8 : at + 16] = struct.pack(">II", 1, 0xFFFFFFF0)
    return bytes(film)


def mp4_without_end() -> bytes:
    """An MP4 that says it lasts for years."""
    film = bytearray(samples.film("MP4/MOV", 1, scene_s=0.5))
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        at = film.index(kind)
        length = at + {b"mvhd": 20, b"tkhd": 24, b"mdhd": 20}[kind]
        film[length : length + 4] = b"\xef\xff\xff\xff"
    return bytes(film)


def wav_without_end() -> bytes:
    """A WAV of two gigabytes by its header, at one sample a second."""
    form = struct.pack("<HHIIHH", 1, 1, 1, 1, 1, 8)
    return b"RIFF\xff\xff\xff\x7fWAVEfmt \x10\0\0\0" + form + b"data\xf0\xff\xff\x7f" + bytes(200_000)


def mp3_with_huge_tag() -> bytes:
    """An MP3 with a tag that says it is 256 MB long (the most that can be written: 28 bits)."""
    return b"ID3\4\0\0\x7f\x7f\x7f\x7f" + samples.sound("MP3", 1.0)


def jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    content = bytearray(samples.picture("JPEG", 64, 48))
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(content)


def webp_of_size() -> bytes:
    """A lossless WebP of a few bytes that claims the largest size there is."""
    bits = struct.pack("<I", 16_383 | 16_383 << 14)
    payload = b"\x2f" + bits + bytes(16)
    body = b"WEBPVP8L" + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def truncated() -> Iterator[Hostile]:
    """The first part of a file of each format. Sound and film up to there may be read; a picture may not."""
    for form in samples.PICTURES:
        yield Hostile(f"half a {form}", lambda form=form: _half(samples.picture(form)), DAMAGED)  # type: ignore[misc]
    for form in samples.SOUNDS:
        ends = DAMAGED | {READS}
        yield Hostile(f"half a sound in {form}", lambda form=form: _half(samples.sound(form)), ends)  # type: ignore[misc]
    for form in samples.FILMS:
        ends = DAMAGED | {READS}
        yield Hostile(f"half a film in {form}", lambda form=form: _half(samples.film(form, 1)), ends)  # type: ignore[misc]


def heads_alone() -> Iterator[Hostile]:
    """The first bytes of each format and noise behind them."""
    noise = samples.scene(64, 64, seed=7).tobytes()
    makers = dict.fromkeys(samples.PICTURES, samples.picture) | dict.fromkeys(samples.SOUNDS, samples.sound)
    for form, make in makers.items():
        ends = DAMAGED | {READS, "too_long", "too_many_pixels"}
        yield Hostile(f"{form} of noise", lambda form=form, make=make: make(form)[:48] + noise, ends)  # type: ignore[misc]


def _half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _replaced_in_boxes(film: bytes, old: bytes, new: bytes) -> bytes:
    """Replaces a box, and makes all boxes around it longer by the difference."""
    at, longer = film.index(old), len(new) - len(old)
    content = bytearray(film)
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        place = film.rindex(kind, 0, at) - 4
        size = struct.unpack_from(">I", film, place)[0]
        struct.pack_into(">I", content, place, size + longer)
    return bytes(content[:at]) + new + bytes(content[at + len(old) :])


_HTML = b"<html><script>fetch('http://127.0.0.1/')</script></html>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("http://127.0.0.1/")</script></svg>'


@functools.cache
def _zeros() -> bytes:
    return zlib.compress(bytes(64_000_000))


HOSTILE = (
    Hostile("PNG bomb", lambda: png(50_000, 50_000, data=zlib.compress(bytes(1000))), frozenset({"too_many_pixels"})),
    Hostile("PNG of all sizes", lambda: png(2**31 - 1, 2**31 - 1), frozenset({"too_many_pixels", "damaged"})),
    Hostile("PNG of no size", lambda: png(0, 0), DAMAGED),
    Hostile("JPEG bomb", lambda: jpeg_of_size(65_000, 65_000), frozenset({"too_many_pixels"})),
    Hostile("WebP bomb", webp_of_size, frozenset({"too_many_pixels", "damaged"})),
    Hostile("GIF bomb", lambda: gif(65_535, 65_535, 1), frozenset({"too_many_pixels"})),
    Hostile("million frames", lambda: gif(1, 1, 1_000_000), frozenset({"too_many_frames"})),
    Hostile(
        "PNG with a profile of 64 MB",
        lambda: png(8, 8, _chunk(b"iCCP", b"x\0\0" + _zeros()), data=zlib.compress(bytes(200))),
        frozenset({"damaged", READS}),
    ),
    Hostile(
        "PNG with a text of 64 MB",
        lambda: png(8, 8, _chunk(b"zTXt", b"x\0\0" + _zeros()), data=zlib.compress(bytes(200))),
        frozenset({"damaged", READS}),
    ),
    Hostile("PNG whose points are 64 MB", lambda: png(8, 8, data=_zeros()), frozenset({"damaged", READS})),
    Hostile(
        "animated PNG of two thousand million frames",
        lambda: png(8, 8, _chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0)), data=zlib.compress(bytes(200))),
        frozenset({"damaged", READS}),
    ),
    Hostile("animated PNG of too many frames", lambda: samples.animation("PNG", 2_100), frozenset({"too_many_frames"})),
    Hostile("GIF with an archive behind it", lambda: samples.picture("GIF") + b"PK\3\4META-INF/", frozenset({READS})),
    Hostile("JPEG with a page behind it", lambda: samples.picture() + _HTML, frozenset({READS})),
    Hostile("page with a JPEG behind it", lambda: _HTML + samples.picture(), UNKNOWN),
    Hostile("PDF with a JPEG in it", lambda: b"%PDF-1.7\n1 0 obj\n" + samples.picture() + b"\nendobj", UNKNOWN),
    Hostile("SVG with a script", lambda: _SVG, UNKNOWN),
    Hostile("SVG behind the mark of a PNG", lambda: b"\x89PNG\r\n\x1a\n" + _SVG, DAMAGED),
    Hostile("EPS", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n", UNKNOWN),
    Hostile("MIFF", lambda: b"id=ImageMagick  version=1.0\nclass=DirectClass\n", UNKNOWN),
    Hostile("MVG", lambda: b"push graphic-context\nimage over 0,0 0,0 'url(http://127.0.0.1/)'\n", UNKNOWN),
    Hostile("TIFF", lambda: samples.encoded(Image.new("RGB", (9, 9)), "TIFF"), UNKNOWN),
    Hostile("BMP", lambda: samples.encoded(Image.new("RGB", (9, 9)), "BMP"), UNKNOWN),
    Hostile("list of files", lambda: b"ffconcat version 1.0\nfile /etc/passwd\n", UNKNOWN),
    Hostile("address as content", lambda: b"concat:/etc/passwd|/etc/hostname", UNKNOWN),
    Hostile("subtitles", lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\nhello\n", UNKNOWN),
    Hostile("archive", lambda: b"PK\3\4" + bytes(60), UNKNOWN),
    Hostile("program", lambda: b"\x7fELF\2\1\1" + bytes(60), UNKNOWN),
    Hostile("noise", lambda: bytes(range(7, 256)) * 40, UNKNOWN),
    Hostile("one byte", lambda: b"\xff", UNKNOWN),
    Hostile("empty", lambda: b"", frozenset({"empty"})),
    Hostile("HEIC", lambda: box(b"ftyp", b"heic\0\0\0\0mif1heic") + bytes(64), frozenset({"heic"})),
    Hostile("MP4 with a huge table", mp4_with_huge_table, frozenset({"damaged", "too_much_memory", READS})),
    Hostile("MP4 without end", mp4_without_end, frozenset({"too_long", READS})),
    Hostile("WAV without end", wav_without_end, frozenset({"too_long"})),
    Hostile("MP3 with a tag of 256 MB", mp3_with_huge_tag, frozenset({"damaged", READS})),
    Hostile("MP4 of one box", lambda: box(b"ftyp", b"isom\0\0\0\0"), DAMAGED),
    Hostile("boxes in boxes", lambda: _nested(5_000), DAMAGED),
    Hostile("Matroska of nothing", lambda: b"\x1a\x45\xdf\xa3\x01" + b"\xff" * 200, DAMAGED),
    *truncated(),
    *heads_alone(),
)


def _nested(depth: int) -> bytes:
    content = b""
    for level in range(depth):
        content = struct.pack(">I4s", min(8 + len(content), 2**32 - 1), b"moov" if level % 2 else b"trak") + content
    return box(b"ftyp", b"isom\0\0\0\0") + content
