"""How well words in pictures are read, and whether the message in a screenshot finds its review.

`python -m benchmarks.media_reading [--write]`: messages are drawn as a telephone shows them (bubble, clock, buttons),
in several conditions. Needs Tesseract; `KIEMCHUNG_DATA` for the second table.
"""

from __future__ import annotations

import argparse
import io
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

from benchmarks.corpus import DataMissingError, LabelledSet, labelled
from benchmarks.setting import commit, load, machine, markdown, show
from kiemchung.decoding import Decoder, reader_missing
from kiemchung.engine.claims.index import ClaimIndex
from kiemchung.engine.media.reading import message_text
from kiemchung.engine.types import Message, Outcome
from training.corpus import starter

MEASURED = Path(__file__).parent.parent / "docs" / "measured" / "media_reading.md"
_SANS, _SERIF = "DejaVuSans.ttf", "DejaVuSerif.ttf"
_WIDTH, _MARGIN = 1_080, 40
READ = 40
ASKED = 3  # every third message is asked


@dataclass(frozen=True, slots=True)
class Condition:
    """How a message is shown: letters in points, colours, and what happens to the picture afterwards."""

    name: str
    size: int = 40
    font: str = _SANS
    ground: str = "white"
    bubble: str = "#e6f0ff"
    ink: str = "#101010"
    width: int = _WIDTH
    quality: int = 0  # of JPEG; 0: PNG
    scale: float = 1.0


CONDITIONS = (
    Condition("telephone, 40 points"),
    Condition("dark mode", ground="#101418", bubble="#26333d", ink="#f0f0f0"),
    Condition("white on blue", bubble="#0a7cff", ink="white"),
    Condition("JPEG q40, half size", quality=40, scale=0.5),
    Condition("JPEG q20, half size", quality=20, scale=0.5),
    Condition("serifs, 24 points", size=24, font=_SERIF),
    Condition("16 points", size=16, width=600),
    Condition("12 points", size=12, width=500),
)


def screenshot(text: str, how: Condition) -> bytes:
    """Return a picture of a message in a chat as a file."""
    font = ImageFont.truetype(how.font, how.size)
    small = ImageFont.truetype(how.font, max(10, int(how.size * 0.7)))
    wrapped = list(_wrapped(text, font, how.width - 4 * _MARGIN))
    step = int(how.size * 1.45)
    height = 6 * step + step * len(wrapped) + 4 * _MARGIN
    image = Image.new("RGB", (how.width, height), how.ground)
    draw = ImageDraw.Draw(image)
    grey = "#8a8a8a"
    draw.text((_MARGIN, 10), "09:41", fill=grey, font=small)
    draw.text((how.width - 5 * how.size, 10), "4G 85%", fill=grey, font=small)
    top = 3 * step
    draw.rounded_rectangle(
        (_MARGIN, top, how.width - _MARGIN, top + step * (len(wrapped) + 1) + _MARGIN), 24, fill=how.bubble
    )
    draw.text((2 * _MARGIN, top + 8), "Đã chuyển tiếp", fill=grey, font=small)
    for number, line in enumerate(wrapped, 1):
        draw.text((2 * _MARGIN, top + step * number), line, fill=how.ink, font=font)
    draw.text((_MARGIN, height - step), "Nhập tin nhắn...", fill=grey, font=small)
    if how.scale != 1:
        image = image.resize((int(image.width * how.scale), int(image.height * how.scale)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    if how.quality:
        image.save(file, "JPEG", quality=how.quality)
    else:
        image.save(file, "PNG")
    return file.getvalue()


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > width:
                yield line
                line = word
            else:
                line = longer
        yield line


def _plain(text: str) -> str:
    return " ".join(text.split())


def reading_rows(decoder: Decoder, texts: Sequence[str]) -> list[list[str]]:
    """Return for each condition the share of wrong characters (Levenshtein), the messages without any, and the time."""
    rows = []
    for how in CONDITIONS:
        wrong, characters, clean, seconds = 0, 0, 0, []
        for text in texts:
            begin = time.perf_counter()
            read = _plain(message_text(decoder.decode(screenshot(text, how)).lines or ()))
            seconds.append(time.perf_counter() - begin)
            distance = Levenshtein.distance(_plain(text), read)
            wrong, characters, clean = wrong + distance, characters + len(_plain(text)), clean + (distance == 0)
        rows.append([how.name, f"{wrong / characters:.4f}", f"{clean} of {len(texts)}", f"{np.median(seconds):.2f}"])
    return rows


def matching_rows(decoder: Decoder, one: LabelledSet) -> list[list[str]]:
    """Return recall@1 and what is answered for messages as typed and as read from a screenshot, per condition."""
    index = ClaimIndex(one.reviews)
    asked = [question for question in one.questions if question.relevant][::ASKED]
    rows = [_row("as typed", index, [(q.text, q.relevant) for q in asked])]
    for how in CONDITIONS[:4]:
        read = [message_text(decoder.decode(screenshot(q.text, how)).lines or ()) for q in asked]
        rows.append(_row(how.name, index, [(text, q.relevant) for text, q in zip(read, asked, strict=True)]))
    return rows


def _row(name: str, index: ClaimIndex, asked: Sequence[tuple[str, frozenset[str]]]) -> list[str]:
    answers = index.search_many([Message(text) for text, _relevant in asked], explain=False)
    right = [a.matches[0].review_id in relevant for a, (_text, relevant) in zip(answers, asked, strict=True)]
    answered = [ok for ok, a in zip(right, answers, strict=True) if a.outcome is Outcome.ANSWER]
    return [name, f"{np.mean(right):.3f}", str(len(answered)), str(len(answered) - sum(answered))]


def main() -> None:
    """Print the tables, and store them with `--write`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="store the tables in docs/measured/media_reading.md")
    options = parser.parse_args()
    with Decoder(reading=True) as decoder:
        if not decoder.reads:
            raise SystemExit(str(reader_missing()))
        show(_report(decoder), MEASURED if options.write else None)


def _report(decoder: Decoder) -> Iterator[str]:
    yield (
        "# Words in pictures, measured\n\n- command: `python -m benchmarks.media_reading --write`\n"
        f"- commit: {commit()}\n- machine: {machine()}; load {load()}"
    )
    texts = [one.text for one in starter().messages if one.lang == "vi" and 40 < len(one.text) < 400]
    texts = texts[:: max(1, len(texts) // READ)][:READ]
    columns = ["shown as", "wrong characters", "read without a fault", "s a picture, median"]
    yield f"## Reading\n\n{len(texts)} Vietnamese messages.\n\n{markdown(columns, reading_rows(decoder, texts))}"
    try:
        one = labelled(Path(os.environ.get("KIEMCHUNG_DATA", "")), "messages_vi")
    except DataMissingError as error:
        yield f"The second table needs data: {error}"
        return
    columns = ["message", "recall@1", "answered (limit .005)", "wrong among these"]
    title = "## From the screenshot to the review\n\nEvery third message of messages_vi (dev)."
    yield f"{title}\n\n{markdown(columns, matching_rows(decoder, one))}"


if __name__ == "__main__":
    main()
