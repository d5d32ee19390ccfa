"""Whether a checked picture is answered without a person when it is sent as it is, and not when it was altered.

`python -m benchmarks.media_added --pictures DIR [--write]`: pictures of the half that was not looked at are kept as
references of a review, then sent as people send them, with captions drawn on them, and with something pasted into them,
through all of `Examiner`.
Needs the media extra and Tesseract.
"""

from __future__ import annotations

import argparse
import io
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from benchmarks.media_references import PHOTOGRAPHS, Source, installed, kind_of, shows, sources
from benchmarks.media_transformations import TRANSFORMATIONS, font
from benchmarks.setting import commit, load, machine, markdown, show
from kiemchung.collection.media import MediaCollection, MediaWriter
from kiemchung.collection.searchable import SearchableCollection
from kiemchung.deciding import MOST_OF_IT
from kiemchung.decoding import Decoder, reader_missing
from kiemchung.engine.claims.rank import DEFAULT_LIMIT
from kiemchung.engine.media.reading import has_words
from kiemchung.engine.media.types import Picture
from kiemchung.engine.types import Outcome, Review
from kiemchung.examining import Examined, Examiner
from kiemchung.recognising import describe, previews

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "media_added.md"
PICTURES, SEED = 24, 7
_EVERY = 1_000_000
# A tile of sky is nothing that anybody sends: so much of a picture has to show something.
_SHOWS = 0.5
# A caption is legible from here on: the middle of what its strokes change, of 256.
_LEGIBLE = 40
_TEXTS = (
    "Lễ hội khai mạc sáng nay, không ai bị thương",
    "TIN GIẢ",
    "Ảnh chụp năm 2015 ở Thái Lan",
    "Vỡ đập Hòa Bình sáng nay",
    "Праздник открылся, никто не пострадал",
    "KHÔNG PHẢI ở Việt Nam",
    "50.000 người",
)
_JPEG = 80
Way = Callable[[Image.Image], Image.Image]


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def _to(side: int, quality: int) -> Way:
    def smaller(image: Image.Image) -> Image.Image:
        small = image.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _jpeg(small, quality)

    return smaller


def _as(name: str) -> Way:
    rng = np.random.default_rng(SEED)
    return lambda image: Image.fromarray(TRANSFORMATIONS[name](image, rng).pixels)


# As people send a picture without a word on it.
PLAIN: dict[str, Way] = {
    "JPEG 80": lambda image: _jpeg(image, 80),
    "JPEG 40": lambda image: _jpeg(image, 40),
    "JPEG 20": lambda image: _jpeg(image, 20),
    "800 points, JPEG 50": _to(800, 50),
    "600 points, JPEG 30": _to(600, 30),
    "800 points, then 640, JPEG 50": lambda image: _to(640, 50)(_to(800, 50)(image)),
    "three tenths of its size": _as("resize 0.3"),
    "cropped by 10 %": _as("crop 10 %"),
    "cropped by 40 %": _as("crop 40 %"),
    "mirrored": _as("mirror"),
    "turned by 90°": _as("rotate 90"),
    "grey": _as("greyscale"),
    "darker": lambda image: _jpeg(ImageEnhance.Brightness(image).enhance(0.7), 70),
    "narrow black bars": lambda image: _jpeg(ImageOps.expand(image, (0, image.height // 33), "black"), 70),
    "sharpened": lambda image: _jpeg(image.filter(ImageFilter.UnsharpMask(2, 120, 2)), 70),
    "glaring colours": _as("colour"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How a caption is drawn: its colour and how much of it covers (0-255), an outline, a box behind it."""

    name: str
    colour: tuple[int, int, int]
    covers: int = 255
    outline: int = 0
    box: bool = False


STYLES = (
    Style("white", (255, 255, 255)),
    Style("black", (0, 0, 0)),
    Style("red", (220, 30, 30)),
    Style("grey", (150, 150, 150)),
    Style("yellow, outlined", (255, 230, 0), outline=2),
    Style("white, half covering", (255, 255, 255), covers=140),
    Style("white on a dark box", (255, 255, 255), box=True),
)
HEIGHTS = (0.02, 0.03, 0.05, 0.08)
_CROPPED = "cropped by 40 %, white"
# So large a share of a picture is what somebody pastes into it.
PASTED = (0.005, 0.01, 0.02, 0.03)


def captioned(image: Image.Image, text: str, height: float, how: Style, at: tuple[float, float]) -> Image.Image:
    """Return a picture with words on it, `height` and place as shares of it."""
    size = max(8, round(image.height * height))
    letters = font(size)
    while letters.getlength(text) > image.width * 0.95 and len(text) > 6:
        text = text[: len(text) * 3 // 4]
    width = letters.getlength(text)
    x, y = round(at[0] * max(0, image.width - width)), round(at[1] * max(0, image.height - 1.4 * size))
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    if how.box:
        draw.rectangle((x - 4, y - 2, x + width + 4, y + 1.3 * size), fill=(0, 0, 0, 160))
    edge = (0, 0, 0, how.covers)
    draw.text((x, y), text, font=letters, fill=(*how.colour, how.covers), stroke_width=how.outline, stroke_fill=edge)
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def pasted(image: Image.Image, thing: Image.Image, share: float, at: tuple[float, float]) -> Image.Image:
    """Return a picture with a round piece of another in it, so large a share of it, with a soft edge."""
    side = round((image.width * image.height * share) ** 0.5)
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, side, side), fill=255)
    out = image.copy()
    place = round(at[0] * (image.width - side)), round(at[1] * (image.height - side))
    out.paste(thing.resize((side, side)), place, mask.filter(ImageFilter.GaussianBlur(2)))
    return out


def contrast(plain: Image.Image, written: Image.Image) -> float:
    """Return how much the middle one of the points that words change is changed (0-256), in the colour that is most."""
    apart = np.abs(np.asarray(plain, np.int16) - np.asarray(written, np.int16)).max(axis=2)
    return float(np.median(apart[apart > 2])) if (apart > 2).any() else 0.0


@dataclass(slots=True)
class Count:
    """Of pictures sent in one way: how many were recognised surely as a whole, had no words that were read, and were
    answered without a person."""

    sent: int = 0
    sure: int = 0
    without_words: int = 0
    answered: int = 0

    def add(self, examined: Examined) -> None:
        """Count one more."""
        is_sure = any(_is_sure(examined, at) for at in range(len(examined.found)))
        self.sent += 1
        self.sure += is_sure
        self.without_words += is_sure and not has_words(examined.lines or ())
        self.answered += examined.answer.outcome is Outcome.ANSWER

    def row(self, name: str) -> list[str]:
        """Return a row of the table."""
        return [name, *map(str, (self.sent, self.sure, self.without_words, self.answered))]


def _is_sure(examined: Examined, at: int) -> bool:
    match, media = examined.found[at].match, examined.decoded.media
    region = match.query_region
    if region is None or match.probability < 1 - DEFAULT_LIMIT or not isinstance(media, Picture):
        return False
    return region.w * region.h >= MOST_OF_IT * media.width * media.height


def kept(home: Path, pictures: Sequence[Image.Image]) -> None:
    """Keep pictures as references of a review each."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    reviews = [Review(f"r{n}", f"Nhận định số {n} về tấm ảnh này") for n in range(len(pictures))]
    with SearchableCollection.open(home) as collection:
        collection.import_reviews(reviews, now=now)
    with Decoder() as decoder, MediaCollection.open(home) as media, MediaWriter(media) as writer:
        for number, picture in enumerate(pictures):
            decoded = decoder.decode(_file(picture, "PNG"))
            writer.add(
                describe(decoded),
                name=f"{number}.png",
                size=9,
                reviews=[f"r{number}"],
                previews=previews(decoded),
                now=now,
            )
        writer.commit()


def _file(image: Image.Image, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"quality": _JPEG} if kind == "JPEG" else {}))
    return buffer.getvalue()


def chosen(folder: Path, wanted: int) -> list[Image.Image]:
    """Return photographs of the half that was not looked at, at most two of one file."""
    every: list[Source] = [one for one in sources(folder, _EVERY) if one.reported and kind_of(one) == PHOTOGRAPHS]
    random.Random(SEED).shuffle(every)  # noqa: S311 - a fixed order, no secret
    taken: Counter[Path | None] = Counter()
    found: list[Image.Image] = []
    for one in every:
        if len(found) < wanted and taken[one.path] < 2 and shows(one.pixels()) >= _SHOWS:
            taken[one.path] += 1
            found.append(Image.fromarray(one.pixels()))
    return found


def report(folder: Path, count: int) -> Iterator[str]:
    """Yield the tables."""
    yield (
        "# Pictures that were altered, measured\n\n- command: `python -m benchmarks.media_added --pictures DIR --write`"
        f"\n- commit: {commit()}\n- machine: {machine()}; load {load()}"
    )
    pictures = chosen(folder, count)
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        kept(home, pictures)
        with (
            SearchableCollection.open(home, read_only=True) as collection,
            Examiner(home, collection, collection.index()) as examiner,
        ):
            plain, written, unread = _counted(examiner, home / "sent", pictures)
        changed = _doctored(home / "doctored", pictures)
    columns = ["sent", "pictures", "surely recognised as a whole", "of these without words that are read", "answered"]
    yield (
        f"{len(pictures)} photographs and tiles of large pictures of the half that was not looked at, each a reference"
        " of a review. *Without words that are read* is what was answered before decisions 0043 and 0044.\n\n"
        "## As they are\n\n" + markdown(columns, [one.row(name) for name, one in plain.items()])
    )
    yield (
        "## With a caption\n\nHeight of the letters as a share of the picture's; a caption counts that changes the"
        f" middle of its strokes by at least {_LEGIBLE} of 256 ({unread} others were left out: hardly anybody reads"
        " them)."
        f" Every answer here is a wrong one.\n\n{markdown(columns, [one.row(name) for name, one in written.items()])}"
    )
    yield (
        "## With a piece of another picture pasted in\n\nIts share of the picture. Every answer is a wrong one.\n\n"
        + markdown(columns, [one.row(name) for name, one in changed.items()])
    )


def _doctored(home: Path, pictures: Sequence[Image.Image]) -> dict[str, Count]:
    """Count doctored pictures of known ones, and known ones of which a doctored one was checked."""
    rng = np.random.default_rng(SEED)
    names = ("doctored, the genuine one was checked", "genuine, the doctored one was checked")
    counts = {f"{100 * share:g} %, {name}": Count() for share in PASTED for name in names}
    for share in PASTED:
        things = [*pictures[1:], pictures[0]]
        places = rng.random((len(pictures), 2)).tolist()
        doctored = [
            pasted(one, thing, share, (x, y)) for one, thing, (x, y) in zip(pictures, things, places, strict=True)
        ]
        for name, kept_ones, sent_ones in zip(names, (pictures, doctored), (doctored, pictures), strict=True):
            there = home / f"{share} {name}"
            kept(there, kept_ones)
            with (
                SearchableCollection.open(there, read_only=True) as collection,
                Examiner(there, collection, collection.index()) as examiner,
            ):
                for one in sent_ones:
                    (there / "sent").write_bytes(_file(one))
                    counts[f"{100 * share:g} %, {name}"].add(examiner.examine(there / "sent"))
    return counts


def _counted(
    examiner: Examiner, sent: Path, pictures: Sequence[Image.Image]
) -> tuple[dict[str, Count], dict[str, Count], int]:
    plain = {name: Count() for name in PLAIN}
    names = [*(f"{100 * height:g} %" for height in HEIGHTS), *(one.name for one in STYLES), _CROPPED]
    written = {name: Count() for name in names}
    rng, unread = np.random.default_rng(SEED), 0
    for picture in pictures:
        for name, way in PLAIN.items():
            sent.write_bytes(_file(way(picture)))
            plain[name].add(examiner.examine(sent))
        cropped = PLAIN["cropped by 40 %"](picture)
        drawn = [(one, picture, one.name) for one in STYLES] + [(STYLES[0], cropped, _CROPPED)]
        for height, (style, below, name) in product(HEIGHTS, drawn):
            text = _TEXTS[int(rng.integers(len(_TEXTS)))]
            shown = captioned(below, text, height, style, (float(rng.random()), float(rng.random())))
            if contrast(below, shown) < _LEGIBLE:
                unread += 1
                continue
            sent.write_bytes(_file(shown))
            examined = examiner.examine(sent)
            written[f"{100 * height:g} %"].add(examined)
            written[name].add(examined)
    return plain, written, unread


def main() -> None:
    """Print the tables, and store them with `--write`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, default=installed(), help="folder of pictures (default: installed)")
    parser.add_argument("--count", type=int, default=PICTURES, help="how many of them (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/media_added.md")
    options = parser.parse_args()
    if options.pictures is None:
        raise SystemExit("There are no pictures on this machine: name a folder with --pictures.")
    with Decoder(reading=True) as decoder:
        if not decoder.reads:
            raise SystemExit(str(reader_missing()))
    show(report(options.pictures, options.count), MEASURED if options.write else None)


if __name__ == "__main__":
    main()
