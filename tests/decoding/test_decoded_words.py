"""Words in pictures are read inside the locked child, or it is said what is missing."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from kiemchung.decoding import Decoder, reader_missing, reading
from kiemchung.decoding.choosing import frames_to_read
from kiemchung.engine.media.reading import message_text
from kiemchung.engine.media.types import Frame, Picture, Region
from tests.decoding import samples
from tests.decoding.drawing import font
from tests.decoding.hostile import HOSTILE, Hostile
from tests.decoding.test_door import code_of

SAID = "Uống nước chanh nóng chữa khỏi ung thư"
FONT = "DejaVuSans.ttf"


def drawn(text: str, *, size: int = 32, ink: str = "black", ground: str = "white") -> bytes:
    try:
        font = ImageFont.truetype(FONT, size)
    except OSError:
        pytest.skip("DejaVu Sans is not installed: apt install fonts-dejavu-core")
    image = Image.new("RGB", (int(font.getlength(text)) + 80, size * 4), ground)
    ImageDraw.Draw(image).text((40, size), text, fill=ink, font=font)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("size", [14, 24, 40])
def test_vietnamese_is_read_with_its_marks(reader: Decoder, size: int) -> None:
    lines = reader.decode(drawn(SAID, size=size)).lines
    assert lines is not None
    assert message_text(lines) == SAID


def test_light_letters_on_a_dark_ground_are_read(reader: Decoder) -> None:
    lines = reader.decode(drawn(SAID, ink="#eeeeee", ground="#101418")).lines
    assert lines is not None
    assert message_text(lines) == SAID


def test_places_are_those_of_the_file_however_it_was_enlarged(reader: Decoder) -> None:
    (line,) = reader.decode(drawn(SAID, size=14)).lines or ()
    assert isinstance(line.region, Region)
    assert 35 <= line.region.x <= 45
    assert 10 <= line.region.y <= 20
    assert line.region.h <= 20


def film_saying(*captions: str) -> bytes:
    """A film of two seconds a caption, on one ground that moves a little."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream: Any = output.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for caption in captions:
            for at in range(20):
                image = Image.fromarray(samples.scene(1280, 720)).point(lambda value: value // 4)
                draw = ImageDraw.Draw(image)
                draw.rectangle((0, 560, 1280, 720), fill="white")
                draw.text((40 + at % 2, 600), caption, fill="black", font=font(48))
                output.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")))
        output.mux(stream.encode())
    return file.getvalue()


def test_words_in_a_film_are_read_in_the_frames_that_differ_each_once(reader: Decoder) -> None:
    read = reader.decode(film_saying("Uống nước chanh nóng", "chữa khỏi ung thư", "Uống nước chanh nóng"))
    assert read.lines is not None
    assert [line.text for line in read.lines if line.confidence > 0.6] == ["Uống nước chanh nóng", "chữa khỏi ung thư"]
    assert [line.block for line in read.lines] == sorted({line.block for line in read.lines})
    (first, *_) = read.lines
    assert first.region.y > 500
    assert first.region.x + first.region.w <= 1280


def test_a_film_without_words_has_no_lines_and_the_same_frames(reader: Decoder, decoder: Decoder) -> None:
    film = samples.film()
    read, plain = reader.decode(film), decoder.decode(film)
    assert read.lines is not None
    assert message_text(read.lines) == ""
    assert plain.lines is None
    assert len(read.media.frames) == len(plain.media.frames)  # type: ignore[union-attr]


def test_of_a_long_film_at_most_eight_frames_are_read() -> None:
    frames = [Frame(Picture(samples.scene(64, 48, seed), 64, 48), float(seed)) for seed in range(30)]
    assert [frame.at_s for frame in frames_to_read(frames)][::7] == [0.0, 29.0]
    assert len(frames_to_read(frames)) == 8
    assert len(frames_to_read(frames[:1] * 5)) == 1


def test_a_picture_without_words_has_no_lines(reader: Decoder) -> None:
    assert reader.decode(samples.picture("PNG")).lines is not None
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(file, "PNG")
    assert reader.decode(file.getvalue()).lines == ()


def test_the_picture_itself_is_the_same_whether_words_are_read_or_not(reader: Decoder, decoder: Decoder) -> None:
    file = drawn(SAID)
    read, plain = reader.decode(file), decoder.decode(file)
    assert np.array_equal(read.media.pixels, plain.media.pixels)  # type: ignore[union-attr]
    assert plain.lines is None, "words are read only where that was asked for"


@pytest.mark.parametrize("case", HOSTILE, ids=[case.name for case in HOSTILE])
def test_hostile_files_end_as_they_do_without_reading(reader: Decoder, case: Hostile) -> None:
    assert code_of(reader, case.make()) in case.ends


def test_where_tesseract_is_missing_there_is_no_reader_and_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "_LIBRARIES", ("libtesseract-that-is-not-there.so",))
    assert reading.load() is None
    for lang in ("vi", "en"):
        assert "apt install tesseract-ocr tesseract-ocr-vie" in reader_missing().text(lang)


def test_where_the_vietnamese_model_is_missing_there_is_no_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    if reading._library() is None:
        pytest.skip(str(reader_missing()))
    monkeypatch.setattr(reading, "_LANGUAGES", b"language_without_a_model")
    assert reading.load() is None
