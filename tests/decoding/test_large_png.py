"""A large plain PNG is unpacked by another decoder than the others, and comes out the same."""

from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from kiemchung.decoding import DecodeError, Decoder, large_png
from kiemchung.decoding.formats import FORMATS
from kiemchung.decoding.pictures import decode_picture, open_picture
from kiemchung.engine.media.types import Picture, Pixels
from tests.decoding import samples

LARGE = (1501, 1400)


def drawn(mode: str, size: tuple[int, int] = LARGE) -> Image.Image:
    image = Image.fromarray(samples.scene(*size)).convert(mode)
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.linear_gradient("L").resize(size))
    return image


def png(image: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def opened(content: bytes) -> tuple[Image.Image, Image.Image]:
    file = io.BytesIO(content)
    image = open_picture(file, FORMATS["PNG"])
    return image, large_png.unpacked(image, file)


def pixels(image: Image.Image, content: bytes) -> Pixels:
    return decode_picture(image, io.BytesIO(content)).pixels


@pytest.mark.parametrize("size", [LARGE, (2401, 1003)], ids=["whole", "divided"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "opaque"])
def test_it_comes_out_point_by_point_as_pillow_unpacks_it(mode: str, size: tuple[int, int]) -> None:
    content = png(drawn("RGB", size).convert("RGBA") if mode == "opaque" else drawn(mode, size))
    image, unpacked = opened(content)
    assert unpacked is not image
    assert np.array_equal(pixels(unpacked, content), pixels(image, content))


@pytest.mark.parametrize(
    "content",
    [
        png(drawn("RGB", (1400, 1300))),
        png(drawn("L")),
        png(drawn("P")),
        png(drawn("LA")),
        png(Image.fromarray(np.zeros(LARGE[::-1], np.uint16))),
        png(drawn("RGB"), transparency=(0, 0, 0)),
        png(drawn("RGB"), save_all=True, append_images=[drawn("RGB").rotate(9)]),
    ],
    ids=["small", "grey", "palette", "grey with alpha", "16 bits", "one colour transparent", "two frames"],
)
def test_others_are_left_to_pillow(content: bytes) -> None:
    image, unpacked = opened(content)
    assert unpacked is image


@pytest.mark.parametrize("behind", [False, True], ids=["before the points", "behind them"])
def test_what_it_says_about_itself_is_read(decoder: Decoder, behind: bool) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0131] = 6, "KC"
    content = png(drawn("RGB"), exif=exif)
    if behind:
        at = content.index(b"eXIf") - 4
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        content = content[:at] + content[end:-12] + content[at:end] + content[-12:]
    decoded = decoder.decode(content)
    assert isinstance(decoded.media, Picture)
    assert (decoded.media.width, decoded.media.height) == LARGE[::-1]
    assert decoded.facts.software == "KC"


def test_a_text_that_swells_is_no_way_around_pillows_limit(decoder: Decoder) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "x" * 3_000_000, zip=True)
    with pytest.raises(DecodeError):
        decoder.decode(png(drawn("RGB"), pnginfo=notes))


@pytest.mark.parametrize("where", ["cut", "a checksum", "a wrong point"])
def test_one_that_is_damaged_is_refused(decoder: Decoder, where: str) -> None:
    content = png(Image.effect_noise(LARGE, 60).convert("RGB"))
    at = content.index(b"IDAT") + 3_000
    if where == "cut":
        content = content[:at]
    elif where == "a checksum":
        content = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    else:
        begin = content.index(b"IDAT") - 4
        length = int.from_bytes(content[begin : begin + 4], "big")
        body = bytearray(content[begin + 4 : begin + 8 + length])
        body[3_000:3_400] = bytes(400)
        content = content[: begin + 4] + body + zlib.crc32(body).to_bytes(4, "big") + content[begin + 12 + length :]
    with pytest.raises(DecodeError):
        decoder.decode(content)
