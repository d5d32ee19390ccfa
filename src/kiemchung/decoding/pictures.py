"""Still and animated pictures, through Pillow; runs inside the child."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from PIL import AvifImagePlugin, ExifTags, Image, PngImagePlugin

from kiemchung.decoding import scans
from kiemchung.decoding.choosing import SMALL_SIDE, FrameChooser
from kiemchung.decoding.errors import Refused
from kiemchung.decoding.formats import Format
from kiemchung.decoding.limits import (
    FRAME_SIDE,
    MAX_ANIMATION_FRAMES,
    MAX_PIXELS,
    MIB,
    PICTURE_SIDE,
    READING_SIDE,
)
from kiemchung.engine.media.types import Frame, Picture, Pixels

# Of a larger file no second copy is made.
_MOST_SCANNED = 64 * MIB
# A strip of a picture that is made smaller has about so many points.
_STRIP = 262_144
# Points of these are divided as they are.
_OPAQUE = ("RGB", "RGBX", "L")
_CAN_MOVE = {"GIF", "WebP", "PNG", "AVIF"}
# Browsers show frames that claim to last less than this for a tenth of a second, and so do we.
_SHORTEST_MS, _USUAL_MS = 20, 100
# How a camera was held (EXIF 2.32, 4.6.4 A) -> what turns the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE = {_TURNS[number] for number in (5, 6, 7, 8)}


def prepare() -> None:
    """Sets Pillow's own limits, once, before any file: the warning before its error is already an error."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = MIB
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # a process with several threads cannot be forked safely
    Image.preinit()


def open_picture(file: BinaryIO, form: Format) -> Image.Image:
    """The picture with its header read, by the one decoder of its format. Raises `Refused` and whatever Pillow does."""
    try:
        return Image.open(file, formats=[form.decoder])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("too_many_pixels", f"{MAX_PIXELS:,}") from None


def is_animation(image: Image.Image, form: Format) -> bool:
    """Whether it has more frames than one: what the first does not show the next may. The picture that an animated PNG
    has for programs that show no animation is one of them, for browsers never show it."""
    if form.name not in _CAN_MOVE:
        return False
    try:
        image.seek(1)
    except EOFError:
        return False
    finally:
        image.seek(0)
    return True


def decode_picture(image: Image.Image, file: BinaryIO) -> Picture:
    """The first frame of a file, which `image` opened, for what is compared: turned upright, on white. The long side of
    a larger one is divided by a whole number to `PICTURE_SIDE` points at least and `MOST_PICTURE_SIDE` at most."""
    width, height = image.size
    wanted = _fit(width, height, PICTURE_SIDE)
    image.draft(image.mode, wanted)  # a JPEG is decoded at 1/2, 1/4 or 1/8
    read, division = image, round(width / image.width)
    if image.info.get("progressive") and division >= scans.LEAST_DIVISION:
        read = _with_fewer_scans(image, file, division, wanted)
    read.load()  # here, so that nobody who looks for notes takes an error of the points for one of a note
    by = max(read.size) // PICTURE_SIDE
    return _upright(image, _on_white(read, max(1, by)), width, height)


def _with_fewer_scans(image: Image.Image, file: BinaryIO, division: int, wanted: tuple[int, int]) -> Image.Image:
    """The JPEG with fewer of its scans where it is whole and of usual size, else as it is."""
    before = file.tell()
    if file.seek(0, os.SEEK_END) > _MOST_SCANNED:
        file.seek(before)
        return image
    file.seek(0)
    fewer = scans.with_fewer_scans(file.read(), division)
    file.seek(before)
    if fewer is None:
        return image
    again = Image.open(io.BytesIO(fewer), formats=["JPEG"])
    again.draft(again.mode, wanted)
    return again


def decode_to_read(image: Image.Image) -> Picture:
    """The first frame, for reading its words: upright, on white, its long side at most `READING_SIDE` points."""
    return _shown(image, READING_SIDE)


def decode_animation(image: Image.Image) -> tuple[list[Frame], float]:
    """The chosen frames and the length in seconds. Raises `Refused` above `MAX_ANIMATION_FRAMES` frames."""
    chooser, at_s = FrameChooser(), 0.0
    for number, frame in enumerate(_frames(image)):
        if number >= MAX_ANIMATION_FRAMES:
            raise Refused("too_many_frames", f"{MAX_ANIMATION_FRAMES:,}")
        shown = _shown(frame, FRAME_SIDE)
        chooser.offer(at_s, _small(shown.pixels), lambda shown=shown: shown)  # type: ignore[misc]
        at_s += _lasts_ms(frame) / 1000
    return chooser.frames, at_s


def _frames(image: Image.Image) -> Iterator[Image.Image]:
    """Every frame in turn; none is counted beforehand, as that alone would read all of them. The picture that an
    animated PNG has for programs that show no animation is not one of them."""
    number = int(getattr(image, "default_image", False))
    while True:
        try:
            image.seek(number)
        except EOFError:
            return
        yield image
        number += 1


def _lasts_ms(frame: Image.Image) -> float:
    given = frame.info.get("duration", 0)
    return float(given) if isinstance(given, int | float) and given >= _SHORTEST_MS else _USUAL_MS


def _shown(image: Image.Image, side: int) -> Picture:
    width, height = image.size
    wanted = _fit(width, height, side)
    image.draft(image.mode, wanted)
    plain = _on_white(image)
    if plain.size != wanted:
        plain = plain.resize(wanted, Image.Resampling.BICUBIC, reducing_gap=2.0)
    return _upright(image, plain, width, height)


def _upright(image: Image.Image, plain: Image.Image, width: int, height: int) -> Picture:
    """The points of `plain` turned as the notes of `image` say, which is `width` by `height` points in the file."""
    turn = _TURNS.get(_orientation(image))
    if turn is not None:
        plain = plain.transpose(turn)
    if turn in _ON_ITS_SIDE:
        width, height = height, width
    return Picture(np.asarray(plain, dtype=np.uint8), width, height)


def _fit(width: int, height: int, side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _on_white(image: Image.Image, by: int = 1) -> Image.Image:
    """The picture in RGB, each side divided by `by` (points are the means of so many); what is transparent becomes
    white, and 16 bits become 8. Divided, what has to be changed before is worked on in strips that stay near the
    processor."""
    if by == 1 or image.mode in _OPAQUE:
        return _plain(image, by)
    width, height = image.size
    small = Image.new("RGB", (-(-width // by), -(-height // by)))
    rows = max(1, _STRIP // (width * by)) * by
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        small.paste(_plain(strip, by), (0, top // by))
    return small


def _plain(image: Image.Image, by: int = 1) -> Image.Image:
    if image.mode.startswith("I"):
        return _divided(Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8)), by).convert("RGB")
    if not image.has_transparency_data:
        small = _divided(image if image.mode in _OPAQUE else image.convert("RGB"), by)
        return small if small.mode == "RGB" else small.convert("RGB")
    transparent = image if image.mode == "RGBA" else image.convert("RGBA")
    alpha = transparent.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return _divided(transparent.convert("RGB"), by)
    plain = Image.new("RGB", transparent.size, "white")
    plain.paste(transparent, mask=alpha)
    return _divided(plain, by)


def _divided(image: Image.Image, by: int) -> Image.Image:
    return image if by == 1 else image.reduce(by)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # a broken note beside the picture is no reason to refuse the picture
        return 1


def _small(pixels: Pixels) -> Pixels:
    grey = Image.fromarray(pixels).convert("L").resize((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.uint8)
