"""The benchmark of pictures: what is taken for the same picture, and that a kept run goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.media_queries import NAMES, queries
from benchmarks.media_references import Source, picture, shows
from benchmarks.media_variants import variants
from kiemchung.engine.media.image import describe
from kiemchung.engine.media.pictures import PictureSegment
from kiemchung.engine.media.types import Pixels
from training.made_pictures import made_picture


class Drawn:
    """Stands for a source whose points are given."""

    def __init__(self, name: str, pixels: Pixels) -> None:
        self.name, self._pixels = name, pixels

    def pixels(self) -> Pixels:
        return self._pixels


def left_out(**given: Pixels) -> set[str]:
    by_name = {name: Drawn(name, pixels) for name, pixels in given.items()}
    segment = PictureSegment.build(list(given), [describe(picture(pixels)) for pixels in given.values()])
    return set(variants(segment, by_name).dropped)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_cut_mirrored_or_recoloured_copy_is_a_variant_and_another_picture_is_not() -> None:
    first, second = made_picture(8_100), made_picture(8_101)
    cut, dark = first[40:, 60:], (first * 0.6).astype(np.uint8)
    assert left_out(a=first, b=second, cut=cut, dark=dark, turned=second[:, ::-1]) == {"cut", "dark", "turned"}


def test_two_pictures_with_a_small_part_in_common_are_none() -> None:
    first, second = made_picture(8_100), made_picture(8_101).copy()
    second[:120, :120] = first[:120, :120]
    assert left_out(a=first, b=second) == set()


def test_a_piece_of_plain_ground_shows_nothing() -> None:
    assert shows(np.full((900, 900, 3), (60, 0, 160), np.uint8)) == 0
    assert shows(made_picture(8_100)) > 0.5


def test_queries_that_are_kept_are_those_that_were_described(tmp_path: Path) -> None:
    pytest.importorskip("imagehash", reason="a peer of the benchmarks (requirements/bench.txt) is not installed")
    source, other = (Source(f"made {n}", None, seed=n) for n in (8_100, 8_101))
    fresh, again = queries(source, other, tmp_path), queries(source, other, tmp_path)
    assert [one.name for one in again] == ["as it is", *NAMES]
    for one, kept in zip(fresh, again, strict=True):
        assert (one.features.hashes == kept.features.hashes).all()
        assert (one.features.places == kept.features.places).all()
        assert (one.features.grey == kept.features.grey).all()
        assert (one.shown, one.phash, one.features.inner) == (kept.shown, kept.phash, kept.features.inner)
