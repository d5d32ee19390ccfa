"""A format is told by the first bytes of a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiemchung.decoding.formats import FORMATS, HEAD_BYTES, format_of, is_heic
from tests.decoding import samples


@pytest.mark.parametrize("name", samples.PICTURES)
def test_pictures_are_told(name: str) -> None:
    form = format_of(samples.picture(name)[:HEAD_BYTES])
    assert form is FORMATS[name]


@pytest.mark.parametrize("name", samples.SOUNDS)
def test_sounds_are_told(name: str) -> None:
    form = format_of(samples.sound(name, 0.5)[:HEAD_BYTES])
    assert form is FORMATS[name]


@pytest.mark.parametrize("name", ["MP4/MOV", "AVI", "3GP", "MOV"])
def test_films_are_told(name: str) -> None:
    form = format_of(samples.film(name, 1, scene_s=0.2)[:HEAD_BYTES])
    assert form is FORMATS.get(name, FORMATS["MP4/MOV"])


@pytest.mark.parametrize(
    "head",
    [
        b"%!PS-Adobe",
        b"%PDF-1.7",
        b"II*\0",
        b"MM\0*",
        b"BM6\0",
        b"<svg ",
        b"#EXTM3U",
        b"ffconcat version 1.0",
        b"",
        b"\xff",
    ],
)
def test_everything_else_is_not(head: bytes) -> None:
    assert format_of(head.ljust(HEAD_BYTES, b"\0")) is None


def test_heic_is_told_so_that_people_learn_what_to_do() -> None:
    head = b"\0\0\0\x18ftypheic" + bytes(20)
    assert format_of(head) is None
    assert is_heic(head)


@given(st.binary(max_size=HEAD_BYTES))
def test_no_beginning_breaks_it(head: bytes) -> None:
    format_of(head)
    is_heic(head)
