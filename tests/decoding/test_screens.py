"""Screens of telephones are read as they are, and what cannot be read costs nothing else."""

from __future__ import annotations

import pytest
from PIL import Image

from kiemchung.decoding import Decoder, Limits
from kiemchung.decoding.limits import MAX_LINES, READING_MILLISECONDS
from kiemchung.engine.media.types import Picture, ReadLine, Region
from tests.decoding import samples
from tests.decoding.drawing import page, screenshot, with_reply
from tests.decoding.rooms import command

MESSAGE = "Uống nước chanh nóng mỗi sáng chữa khỏi ung thư, bác sĩ Nguyễn Thị Hường đã nói vậy"


def read(reader: Decoder, image: Image.Image, form: str = "PNG", **options: int) -> tuple[ReadLine, ...]:
    lines = reader.decode(samples.encoded(image, form, **options)).lines
    assert lines is not None
    return lines


def joined(lines: tuple[ReadLine, ...]) -> str:
    return " ".join(line.text for line in lines)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_message_on_a_screen_is_read_with_its_marks(reader: Decoder, dark: bool) -> None:
    assert MESSAGE in joined(read(reader, screenshot(MESSAGE, dark=dark)))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_bubbles_of_two_colours_are_both_read(reader: Decoder, dark: bool) -> None:
    read_text = joined(read(reader, with_reply(screenshot(MESSAGE, dark=dark), "Bà ngoại cháu đã uống rồi")))
    assert MESSAGE in read_text
    assert "Bà ngoại cháu đã uống rồi" in read_text


def test_a_small_picture_of_poor_quality_is_read(reader: Decoder) -> None:
    image = screenshot(MESSAGE, size=20, width=540)
    assert "chữa khỏi ung thư" in joined(read(reader, image, "JPEG", quality=40))


def test_lines_say_where_they_are_in_the_file_and_belong_to_blocks(reader: Decoder) -> None:
    image = screenshot(MESSAGE, size=120, width=3_240)
    lines = read(reader, image)
    (first,) = (line for line in lines if line.text.startswith("Uống"))
    left, top, width, height = first.region
    assert abs(left - 240) < 30
    assert 4 * 180 < top < 5 * 180 + 30
    assert width < 3_240 - 240
    assert height < 200
    assert all(0 <= line.confidence <= 1 for line in lines)
    tops = [line.region.y for line in lines if line.block == first.block]
    assert tops == sorted(tops)


def test_a_moving_picture_is_read_like_a_film_and_sound_is_not_read(reader: Decoder) -> None:
    assert reader.decode(samples.animation("GIF", 8)).lines == ()
    assert reader.decode(samples.sound("WAV")).lines is None


def test_without_tesseract_everything_else_works(safe: None) -> None:
    change = "from kiemchung.decoding import reading; reading._LIBRARIES = ('libnowhere.so.5',)"
    with Decoder(reading=True, _command=command(change)) as without:
        assert not without.reads
        assert without.decode(samples.picture("PNG")).lines is None


def test_a_reader_that_crashes_takes_only_that_file_along(safe: None) -> None:
    change = """
    from kiemchung.decoding import reading
    class Broken:
        def read(self, pixels, width, height):
            if width == 64:
                os.kill(os.getpid(), signal.SIGSEGV)
            return [reading.ReadLine("tin", reading.Region(0, 0, 9, 9), 1.0)]
    reading.load = Broken
    """
    with Decoder(reading=True, _command=command(change)) as broken:
        with pytest.raises(Exception, match="SIGSEGV"):
            broken.decode(samples.picture("PNG", 64, 48))
        lines = broken.decode(samples.picture("PNG", 65, 48)).lines
    assert lines == (ReadLine("tin", Region(0, 0, 9, 9), 1.0),)


@pytest.mark.slow
def test_a_page_that_takes_too_long_to_read_is_still_compared_as_a_picture(reader: Decoder) -> None:
    decoded = reader.decode(page(12, 2_400))
    assert isinstance(decoded.media, Picture)
    assert decoded.lines is not None  # how much is read by then depends on the machine
    assert len(decoded.lines) <= MAX_LINES
    assert Limits().picture_seconds > READING_MILLISECONDS / 1_000
