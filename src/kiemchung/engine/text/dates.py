"""Finds dates and clock times, in Vietnamese and English, and month names of some other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .marks import listed, one_of, unmarked, with_unmarked
from .pieces import Remembered, Signs
from .units import COUNTED, SCALES, UNITS


@dataclass(frozen=True, slots=True)
class Date:
    """A day (1-31), month and year (1900-2100), each `None` where not named; where and how it is written."""

    day: int | None
    month: int | None
    year: int | None
    span: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day: `hour` 0-23, `minute` 0-59; where and how it is written."""

    hour: int
    minute: int
    span: tuple[int, int]
    text: str


# (text, the dates as (day, month, year))
EXAMPLES: tuple[tuple[str, tuple[tuple[int | None, int | None, int | None], ...]], ...] = (
    ("27/8", ((27, 8, None),)),
    ("từ ngày 27 tháng 8", ((27, 8, None),)),
    ("27-8-2026", ((27, 8, 2026),)),
    ("1/1/2025", ((1, 1, 2025),)),
    ("hạn 01.07.2025.", ((1, 7, 2025),)),
    ("từ tháng 7", ((None, 7, None),)),
    ("thang 7 nam 2025", ((None, 7, 2025),)),
    ("tháng bảy năm 2025", ((None, 7, 2025),)),
    ("tháng 8/2025", ((None, 8, 2025),)),
    ("8/2025", ((None, 8, 2025),)),
    ("năm 2025", ((None, None, 2025),)),
    ("ngày 2 tháng 9 năm 1945", ((2, 9, 1945),)),
    ("mùng 5 tháng giêng", ((5, 1, None),)),
    ("27-28/8", ((27, 8, None), (28, 8, None))),
    ("ngày 27-8", ((27, 8, None),)),
    ("august 27", ((27, 8, None),)),
    ("27 aug 2026", ((27, 8, 2026),)),
    ("july 4th, 2026", ((4, 7, 2026),)),
    ("2025-01-01", ((1, 1, 2025),)),
    ("8/27/2026", ((27, 8, 2026),)),
    ("năm học 2024-2025", ((None, None, 2024), (None, None, 2025))),
    ("nam 2025 tang luong", ((None, None, 2025),)),
    ("in 2020", ((None, None, 2020),)),
    ("5 de mayo de 2020", ((5, 5, 2020),)),
    ("2025年1月1日", ((1, 1, 2025),)),
    ("5 triệu/2 người", ()),
    ("làm việc 24/7", ()),
    ("32/8", ()),
    ("1/2 thìa muối", ()),
    ("3 tháng 6 ngày", ()),
    ("2000 người", ()),
    ("nghị định 12/2024/nđ-cp", ()),
    ("may 20 cái áo", ()),
)

# (text, the times as (hour, minute))
TIME_EXAMPLES: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = (
    ("12 giờ 30", ((12, 30),)),
    ("12h30", ((12, 30),)),
    ("12 gio 30", ((12, 30),)),
    ("3:30 am", ((3, 30),)),
    ("3:30 pm", ((15, 30),)),
    ("lúc 8 giờ 15 phút", ((8, 15),)),
    ("8 giờ tối", ((20, 0),)),
    ("7h sáng", ((7, 0),)),
    ("5 pm", ((17, 0),)),
    ("từ 20:00", ((20, 0),)),
    ("lúc 9h", ((9, 0),)),
    ("trong 2 giờ 30 phút", ()),
    ("2 giờ 30 phút", ()),
    ("mất 2 giờ", ()),
    ("25:00", ()),
)

_MONTHS = (
    "january jan januar janvier enero janeiro gennaio januari stycznia ocak",
    "february feb februar février febrero fevereiro febbraio februari lutego şubat",
    "march mar märz mars marzo março maart maret marca mart",
    "april apr avril abril aprile kwietnia nisan",
    "may mai mayo maio maggio mei maja mayıs",
    "june jun juni juin junio junho giugno czerwca haziran",
    "july jul juli juillet julio julho luglio lipca temmuz",
    "august aug août agosto augustus agustus sierpnia ağustos",
    "september sep sept septembre septiembre setembro settembre września eylül",
    "october oct oktober octobre octubre outubro ottobre października ekim",
    "november nov novembre noviembre novembro listopada kasım",
    "december dec dezember décembre diciembre dezembro dicembre desember grudnia aralık",
)
_MONTH_OF = {
    form: month for month, names in enumerate(_MONTHS, 1) for name in names.split() for form in (name, unmarked(name))
}
_WORD_MONTHS = {
    form: month
    for month, words in enumerate(
        listed("giêng|một;hai;ba;tư|bốn;;sáu;bảy|bẩy;tám;chín;mười;mười một;mười hai|chạp", ";"), 1
    )
    for form in words.split("|")
    if form
}
_WORD_MONTHS |= {"gieng": 1, "chap": 12, "hai": 2, "ba": 3}
# Names long and plain enough to mean the month without a day or year beside them.
_ALONE = listed("january february april june july august september october november december")

_NOT_MORE = r"(?![\d:]|[.,/-]\d|/[^\W\d_])"
_MEASURE = one_of(
    with_unmarked(
        listed(
            "thìa|muỗng|cốc|ly|chén|bát|quả|trái|củ|kg|giờ|tiếng|dân số|số|diện tích|viên|"
            "chặng|quãng|lít|cup|cups|teaspoon|tablespoon|of|miếng|con|chai|gói|nồi|tháng|"
            "ngày|thời gian|trận|hiệp",
            "|",
        )
    )
)
_NUMERIC = re.compile(
    r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _NOT_MORE  # 1-4: 2025-01-01
    + r"|(?:(\d{1,2})[ ]?[-–][ ]?)?(\d{1,2})([/.-])(\d{1,2})\7(\d{4}|\d{2})" + _NOT_MORE  # 5-9: 27-28/8/2026
    + r"|(?!24/7)(?:(\d{1,2})[ ]?[-–][ ]?)?(\d{1,2})/(\d{1,2})"  # 10-12: 27-28/8
    + rf"{_NOT_MORE}(?![ ](?:{_MEASURE})\b|%)"
    + r"|(\d{1,2})[/-](\d{4})" + _NOT_MORE  # 13-14: 8/2025
    + r"|(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?"  # 15-17
)  # fmt: skip
_YEAR_AFTER = r"(?:[ ]?(?:năm|nam|/|-|,)[ ]?(\d{4})(?!\d))?"
_WORDED = re.compile(
    rf"(?:(?:ngày|ngay|mùng|mồng|mung|mong|hôm|hom)[ ])?(?:(\d{{1,2}})[ ])?(?:tháng|thang)[ ]"
    rf"(?:(\d{{1,2}})(?!\d|[.,]\d|[ ]?(?:ngày|ngay|tuần|tuan)\b)|({one_of(_WORD_MONTHS)})\b){_YEAR_AFTER}"
)
_DAY_MONTH = re.compile(rf"(?:ngày|ngay|hôm|mùng|mồng)[ ](\d{{1,2}})[-.](\d{{1,2}}){_NOT_MORE}")
_NAMES = one_of(_MONTH_OF)
_NAMED = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|\.|er)?[ -](?:of[ ]|de[ ])?({_NAMES})\b\.?"
    r"(?:,?[ -](?:de[ ]|del[ ])?(\d{4})(?!\d))?"
    rf"|\b({_NAMES})\b\.?(?:[ ](\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|[.,]\d)"
    r"(?:,?[ ](\d{4})(?!\d))?|,?[ ](?:de[ ])?(\d{4})(?!\d))"
    rf"|\b({one_of(_ALONE)})\b"
)
_NOT_A_YEAR = one_of(form for form in (*UNITS, *SCALES, *COUNTED) if form[0].isalpha())
_YEAR = re.compile(
    rf"((?:19|20)\d\d)(?:[-–]((?:19|20)\d\d))?(?![\d-]|[.,:/]\d|[^\W_]|[ ]?[%$€£°₫]|[ ](?:{_NOT_A_YEAR})\b)"
)
_DAY = r"sáng|sang|trưa|trua|chiều|chieu|tối|toi|đêm|dem|khuya"
_CLOCK = re.compile(
    r"(\d{1,2})[ ]?(?:giờ|gio|h|:|g)[ ]?(\d{2})(?!\d|[ ]?(?:%|kg|tr)\b)"
    r"(?:[ ]?(phút|phut|p|')(?!\w))?(?::\d\d)?"
    rf"(?:[ ]?(a\.?m|p\.?m|{_DAY})\b\.?)?"
    rf"|(\d{{1,2}})[ ]?(?:(?:giờ|gio|h)[ ](?:(?:hơn|rưỡi)[ ])?(?:buổi[ ])?({_DAY})\b|(a\.?m|p\.?m)\b)"
    r"|(?:lúc|luc|hồi|hoi|vào)[ ](\d{1,2})[ ]?(?:giờ|gio|h)(?!\w|[ ]?\d\d|[ ](?:buổi|" + _DAY + r")\b)"
)
# Cheap signs that a longer pattern may match at all.
_JOINED_DIGITS = re.compile(r"\d[ ]?[-–/.年]")
_CLOCK_DIGITS = re.compile(r"\d[ ]?(?:[gh:]|[ap]\.?m)")
_DIGIT = re.compile(r"\d")
# Where the longer patterns can begin.
_NUMERIC_SIGNS = Signs(r"\d{1,4}(?:[-–/.年]|\Z)", words=())
_YEAR_SIGNS = Signs(r"(?:19|20)\d\d", words=())
_NAMED_SIGNS = Signs(rf"\b(?:\d|(?:{_NAMES})\b)", words=_MONTH_OF)
_BEFORE_DAYS = listed("ngày ngay hôm hom mùng mồng mung mong")
_WORDED_SIGNS = Signs(rf"(?:{one_of(_BEFORE_DAYS)}|tháng|thang|\d{{1,2}}\Z)", words=(*_BEFORE_DAYS, "tháng", "thang"))
_MONTH_WORDS = frozenset(_MONTH_OF)
_ALONE_WORDS = frozenset(_ALONE)
_LASTING = re.compile(r"(?:trong|mất|suốt|kéo dài|khoảng|sau|hơn|cách nhau|mat|suot|keo dai|khoang|hon|for|within)[ ]$")
_AT = re.compile(r"(?:lúc|luc|vào|hồi|từ|đến|tới|trước|at|tu|den)[ ]$")
_AFTERNOON = frozenset(listed("pm chiều chieu tối toi"))


def _no_number_around(text: str, start: int) -> bool:
    if start == 0:
        return True
    last = text[start - 1]
    return not (last.isalnum() or (last in ".,/-:$" and start > 1 and text[start - 2].isalnum()) or last in "$£€")


def _date(text: str, span: tuple[int, int], day: str | None, month: str | None, year: str | None) -> Date | None:
    d, m, y = (int(part) if part else None for part in (day, month, year))
    if y is not None and y < 100:
        y += 2000
    if d is not None and m is not None and m > 12 >= d and y is not None:  # month first
        d, m = m, d
    if (d is not None and not 1 <= d <= 31) or (m is not None and not 1 <= m <= 12):
        return None
    if y is not None and not 1900 <= y <= 2100:
        return None
    return Date(d, m, y, span, text[span[0] : span[1]])


def _numeric(text: str) -> list[Date | None]:
    found: list[Date | None] = []
    for match in _NUMERIC_SIGNS.finditer(_NUMERIC, text):
        if not _no_number_around(text, match.start()):
            continue
        g = match.groups()
        if g[0]:
            found.append(_date(text, match.span(), g[3], g[2], g[0]))
        elif g[5] or g[10]:
            first, day, month, year = (g[4], g[5], g[7], g[8]) if g[5] else (g[9], g[10], g[11], None)
            start = match.start()
            if first:
                start = match.start(6 if g[5] else 11)
                before = (match.start(), match.start() + len(first))
                found.append(_date(text, before, first, month, year))
            found.append(_date(text, (start, match.end()), day, month, year))
        elif g[12]:
            found.append(_date(text, match.span(), None, g[12], g[13]))
        else:
            found.append(_date(text, match.span(), g[16], g[15], g[14]))
    return found


def _worded(text: str) -> list[Date | None]:
    found: list[Date | None] = []
    for match in _WORDED_SIGNS.finditer(_WORDED, text):
        day, month, word, year = match.groups()
        start = match.start()
        if day and start and (text[start - 1].isalnum() or text[start - 1] in ".,"):
            continue
        number = month or str(_WORD_MONTHS[word.replace("\u00a0", " ")])
        found.append(_date(text, match.span(), day, number, year))
    return found


def _named(text: str) -> list[Date | None]:
    found: list[Date | None] = []
    for match in _NAMED_SIGNS.finditer(_NAMED, text):
        day, name, year, name_first, day_after, year_after, year_only, alone = match.groups()
        if name_first == "may" and day_after and not year_after and text[match.end() : match.end() + 1] == " ":
            continue  # "may 20 cái áo": the Vietnamese verb
        month = _MONTH_OF[name or name_first or alone]
        found.append(_date(text, match.span(), day or day_after, str(month), year or year_after or year_only))
    return found


def _month_named(piece: str) -> int:
    """Return 2 where a word names a month whatever stands beside it, 1 where only with a number, else 0."""
    words = piece.replace(",", " ").replace(".", " ").replace("-", " ").split()
    return 2 if not _ALONE_WORDS.isdisjoint(words) else int(not _MONTH_WORDS.isdisjoint(words))


_names_month = Remembered(_month_named)


def dates(text: str) -> tuple[Date, ...]:
    """Return the dates named in `text` (lower-case, NFC), in order, not overlapping; never raises.

    Day before month, unless only month before day is possible. A year alone counts from 1900 to 2099 where
    no unit or counted thing follows. Cost: a few microseconds where the text has digits.

    >>> [(d.day, d.month, d.year) for d in dates("từ ngày 1/7 năm 2025")]
    [(1, 7, None), (None, None, 2025)]
    """
    found: list[Date | None] = []
    has_digits = _DIGIT.search(text) is not None
    if has_digits and _JOINED_DIGITS.search(text):
        found += _numeric(text)
        found += [
            _date(text, match.span(), match[1], match[2], None) for match in _WORDED_SIGNS.finditer(_DAY_MONTH, text)
        ]
    least = 1 if has_digits else 2
    if max(map(_names_month.__getitem__, _NAMED_SIGNS.pieces(text)), default=0) >= least:
        found += _named(text)
    if "tháng" in text or "thang" in text:
        found += _worded(text)
    for match in _YEAR_SIGNS.finditer(_YEAR, text) if has_digits else ():
        if _no_number_around(text, match.start()):
            start = match.start()
            if text[max(0, start - 4) : start] in {"năm ", "nam "}:
                start -= 4
            found.append(_date(text, (start, match.end(1)), None, None, match[1]))
            if match[2]:
                found.append(_date(text, match.span(2), None, None, match[2]))
    apart: list[Date] = []
    for date in sorted((d for d in found if d is not None), key=lambda d: (d.span[0], -d.span[1])):
        if not apart or date.span[0] >= apart[-1].span[1]:
            apart.append(date)
    return tuple(apart)


def times(text: str) -> tuple[Time, ...]:
    """Return the times of day in `text` (lower-case, NFC), in order; "2 giờ 30 phút" is a duration.

    >>> [(t.hour, t.minute) for t in times("lúc 3h30 chiều")]
    [(15, 30)]
    """
    found: list[Time] = []
    if _CLOCK_DIGITS.search(text) is None:
        return ()
    for match in _CLOCK.finditer(text):
        hour, minute, minutes_word, half, hour_alone, half_alone, half_en, hour_at = match.groups()
        before = text[max(0, match.start() - 10) : match.start()]
        if not _no_number_around(text, match.start()) or _LASTING.search(before):
            continue
        if minutes_word and not half and not _AT.search(before):
            continue
        day_half = (half or half_alone or half_en or "").replace(".", "")
        h, m = int(hour or hour_alone or hour_at), int(minute or 0)
        if day_half in _AFTERNOON and h < 12:
            h += 12
        elif day_half == "am" and h == 12:
            h = 0
        if h <= 24 and m < 60:
            found.append(Time(h % 24, m, match.span(), match[0]))
    return tuple(found)
