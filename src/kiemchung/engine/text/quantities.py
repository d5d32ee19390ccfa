"""Reads numbers with their units as values: money, percent, sizes, durations, ages, counts, codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .amounts import CANDIDATE, CANDIDATE_SIGNS, Amount, amount_in_digits, amounts_in_words
from .dates import Date, Time, dates, times
from .marks import LONGEST
from .phones import Phone, phones
from .pieces import Signs, blanked


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value read from a text.

    `value` is in the base unit `unit` of its `kind`: `money` (in the currency: `vnd`, `usd` …), `percent`
    (`%`), `temperature` (`c`), `mass` (`kg`), `length` (`m`), `area` (`m2`), `volume` (`l`), `speed`
    (`m/s`), `ratio` (`kg/kg`, `kg/l`), `duration` (`s`, a month being a twelfth of a year of 365.25 days),
    `age` (`year`), `energy`, `data`, `electric`, `magnitude`, `number` (no unit: a count) and `code` (a name
    with digits: `unit` is its letters and digits without marks and signs; only equality means anything).
    `span` are the ends in the text, `text` what stands there.
    """

    value: float
    unit: str
    kind: str
    span: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Values:
    """All values of a text; no digit is in two of them."""

    quantities: tuple[Quantity, ...] = ()
    dates: tuple[Date, ...] = ()
    times: tuple[Time, ...] = ()
    phones: tuple[Phone, ...] = ()


# (text, the quantities as (value, unit))
EXAMPLES: tuple[tuple[str, tuple[tuple[float, str], ...]], ...] = (
    ("5tr", ((5e6, "vnd"),)),
    ("5 triệu", ((5e6, "vnd"),)),
    ("5 trieu", ((5e6, "vnd"),)),
    ("5.000.000đ", ((5e6, "vnd"),)),
    ("5,000,000 vnd", ((5e6, "vnd"),)),
    ("5 củ", ((5e6, "vnd"),)),
    ("5 củ khoai", ((5, ""),)),
    ("500k", ((5e5, "vnd"),)),
    ("500 ngàn", ((5e5, "vnd"),)),
    ("500 cành", ((5e5, "vnd"),)),
    ("2 tỷ", ((2e9, "vnd"),)),
    ("1tr2", ((1.2e6, "vnd"),)),
    ("1 triệu rưỡi", ((1.5e6, "vnd"),)),
    ("5 triệu 500 nghìn", ((5.5e6, "vnd"),)),
    ("5 chục triệu", ((5e7, "vnd"),)),
    ("năm triệu", ((5e6, "vnd"),)),
    ("nam trieu dong", ((5e6, "vnd"),)),
    ("một triệu hai", ((1.2e6, "vnd"),)),
    ("5 triệu người", ((5e6, ""),)),
    ("10 000 đồng", ((1e4, "vnd"),)),
    ("$5,000", ((5e3, "usd"),)),
    ("5k dollars", ((5e3, "usd"),)),
    ("£5", ((5, "gbp"),)),
    ("5 million", ((5e6, ""),)),
    ("1.234 billion", ((1.234e9, ""),)),
    ("five thousand dollars", ((5e3, "usd"),)),
    ("50%", ((50, "%"),)),
    ("50 phần trăm", ((50, "%"),)),
    ("40 độ c", ((40, "c"),)),
    ("104 f", ((40, "c"),)),
    ("-5 độ", ((-5, "c"),)),
    ("3,5 kg", ((3.5, "kg"),)),
    ("5g muối", ((0.005, "kg"),)),
    ("1m65", ((1.65, "m"),)),
    ("2 lít", ((2, "l"),)),
    ("36 km/h", ((10, "m/s"),)),
    ("trên 50 phân khối", ((0.05, "l"),)),
    ("xe 50 phan khoi", ((0.05, "l"),)),
    ("50cc", ((0.05, "l"),)),
    ("50 cm3", ((0.05, "l"),)),
    ("50 cm khối", ((0.05, "l"),)),
    ("50 phân", ((0.5, "m"),)),
    ("10-15 mg/kg", ((0.00001, "kg/kg"), (0.000015, "kg/kg"))),
    ("5 g/l", ((0.005, "kg/l"),)),
    ("20000 đồng/lít", ((20000, "vnd"),)),
    ("5 triệu/tháng", ((5e6, "vnd"),)),
    ("15 phút", ((900, "s"),)),
    ("mười lăm phút", ((900, "s"),)),
    ("nửa tiếng", ((1800, "s"),)),
    ("half an hour", ((1800, "s"),)),
    ("một tuần", ((604800, "s"),)),
    ("hai lần một tháng", ((2, ""), (2629800, "s"))),
    ("2 giờ 30 phút", ((9000, "s"),)),
    ("năm năm", ((157788000, "s"),)),
    ("16 tuổi", ((16, "year"),)),
    ("16-year-old", ((16, "year"),)),
    ("hai mươi lăm", ((25, ""),)),
    ("twenty-five", ((25, ""),)),
    ("một trăm hai mươi", ((120, ""),)),
    ("3,500", ((3500, ""),)),
    ("1o người", ((10, ""),)),
    ("2o25", ((2025, ""),)),
    ("٥٠", ((50, ""),)),
    ("५०", ((50, ""),)),
    ("๕๐", ((50, ""),)),
    ("５０", ((50, ""),)),
    ("4-6 triệu", ((4e6, "vnd"), (6e6, "vnd"))),
    ("từ 4 đến 6 triệu", ((4e6, "vnd"), (6e6, "vnd"))),
    ("$5-10 million", ((5e6, "usd"), (1e7, "usd"))),
    ("2/3 dân số", ((0.666666666667, ""),)),
    ("mã 893", ((893, "ma893"),)),
    ("g7", ((7, "g7"),)),
    ("5g", ((5, "5g"),)),
    ("hs-123", ((123, "hs123"),)),
    ("51f-123.45", ((51, "51f12345"),)),
    ("quận 1", ((1, "quan1"),)),
    ("thứ 7 tuần này", ((7, "thu7"),)),
    ("thứ hai tuần này", ()),
    ("bay gio", ()),
    ("sau ngay", ()),
    ("ngày 27/8", ()),
    ("gọi 113", ()),
    ("lúc 12h30", ()),
    ("http://a.vn/123", ()),
    ("vcb-123.com", ()),
)

_ANYTHING = re.compile(r"\d")
_CHUNK = re.compile(r"(?<!\S)[^\s\d]*+\d\S*+")
_CHUNK_SIGNS = Signs(r"(?<!\S)(?=\S*?(?:\.|://))[^\s\d]*+\d", words=())
RANGE = re.compile(r"[ \u00a0]?(?:-|–|—|~)[ \u00a0]?\$?|[ ](?:đến|den|tới|toi|to|hoặc|or)[ ]\$?")
"""What stands between the two ends of a range."""


def quantities(text: str) -> tuple[Quantity, ...]:
    """Return the quantities in `text` (lower-case, NFC), in order of their place; never raises.

    Digits that belong to a date, a time, a telephone number or an address are not given. Cost: about 5 µs
    and 5 µs for every number. Only the first 100,000 characters are read.

    >>> [(q.value, q.unit) for q in quantities("phạt 4-6 triệu, trừ 50% trong 2 tuần")]
    [(4000000.0, 'vnd'), (6000000.0, 'vnd'), (50.0, '%'), (1209600.0, 's')]
    """
    return read_values(text).quantities


def read_values(text: str) -> Values:
    """Return every value in `text` (lower-case, NFC), each digit in at most one of them; never raises.

    Addresses are passed over first, then telephone numbers, dates, times and quantities are read, in this
    order.

    >>> values = read_values("gọi 0912345678 trước 12h30 ngày 27/8 để nhận 500k")
    >>> values.phones[0].number, values.times[0].hour, values.dates[0].month, values.quantities[0].value
    ('+84912345678', 12, 8, 500000.0)
    """
    rest = text[:LONGEST]
    if _ANYTHING.search(rest) is None:
        named = dates(rest)
        return Values(_quantities(_blanked(rest, named)), named)
    rest = _without_links(rest)
    called = phones(rest)
    rest = _blanked(rest, called)
    days = dates(rest)
    rest = _blanked(rest, days)
    hours = times(rest)
    return Values(_quantities(_blanked(rest, hours)), days, hours, called)


def _blanked(text: str, found: Iterable[Date | Time | Phone]) -> str:
    return blanked(text, [one.span for one in found])


def _without_links(text: str) -> str:
    if "." not in text and "://" not in text:
        return text
    return blanked(text, [chunk.span() for chunk in _CHUNK_SIGNS.finditer(_CHUNK, text) if _is_address(chunk[0])])


def _is_address(chunk: str) -> bool:
    """Say whether a piece without blanks is a web or mail address ("vcb-123.com/x", not "2.5kg")."""
    if "://" in chunk or "www." in chunk:
        return True
    host = re.split(r"[/?#:]", chunk.rpartition("@")[2].strip(".,;!()\"'"), maxsplit=1)[0]
    name, dot, ending = host.rpartition(".")
    return bool(dot and name) and ending.isascii() and ending.isalpha() and len(ending) > 1 and not name[-1:].isspace()


def _quantities(text: str) -> tuple[Quantity, ...]:
    drafts: list[Amount] = []
    position = 0
    for place in CANDIDATE_SIGNS.places(text):
        match = CANDIDATE.match(text, place) if place >= position else None
        if match is None:
            continue
        position = match.end()
        found = [amount_in_digits(text, match)] if match[0][0].isdecimal() else amounts_in_words(text, match)
        for draft in found:
            if draft.start < (drafts[-1].end if drafts else 0):
                continue
            if not (drafts and _joined(text, drafts[-1], draft)):
                drafts.append(draft)
            position = max(position, drafts[-1].end)
    return tuple(_finished(text, draft) for draft in drafts)


def _finished(text: str, draft: Amount) -> Quantity:
    value, name = draft.number * draft.scale, draft.code
    if draft.unit is not None:
        value, name = value * draft.unit.factor + draft.unit.offset, draft.unit.name
    value = float(f"{value:.12g}")  # 0.1 + 0.2 and 0.3 are the same amount
    return Quantity(value, name, draft.kind, (draft.start, draft.end), text[draft.start : draft.end])


def _joined(text: str, last: Amount, draft: Amount) -> bool:
    """Give the first end of a range the unit of the second; put "5 triệu 500 nghìn" together (then true)."""
    between = text[last.end : draft.start]
    if len(between) > 6 or last.code or draft.code:
        return False
    if between in {" ", ""} and last.kind == draft.kind not in {"number", "age", "percent", "temperature"}:
        a, b = last.unit, draft.unit
        if a and b and a.name == b.name and a.factor * last.scale > b.factor * draft.scale > draft.scale * 0:
            last.number += draft.number * draft.scale * b.factor / (a.factor * last.scale)
            last.end = draft.end
            return True
    if last.kind in {"number", "money"} and last.scale == 1.0 and RANGE.fullmatch(between):
        if last.unit and not draft.unit:
            draft.unit, draft.kind = last.unit, last.kind
        if last.number < draft.number and (last.unit is None or last.unit == draft.unit):
            last.scale, last.unit, last.kind = draft.scale, draft.unit, draft.kind
    return False
