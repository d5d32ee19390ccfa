"""Every pair of colours that carries words has a contrast of at least 4.5, light and dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest

from kiemchung.web.settings import HERE
from kiemchung.web.templatetags.ratings import RATINGS

SHEET = (HERE / "static" / "kiemchung" / "site.css").read_text(encoding="utf-8")
PAIRS = [
    *((ink, ground) for ink in ("ink", "soft", "brand", "brand-deep", "bad") for ground in ("paper", "card", "sunk")),
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("brand", "brand-pale"),
    ("brand-deep", "brand-pale"),
    *((name, f"{name}-pale") for name in ("good", "nearly", "half", "lack", "bad", "harm", "joke", "open")),
    *(("ink", f"{name}-pale") for name in ("good", "half", "bad", "open")),
]
EDGES = [("edge", ground) for ground in ("paper", "card")] + [("focus", ground) for ground in ("paper", "card", "sunk")]


def colours() -> dict[str, dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
        for block in re.findall(r":root \{(.*?)\}", SHEET, re.S)[:2]
    )
    return {"light": light, "dark": light | dark}


def brightness(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read(scheme: str) -> None:
    known = colours()[scheme]
    weak = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in PAIRS}
    assert {pair: value for pair, value in weak.items() if value < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_of_fields_and_the_focus_can_be_seen(scheme: str) -> None:
    known = colours()[scheme]
    weak = {pair: round(contrast(known[pair[0]], known[pair[1]]), 2) for pair in EDGES}
    assert {pair: value for pair, value in weak.items() if value < 3} == {}


def test_every_rating_has_a_drawing_of_its_own_and_a_word_of_its_own() -> None:
    assert (
        len({shown.drawing for shown in RATINGS.values()}) == len({str(shown.word) for shown in RATINGS.values()}) == 8
    )
    assert set(RATINGS) - set(re.findall(r"\.rating\.(\w+) \{", SHEET)) == {"unproven"}  # it has the plain colours


def test_pages_have_no_script_and_no_style_in_them() -> None:
    data = r"(?![^>]*\ssrc=|\s+type=.application/ld)"  # structured data is no script
    inside = re.compile(rf"\son\w+=|\sstyle=|<style|<script{data}|javascript:", re.I)
    pages = sorted((HERE / "templates").rglob("*.html"))
    assert [page.name for page in pages if inside.search(page.read_text(encoding="utf-8"))] == []


def test_the_page_for_frames_has_the_colours_of_the_site() -> None:
    own = (HERE / "static" / "kiemchung" / "embed.css").read_text(encoding="utf-8")
    blocks = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)) for block in re.findall(r":root \{(.*?)\}", own, re.S)
    ]
    for scheme, block in zip(("light", "dark"), blocks, strict=True):
        assert block
        assert {name: colours()[scheme][name] for name in block} == block
    assert {*RATINGS} - {*re.findall(r"\.rating\.(\w+) \{", own)} == {"unproven"}
