"""The strokes of letters: the same words whatever was done to the picture, other words at the same place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.media_transformations import font, sent
from kiemchung.engine.media.lettering import compared_words, packed, strokes_of, unpacked
from kiemchung.engine.media.types import Pixels
from training.made_pictures import made_picture

SAME = np.array([[1.0, 0, 0], [0, 1.0, 0]])
LINES = (
    "Từ ngày mai người dân được nhận hỗ trợ",
    "tiền điện nước miễn phí trong ba tháng",
    "khi đăng ký tại ủy ban phường nơi ở",
    "mang theo căn cước và hóa đơn gần nhất",
    "hạn cuối là ngày ba mươi tháng này",
    "không thu bất kỳ khoản lệ phí nào",
)
OTHER = "bác sĩ khuyên uống nước chanh nóng"


def card(lines: tuple[str, ...]) -> Pixels:
    out = Image.new("RGB", (1080, 1080), (240, 236, 224))
    draw = ImageDraw.Draw(out)
    letters = font(46)
    draw.rectangle((0, 0, 1080, 140), fill=(20, 60, 140))
    draw.text((40, 40), "TIN NHANH 24H", font=letters, fill="white")
    for place, line in enumerate(lines):
        draw.text((40, 220 + 90 * place), line, font=letters, fill=(15, 15, 15))
    return np.asarray(out)


def grey(pixels: Pixels) -> Pixels:
    shrunk = cv2.resize(pixels, (760, 760), interpolation=cv2.INTER_AREA)
    seen: Pixels = cv2.cvtColor(shrunk, cv2.COLOR_RGB2GRAY).astype(np.uint8)
    return seen


def small(pixels: Pixels) -> Pixels:
    thumb: Pixels = cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return thumb


def agreement(query: Pixels, reference: Pixels) -> float:
    known = grey(reference)
    strokes = strokes_of(known)
    assert strokes is not None
    return compared_words(grey(query), strokes, small(known), SAME).worst_line


@pytest.mark.parametrize("name", ["jpeg q20", "resize 0.3", "chat 800 px q50", "blur", "colour", "greyscale"])
def test_the_same_words_are_the_same_however_they_were_sent(name: str) -> None:
    made = sent(name, card(LINES), np.random.default_rng(1), card(LINES))
    assert agreement(made.pixels, card(LINES)) > 0.34


def test_other_words_are_other_words() -> None:
    assert agreement(card(LINES[::-1]), card(LINES)) < 0.2


@pytest.mark.parametrize("place", range(len(LINES)))
def test_one_other_line_is_enough(place: int) -> None:
    changed = (*LINES[:place], OTHER, *LINES[place + 1 :])
    assert agreement(card(changed), card(LINES)) < 0.2


def test_words_that_are_gone_are_missed() -> None:
    assert agreement(card(()), card(LINES)) < 0.1


def test_the_screen_around_a_cut_card_contradicts_nothing() -> None:
    shown = card(LINES).copy()
    shown[:, 540:] = 18
    assert agreement(shown, card(LINES)) > 0.34


@pytest.mark.parametrize("seed", [9_000, 9_001, 9_002])
def test_what_a_drawn_picture_has_of_strokes_is_not_contradicted_by_itself(seed: int) -> None:
    for name in ("blur", "jpeg q20", "colour"):
        pixels = made_picture(seed)
        known = grey(pixels)
        strokes = strokes_of(known)
        if strokes is not None:
            made = sent(name, pixels, np.random.default_rng(1), pixels)
            thumb = small(known)
            assert compared_words(grey(made.pixels), strokes, thumb, SAME).worst_line > 0.34


def test_a_plain_picture_has_no_strokes() -> None:
    assert strokes_of(np.full((300, 400), 200, np.uint8)) is None
    assert strokes_of(np.full((1, 1), 9, np.uint8)) is None


def test_stored_strokes_are_the_same() -> None:
    strokes = strokes_of(grey(card(LINES)))
    assert strokes is not None
    assert (unpacked(packed(strokes)) == strokes).all()


def note(lines: tuple[str, ...]) -> Pixels:
    """A tall card: a heading, and below it a few small lines on a large plain ground."""
    out = Image.new("RGB", (1080, 1920), (250, 250, 250))
    draw = ImageDraw.Draw(out)
    draw.rectangle((0, 0, 1080, 228), fill=(10, 110, 70))
    draw.text((40, 57), "BÁO TIN NHANH 24H", font=font(100), fill="white")
    for place, line in enumerate(lines):
        draw.text((40, 268 + 35 * place), line, font=font(25), fill=(20, 20, 60))
    return np.asarray(out)


@pytest.mark.parametrize(("one", "other"), [(2, 2), (2, 4), (4, 2)])
def test_a_few_small_lines_below_a_heading_are_compared_however_many_there_are(one: int, other: int) -> None:
    wide = [f"{first} {second}" for first, second in zip(LINES, LINES[1:] + LINES[:1], strict=True)]
    turned = [" ".join(reversed(line.split())) for line in wide]
    assert agreement(note(tuple(wide[:one])), note(tuple(turned[:other]))) < 0.33
    assert agreement(note(tuple(wide[:one])), note(tuple(wide[:one]))) > 0.5


def panel(lines: tuple[str, ...]) -> Pixels:
    """A dark card with a light panel: two small lines right below its upper edge, and hardly any other words."""
    out = Image.new("RGB", (1080, 1350), (40, 40, 40))
    draw = ImageDraw.Draw(out)
    draw.rectangle((0, 0, 1080, 106), fill=(160, 160, 160))
    draw.text((40, 26), "BÁO TIN NHANH", font=font(50), fill="white")
    draw.rectangle((20, 126, 1060, 1230), fill=(250, 246, 235))
    for place, line in enumerate(lines):
        draw.text((60, 146 + 35 * place), line, font=font(26), fill=(20, 20, 60))
    return np.asarray(out)


def test_two_small_lines_right_below_the_edge_of_a_panel_are_compared() -> None:
    wide = tuple(f"{first} {second}" for first, second in zip(LINES, LINES[1:] + LINES[:1], strict=True))
    turned = tuple(" ".join(reversed(line.split())) for line in wide)
    assert agreement(panel(turned[:2]), panel(wide[:2])) < 0.2
    for name in ("jpeg q20", "chat 800 px q50", "colour"):
        made = sent(name, panel(wide[:2]), np.random.default_rng(1), panel(wide[:2]))
        assert agreement(made.pixels, panel(wide[:2])) > 0.34
