"""Pictures come out upright, on white, at most so large, and a place in them can be found in the file."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import ExifTags, Image

from kiemchung.decoding import DecodeError, Decoder
from kiemchung.decoding.limits import FRAME_SIDE, MAX_PIXELS, MOST_PICTURE_SIDE, PICTURE_SIDE
from kiemchung.engine.media.types import Picture, Pixels, Video
from tests.decoding import samples


def picture(decoder: Decoder, content: bytes) -> Picture:
    media = decoder.decode(content).media
    assert isinstance(media, Picture)
    return media


def close(one: Pixels, other: Pixels, most: float) -> bool:
    return bool(np.abs(one.astype(int) - other).mean() < most)


@pytest.mark.parametrize("form", samples.PICTURES)
def test_every_format_comes_out_as_it_was_drawn(decoder: Decoder, form: str) -> None:
    drawn = samples.scene(320, 240)
    decoded = picture(decoder, samples.picture(form, 320, 240))
    assert (decoded.width, decoded.height) == (320, 240)
    assert close(decoded.pixels, drawn, 12 if form == "GIF" else 4)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WebP"])
@pytest.mark.parametrize(("width", "by"), [(1519, 1), (1520, 2), (3000, 3), (4000, 5)])
def test_a_large_picture_is_divided_by_a_whole_number_and_keeps_its_own_size(
    decoder: Decoder, form: str, width: int, by: int
) -> None:
    decoded = picture(decoder, samples.picture(form, width, width // 2))
    assert (decoded.width, decoded.height) == (width, width // 2)
    rows, columns, _ = decoded.pixels.shape
    # A JPEG is decoded at 1/2, 1/4 or 1/8.
    assert columns == (width // min(by, 4 if by > 3 else 2) if form == "JPEG" and by > 1 else width // by)
    assert PICTURE_SIDE <= columns <= MOST_PICTURE_SIDE
    assert close(decoded.pixels, samples.scene(columns, rows), 4)


def test_a_picture_whose_transparency_hides_nothing_is_as_one_without(decoder: Decoder) -> None:
    plain = Image.fromarray(samples.scene(320, 240))
    with_alpha = picture(decoder, samples.encoded(plain.convert("RGBA"), "PNG"))
    assert np.array_equal(with_alpha.pixels, samples.scene(320, 240))


def test_a_small_picture_is_not_enlarged(decoder: Decoder) -> None:
    assert picture(decoder, samples.picture("PNG", 1, 1)).pixels.shape == (1, 1, 3)


def test_a_picture_one_point_high_stays_one(decoder: Decoder) -> None:
    assert picture(decoder, samples.picture("PNG", 9000, 1)).pixels.shape == (1, 819, 3)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("size", [(320, 240), (2000, 1500)])
def test_a_picture_is_shown_as_the_camera_was_held(decoder: Decoder, turned: int, size: tuple[int, int]) -> None:
    image = Image.fromarray(samples.scene(*size))
    stored = image.transpose(_UNDO[turned]) if turned in _UNDO else image
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turned
    decoded = picture(decoder, samples.encoded(stored, "JPEG", exif=exif, quality=95))
    assert (decoded.width, decoded.height) == size
    assert close(decoded.pixels, samples.scene(decoded.pixels.shape[1], decoded.pixels.shape[0]), 4)


# How a picture lies in the file, for each number of EXIF: the opposite of what turns it upright.
_UNDO = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("form", ["PNG", "WebP", "GIF"])
def test_what_is_transparent_is_white(decoder: Decoder, form: str) -> None:
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 20, 40))
    pixels = picture(decoder, samples.encoded(image, form, lossless=True)).pixels
    assert pixels[20, 30].tolist() == [255, 255, 255]
    assert close(pixels[20:21, 5:6], np.array([[[0, 0, 255]]], np.uint8), 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
def test_every_kind_of_colour_becomes_rgb(decoder: Decoder, mode: str) -> None:
    grey = samples.scene(64, 64).mean(axis=2)
    if mode == "I;16":
        image = Image.fromarray((grey * 257).astype(np.uint16))
    else:
        image = Image.fromarray(grey.astype(np.uint8)).convert("RGB").convert(mode)
    pixels = picture(decoder, samples.encoded(image, "JPEG" if mode == "CMYK" else "PNG")).pixels
    assert pixels.shape == (64, 64, 3)
    assert abs(pixels.mean() - grey.mean()) < 8


@pytest.mark.parametrize("form", ["GIF", "WebP", "PNG", "AVIF"])
def test_what_moves_is_a_film_two_frames_too_and_one_frame_is_a_picture(decoder: Decoder, form: str) -> None:
    assert close(picture(decoder, samples.animation(form, 1)).pixels, samples.scene(64, 48), 12)
    short = decoder.decode(samples.animation(form, 2, lasts_ms=20)).media
    assert isinstance(short, Video)
    film = decoder.decode(samples.animation(form, 12, lasts_ms=500)).media
    assert isinstance(film, Video)
    assert film.seconds == pytest.approx(6.0, abs=0.01)
    assert film.sound is None
    assert [frame.at_s for frame in film.frames] == [n / 2 for n in range(12)]
    assert close(film.frames[7].picture.pixels, samples.scene(64, 48, 7), 12)


@pytest.mark.parametrize("frames", [1, 6])
def test_what_an_animated_png_shows_where_nothing_moves_is_no_frame_of_it(decoder: Decoder, frames: int) -> None:
    images = [Image.fromarray(samples.scene(64, 48, seed)) for seed in range(frames + 1)]
    content = samples.encoded(
        images[0], "PNG", save_all=True, append_images=images[1:], default_image=True, duration=500
    )
    media = decoder.decode(content).media
    assert isinstance(media, Video)
    assert [frame.at_s for frame in media.frames] == [n / 2 for n in range(frames)]
    assert close(media.frames[0].picture.pixels, samples.scene(64, 48, 1), 1)


def test_frames_of_a_large_animation_are_shrunk(decoder: Decoder) -> None:
    film = decoder.decode(samples.animation("GIF", 4, width=1000, height=50)).media
    assert isinstance(film, Video)
    assert film.frames[0].picture.pixels.shape == (FRAME_SIDE // 20, FRAME_SIDE, 3)
    assert film.frames[0].picture.width == 1000


@pytest.mark.slow
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_the_largest_picture_fits_into_the_memory_of_the_child(decoder: Decoder, form: str) -> None:
    width = 9_600
    height = MAX_PIXELS // width
    image = Image.new("RGBA" if form == "PNG" else "RGB", (width, height), (9, 99, 199))
    decoded = picture(decoder, samples.encoded(image, form))
    assert (decoded.width, decoded.height) == (width, height)


@pytest.mark.slow
def test_one_row_more_is_refused(decoder: Decoder) -> None:
    image = Image.new("L", (9_600, MAX_PIXELS // 9_600 + 1))
    with pytest.raises(DecodeError, match="70,000,000 pixels"):
        decoder.decode(samples.encoded(image, "PNG"))
