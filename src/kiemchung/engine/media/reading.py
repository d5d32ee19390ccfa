"""From the lines read in a picture to the message in it: what belongs to the telephone or the programme is left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from kiemchung.engine.media.types import ReadLine
from kiemchung.engine.text.normalise import fold

# Surer than this a line is text; below it, mostly what Tesseract makes of pictures and icons.
LEAST_SURE = 0.45
# Fewer letters than this in a whole picture are no message: a sign, a logo, a caption.
LEAST_LETTERS = 12
_MEMBERS = re.compile(
    r"(?:nhom .{1,40} )?[\d.,]{1,6} (?:thanh vien|members?)(?:\W+\d+ (?:online|dang hoat dong|truc tuyen))?"
)
# What the telephone and the programme write around a message, without marks (a small letter loses them first). Each
# must be the whole line.
_CLOCK = r"(?:\d{1,2}[:.h]\d{2}(?: ?[ap]m| ?sa| ?ch)?)"
# What stands beside it: networks, charges, and the one or two signs that small pictures are misread as.
_BESIDE_CLOCK = (
    r"(?:(?=\w*\d)\w{1,3}|\w{1,3}%|[\d.,]{1,5} ?[km]b?/?s?|viettel|vina(?:phone)?|mobi(?:fone)?|vietnamobile"
    r"|wi-?fi|(?:vo)?lte|[2345]g\+?|[a-z]{1,2}\b)"
)
_CHROME = re.compile(
    rf"(?:{_CLOCK}\W*)+(?:{_BESIDE_CLOCK}\W*){{0,4}}"  # 09:41 4G 85%
    r"|\d{1,3} ?%"
    r"|(?:nhom .{1,40} )?[\d.,]{1,6} (?:thanh vien|members?|nguoi theo doi|followers?)"
    r"|(?:viettel|vinaphone|mobifone|vietnamobile|lte|volte|[345]g)\W*(?:(?:lte|[345]g)\W*)?\d{0,3}\W*%?"
    r"|(?:da xem|da gui|da nhan|dang gui|seen|sent|delivered|read)(?: (?:luc )?[\d: ]+)?"
    r"|(?:hoat dong \d+ (?:phut|gio|ngay) truoc|truy cap .{1,20} truoc)"
    r"|(?:hom nay|hom qua|today|yesterday|t(?:hu|h)? ?[2-7]|cn|chu nhat)(?:[ ,]+(?:luc )?[\d:/. ]+(?:[ap]m)?)?"
    r"|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?:[ ,]+[\d:]+)?"
    r"|(?:(?:[\d.,km]+ )?(?:thich|binh luan|chia se|tra loi|like|comment|share|reply|luot (?:thich|xem|chia se)"
    r"|likes|comments|shares|views)[\W\d]*)+"
)
_NOTES = (
    "da chuyen tiep",
    "tin nhan chuyen tiep",
    "tin nhan da chuyen tiep",
    "tin nhan duoc chuyen tiep",
    "chuyen tiep",
    "forwarded",
    "forwarded many times",
    "da chia se",
    "nhap tin nhan",
    "soan tin nhan",
    "tin nhan",
    "nhan tin",
    "message",
    "type a message",
    "imessage",
    "aa",
    "dang hoat dong",
    "vua truy cap",
    "online",
    "active now",
    "xem them",
    "xem ban dich",
    "see more",
    "see translation",
)
# A note that is read with a wrong letter in eight is still that note.
_ALIKE = 87
# "Chuyển tiền", to send money, is no "chuyển tiếp", to pass on. "Đã chuyển tiền" is: so small letters are misread.
_MONEY = "chuyen tien"
_AROUND = " .…•·|<>←↩»«©®°¬-–—_=~'\"@*"
_LETTER = re.compile(r"[^\W\d_]")
_SAID = re.compile(r"[^\W_]{2}")
_AT_END_OF_LINE = re.compile(r"(?<=[^\W\d_])[-‐]$")


def message_text(lines: Sequence[ReadLine]) -> str:
    """Return the text of a message that is shown in a picture: a line for each block, wrapped lines joined.

    Clocks, charges, buttons and notes of the programme that are lines by themselves are left out, and lines that were
    read unsurely. Empty where no message is left. Cost: some microseconds a line.

    >>> from kiemchung.engine.media.types import Region
    >>> place = Region(0, 0, 9, 9)
    >>> lines = [ReadLine("09:41 4G 85%", place, .9), ReadLine("Uống nước chanh nóng chữa", place, .9, 1)]
    >>> message_text([*lines, ReadLine("khỏi ung thư", place, .9, 1), ReadLine("Đã xem", place, .9, 2)])
    'Uống nước chanh nóng chữa khỏi ung thư'
    """
    blocks: dict[int, str] = {}
    for line in _below_head(lines):
        text = line.text.strip()
        if not _LETTER.search(text) or not _is_written(line):
            continue
        before = blocks.get(line.block)
        blocks[line.block] = text if before is None else _joined(before, text)
    text = "\n".join(blocks.values())
    return text if len(_LETTER.findall(text)) >= LEAST_LETTERS else ""


def _below_head(lines: Sequence[ReadLine]) -> Sequence[ReadLine]:
    """Return the lines without the head of a group: its name, any words, stands alone above "12 thành viên"."""
    for number, line in enumerate(lines):
        if _MEMBERS.fullmatch(_plain(line.text)):
            above = [one for one in lines[:number] if _is_written(one)]
            return lines[number + 1 :] if len(above) <= 1 else lines
    return lines


def has_words(lines: Sequence[ReadLine]) -> bool:
    """Return whether anything is surely written there, a sign, "GIẢ" or a clock included.

    >>> from kiemchung.engine.media.types import Region
    >>> [has_words([ReadLine(text, Region(0, 0, 9, 9), .9)]) for text in ("~~", "Giả", "14:30")]
    [False, True, True]
    """
    return any(map(_is_read, lines))


def _is_read(line: ReadLine) -> bool:
    return line.confidence >= LEAST_SURE and _SAID.search(line.text) is not None


def _is_written(line: ReadLine) -> bool:
    return _is_read(line) and not is_chrome(line.text.strip())


def is_chrome(line: str) -> bool:
    """Return whether a line is what a telephone or a programme writes around messages.

    >>> is_chrome("Đã chuyển tiếp"), is_chrome("Đã chuyển tiếp 500 triệu")
    (True, False)
    """
    plain = _plain(line)
    if _CHROME.fullmatch(plain):
        return True
    if plain == _MONEY:
        return False
    return process.extractOne(plain, _NOTES, scorer=fuzz.ratio, score_cutoff=_ALIKE) is not None


def _plain(line: str) -> str:
    return fold(line.casefold()).strip(_AROUND)


def _joined(before: str, line: str) -> str:
    if _AT_END_OF_LINE.search(before) and line[:1].islower():
        return _AT_END_OF_LINE.sub("", before) + line
    return f"{before} {line}"
