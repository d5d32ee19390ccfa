"""Which format a file has: told by its first bytes alone, never by its name."""

from __future__ import annotations

from dataclasses import dataclass

from kiemchung.decoding.limits import LARGE_PNG_POINTS

HEAD_BYTES = 32


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is decoded: its name, who decodes it (`picture`: Pillow, `stream`: FFmpeg through PyAV), the one
    decoder or demuxer that is allowed to, and its media type where C2PA knows it."""

    name: str
    reader: str
    decoder: str
    media_type: str = ""


_JPEG = Format("JPEG", "picture", "JPEG", "image/jpeg")
_PNG = Format("PNG", "picture", "PNG", "image/png")
_GIF = Format("GIF", "picture", "GIF", "image/gif")
_WEBP = Format("WebP", "picture", "WEBP", "image/webp")
_AVIF = Format("AVIF", "picture", "AVIF", "image/avif")
_WAV = Format("WAV", "stream", "wav", "audio/wav")
_AVI = Format("AVI", "stream", "avi", "video/avi")
_MP3 = Format("MP3", "stream", "mp3", "audio/mpeg")
_AAC = Format("AAC", "stream", "aac")
_OGG = Format("Ogg", "stream", "ogg")
_FLAC = Format("FLAC", "stream", "flac")
_AMR = Format("AMR", "stream", "amr")
_MATROSKA = Format("WebM/Matroska", "stream", "matroska")
_MP4 = Format("MP4/MOV", "stream", "mov", "video/mp4")

FORMATS = {
    made.name: made
    for made in (_JPEG, _PNG, _GIF, _WEBP, _AVIF, _WAV, _AVI, _MP3, _AAC, _OGG, _FLAC, _AMR, _MATROSKA, _MP4)
}

_BY_BEGINNING = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"OggS", _OGG),
    (b"fLaC", _FLAC),
    (b"#!AMR", _AMR),
    (b"\x1a\x45\xdf\xa3", _MATROSKA),
    (b"ID3", _MP3),
)
_RIFF = {b"WEBP": _WEBP, b"WAVE": _WAV, b"AVI ": _AVI}
# Still pictures in the box format of MP4; HEIC (photographs of newer iPhones) has no decoder here.
_AVIF_BRANDS = {b"avif", b"avis"}
_STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"jxl "}
_BOXES = {b"moov", b"mdat", b"wide"}


def format_of(head: bytes) -> Format | None:
    """The format of a file that begins with `head` (give at least `HEAD_BYTES`), `None` for one that is not decoded.

    >>> format_of(b"\\xff\\xd8\\xff\\xe0" + bytes(28)).name
    'JPEG'
    >>> format_of(b"#EXTM3U" + bytes(25)) is None
    True
    """
    for beginning, found in _BY_BEGINNING:
        if head.startswith(beginning):
            return found
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[4:8] in _BOXES:
        return _MP4
    return _of_sync_word(head)


def needs_ffmpeg(head: bytes, form: Format) -> bool:
    """Whether FFmpeg decodes a file that begins with `head`: sound, films, and PNGs that say that they are large.

    >>> needs_ffmpeg(b"\\x89PNG\\r\\n\\x1a\\n\\0\\0\\0\\rIHDR" + (2000).to_bytes(4, "big") * 2, FORMATS["PNG"])
    True
    """
    if form is not _PNG:
        return form.reader == "stream"
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    return width * height >= LARGE_PNG_POINTS


def is_heic(head: bytes) -> bool:
    """Whether the file is a still picture in a form that this program has no decoder for."""
    return head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS


def _of_brand(brand: bytes) -> Format | None:
    if brand in _AVIF_BRANDS:
        return _AVIF
    return None if brand in _STILL_BRANDS else _MP4


def _of_sync_word(head: bytes) -> Format | None:
    """MPEG sound without a tag: eleven bits of ones, then the version and the layer (0: AAC; 1: layer III)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:
        return _AAC if head[1] & 0xF6 == 0xF0 else None
    has_possible_rates = head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3
    return _MP3 if layer == 1 and version != 1 and has_possible_rates else None
