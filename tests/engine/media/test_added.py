"""What was added to a picture: words, a sign, something on a bar; and what is no addition."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from kiemchung.engine.media.added import ADDED, most_added
from kiemchung.engine.media.drawing import preview
from kiemchung.engine.media.image import describe
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import AS_IT_IS, Picture, Pixels, Placement
from tests.cli.test_media import scene

PICTURE = scene(3).convert("RGB").filter(ImageFilter.GaussianBlur(1))


def pixels(image: Image.Image) -> Pixels:
    return np.asarray(image.convert("RGB"))


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def small_copy(image: Image.Image) -> Pixels:
    return pixels(Image.open(io.BytesIO(preview(Picture(pixels(image), *image.size)))))


def placed(image: Image.Image) -> Placement:
    """Where the picture is found in an image, by its features."""
    index = PictureIndex([PictureSegment.build(["picture"], [describe(Picture(pixels(PICTURE), *PICTURE.size))])])
    [[match]] = index.match_many([describe(Picture(pixels(image), *image.size))])
    assert match.placed is not None
    return match.placed


def added(image: Image.Image) -> float:
    return most_added(pixels(image), small_copy(PICTURE), placed(image))


def written(
    image: Image.Image, text: str, *, size: int = 24, fill: str = "white", at: tuple[int, int] = (40, 200)
) -> Image.Image:
    out = image.copy()
    ImageDraw.Draw(out).text(at, text, fill=fill, font=ImageFont.load_default(size))
    return out


SAME = {
    "encoded anew": jpeg(PICTURE, 60),
    "smaller": jpeg(PICTURE.resize((400, 300)), 60),
    "mirrored": ImageOps.mirror(PICTURE),
    "turned": PICTURE.rotate(90, expand=True),
    "cropped": PICTURE.crop((60, 50, 600, 450)),
    "grey": ImageOps.grayscale(PICTURE),
    "darker": ImageEnhance.Brightness(PICTURE).enhance(0.7),
    "warmer": Image.merge(
        "RGB", [band.point(lambda v, by=by: v * by) for band, by in zip(PICTURE.split(), (1, 0.9, 0.7), strict=True)]
    ),
    "between bars": ImageOps.expand(PICTURE, (0, 16), "black"),
    "squeezed": PICTURE.resize((600, 480)),
}


@pytest.mark.parametrize("how", SAME)
def test_a_picture_that_is_only_sent_differently_has_nothing_added(how: str) -> None:
    assert added(SAME[how]) < ADDED


OTHER = {
    "words": written(PICTURE, "nobody was hurt"),
    "small words": written(PICTURE, "nobody was hurt", size=14),
    "signs that no machine reads": written(PICTURE, "~ ^ ~ ^ ~"),
    "a logo": written(PICTURE, "●", size=60),
    "words on a bar": written(ImageOps.expand(PICTURE, (0, 0, 0, 24), "black"), "not in Huế", size=14, at=(20, 484)),
    "words, then mirrored and smaller": jpeg(
        ImageOps.mirror(written(PICTURE, "nobody was hurt")).resize((480, 360)), 50
    ),
    "a face that is painted over": PICTURE.copy(),
}
ImageDraw.Draw(OTHER["a face that is painted over"]).ellipse((300, 200, 360, 280), fill=(120, 100, 90))


@pytest.mark.parametrize("how", OTHER)
def test_whatever_is_laid_over_a_picture_is_seen(how: str) -> None:
    assert ADDED <= added(OTHER[how]) < float("inf")


def test_a_colour_as_light_as_its_ground_is_seen() -> None:
    ground = Image.new("RGB", PICTURE.size, (130, 130, 130))
    ground.paste(PICTURE.resize((320, 240)), (0, 0))
    shown = written(ground, "red", fill="#ff5a5a", size=60, at=(400, 300))
    grey = np.asarray(shown.convert("L"), np.int16)[300:360, 400:520]
    assert np.abs(grey - 130).max() < 30  # hardly there in grey
    assert most_added(pixels(shown), small_copy(ground), AS_IT_IS) >= ADDED
    assert most_added(pixels(ground), small_copy(ground), AS_IT_IS) < ADDED


def test_a_copy_in_which_words_would_be_lost_tells_nothing() -> None:
    part = PICTURE.crop((200, 150, 400, 300)).resize((800, 600), Image.Resampling.BICUBIC)
    assert added(part) == float("inf")
    narrow = PICTURE.resize((20, 480))
    assert most_added(pixels(narrow), pixels(narrow), AS_IT_IS) == float("inf")


def test_a_place_beside_the_picture_tells_nothing() -> None:
    far = Placement(1.0, 0.0, 5.0, 0.0, 1.0, 5.0)
    assert most_added(pixels(PICTURE), small_copy(PICTURE), far) == float("inf")


def test_plain_pictures_are_compared_too() -> None:
    plain = Image.new("RGB", (400, 300), (200, 200, 200))
    assert most_added(pixels(plain), small_copy(plain), AS_IT_IS) < ADDED
    assert most_added(pixels(written(plain, "words", fill="black")), small_copy(plain), AS_IT_IS) >= ADDED


def sign(number: str) -> Image.Image:
    """The picture with a white sign and black numbers on it."""
    out = PICTURE.copy()
    pen = ImageDraw.Draw(out)
    pen.rectangle((200, 200, 340, 240), fill="white")
    pen.text((208, 204), number, fill="black", font=ImageFont.load_default(26))
    return out


@pytest.mark.parametrize("number", ["8.900 đ", "3.000 đ", "9.000 đ"])
def test_another_number_on_a_sign_is_seen_though_its_strokes_lie_among_the_old_ones(number: str) -> None:
    reference = small_copy(sign("5.000 đ"))
    assert most_added(pixels(jpeg(sign(number), 75)), reference, AS_IT_IS) >= ADDED
    assert most_added(pixels(jpeg(sign("5.000 đ"), 75)), reference, AS_IT_IS) < ADDED


@pytest.mark.parametrize("by", [0.85, 0.7, 0.5])
def test_letters_that_keep_their_light_in_a_darkened_picture_are_seen(by: float) -> None:
    mask = Image.new("L", PICTURE.size, 0)
    ImageDraw.Draw(mask).text((100, 180), "FALSE", fill=255, font=ImageFont.load_default(90))
    dark = ImageEnhance.Brightness(PICTURE).enhance(by)
    assert added(dark) < ADDED
    assert added(Image.composite(PICTURE, dark, mask)) >= ADDED


def test_a_thing_on_white_that_is_of_another_colour_is_seen() -> None:
    def shown(colour: tuple[int, int, int]) -> Image.Image:
        page = Image.new("RGB", (640, 480), "white")
        pen = ImageDraw.Draw(page)
        pen.rectangle((100, 100, 260, 300), fill=colour)
        pen.ellipse((360, 150, 520, 330), fill=(30, 60, 200))
        return page

    reference = small_copy(shown((200, 30, 30)))
    assert most_added(pixels(jpeg(shown((200, 30, 30)), 75)), reference, AS_IT_IS) < ADDED
    for colour in ((30, 160, 40), (230, 200, 20)):
        assert most_added(pixels(shown(colour)), reference, AS_IT_IS) >= ADDED
