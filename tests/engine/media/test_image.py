"""Describing pictures: bars, mirrors, and machines without OpenCV."""

from __future__ import annotations

import sys

import cv2
import numpy as np
import pytest

from kiemchung.engine.errors import SetupError
from kiemchung.engine.media import opencv
from kiemchung.engine.media.image import MOST_FEATURES, describe
from kiemchung.engine.media.types import Picture, Pixels
from kiemchung.engine.media.words import mirrored
from training.made_pictures import made_picture


def shown(pixels: Pixels) -> Picture:
    return Picture(np.ascontiguousarray(pixels), pixels.shape[1], pixels.shape[0])


def test_the_mirrored_picture_has_the_mirrored_descriptors() -> None:
    # A square of even side, so that shrinking is the same from both ends.
    pixels = made_picture(8_001)[:300, :300]
    here, there = describe(shown(pixels)), describe(shown(pixels[:, ::-1]))
    turned = mirrored(here.descriptors).astype(np.int64)
    nearest = [int(np.abs(there.descriptors.astype(np.int64) - one).sum(axis=1).min()) for one in turned[:50]]
    assert np.median(nearest) < 300  # of unrelated features: some 3,000


def test_bars_and_borders_are_left_out_of_the_hash() -> None:
    pixels = made_picture(8_002)
    framed = np.zeros((pixels.shape[0] + 200, pixels.shape[1] + 60, 3), np.uint8)
    framed[100:-100, 30:-30] = pixels
    plain, inside = describe(shown(pixels)), describe(shown(framed))
    assert np.bitwise_count(plain.hashes[0] ^ inside.hashes[0]).sum() <= 24
    assert abs(inside.inner.x - 30) <= 3
    assert abs(inside.inner.y - 100) <= 3


def test_features_are_few_and_within_the_picture() -> None:
    described = describe(shown(made_picture(8_003)))
    assert 0 < len(described.places) <= MOST_FEATURES
    assert (described.places[:, 0] <= described.width).all()
    assert (described.places[:, 1] <= described.height).all()


@pytest.mark.parametrize("ground", [255, 236, 120, 18, 0])
def test_features_are_those_of_the_picture_as_it_is_on_whatever_plain_ground(ground: int) -> None:
    # So many points that nothing is made smaller, with something on every edge, so that no bar is left out.
    pixels = np.full((200, 250, 3), ground, np.uint8)
    shapes = cv2.resize(made_picture(8_006), (250, 200), interpolation=cv2.INTER_AREA).clip(18, 236)
    for part in (np.s_[:40, :50], np.s_[150:, 190:], np.s_[60:110, 100:170]):
        pixels[part] = shapes[part]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    sift = cv2.SIFT_create(nfeatures=800, contrastThreshold=0.003, edgeThreshold=20)  # type: ignore[attr-defined]
    points, wanted = sift.detectAndCompute(grey, None)
    described = describe(shown(pixels))
    assert 60 < len(points) <= MOST_FEATURES
    assert abs(len(described.places) - len(points)) <= 2
    same = 0
    for point, descriptor in zip(points, wanted, strict=True):
        apart = np.abs(described.places[:, :2] - point.pt).max(axis=1)
        turned = np.abs((described.places[:, 3] - np.deg2rad(point.angle) + np.pi) % (2 * np.pi) - np.pi)
        off = np.abs(described.descriptors.astype(int) - descriptor.astype(int)).max(axis=1)
        same += bool(((apart < 0.1) & (turned < 0.02) & (off <= 3)).any())
    assert same >= 0.97 * len(points)


@pytest.mark.parametrize("first", [80, 350])
def test_words_laid_over_a_picture_leave_most_features_to_the_picture(first: int) -> None:
    pixels = made_picture(8_004).copy()
    rows = pixels.shape[0]
    for place in range(8):
        for line, thick, colour in ((6, 9, (0, 0, 0)), (6, 3, (255, 255, 255))):
            at = (10 + 75 * place, rows // line)
            cv2.putText(pixels, "WM", at, cv2.FONT_HERSHEY_SIMPLEX, 1.3, colour, thick)
    places = describe(shown(pixels)).places[:first]
    assert (places[:, 1] > rows // 4).mean() > 0.4
    assert all((places[:, 1] > share * rows).any() for share in (0.5, 0.75, 0.9))


def test_without_opencv_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    opencv.opencv.cache_clear()
    with pytest.raises(SetupError, match=r"pip install 'kiemchung\[media\]'") as caught:
        opencv.opencv()
    assert "OpenCV" in caught.value.text("vi")
    opencv.opencv.cache_clear()
