"""The index of pictures: what is found, where in the picture, and what is not."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.media_quality import overlap
from benchmarks.media_transformations import COLLAGE, TRANSFORMATIONS, font, sent
from kiemchung.engine.media.image import PictureFeatures, describe
from kiemchung.engine.media.judging import model
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import MediaMatch, Picture, Pixels
from training.made_cards import Layout
from training.made_pictures import made_picture

pytestmark = pytest.mark.slow

KNOWN = 12


def shown(pixels: Pixels) -> PictureFeatures:
    return describe(Picture(np.ascontiguousarray(pixels), pixels.shape[1], pixels.shape[0]))


@pytest.fixture(scope="module")
def pictures() -> list[Pixels]:
    return [made_picture(5_000 + n) for n in range(KNOWN)]


@pytest.fixture(scope="module")
def described(pictures: list[Pixels]) -> list[PictureFeatures]:
    return [shown(one) for one in pictures]


@pytest.fixture(scope="module")
def index(described: list[PictureFeatures]) -> PictureIndex:
    return PictureIndex([PictureSegment.build([str(n) for n in range(KNOWN)], described)])


@pytest.mark.parametrize("name", [*TRANSFORMATIONS, COLLAGE])
def test_a_transformed_picture_is_found_where_it_is(index: PictureIndex, pictures: list[Pixels], name: str) -> None:
    made = sent(name, pictures[1], np.random.default_rng(1), pictures[2])
    found = {match.reference: match for match in index.match_many([shown(made.pixels)])[0]}
    assert found.keys() == ({"1", "2"} if name == COLLAGE else {"1"})
    match = found["1"]
    assert match.query_region is not None
    assert match.reference_region is not None
    least = 0.7 if name == "crop 20 %, screenshot" else 0.9
    assert overlap(match.query_region, made.shown) > least
    assert overlap(match.reference_region, made.part) > least


def test_a_picture_that_is_not_known_is_not_found(index: PictureIndex) -> None:
    queries = [shown(made_picture(6_000 + n)) for n in range(8)]
    assert index.match_many(queries) == [[]] * 8


def test_places_are_in_pixels_of_the_file_though_the_decoder_made_it_smaller(
    index: PictureIndex, pictures: list[Pixels]
) -> None:
    rows, columns = pictures[3].shape[:2]
    large = describe(Picture(pictures[3], 4 * columns, 4 * rows))
    match = index.match_many([large])[0][0]
    assert match.query_region is not None
    assert overlap(match.query_region, (0, 0, 4 * columns, 4 * rows)) > 0.95


@pytest.mark.slow
def test_segments_make_no_difference(described: list[PictureFeatures], index: PictureIndex) -> None:
    def segment(numbers: list[int]) -> PictureSegment:
        return PictureSegment.build([str(n) for n in numbers], [described[n] for n in numbers])

    numbers = list(range(KNOWN))
    splits: list[list[list[int]]] = [[numbers[:5], numbers[5:]], [numbers[9:], numbers[:3], numbers[3:9]]]
    expected = index.match_many(described)
    for split in splits:
        segments = [segment(part) for part in split]
        assert PictureIndex(segments).match_many(described) == expected
        assert PictureIndex([PictureSegment.merge(segments, [None] * len(segments))]).match_many(described) == expected


def test_what_is_removed_is_not_found_and_leaves_no_trace_in_a_merged_segment(
    described: list[PictureFeatures],
) -> None:
    segment = PictureSegment.build([str(n) for n in range(KNOWN)], described)
    alive = np.ones(KNOWN, bool)
    alive[4] = False
    merged = PictureSegment.merge([segment], [alive])
    assert "4" not in merged.ids
    for index in (PictureIndex([segment], [alive]), PictureIndex([merged])):
        assert len(index) == KNOWN - 1
        assert index.match_many([described[4]]) == [[]]


def test_a_stored_segment_finds_the_same(described: list[PictureFeatures], index: PictureIndex) -> None:
    built = PictureSegment.build([str(n) for n in range(KNOWN)], described)
    loaded = PictureSegment.load({name: array.copy() for name, array in built.arrays().items()})
    assert PictureIndex([loaded]).match_many(described[:3]) == index.match_many(described[:3])


@pytest.mark.parametrize("make", [lambda: np.zeros((40, 60, 3), np.uint8), lambda: np.full((1, 1, 3), 9, np.uint8)])
def test_a_picture_with_nothing_in_it_is_found_nowhere(index: PictureIndex, make: Callable[[], Pixels]) -> None:
    nothing = shown(make())
    assert index.match_many([nothing]) == [[]]
    assert PictureIndex([PictureSegment.build(["blank"], [nothing])]).match_many([nothing]) == [[]]


def test_an_empty_index_finds_nothing(described: list[PictureFeatures]) -> None:
    assert PictureIndex([]).match_many(described[:1]) == [[]]
    assert PictureIndex([PictureSegment.build([], [])]).match_many(described[:1]) == [[]]


def test_an_id_may_hold_any_letters(described: list[PictureFeatures]) -> None:
    ids = ["ảnh số 1", "a\0b", "", "\ud800"]
    assert PictureSegment.build(ids, described[:4]).ids == tuple(ids)


@pytest.mark.slow
def test_cards_of_one_layout_with_other_words_are_not_taken_for_each_other() -> None:
    cards = [(layout, words) for layout in range(700, 706) for words in range(3)]
    described = [shown(Layout(layout).card(words)) for layout, words in cards]
    index = PictureIndex([PictureSegment.build([f"{a} {b}" for a, b in cards], described)])
    found: list[list[MediaMatch]] = index.match_many(described)
    assert [[match.reference for match in one] for one in found] == [[f"{a} {b}"] for a, b in cards]


def test_a_logo_that_two_pictures_share_is_no_match(pictures: list[Pixels]) -> None:
    logo = cv2.resize(made_picture(7_001), (110, 70), interpolation=cv2.INTER_AREA)

    def marked(pixels: Pixels) -> Pixels:
        out = pixels.copy()
        out[-80:-10, -120:-10] = logo
        return out

    index = PictureIndex([PictureSegment.build(["known"], [shown(marked(pictures[5]))])])
    assert index.match_many([shown(marked(pictures[6]))]) == [[]]


def test_one_picture_under_two_captions_is_found_as_likely_as_is_needed_and_no_more(pictures: list[Pixels]) -> None:
    def under(words: str) -> PictureFeatures:
        bar = Image.new("RGB", (pictures[5].shape[1], pictures[5].shape[0] // 5), "white")
        letters = font(bar.height // 4)
        for place, line in enumerate(words.splitlines()):
            ImageDraw.Draw(bar).text((8, 8 + place * bar.height // 2), line, font=letters, fill="black")
        return shown(np.vstack([np.asarray(bar), pictures[5]]))

    known = under("Từ mai người dân được nhận hỗ trợ\ntiền điện nước trong ba tháng")
    assert known.strokes is not None
    index = PictureIndex([PictureSegment.build(["known"], [known])])
    ((same,), (other,)) = index.match_many([known, under("Cảnh báo tin giả lan truyền trên mạng\nhãy chia sẻ ngay")])
    assert other.reference == "known"
    assert other.probability == pytest.approx(model().least)
    assert same.probability > other.probability
