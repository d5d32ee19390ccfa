"""Dates of publication: what is accepted as one, and which of two is newer."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_YEAR_OR_MONTH = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_SLASHED = re.compile(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s*([a-z]{3,9})\.?,?\s+([0-9]{4})")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.?\s+([0-9]{1,2})(?:st|nd|rd|th)?,?\s+([0-9]{4})")
_VIETNAMESE = re.compile(r"(?:ngày\s+)?([0-9]{1,2})\s+tháng\s+([0-9]{1,2})(?:,|,?\s+năm)?\s+([0-9]{4})")
# As Vietnamese newspapers write it: "Thứ sáu, 31/5/2024, 08:00 (GMT+7)", "ngày 31.05.2024".
_IN_NUMBERS = re.compile(
    r"(?P<told>(?:(?:thứ\s+\S{2,4}|chủ\s+nhật|cn|t[2-7])\s*,?\s+)?(?:ngày\s+)?)"
    r"(?P<first>[0-9]{1,2})(?P<mark>[/.-])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})"
    r"(?:\s*[,|–-]?\s*(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2})(?::[0-9]{2})?"
    r"(?:\s*\(?(?:gmt|utc)\s*(?P<zone>[+-][0-9]{1,2})(?::?00)?\)?)?)?"
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MAX_CHARACTERS = 64


def iso_date(text: str, lang: str = "") -> str:
    """`text` as an ISO 8601 date: as given when it is one, else rewritten from the usual written forms.

    Of two numbers the day is the one above 12; else the first, where `lang`, a weekday or "ngày" says that it is
    Vietnamese. What is no date, or could be two ("03/04/2024"), gives "": a review is worth more than its date. A time
    without its zone is left out. Never raises.

    >>> [iso_date(text) for text in ("2024-05-31", "31 May 2024", "31 tháng 5 năm 2024", "03/04/2024")]
    ['2024-05-31', '2024-05-31', '2024-05-31', '']
    >>> iso_date("03/04/2024", lang="vi"), iso_date("Thứ sáu, 31/5/2024, 08:00 (GMT+7)")
    ('2024-04-03', '2024-05-31T08:00:00+07:00')
    """
    text = text.strip()
    if not text or len(text) > _MAX_CHARACTERS:
        return ""
    if text.isascii() and _parsed(text) is not None:
        return text
    plain = unicodedata.normalize("NFC", text).lower()
    if written := _in_numbers(plain, lang) or _written_out(plain):
        return written
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, IndexError, TypeError, OverflowError):
        return ""


def _in_numbers(text: str, lang: str) -> str:
    found = _IN_NUMBERS.fullmatch(text)
    if not found:
        return ""
    first, second = int(found["first"]), int(found["second"])
    is_vietnamese = bool(found["told"]) or lang.lower().startswith("vi")
    if not is_vietnamese and first <= 12 and second <= 12 and first != second:
        return ""
    day, month = (second, first) if second > 12 and not is_vietnamese else (first, second)
    try:
        if found["zone"] is None:
            return date(int(found["year"]), month, day).isoformat()
        zone = timezone(timedelta(hours=int(found["zone"])))
        return datetime(
            int(found["year"]), month, day, int(found["hour"]), int(found["minute"]), tzinfo=zone
        ).isoformat()
    except ValueError:
        return ""


def _written_out(text: str) -> str:
    """The ISO date of a day written with its month's name, or with the year first; "" for another form."""
    for pattern, order in ((_SLASHED, "ymd"), (_VIETNAMESE, "dmy"), (_DAY_MONTH, "dmy"), (_MONTH_DAY, "mdy")):
        if found := pattern.fullmatch(text):
            parts = dict(zip(order, found.groups(), strict=True))
            try:
                return date(int(parts["y"]), _month(parts["m"]), int(parts["d"])).isoformat()
            except ValueError:
                return ""
    return ""


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    named = [number for number, name in enumerate(_MONTHS, start=1) if name.startswith(text)]
    if not named:
        raise ValueError(text)
    return named[0]


def is_older(one: str, other: str) -> bool:
    """Whether `one` is certainly before `other`; two dates of which one has no time are compared by their
    days (UTC).

    Without a date on either side nothing is certain: False.

    >>> is_older("2024-05-30", "2024-05-31T08:00:00Z"), is_older("2024-05-31", "2024-05-31T08:00:00Z")
    (True, False)
    """
    if one == other or not one or not other:
        return False
    first, second = _parsed(one), _parsed(other)
    if first is None or second is None:
        return False
    if _has_time(one) and _has_time(other):
        return first < second
    return first.date() < second.date()


def later(one: str, other: str) -> str:
    """The newer of two ISO dates; of two on one day the one with a time; the only one when one is empty.

    >>> later("2024-05-31", "2024-05-30"), later("2024-05-31", "2024-05-31T08:00:00Z")
    ('2024-05-31', '2024-05-31T08:00:00Z')
    """
    if not one or is_older(one, other):
        return other
    if other and _has_time(other) and not _has_time(one) and not is_older(other, one):
        return other
    return one


def _has_time(text: str) -> bool:
    return len(text) > 10


def _parsed(text: str) -> datetime | None:
    if _YEAR_OR_MONTH.fullmatch(text):
        text = f"{text}-01-01"[:10]
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
