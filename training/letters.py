"""Draws the letters of the share cards from a font, once: `python -m training.letters FOLDER` with Noto Sans in it.

What is stored: each letter's shape in sixteen shades at the sizes that cards have, how far it moves the pen, and how
much closer some pairs stand. So a site needs neither the font nor a program that reads fonts: no text reaches one.
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).parent.parent / "src" / "kiemchung" / "web" / "cards" / "letters.npz"
STYLES = {"large": ("Bold", 58), "middle": ("Bold", 48), "small": ("Bold", 38), "plain": ("Regular", 30)}
_SHADES = 15
_KERNED = 1000  # pairs are measured at this size, so their distances are in thousandths
_SIGNS = "–—‘’“”„…•‹›€₫№™→≤≥≈−×÷‰□"
_MISSING = "\U0010fffd"


def letters() -> str:
    """Return the letters that are drawn: Latin with all marks of Vietnamese and its neighbours, figures and signs."""
    codes = [*range(0x20, 0x7F), *range(0xA1, 0x180), *(0x1A0, 0x1A1, 0x1AF, 0x1B0), *range(0x1EA0, 0x1EFA)]
    return "".join(chr(code) for code in codes if code != 0xAD) + _SIGNS


def drawn(font: ImageFont.FreeTypeFont, letter: str, ascent: int, height: int) -> tuple[NDArray[np.uint8], int]:
    """Return a letter's shape in shades, on lines of one height, and by how much it begins left of the pen."""
    left, _, right, _ = font.getbbox(letter)
    left, right = int(left), int(right)
    width = max(right - left, 0)
    picture = Image.new("L", (width, height), 0)
    if width:
        ImageDraw.Draw(picture).text((-left, ascent), letter, font=font, fill=255, anchor="ls")
    return np.round(np.asarray(picture, np.float32) / 255 * _SHADES).astype(np.uint8).reshape(height, width), left


def style(folder: Path, weight: str, size: int, known: str) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of one style."""
    font = ImageFont.truetype(str(folder / f"NotoSans-{weight}.ttf"), size)
    ascent, descent = font.getmetrics()
    shapes = [drawn(font, letter, ascent, ascent + descent) for letter in known]
    return {
        "shades": np.concatenate([shape.T.reshape(-1) for shape, _ in shapes]),
        "widths": np.array([shape.shape[1] for shape, _ in shapes], np.uint8),
        "lefts": np.array([left for _, left in shapes], np.int8),
        "moves": np.array([font.getlength(letter) for letter in known], np.float32),
        "lines": np.array([ascent, descent], np.uint8),
    }


def pairs(folder: Path, known: str) -> NDArray[np.int16]:
    """Return rows of two letters' places and the thousandths of a size by which they stand closer."""
    font = ImageFont.truetype(str(folder / "NotoSans-Bold.ttf"), _KERNED, layout_engine=ImageFont.Layout.RAQM)
    alone = {letter: font.getlength(letter) for letter in known}
    rows = []
    for (one, left), (two, right) in product(enumerate(known), enumerate(known)):
        if not (left.isalpha() or right.isalpha()):
            continue
        closer = round(font.getlength(left + right) - alone[left] - alone[right])
        if abs(closer) >= 5:
            rows.append((one, two, closer))
    return np.array(rows, np.int16)


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1])
    font = ImageFont.truetype(str(folder / "NotoSans-Bold.ttf"), 40)
    blank = font.getmask(_MISSING)
    known = "".join(one for one in letters() if one == "□" or bytes(font.getmask(one)) != bytes(blank) or one == " ")
    print("not in the font:", sorted(set(letters()) - set(known)))
    arrays: dict[str, NDArray[np.generic]] = {"codes": np.array([ord(one) for one in known], np.uint32)}
    for name, (weight, size) in STYLES.items():
        for part, array in style(folder, weight, size, known).items():
            arrays[f"{name}_{part}"] = array
    arrays["pairs"] = pairs(folder, known)
    np.savez_compressed(TARGET, allow_pickle=False, **arrays)
    print(TARGET.stat().st_size)


if __name__ == "__main__":
    main()
