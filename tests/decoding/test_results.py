"""The child's answer is put together, and nothing of it is believed that cannot be."""

from __future__ import annotations

import os
import struct
from typing import Any

import numpy as np
import pytest

from kiemchung.deadline import Deadline, DeadlineError
from kiemchung.decoding.framing import BrokenAnswerError, Receiver, send
from kiemchung.decoding.results import Answer, facts_from
from kiemchung.engine.media.types import MediaKind, Sound, Video

SIZE: dict[str, object] = {"rows": 2, "columns": 3, "width": 3, "height": 2}
POINTS = bytearray(range(18))


def answer(*parts: tuple[dict[str, Any], bytearray]) -> Answer:
    made = Answer()
    for header, payload in parts:
        made.add(header, payload)
    return made


def samples(*values: float) -> bytearray:
    return bytearray(np.array(values, "<f4").tobytes())


def test_a_picture_comes_out_as_it_went_in() -> None:
    kind, media = answer(({"part": "picture", **SIZE}, POINTS), ({"part": "facts"}, bytearray())).media()
    assert kind is MediaKind.PICTURE
    assert media.pixels.tolist() == np.arange(18).reshape(2, 3, 3).tolist()  # type: ignore[union-attr]


def test_pieces_of_sound_are_joined() -> None:
    _, media = answer(
        ({"part": "sound"}, samples(0, 0.5)), ({"part": "sound"}, samples(-1)), ({"part": "facts"}, bytearray())
    ).media()
    assert isinstance(media, Sound)
    assert media.samples.tolist() == [0, 0.5, -1]


def test_frames_and_sound_make_a_film() -> None:
    kind, media = answer(
        ({"part": "sound"}, samples(0)),
        ({"part": "frame", "at_s": 0, **SIZE}, POINTS),
        ({"part": "frame", "at_s": 1.5, **SIZE}, POINTS),
        ({"part": "video", "seconds": 2.0}, bytearray()),
        ({"part": "facts"}, bytearray()),
    ).media()
    assert kind is MediaKind.VIDEO
    assert isinstance(media, Video)
    assert [frame.at_s for frame in media.frames] == [0, 1.5]
    assert media.sound is not None


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ({}, b""),
        ({"part": 7}, b""),
        ({"part": ["picture"]}, b""),
        ({"part": "picture"}, POINTS),
        ({"part": "picture", **SIZE}, b"x"),
        ({"part": "picture", **SIZE, "rows": 0}, b""),
        ({"part": "picture", **SIZE, "rows": -2}, POINTS),
        ({"part": "picture", **SIZE, "rows": True}, POINTS),
        ({"part": "picture", **SIZE, "rows": 2.0}, POINTS),
        ({"part": "picture", **SIZE, "rows": 10**9, "columns": 10**9}, b""),
        ({"part": "picture", **SIZE, "width": 10**6, "height": 10**6}, POINTS),
        ({"part": "picture", **SIZE, "width": 1}, POINTS),
        ({"part": "frame", **SIZE}, POINTS),
        ({"part": "frame", "at_s": float("nan"), **SIZE}, POINTS),
        ({"part": "frame", "at_s": -1, **SIZE}, POINTS),
        ({"part": "frame", "at_s": 1e300, **SIZE}, POINTS),
        ({"part": "frame", "at_s": "0", **SIZE}, POINTS),
        ({"part": "video", "seconds": 1}, b""),
        ({"part": "sound"}, b""),
        ({"part": "sound"}, b"xyz"),
        ({"part": "sound"}, samples(float("nan"))),
        ({"part": "sound"}, samples(0, float("inf"))),
        ({"part": "sound"}, samples(1.01)),
    ],
)
def test_a_part_that_cannot_be_is_refused(header: dict[str, Any], payload: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        Answer().add(header, bytearray(payload))


def test_parts_that_do_not_belong_together_are_refused() -> None:
    picture, end = ({"part": "picture", **SIZE}, POINTS), ({"part": "facts"}, bytearray())
    frame, sound = ({"part": "frame", "at_s": 0, **SIZE}, POINTS), ({"part": "sound"}, samples(0))
    for parts in ((end,), (picture,), (sound,), (picture, sound, end), (frame, end), (frame, frame), (end, picture)):
        with pytest.raises(BrokenAnswerError):
            answer(*parts).media()


@pytest.mark.parametrize(
    "header",
    [
        {"camera": 7},
        {"camera": "x" * 101},
        {"camera": "a\nb"},
        {"camera": "\u202egnp.exe"},
        {"is_intact": "perhaps"},
        {"latitude": 1},
        {"latitude": 91, "longitude": 0},
        {"latitude": 0, "longitude": float("inf")},
    ],
)
def test_facts_that_cannot_be_are_refused(header: dict[str, Any]) -> None:
    with pytest.raises(BrokenAnswerError):
        facts_from(header, "JPEG", 1, with_place=True)


def test_a_place_that_nobody_asked_for_is_refused() -> None:
    with pytest.raises(BrokenAnswerError):
        facts_from({"latitude": 1.0, "longitude": 1.0}, "JPEG", 1, with_place=False)


def received(content: bytes, allowance: int = 1000, seconds: float = 5) -> object:
    reading, writing = os.pipe()
    try:
        os.write(writing, content)
        os.close(writing)
        return Receiver(reading, Deadline(seconds), allowance).receive()
    finally:
        os.close(reading)


def test_a_part_travels_whole() -> None:
    reading, writing = os.pipe()
    send(writing, {"part": "sound"}, b"12345")
    os.close(writing)
    receiver = Receiver(reading, Deadline(5), 1000)
    assert receiver.receive() == ({"part": "sound"}, bytearray(b"12345"))
    assert receiver.receive() is None
    os.close(reading)


@pytest.mark.parametrize(
    "content",
    [
        b"garbage garbage garbage",
        b"\xff" * 12,
        struct.pack("<IQ", 2, 0) + b"[]",
        struct.pack("<IQ", 2, 0) + b"{x",
        struct.pack("<IQ", 2, 2**63) + b"{}",
        struct.pack("<IQ", 20_000, 0) + b" " * 20_000,
        struct.pack("<IQ", 900, 0) + b"[" * 900,
    ],
)
def test_what_is_no_part_is_refused_before_it_takes_memory(content: bytes) -> None:
    with pytest.raises(BrokenAnswerError):
        received(content, allowance=100_000 if len(content) > 1000 else 1000)


@pytest.mark.parametrize("content", [b"\x02", struct.pack("<IQ", 2, 0) + b"{", struct.pack("<IQ", 2, 9) + b"{}123"])
def test_a_part_that_breaks_off_is_an_end_in_the_middle(content: bytes) -> None:
    with pytest.raises(EOFError):
        received(content)


def test_nobody_waits_beyond_the_deadline() -> None:
    reading, writing = os.pipe()
    with pytest.raises(DeadlineError):
        Receiver(reading, Deadline(0.05), 1000).receive()
    os.close(reading)
    os.close(writing)


LINE: dict[str, Any] = {"part": "line", "text": "ăn tỏi", "sure": 0.9, "block": 0, "x": 0, "y": 0, "w": 3, "h": 1}


def test_lines_of_text_come_with_their_places_once_reading_is_done() -> None:
    picture = ({"part": "picture", **SIZE}, POINTS)
    read = answer(picture, (LINE, bytearray()), ({"part": "read"}, bytearray()), ({"part": "facts"}, bytearray()))
    assert [(line.text, tuple(line.region), line.confidence) for line in read.lines or ()] == [
        ("ăn tỏi", (0, 0, 3, 1), 0.9)
    ]
    assert answer(picture, ({"part": "facts"}, bytearray())).lines is None
    assert answer(picture, ({"part": "read"}, bytearray())).lines == ()


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": None},
        {"text": "\x1b[31m"},
        {"text": "a" * 601},
        {"sure": 1.1},
        {"sure": float("nan")},
        {"x": 4},
        {"w": 0},
        {"h": 10**9},
        {"block": -1},
        {"block": True},
    ],
)
def test_a_line_that_cannot_be_is_not_believed(change: dict[str, Any]) -> None:
    with pytest.raises(BrokenAnswerError):
        answer(({"part": "picture", **SIZE}, POINTS), ({**LINE, **change}, bytearray()))


def test_lines_without_a_picture_or_after_their_end_or_without_end_are_not_believed() -> None:
    picture = ({"part": "picture", **SIZE}, POINTS)
    for parts in (
        [(LINE, bytearray())],
        [picture, ({"part": "read"}, bytearray()), (LINE, bytearray())],
        [picture, (LINE, bytearray(b"x"))],
        [picture, *[(LINE, bytearray())] * 601],
    ):
        with pytest.raises(BrokenAnswerError):
            answer(*parts)
