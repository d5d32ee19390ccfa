"""Which numbers in a text belong to a person: by the plan that they follow, or by the words that stand before them.

Numbers are read group by group (0912 345 678 are three), so that a date or an amount beside one is no part of it.
Cost: each group begins at most twelve numbers, whatever the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .personal_words import BANK_AFTER, CUES, MOVED_MONEY, UNIT_AFTER


class Kind(StrEnum):
    """What can be masked."""

    PHONE = "phone"
    EMAIL = "email"
    IDENTITY = "identity"
    PASSPORT = "passport"
    CARD = "card"
    ACCOUNT = "account"
    TAX = "tax"
    INSURANCE = "insurance"


@dataclass(frozen=True, slots=True)
class Found:
    """Where something stands, from `start` to `end` (not included), and what it is."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Number:
    """Some groups as one number: its digits, the lengths of the groups, what stands between them, and around them."""

    start: int
    end: int
    digits: str
    lengths: tuple[int, ...]
    between: tuple[str, ...]
    has_plus: bool
    after: str

    @property
    def is_one(self) -> bool:
        return len(self.lengths) == 1

    @property
    def is_even(self) -> bool:
        """Whether its groups have one length, but for the last."""
        return len(set(self.lengths[:-1])) <= 1 and self.lengths[-1] <= self.lengths[0]

    @property
    def is_spaced(self) -> bool:
        return all(set(one) <= set(" -()") for one in self.between)


_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_BETWEEN = re.compile(rf"[ \t.\-–—‐−()_·•*|~{_EMOJI}]{{0,3}}|,")
_GROUP = re.compile(r"[0-9]+")
# Another number between a number and what it is called; "CMND 9 số:" is none.
_ANOTHER = re.compile(r"(?<![0-9])[0-9]+(?![0-9])(?![ ]?(?:chu )?so(?![a-z]))")
_LEAST_DIGITS, _MOST_DIGITS = 6, 19
_MOST_GROUPS = 12  # a number in an international form, digit by digit
_AFTER = 16  # characters that are looked at after a number

_MOBILE = re.compile(r"0[35789][0-9]{8}")
_OLD_MOBILE = re.compile(r"01(?:2[0-9]|6[2-9]|86|88|99)[0-9]{7}")  # until 2018; some still stand in old messages
_LANDLINE = re.compile(r"02[0-9]{9}")
_ABROAD = re.compile(r"(?:00)?840?(?:[35789][0-9]{8}|2[0-9]{9})")
_PUBLIC = re.compile(r"1[89]00(?:[0-9]{4}|[0-9]{6})")
# Circular 59/2021/TT-BCA, annex: the codes of the 63 provinces; then century and sex, and the year of birth.
_PROVINCES = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037"
    " 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079"
    " 080 082 083 084 086 087 089 091 092 093 094 095 096"
).split()
_IDENTITY = re.compile(rf"(?:{'|'.join(_PROVINCES)})[0-3][0-9]{{8}}")
# ISO/IEC 7812: who issues cards that are used here, with the lengths that they have; 9704 is NAPAS.
_CARD = re.compile(
    r"9704(?:[0-9]{12}|[0-9]{15})|4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}"
    r"|35[0-9]{14}|3[068][0-9]{12}|6[0-9]{15,18}"
)
_CUED = {
    "identity": re.compile(r"[0-9]{9}|[0-9]{12}"),
    "card": re.compile(r"[0-9]{13,19}"),
    "account": re.compile(r"[0-9]{6,19}"),
    "payee": re.compile(r"[0-9]{8,19}"),
    "tax": re.compile(r"[0-9]{10}|[0-9]{13}"),
    "insurance": re.compile(r"[0-9]{10}|[0-9]{13}"),
    "phone": re.compile(r"[35789][0-9]{8}|[0-9]{10,11}"),
}
_KINDS = {name: Kind.ACCOUNT if name == "payee" else Kind(name) for name in _CUED}
_LONGEST_GAP = {"account": 45, "payee": 28}
_GAP = 30
_NEXT_OF_SAME = 16  # "STK 123456789 hoặc 987654321"
_LETTERED = re.compile(r"[0-9]{3}[a-z][0-9]{6,12}(?![0-9a-z])")  # VietinBank's old ones
_PASSPORT = re.compile(r"(?<![a-z0-9])[a-z][ .-]?(?:[0-9]{7,8})(?![0-9a-z])")
_PLUS = re.compile(r"\+[ ]?\(?$")
_IN_BRACKETS = re.compile(r"(?:\(\+?|\+[ ]?\(?)[ ]?$")
_INSURED = re.compile(r"(?<![a-z0-9])(?!so)[a-z]{2}[ .-]?$")


def personal_numbers(text: str) -> Iterator[Found]:
    """Yield the numbers of persons in a text as it looks (`seen`), addresses and dates blanked; in order, apart.

    >>> [found.kind.value for found in personal_numbers("lh 0912 345 678, stk 123456789, 5.000.000d")]
    ['phone', 'account']
    """
    words = _Words(text)
    at = 0
    groups = [match.span() for match in _GROUP.finditer(text)]
    while at < len(groups):
        found = _beginning(text, groups, at, words)
        if found is None:
            at += 1
            continue
        yield found
        while at < len(groups) and groups[at][0] < found.end:
            at += 1


class _Words:
    """The words that say what the next number is; one number after another, they hold for the next of the same kind."""

    def __init__(self, text: str) -> None:
        self._text = text
        found = [(match.end(), str(match.lastgroup)) for match in CUES.finditer(text)]
        self._ends, self._names = [end for end, _ in found], [name for _, name in found]
        self._last_end, self._last_name = -1, ""

    def before(self, start: int) -> str:
        """Return what the words before a number call it, or ""."""
        if 0 <= start - self._last_end <= _NEXT_OF_SAME and not _ANOTHER.search(self._text, self._last_end, start):
            named = self._named(start, self._last_end)
            return named or self._last_name
        return self._named(start, 0)

    def _named(self, start: int, first: int) -> str:
        place = bisect_right(self._ends, start) - 1
        if place < 0 or self._ends[place] < first:
            return ""
        end, name = self._ends[place], self._names[place]
        if start - end > _LONGEST_GAP.get(name, _GAP) or _ANOTHER.search(self._text, end, start):
            return ""
        if name != "payee":
            return name
        if MOVED_MONEY.search(self._text, end, start):
            return ""
        # "STK ngân hàng Agribank số …": the bank stands between.
        further = start - self._ends[place - 1] if place else _LONGEST_GAP["account"] + 1
        is_named_before = further <= _LONGEST_GAP["account"] and self._names[place - 1] == "account"
        return "account" if is_named_before and not _ANOTHER.search(self._text, start - further, start) else name

    def held_for(self, end: int, name: str) -> None:
        self._last_end, self._last_name = end, name


def _beginning(text: str, groups: list[tuple[int, int]], first: int, words: _Words) -> Found | None:
    """Return what begins with a group: what the words before it say, else what it is by itself."""
    start = groups[first][0]
    if _is_inside_a_code(text, *groups[first]):
        return None
    numbers = list(_numbers(text, groups, first))
    name = words.before(start)
    if name == "company":
        return None
    if name == "passport" and (found := _passport(text, start)):
        return found
    if name in ("account", "payee") and (lettered := _LETTERED.match(text, start)):
        return Found(start, lettered.end(), Kind.ACCOUNT)
    if name in _CUED:
        for number in reversed(numbers):
            if _CUED[name].fullmatch(number.digits) and _fits(name, number):
                words.held_for(number.end, name)
                is_card = name == "payee" and _is_card(number)
                return Found(_whole(text, number, name), number.end, Kind.CARD if is_card else _KINDS[name])
    for number in numbers:
        if (kind := _kind_of(number)) and not _goes_on(text, groups, first, number):
            return Found(_whole(text, number, ""), number.end, kind)
    for number in reversed(numbers):
        if number.has_plus and _is_foreign(number):
            return Found(_whole(text, number, ""), number.end, Kind.PHONE)
    return None


def _numbers(text: str, groups: list[tuple[int, int]], first: int) -> Iterator[_Number]:
    """Yield the numbers that begin with a group, shortest first, with at most 19 digits."""
    start = groups[first][0]
    lengths, between, digits = list[int](), list[str](), ""
    has_plus = text[max(0, start - 3) : start].rstrip(" (").endswith("+")
    for at in range(first, min(first + _MOST_GROUPS, len(groups))):
        if at > first:
            space = text[groups[at - 1][1] : groups[at][0]]
            if len(space) > 3 or not _BETWEEN.fullmatch(space):
                return
            between.append(space)
        digits += text[slice(*groups[at])]
        if len(digits) > _MOST_DIGITS:
            return
        lengths.append(groups[at][1] - groups[at][0])
        end = groups[at][1]
        if len(digits) >= _LEAST_DIGITS:
            yield _Number(start, end, digits, tuple(lengths), tuple(between), has_plus, text[end : end + _AFTER])


def _kind_of(number: _Number) -> Kind | None:
    digits = number.digits
    if len(digits) < 8:
        return None
    if _is_phone(number):
        return Kind.PHONE
    if _IDENTITY.fullmatch(digits) and (number.is_one or (number.is_even and number.lengths[0] in (3, 4))):
        return Kind.IDENTITY
    if _is_card(number):
        return Kind.CARD
    is_account = number.is_one and BANK_AFTER.match(number.after) and not _PUBLIC.fullmatch(digits)
    return Kind.ACCOUNT if is_account else None


def _is_phone(number: _Number) -> bool:
    digits = number.digits
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        is_fraction = number.lengths[0] == 1 and len(number.lengths) == 2 and number.between[0] in (".", ",")
        is_row = set(number.lengths) == {2} and any(len(one.strip()) != len(one) > 1 for one in number.between)
        return not (is_fraction or is_row)
    if _OLD_MOBILE.fullmatch(digits):
        return number.is_one or number.lengths[0] in (4, 5)
    if _ABROAD.fullmatch(digits):
        is_plain = number.is_one or digits.startswith("00") or (number.is_spaced and number.lengths[0] == 2)
        return number.has_plus or (is_plain and not UNIT_AFTER.match(number.after))
    return False


def _is_foreign(number: _Number) -> bool:
    """Whether it can be a number of another country (ITU-T E.164: at most 15 digits), after a plus sign."""
    is_amount = UNIT_AFTER.match(number.after) or not number.is_spaced
    return 8 <= len(number.digits) <= 15 and not number.digits.startswith(("0", "84")) and not is_amount


def _fits(name: str, number: _Number) -> bool:
    """Whether a number can be what the words before it say; amounts and public numbers are not."""
    if "," in number.between or (UNIT_AFTER.match(number.after) and _is_round(number)):
        return False
    if name == "payee":
        if UNIT_AFTER.match(number.after) and len(number.digits) < 10:
            return False
        # Two groups of four are years: 2021-2025.
        is_payee = number.is_one or (number.lengths[0] == 4 and number.is_even and len(number.digits) > 8)
        return is_payee and not number.digits.endswith("0000") and not _PUBLIC.fullmatch(number.digits)
    if name == "account":
        return number.is_one or number.lengths[0] < 8
    if name == "phone":
        return not _PUBLIC.fullmatch(number.digits) and (number.digits[0] != "0" or _is_phone(number))
    if name == "identity":
        return number.is_one or number.is_even or number.lengths[0] == 3
    return True


def _is_round(number: _Number) -> bool:
    """Whether it is written like an amount; names follow numbers of accounts, and some are units too (Hà, Vũ, Tân)."""
    is_in_thousands = set(number.between) == {"."} and set(number.lengths[1:]) == {3}
    return number.digits.endswith("000") or is_in_thousands


def _goes_on(text: str, groups: list[tuple[int, int]], first: int, number: _Number) -> bool:
    """Whether the number is a part of a longer one: of an amount, or of a row of numbers."""
    before = text[max(0, number.start - 2) : number.start]
    if len(before) == 2 and before[0].isdigit() and before[1] in ".," and not number.is_one:
        return True
    after = number.after
    if number.is_one or len(after) < 2 or not after[1].isdigit() or after[1] == "0":
        return False
    row = first + len(number.lengths)
    is_row = set(number.lengths) == {2} and groups[row][1] - groups[row][0] == 2 and after[0] == number.between[0]
    return is_row or (after[0] in ".," and after[0] in number.between)


def _is_inside_a_code(text: str, start: int, end: int) -> bool:
    """Whether letters stand directly before and after, as in a key or a digest."""
    return start > 0 and text[start - 1].isalpha() and end < len(text) and text[end].isalpha() and end - start < 9


def _is_card(number: _Number) -> bool:
    is_written_so = number.is_one or (
        number.lengths[0] == 4 and (number.is_even or number.lengths in ((4, 6, 5), (4, 6, 4)))
    )
    return is_written_so and bool(_CARD.fullmatch(number.digits)) and _is_issued(number.digits)


def _is_issued(digits: str) -> bool:
    """Whether the check digit is right (Luhn's formula, ISO/IEC 7812-1 annex B); not every NAPAS card has one."""
    if digits.startswith("9704"):
        return True
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _passport(text: str, start: int) -> Found | None:
    for begin in range(max(0, start - 2), start):
        if match := _PASSPORT.match(text, begin):
            return Found(begin, match.end(), Kind.PASSPORT)
    return None


def _whole(text: str, number: _Number, name: str) -> int:
    """Return where a number begins with its plus sign and brackets, or with the letters of an insurance card."""
    start = number.start
    if name == "insurance" and len(number.digits) == 13:
        letters = _INSURED.search(text, max(0, start - 4), start)
        return letters.start() if letters else start
    before = _IN_BRACKETS if any(")" in one and "(" not in one for one in number.between[:1]) else _PLUS
    sign = before.search(text, max(0, start - 3), start)
    return sign.start() if sign else start
