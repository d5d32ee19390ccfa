"""The twenty everyday transformations of a picture, by a fixed seed, each with where the picture then is."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from kiemchung.engine.media.types import Pixels

Box = tuple[float, float, float, float]
_FONTS = ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf", "Arial Bold.ttf")
_SCREEN = (1080, 2160)
_WORDS = "cảnh báo tin giả lan truyền trên mạng chia sẻ ngay cho người thân biết nhé sự thật là gì".split()


@dataclass(frozen=True, slots=True)
class Sent:
    """A transformed picture, where the original is in it, and which part of the original that is: x, y, w, h."""

    pixels: Pixels
    shown: Box
    part: Box


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return a font with Vietnamese letters, or Pillow's own where the machine has none."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def sentence(rng: np.random.Generator, words: int) -> str:
    """Return words in a chance order."""
    return " ".join(_WORDS[i] for i in rng.integers(0, len(_WORDS), words))


def _whole(image: Image.Image, original: Image.Image) -> Sent:
    return Sent(np.asarray(image.convert("RGB")), (0, 0, *image.size), (0, 0, *original.size))


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def _resized(image: Image.Image, by: float) -> Image.Image:
    return image.resize((max(8, round(image.width * by)), max(8, round(image.height * by))), Image.Resampling.LANCZOS)


def _chat(image: Image.Image, _: np.random.Generator) -> Sent:
    return _whole(_jpeg(_resized(image, min(1.0, 800 / max(image.size))), 50), image)


def _colour(image: Image.Image, _: np.random.Generator) -> Sent:
    changed = ImageEnhance.Color(ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(1.25)).enhance(1.3))
    return _whole(changed.enhance(1.6), image)


def _logo(image: Image.Image, _: np.random.Generator) -> Sent:
    out = image.copy()
    side = max(16, min(out.size) // 5)
    draw = ImageDraw.Draw(out)
    at = (out.width - side - 8, out.height - side - 8)
    draw.ellipse((*at, at[0] + side, at[1] + side), fill=(200, 20, 30))
    draw.text((at[0] + side // 5, at[1] + side // 4), "TIN", font=font(max(8, side // 3)), fill="white")
    return _whole(out, image)


def _meme(image: Image.Image, rng: np.random.Generator) -> Sent:
    out = image.copy()
    draw = ImageDraw.Draw(out)
    size = max(12, out.width // 12)
    for y in (size // 3, out.height - int(1.6 * size)):
        text = sentence(rng, 4).upper()
        draw.text(
            (out.width // 20, y),
            text,
            font=font(size),
            fill="white",
            stroke_width=max(1, size // 12),
            stroke_fill="black",
        )
    return _whole(out, image)


def _caption(image: Image.Image, rng: np.random.Generator) -> Sent:
    bar = max(30, image.height // 5)
    out = Image.new("RGB", (image.width, image.height + bar), "white")
    out.paste(image, (0, bar))
    size = max(12, bar // 4)
    draw = ImageDraw.Draw(out)
    draw.text((8, bar // 8), sentence(rng, 7), font=font(size), fill="black")
    draw.text((8, bar // 8 + int(1.5 * size)), sentence(rng, 7), font=font(size), fill="black")
    return Sent(np.asarray(out), (0, bar, *image.size), (0, 0, *image.size))


def _screenshot(image: Image.Image, rng: np.random.Generator) -> Sent:
    """A phone's screen: a status bar, a post with a name and a line of text, the picture across, buttons."""
    width, height = _SCREEN
    dark = rng.random() < 0.4
    ground, ink = ((18, 18, 18), (235, 235, 235)) if dark else ((255, 255, 255), (20, 20, 20))
    out = Image.new("RGB", _SCREEN, ground)
    draw = ImageDraw.Draw(out)
    draw.text((40, 20), "09:41", font=font(36), fill=ink)
    draw.text((860, 20), "4G  87%", font=font(36), fill=ink)
    draw.ellipse((40, 140, 140, 240), fill=(90, 130, 200))
    draw.text((170, 150), sentence(rng, 3).title(), font=font(40), fill=ink)
    draw.text((40, 280), sentence(rng, 8), font=font(38), fill=ink)
    draw.text((40, 340), sentence(rng, 8), font=font(38), fill=ink)
    by = min(width / image.width, 1400 / image.height)
    shown = _resized(image, by)
    at = ((width - shown.width) // 2, 430)
    out.paste(shown, at)
    below = at[1] + shown.height
    for x, text in ((60, "Thích"), (420, "Bình luận"), (800, "Chia sẻ")):
        draw.text((x, below + 40), text, font=font(40), fill=ink)
    if below + 250 < height:
        draw.text((60, below + 160), sentence(rng, 6), font=font(38), fill=ink)
    return Sent(np.asarray(out), (*at, *shown.size), (0, 0, *image.size))


def _cropped(share: float) -> Callable[[Image.Image, np.random.Generator], Sent]:
    def crop(image: Image.Image, rng: np.random.Generator) -> Sent:
        width, height = round(image.width * (1 - share)), round(image.height * (1 - share))
        x, y = int(rng.integers(0, image.width - width + 1)), int(rng.integers(0, image.height - height + 1))
        out = image.crop((x, y, x + width, y + height))
        return Sent(np.asarray(out), (0, 0, *out.size), (x, y, width, height))

    return crop


def _turned(image: Image.Image, _: np.random.Generator) -> Sent:
    return _whole(image.rotate(3, Image.Resampling.BICUBIC, expand=False), image)


def collage(image: Image.Image, other: Image.Image) -> Sent:
    """Return two pictures side by side, at one height; the place is that of the first."""
    height = 600
    left, right = (
        _resized(one, height / one.height).resize((max(8, round(one.width * height / one.height)), height))
        for one in (image, other)
    )
    out = Image.new("RGB", (left.width + right.width, height))
    out.paste(left, (0, 0))
    out.paste(right, (left.width, 0))
    return Sent(np.asarray(out), (0, 0, *left.size), (0, 0, *image.size))


def _mirror_caption_jpeg(image: Image.Image, rng: np.random.Generator) -> Sent:
    sent = _caption(ImageOps.mirror(image), rng)
    return Sent(np.asarray(_jpeg(Image.fromarray(sent.pixels), 40)), sent.shown, sent.part)


def _crop_screenshot(image: Image.Image, rng: np.random.Generator) -> Sent:
    cropped = _cropped(0.2)(image, rng)
    shot = _screenshot(Image.fromarray(cropped.pixels), rng)
    return Sent(shot.pixels, shot.shown, cropped.part)


TRANSFORMATIONS: dict[str, Callable[[Image.Image, np.random.Generator], Sent]] = {
    "jpeg q20": lambda image, _: _whole(_jpeg(image, 20), image),
    "resize 0.3": lambda image, _: _whole(_resized(image, 0.3), image),
    "chat 800 px q50": _chat,
    "blur": lambda image, _: _whole(image.filter(ImageFilter.GaussianBlur(max(image.size) / 250)), image),
    "colour": _colour,
    "greyscale": lambda image, _: _whole(ImageOps.grayscale(image), image),
    "logo": _logo,
    "meme text": _meme,
    "caption bar": _caption,
    "screenshot": _screenshot,
    "crop 5 %": _cropped(0.05),
    "crop 10 %": _cropped(0.10),
    "crop 20 %": _cropped(0.20),
    "crop 40 %": _cropped(0.40),
    "mirror": lambda image, _: _whole(ImageOps.mirror(image), image),
    "rotate 90": lambda image, _: _whole(image.transpose(Image.Transpose.ROTATE_90), image),
    "rotate 3°": _turned,
    "mirror, caption, jpeg 40": _mirror_caption_jpeg,
    "crop 20 %, screenshot": _crop_screenshot,
}
COLLAGE = "collage of 2"


def sent(name: str, pixels: Pixels, rng: np.random.Generator, other: Pixels) -> Sent:
    """Return a picture as somebody sends it; `other` is beside it in a collage."""
    if name == COLLAGE:
        return collage(Image.fromarray(pixels), Image.fromarray(other))
    return TRANSFORMATIONS[name](Image.fromarray(pixels), rng)
