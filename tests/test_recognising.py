"""Pictures that the door makes smaller are recognised as they are by all of their points."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("av", reason="the extra 'media' is not installed")

from PIL import Image

from kiemchung.decoding import Decoder
from kiemchung.decoding.limits import PICTURE_SIDE
from kiemchung.engine.media import image
from kiemchung.engine.media.pictures import PictureIndex, PictureSegment
from kiemchung.engine.media.types import Picture
from kiemchung.recognising import describe, previews
from tests.decoders import safety
from tests.engine.media.scenes import scene

# What a large photograph's hash may differ by when it is described from fewer points; 31 is the same picture.
_NEAR = 8


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    if not (report := safety()):
        pytest.skip(str(report.error))
    with Decoder() as ready:
        yield ready


def test_the_door_gives_as_many_points_as_are_compared() -> None:
    assert PICTURE_SIDE == image._SIDE


@pytest.mark.slow
@pytest.mark.parametrize("size", [(3000, 4000), (1440, 1080), (1500, 1125), (2250, 3000)])
def test_a_large_photograph_is_recognised_as_by_all_of_its_points(decoder: Decoder, size: tuple[int, int]) -> None:
    pixels = scene(sum(size), 0.1, size=size)[0]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90)
    every = image.describe(Picture(np.asarray(Image.open(file)), size[1], size[0]))
    seen = describe(decoder.decode(file.getvalue())).pictures[0]
    assert int(np.bitwise_count(every.hashes[0] ^ seen.hashes[0]).sum()) <= _NEAR
    (match,) = PictureIndex([PictureSegment.build(["all"], [every])]).match_many([seen])[0]
    assert match.probability >= 0.98
    for region in (match.query_region, match.reference_region):
        assert region is not None
        assert region.w * region.h > 0.75 * size[0] * size[1]
        assert region.x + region.w <= size[1] + 1
        assert region.y + region.h <= size[0] + 1


def test_the_small_copy_of_a_large_picture_has_320_points(decoder: Decoder) -> None:
    file = io.BytesIO()
    Image.fromarray(scene(1, 0.1, size=(1125, 1500))[0]).save(file, "PNG")
    (small,) = previews(decoder.decode(file.getvalue())).values()
    assert Image.open(io.BytesIO(small)).size == (320, 240)
