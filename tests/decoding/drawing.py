"""Pictures with words in them, drawn as a telephone shows a message."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.decoding.samples import encoded

_FONT = "DejaVuSans.ttf"


def font(size: int) -> ImageFont.FreeTypeFont:
    """A font with the letters of Vietnamese; skips where it is not installed."""
    try:
        return ImageFont.truetype(_FONT, size)
    except OSError:
        pytest.skip(f"{_FONT} is not installed (Debian: apt install fonts-dejavu-core)")


def wrapped(text: str, size: int, width: int) -> list[str]:
    """The lines of a text that fit a width in points."""
    letters, lines = font(size), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and letters.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def screenshot(message: str, *, dark: bool = False, size: int = 40, width: int = 1_080) -> Image.Image:
    """A telephone's screen: clock and charge, a forwarded message in its bubble, and the field for an answer."""
    ground, bubble, ink, grey = ("#101418", "#26333d", "#f0f0f0", "#8a9299") if dark else _LIGHT
    lines, step, margin = wrapped(message, size, width - 4 * size), size * 3 // 2, size
    image = Image.new("RGB", (width, (len(lines) + 8) * step), ground)
    draw = ImageDraw.Draw(image)
    draw.text((margin, size // 4), "09:41", fill=grey, font=font(size * 3 // 4))
    draw.text((width - 5 * size, size // 4), "4G 85%", fill=grey, font=font(size * 3 // 4))
    box = (margin, 3 * step, width - margin, (len(lines) + 5) * step)
    draw.rounded_rectangle(box, size // 2, fill=bubble)
    draw.text((2 * margin, 3 * step + size // 4), "Đã chuyển tiếp", fill=grey, font=font(size * 3 // 4))
    for number, line in enumerate(lines, 4):
        draw.text((2 * margin, number * step + size // 4), line, fill=ink, font=font(size))
    draw.text((margin, image.height - step), "Nhập tin nhắn...", fill=grey, font=font(size * 3 // 4))
    return image


def with_reply(screen: Image.Image, reply: str, size: int = 40) -> Image.Image:
    """The screen with an own message below, white on blue."""
    lines, step = wrapped(reply, size, screen.width // 2), size * 3 // 2
    image = Image.new("RGB", (screen.width, screen.height + (len(lines) + 2) * step), screen.getpixel((0, 0)))
    image.paste(screen)
    draw, left = ImageDraw.Draw(image), screen.width * 2 // 5
    draw.rounded_rectangle((left, screen.height, screen.width - size, image.height - step), size // 2, fill="#0a7cff")
    for number, line in enumerate(lines):
        draw.text((left + size, screen.height + size // 2 + number * step), line, fill="white", font=font(size))
    return image


def page(size: int, side: int) -> bytes:
    """A page full of small print, other words in every line."""
    image = Image.new("L", (side, side), 255)
    draw, letters = ImageDraw.Draw(image), font(size)
    for row in range(0, side, size * 4 // 3):
        draw.text(
            (4, row), " ".join(f"số {row * n % 9973} của" for n in range(side // (size * 6))), fill=0, font=letters
        )
    return encoded(image, "PNG")


_LIGHT = ("white", "#e6f0ff", "#101010", "#707070")
