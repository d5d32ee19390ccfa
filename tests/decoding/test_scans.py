"""Of a large progressive JPEG what cannot be seen in the smaller picture is not read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kiemchung.decoding import DecodeError, Decoder
from kiemchung.decoding.scans import without_refinements
from kiemchung.engine.media.types import Picture
from tests.decoding import samples


def jpeg(width: int, height: int, *, progressive: bool = True) -> bytes:
    file = io.BytesIO()
    Image.fromarray(samples.scene(width, height)).save(file, "JPEG", quality=90, progressive=progressive)
    return file.getvalue()


def scans_of(content: bytes) -> int:
    return content.count(b"\xff\xda")


def test_scans_that_refine_detail_are_left_out_and_the_picture_stays() -> None:
    whole = jpeg(800, 600)
    fewer = without_refinements(whole)
    assert fewer is not None
    assert scans_of(fewer) < scans_of(whole)
    assert len(fewer) < len(whole)
    small = [np.asarray(Image.open(io.BytesIO(one)).resize((200, 150)), int) for one in (whole, fewer)]
    assert np.abs(small[0] - small[1]).mean() < 1


def test_what_stands_before_the_picture_is_kept() -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(samples.scene(800, 600)).save(file, "JPEG", progressive=True, exif=exif)
    fewer = without_refinements(file.getvalue())
    assert fewer is not None
    assert Image.open(io.BytesIO(fewer)).getexif()[0x0112] == 6


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xda\x00\x01",
        jpeg(800, 600, progressive=False),
        jpeg(800, 600)[:-2],
        jpeg(800, 600)[:-500],
        jpeg(800, 600)[:700],
    ],
    ids=["empty", "begun", "a length of one", "baseline", "no end", "cut in its last scan", "cut early"],
)
def test_other_files_are_read_as_they_are(content: bytes) -> None:
    assert without_refinements(content) is None


def test_so_many_scans_that_no_encoder_writes_them_are_read_as_they_are() -> None:
    content = jpeg(64, 64)
    last = content.rindex(b"\xff\xda")
    assert without_refinements(content[:-2] + 40 * content[last:-2] + content[-2:]) is None


def test_a_large_progressive_picture_is_decoded_as_one_that_is_not(decoder: Decoder) -> None:
    media = [decoder.decode(jpeg(6400, 1600, progressive=one)).media for one in (True, False)]
    assert all(isinstance(one, Picture) and (one.width, one.height) == (6400, 1600) for one in media)
    one, other = (media[at].pixels.astype(int) for at in (0, 1))  # type: ignore[union-attr]
    assert one.shape == other.shape
    assert np.abs(one - other).mean() < 1


def test_a_large_progressive_picture_that_is_cut_is_refused(decoder: Decoder) -> None:
    with pytest.raises(DecodeError):
        decoder.decode(jpeg(6400, 1600)[:-500])
