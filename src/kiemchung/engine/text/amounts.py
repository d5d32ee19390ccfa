"""Reads one number with what belongs to it: multipliers, unit, currency, or the name it is part of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .marks import listed, one_of, unmarked
from .numerals import DIGITS, FIRST_WORDS, WORDS, digits_value, is_plain, number_words, read_number
from .pieces import Signs
from .units import COUNTED, CURRENCY_BEFORE, ENGLISH_SCALES, PER, SCALE, SCALES, UNIT, UNITS, Unit

CANDIDATE = re.compile(rf"{DIGITS}|{WORDS}")
CANDIDATE_SIGNS = Signs(rf"\d|\b(?:{one_of(FIRST_WORDS)})\b", words=FIRST_WORDS)
_HALF = re.compile(r"[ \u00a0](?:rưỡi|ruoi)\b")
_MORE = re.compile(r"(\d{1,3})(?![\w.,-]*\d)(?![^\W\d_])|[ ](\d)(?=[ ]?(?:$|[.,;!?)]|đ\b|đồng|vnđ|vnd|củ))")
_NEXT = re.compile(r"[ \u00a0]([^\W\d_]+)(?:[ \u00a0]([^\W\d_]+))?")
_REST = re.compile(r"[^\W_]*(?:[-./][^\W_]+)*")
_FRACTION = re.compile(r"/(\d{1,3})(?![\w/])")
_GOES_ON = re.compile(r"[^\W\d_]|/[^\W_]|-[^\W\d_]")
_NETWORK_OR_SCREEN = re.compile(
    r"[2-6]g(?!\w)(?![ ](?:muối|đường|bột|thuốc|muoi|duong|bot|of)\b)|[248]k[ ](?:tv|video|ultra)"
)
_NUMBERED = frozenset(
    listed(
        "quận phường lớp điều khoản mã số id hotline thứ chương tập phòng ql tl hẻm "
        "ngõ kênh vạch bằng type tuýp loại no no. covid sđt stk otp pin biển lần nghị "
        "quyết định thông tư lô đội nhóm khóa khoá iphone galaxy android ios windows"
    )
)
_CODED = (
    _NUMBERED | {unmarked(word) for word in _NUMBERED - {"bằng", "vạch", "số", "lần", "loại", "đội", "tư"}} | {"so"}
)
_SINGLE_STRICT = frozenset(
    {"sau", "tu", "bay", "tam", "lam"}
)  # after, from, fly, temporary …: not numbers by themselves
_NO_COUNT = _SINGLE_STRICT | {"nam", "một", "mot", "one", "a", "ten", "nửa", "nua"}
_PERIOD = re.compile(r"[ ](?:sáng|trưa|chiều|tối|đêm|khuya|sang|trua|chieu)\b")


@dataclass(slots=True)
class Amount:
    """A number being read: `number` as written, `scale` its multipliers, what it counts, where it stands."""

    number: float
    start: int
    end: int
    scale: float = 1.0
    unit: Unit | None = None
    kind: str = "number"
    code: str = ""


def amount_in_digits(text: str, match: re.Match[str]) -> Amount:
    """Return the amount whose digits `CANDIDATE` matched; never raises.

    >>> text = "phạt 5 triệu đồng"
    >>> amount = amount_in_digits(text, CANDIDATE.search(text))
    >>> amount.number, amount.scale, amount.unit.name
    (5.0, 1000000.0, 'vnd')
    """
    start, end = match.span()
    attached = text[start - 1] if start else ""
    unit = CURRENCY_BEFORE.get(attached)
    word = ""
    if unit is None and start:
        word = text[max(0, start - 14) : start].rstrip(" \u00a0").rpartition(" ")[2].lstrip("(\"'~≈<>+").rstrip(":")
        unit = CURRENCY_BEFORE.get(word)
    if unit is None and attached and _is_glued(attached, text[max(0, start - 2) : start - 1]):
        return _code(text, start, end)
    value = digits_value(match[0])
    if value is None or _NETWORK_OR_SCREEN.match(text, start):
        return _code(text, start, end)
    first = start - 1 if attached in CURRENCY_BEFORE else start
    draft = Amount(value, first, end, unit=unit, kind="money" if unit else "number")
    _read_tail(text, draft, match[0])
    if draft.end == end and unit is None:
        part = _FRACTION.match(text, end)
        if part and 0 < value < float(part[1]) and value != 24:
            draft.number, draft.end = value / float(part[1]), part.end()
        elif _GOES_ON.match(text, end):
            return _code(text, start, end)
    if word in _CODED and (draft.unit is None or word in {"thứ", "thu"}) and draft.scale == 1.0:
        return _code(text, text.rindex(word, 0, start), end)
    return draft


def _is_glued(last: str, before: str) -> bool:
    """Say whether the characters right before a number make it part of a name: "g7", "#5", "covid-19"."""
    return last.isalpha() or last in "#_" or (last == "-" and before.isalpha())


def _code(text: str, start: int, end: int) -> Amount:
    first = start
    while first > 0 and start - first < 20 and (text[first - 1].isalnum() or text[first - 1] in "-_#"):
        first -= 1
    rest = _REST.match(text, end)
    last = rest.end() if rest else end
    written = unmarked("".join(c for c in text[first:last] if c.isalnum()))
    number = digits_value("".join(c for c in text[start:end] if c.isdigit())[:15])
    return Amount(number or 0.0, first, last, kind="code", code=written)


def _read_tail(text: str, draft: Amount, written: str) -> None:
    """Read multipliers, "rưỡi", the digits of "1tr2" and the unit that follow a number in digits."""
    last, english = 1.0, False
    while (scale := SCALE.match(text, draft.end)) and draft.scale < 1e15:
        form = (scale[1] or scale[2]).replace("\u00a0", " ")
        last, english = SCALES[form], form in ENGLISH_SCALES
        draft.scale *= last
        draft.end = scale.end()
        if english and written.count(".") == 1 and draft.scale == last:
            draft.number = digits_value(written, point=True) or draft.number
    if draft.scale > 1.0:
        if half := _HALF.match(text, draft.end):
            draft.number += last / draft.scale / 2
            draft.end = half.end()
        elif (more := _MORE.match(text, draft.end)) and last >= 1000:
            digits = more[1] or more[2]
            draft.number += int(digits) / 10 ** len(digits)
            draft.end = more.end()
    if draft.unit is None:
        _read_unit(text, draft)
        if draft.unit is None and draft.scale >= 1e3 and not english and not _is_count(text, draft.end):
            draft.unit, draft.kind = UNITS["đ"], "money"
    if draft.unit is not None:
        _read_per(text, draft, draft.unit)


def _read_per(text: str, draft: Amount, unit: Unit) -> None:
    """Read what the unit is counted for: "10 mg/kg" is no mass; "20.000 đồng/lít" stays an amount of money."""
    per = PER.match(text, draft.end)
    if per is None:
        return
    draft.end = per.end()
    other = UNITS[per[1]]
    if unit.kind == "mass" and other.kind in {"mass", "volume"}:
        draft.unit = Unit("ratio", f"{unit.name}/{other.name}", unit.factor / other.factor)
        draft.kind = "ratio"


def _read_unit(text: str, draft: Amount) -> None:
    match = UNIT.match(text, draft.end)
    if match is None:
        return
    form = (match[1] or match[2]).replace("\u00a0", " ")
    draft.unit = UNITS[form]
    draft.kind, draft.end = draft.unit.kind, match.end()
    if draft.kind == "temperature":
        before = text[max(0, draft.start - 6) : draft.start]
        if before.endswith(("âm ", "minus ", "am ")) or (before[-1:] in {"-", "−"} and not before[-2:-1].isalnum()):
            draft.number = -draft.number
    if draft.kind in {"length", "mass", "volume", "duration"}:
        if half := _HALF.match(text, draft.end):
            draft.number += 0.5
            draft.end = half.end()
        elif form in {"m", "kg", "l", "h", "m ", "giờ"} and (more := _MORE.match(text, draft.end)) and more[1]:
            draft.number += int(more[1]) / (60 if draft.kind == "duration" else 10 ** len(more[1]))
            draft.end = more.end()


def _is_count(text: str, end: int) -> bool:
    following = _NEXT.match(text, end)
    if following is None:
        return False
    return following[1] in COUNTED or f"{following[1]} {following[2]}" in COUNTED


def amounts_in_words(text: str, match: re.Match[str]) -> list[Amount]:
    """Return the amounts in the run of number words that `CANDIDATE` matched, if they mean any.

    >>> text = "chờ năm năm"
    >>> [(amount.number, amount.unit.factor) for amount in amounts_in_words(text, CANDIDATE.search(text))]
    [(5.0, 31557600.0)]
    """
    words, spans = number_words(match[0])
    drafts = []
    i = 0
    while i < len(words):
        number = read_number(words, i)
        if number is None:
            i += 1
            continue
        used = words[i : i + number.used]
        start, end = match.start() + spans[i][0], match.start() + spans[i + number.used - 1][1]
        draft = Amount(number.value, start, end)
        _read_unit(text, draft)
        if _is_meant(text, draft, used, number.last):
            drafts.append(draft)
        i += number.used
        while i < len(words) and match.start() + spans[i][0] < draft.end:  # the unit "năm" is in the run as well
            i += 1
    return drafts


def _is_meant(text: str, draft: Amount, words: tuple[str, ...], worth: float) -> bool:
    """Say whether number words are a number here, and make an amount of money of a bare "năm triệu"."""
    if text[max(0, draft.start - 4) : draft.start] in {"thứ ", "thu "}:
        return False
    unit = draft.unit
    if unit is not None and unit.factor == 3600 and _PERIOD.match(text, draft.end):
        return False
    if unit is not None:
        if len(words) == 1 and words[0] in _SINGLE_STRICT:
            return draft.kind in {"money", "percent", "mass"}
        return not (words == ("nam",) and text.endswith("thang", 0, draft.end))
    if worth >= 1e3 and words[-1] not in ENGLISH_SCALES and not _is_count(text, draft.end):
        draft.unit, draft.kind = UNITS["đ"], "money"
        return True
    if worth >= 1e3 or is_plain(words):
        return True
    return words[0] not in _NO_COUNT and _is_count(text, draft.end)
