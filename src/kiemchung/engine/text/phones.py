"""Finds telephone numbers: Vietnamese mobile, landline, service and emergency ones, international ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .marks import listed, one_of, with_unmarked
from .pieces import Signs


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number: `number` in one form (`+84912345678`, `113`), `kind`, where and how written.

    Kinds: `mobile`, `landline`, `service` (1800, 1900, short numbers named as such), `emergency`,
    `international`.
    """

    number: str
    kind: str
    span: tuple[int, int]
    text: str


# (text, the numbers found)
EXAMPLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("gọi 0912345678 ngay", ("+84912345678",)),
    ("lh 0912.345.678 hoặc 091 234 5678", ("+84912345678", "+84912345678")),
    ("+84 912 345 678", ("+84912345678",)),
    ("(+84) 912-345-678", ("+84912345678",)),
    ("84912345678", ("+84912345678",)),
    ("số máy bàn (024) 3825 1234", ("+842438251234",)),
    ("028 38251234", ("+842838251234",)),
    ("0236.3822.123", ("+842363822123",)),
    ("tổng đài 1900 1234", ("19001234",)),
    ("1900.545.415", ("1900545415",)),
    ("hotline 18001091", ("18001091",)),
    ("gọi 113", ("113",)),
    ("gọi ngay 113, 114 hoặc 115", ("113", "114", "115")),
    ("cong an goi so 113", ("113",)),
    ("call 911", ("911",)),
    ("soạn tin gửi 5656", ("5656",)),
    ("+1 (555) 123-4567", ("+15551234567",)),
    ("+44 20 7946 0958", ("+442079460958",)),
    ("555-123-4567", ("+15551234567",)),
    ("113 người nhập viện", ()),
    ("gọi 113 người", ()),
    ("5.000.000 đồng", ()),
    ("ngày 08.12.2024 10:30", ()),
    ("1.900.123.456 đồng", ()),
)

_GAP = r"[ \u00a0.\-]?"
_NUMBER = re.compile(
    rf"\(?\+\d{{1,3}}\)?(?:[ \u00a0.\-]?\(?\d\)?){{6,13}}"
    rf"|\(?0[235789]\d{{1,2}}\)?(?:{_GAP}\d{{2,8}}){{1,3}}"
    rf"|1[89]00(?:[ .\-]\d{{3}}[ .\-]\d{{3}}|[ .\-]?\d{{6}}|[ .\-]?\d{{4}})"
    rf"|(?:00)?84{_GAP}[235789]\d{{1,2}}(?:{_GAP}\d{{2,7}}){{1,3}}"
    rf"|\(?[2-9]\d\d\)?[ .\-]\d{{3}}-\d{{4}}"
)
_ASKED = one_of(
    with_unmarked(
        listed(
            "gọi|gọi số|gọi đến|gọi tới|gọi điện|gọi ngay|báo|số|tổng đài|đường dây nóng|"
            "hotline|cảnh sát|cấp cứu|cứu hỏa|cứu hoả|công an|khẩn cấp|call|dial|police|"
            "ambulance|emergency|text|gửi|nhắn tin|đầu số",
            "|",
        )
    )
)
_JOINED = r"[ ]?(?:,|/|-|và|hoặc|va|hoac|hay|or|and)[ ]?"
_SHORT = re.compile(
    rf"\b(?:{_ASKED})[ \u00a0]?:?[ \u00a0](?:(?:số|so|đến|den|tới|toi|ngay|us at)[ ]){{0,2}}"
    rf"((?:11[1-5]|911|999)(?:{_JOINED}11[1-5]){{0,5}})(?![\d.,]?\d|[^\W\d_])"
    r"(?![ ](?:người|nguoi|ca|tr|k|đồng|people)\b)"
)
_SERVICE = re.compile(
    r"(?:tổng đài|tong dai|hotline|đường dây nóng|duong day nong|đầu số|dau so|gửi|gui|gửi đến|gửi tới)"
    r"[ \u00a0]?:?[ ](\d{4,5})(?![\d.,]?\d|[^\W\d_])(?![ ](?:người|nguoi|đồng|dong|tr|k|usd|vnđ|vnd)\b)"
)
_SERVICE_SIGNS = Signs(
    r"(?:tổng|tong|hotline|đường|duong|đầu|dau|gửi|gui)",
    words=listed("tổng tong hotline đường duong đầu dau gửi gui"),
)
_EMERGENCY = re.compile(r"\d{3}")
# Cheap signs that the longer patterns may match at all.
_LONG_SIGN = re.compile(r"\d[\d .()\-\u00a0]{6}")
_SHORT_SIGN = re.compile(r"(?:11[1-5]|911|999)")
_SERVICE_SIGN = re.compile(r"\d{4}")


def phones(text: str) -> tuple[Phone, ...]:
    """Return the telephone numbers in `text` (lower-case, NFC), in order, not overlapping; never raises.

    A group of three digits is an emergency number only where the words around it say so. The national
    numbering plan of 2018 (ten-digit mobile, eleven-digit landline numbers) decides for Vietnam.

    >>> [phone.number for phone in phones("gọi 0912.345.678 hoặc 113")]
    ['+84912345678']
    >>> [phone.number for phone in phones("gọi 113 hoặc 114")]
    ['113', '114']
    """
    found: list[Phone] = []
    if _LONG_SIGN.search(text):
        found += [phone for match in _NUMBER.finditer(text) if (phone := _long(text, match)) is not None]
    if _SHORT_SIGN.search(text):
        for match in _SHORT.finditer(text):
            each = _EMERGENCY.finditer(text, match.start(1), match.end(1))
            found += [Phone(one[0], "emergency", one.span(), one[0]) for one in each]
    if _SERVICE_SIGN.search(text):
        found += [Phone(m[1], "service", m.span(1), m[1]) for m in _SERVICE_SIGNS.finditer(_SERVICE, text)]
    found.sort(key=lambda phone: (phone.span[0], -phone.span[1]))
    apart: list[Phone] = []
    for phone in found:
        if not apart or phone.span[0] >= apart[-1].span[1]:
            apart.append(phone)
    return tuple(apart)


def _long(text: str, match: re.Match[str]) -> Phone | None:
    start, end = match.span()
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalnum() or after[:1].isalnum() or (before[-1:] in ".,/-" and before[:1].isdigit()):
        return None
    if after[:1] in {".", ",", "/", "-"} and after[1:].isdigit():
        return None
    digits = "".join(c for c in match[0] if c.isdigit())
    number, kind = _plan(digits, international=match[0].lstrip("(").startswith("+"))
    return Phone(number, kind, (start, end), match[0]) if number else None


def _plan(digits: str, *, international: bool) -> tuple[str, str]:
    """Return the number in one form and its kind, or empty texts where no plan has such a number."""
    digits = digits.removeprefix("00") if digits.startswith("0084") else digits
    if digits.startswith("84") and len(digits) in {11, 12, 13}:
        digits = "0" + digits[2:].removeprefix("0")
    elif international:
        return ("+" + digits, "international") if 8 <= len(digits) <= 15 else ("", "")
    if digits.startswith(("1800", "1900")):
        return digits, "service"
    if digits.startswith("02"):
        return ("+84" + digits[1:], "landline") if len(digits) == 11 else ("", "")
    if digits.startswith("0"):
        return ("+84" + digits[1:], "mobile") if len(digits) == 10 else ("", "")
    return ("+1" + digits, "international") if len(digits) == 10 else ("", "")
