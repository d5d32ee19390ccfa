"""Of a large progressive JPEG what cannot be seen in the smaller picture is not read."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kiemchung.decoding import DecodeError, Decoder, scans
from kiemchung.decoding.formats import FORMATS
from kiemchung.decoding.pictures import decode_picture, open_picture
from kiemchung.decoding.scans import with_fewer_scans
from kiemchung.engine.media.types import Picture
from tests.decoding import samples


def jpeg(width: int, height: int, *, progressive: bool = True) -> bytes:
    file = io.BytesIO()
    Image.fromarray(samples.scene(width, height)).save(file, "JPEG", quality=90, progressive=progressive)
    return file.getvalue()


def scans_of(content: bytes) -> int:
    return content.count(b"\xff\xda")


@pytest.mark.parametrize("division", [2, 4, 8])
def test_scans_that_refine_detail_are_left_out_and_the_picture_stays(division: int) -> None:
    whole = jpeg(800, 600)
    fewer = with_fewer_scans(whole, division)
    assert fewer is not None
    assert scans_of(fewer) < scans_of(whole)
    assert len(fewer) < len(whole)
    size = (800 // division, 600 // division)
    small = [np.asarray(Image.open(io.BytesIO(one)).resize(size), int) for one in (whole, fewer)]
    assert np.abs(small[0] - small[1]).mean() < 1


def test_at_a_quarter_of_the_size_scans_of_the_finest_detail_are_left_out_too() -> None:
    half, quarter = (with_fewer_scans(jpeg(800, 600), division) for division in (2, 4))
    assert half is not None
    assert quarter is not None
    assert scans_of(quarter) < scans_of(half)


def blocks(mode: str) -> tuple[Image.Image, bytes]:
    """A picture whose blocks are of one colour each: what is left out of it is nothing."""
    colours = np.random.default_rng(1).integers(40, 216, (75, 100, 3), np.uint8)
    image = Image.fromarray(colours.repeat(8, axis=0).repeat(8, axis=1)).convert(mode)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, progressive=True, subsampling=0)
    return image, file.getvalue()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("division", [2, 4, 8])
def test_nothing_is_guessed_in_place_of_what_was_left_out(mode: str, division: int) -> None:
    fewer = with_fewer_scans(blocks(mode)[1], division)
    assert fewer is not None
    small = []
    for content in (blocks(mode)[1], fewer):
        opened = Image.open(io.BytesIO(content))
        opened.draft(mode, (800 // division, 600 // division))
        small.append(np.asarray(opened, int))
    assert small[0].shape == small[1].shape
    assert np.abs(small[0] - small[1]).max() <= 3


@pytest.mark.parametrize(
    ("at", "byte"), [(9, 9), (11, 0x01), (11, 0x10)], ids=["more parts than there are", "no width", "no height"]
)
def test_a_frame_that_cannot_be_is_read_as_it_is(at: int, byte: int) -> None:
    content = bytearray(jpeg(800, 600))
    content[content.index(b"\xff\xc2") + at] = byte
    assert with_fewer_scans(bytes(content), 4) is None


def test_what_stands_before_the_picture_is_kept() -> None:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(samples.scene(800, 600)).save(file, "JPEG", progressive=True, exif=exif)
    fewer = with_fewer_scans(file.getvalue(), 4)
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
    assert with_fewer_scans(content, 4) is None


def test_so_many_scans_that_no_encoder_writes_them_are_read_as_they_are() -> None:
    content = jpeg(64, 64)
    last = content.rindex(b"\xff\xda")
    assert with_fewer_scans(content[:-2] + 40 * content[last:-2] + content[-2:], 4) is None


@pytest.mark.parametrize("width", [6400, 3203, 1601])
def test_a_large_progressive_picture_is_decoded_as_one_that_is_not(decoder: Decoder, width: int) -> None:
    media = [decoder.decode(jpeg(width, 1600, progressive=one)).media for one in (True, False)]
    assert all(isinstance(one, Picture) and (one.width, one.height) == (width, 1600) for one in media)
    one, other = (media[at].pixels.astype(int) for at in (0, 1))  # type: ignore[union-attr]
    assert one.shape == other.shape
    assert np.abs(one - other).mean() < 1


@pytest.mark.parametrize(("width", "division"), [(1519, None), (1601, 2), (3203, 4), (6401, 8)])
def test_scans_are_left_out_by_how_far_the_sides_are_divided_whether_evenly_or_not(
    monkeypatch: pytest.MonkeyPatch, width: int, division: int | None
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(scans, "with_fewer_scans", lambda _content, by: asked.append(by))
    file = io.BytesIO(jpeg(width, 1000))
    decode_picture(open_picture(file, FORMATS["JPEG"]), file)
    assert asked == ([division] if division else [])


def test_a_large_progressive_picture_that_is_cut_is_refused(decoder: Decoder) -> None:
    with pytest.raises(DecodeError):
        decoder.decode(jpeg(6400, 1600)[:-500])
