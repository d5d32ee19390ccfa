"""Reads the value of one number, in digits as people and scanners write them or in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .marks import listed, one_of, unmarked

# A run of digits with its separators. "o" after a digit and "l" inside digits are misread 0 and 1 (text
# from pictures); "1l5" stays a litre and a half. Blanks group only what ends in 00 ("10 000", "1 500 000"):
# others are two numbers. (No possessive repeats of groups, here and elsewhere: Python 3.11.2, that of Debian 12, gets
# them wrong.)
_DIGITS = r"\d(?:\d|o(?![^\W\do_])|l(?=\d\d)|(?<=\d\d)l(?=\d))*"
_GROUPED = r"\d(?<=[1-9])\d{0,2}(?:[ \u00a0\u202f]\d{3})*[ \u00a0\u202f]\d00(?![\do])(?![.,]\d)"
DIGITS = rf"(?:{_GROUPED}|{_DIGITS}(?:[.,]{_DIGITS})*)"

_SCANNED = str.maketrans({"o": "0", "l": "1", " ": None, "\u00a0": None, "\u202f": None})
_LONGEST = 15  # digits a float keeps exactly; longer ones are identifiers


def digits_value(written: str, *, point: bool = False) -> float | None:
    """Return the number that digits with separators stand for, or `None` when they are no single number.

    A separator before exactly three digits groups thousands (`3.500` and `3,500` are 3500), unless zero
    stands before it or `point` says that a decimal is expected (`1.234 billion`); any other one is the
    decimal sign. Digits of any script; never raises on what `DIGITS` matches.

    >>> digits_value("5.000.000"), digits_value("3,5"), digits_value("2o25"), digits_value("1.2.3")
    (5000000.0, 3.5, 2025.0, None)
    """
    if written.isdecimal():
        return float(written) if len(written) <= _LONGEST else None
    digits = written.translate(_SCANNED)
    if len(digits) > 2 * _LONGEST:
        return None
    if "," in digits and "." in digits:
        decimal = max(digits.rfind(","), digits.rfind("."))
        whole, rest = digits[:decimal], digits[decimal + 1 :]
        if digits[decimal] in whole or not _are_thousands(re.split("[.,]", whole)):
            return None
        return float(re.sub("[.,]", "", whole) + "." + rest)
    parts = re.split("[.,]", digits)
    if _are_thousands(parts) and not (point and len(parts) == 2):
        return float("".join(parts))
    return float(".".join(parts)) if len(parts) <= 2 else None


def _are_thousands(parts: Sequence[str]) -> bool:
    return (
        len(parts) > 1
        and len(parts[0]) <= 3
        and parts[0].strip("0") != ""
        and all(len(part) == 3 for part in parts[1:])
    )


@dataclass(frozen=True, slots=True)
class NumberWords:
    """Words read as one number: its `value`, how many words it `used`, the worth of its `last` multiplier."""

    value: float
    used: int
    last: float = 1.0


# word: (role in a number, value)
_ROLES: dict[str, tuple[str, float]] = {
    "mười": ("ten", 10),
    "muoi": ("muoi", 10),
    "mươi": ("tens", 10),
    "chục": ("tens", 10),
    "chuc": ("tens", 10),
    "lăm": ("tail", 5),
    "lam": ("tail", 5),
    "nhăm": ("tail", 5),
    "mốt": ("tail", 1),
    "linh": ("zero", 0),
    "lẻ": ("zero", 0),
    "rưỡi": ("half", 0.5),
    "ruoi": ("half", 0.5),
    "nửa": ("part", 0.5),
    "nua": ("part", 0.5),
    "half a": ("part", 0.5),
    "half an": ("part", 0.5),
    "hăm": ("decade", 20),
    "hundred": ("hundred", 100),
    "trăm": ("hundred", 100),
    "tram": ("hundred", 100),
    "dozen": ("scale", 12),
}
_UNITS = listed("một hai ba bốn năm sáu bảy tám chín")
_ROLES |= {word: ("unit", i) for i, word in enumerate(_UNITS, 1)}
_ROLES |= {unmarked(word): ("unit", i) for i, word in enumerate(_UNITS, 1)}
_ROLES |= {"tư": ("unit", 4), "tu": ("unit", 4), "bẩy": ("unit", 7), "dăm": ("unit", 5), "a": ("unit", 1)}
_ROLES |= {w: ("unit", i) for i, w in enumerate(listed("one two three four five six seven eight nine ten"), 1)}
_TEENS = listed("eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_ROLES |= {word: ("teen", i) for i, word in enumerate(_TEENS, 11)}
_DECADES = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ROLES |= {word: ("decade", 10.0 * i) for i, word in enumerate(_DECADES, 2)}
_ROLES |= {
    word: ("scale", value)
    for value, words in (
        (1e3, "nghìn nghin ngàn ngan thousand"),
        (1e4, "vạn"),
        (1e6, "triệu trieu củ million"),
        (1e9, "tỷ tỉ billion"),
        (1e12, "trillion"),
    )
    for word in words.split()
}

_CAN_START = {word for word, (role, _) in _ROLES.items() if role in {"unit", "ten", "muoi", "teen", "decade", "part"}}
_CAN_START = (_CAN_START - {"a"}) | {"chục", "trăm", "triệu", "tỷ"}
_ARTICLE = r"an?(?=[ ](?:hundred|thousand|million|billion|trillion|dozen)\b)"
FIRST_WORDS = frozenset({"a", "an", *(word.split()[0] for word in _CAN_START)})
_FIRST = rf"(?:{one_of(_CAN_START)}|{_ARTICLE})\b"
WORDS = rf"\b{_FIRST}(?:[ \u00a0-](?:and[ ])?(?:{one_of(set(_ROLES) - {'a'})})\b)*"
_WORD = re.compile(r"half[ \u00a0-]an?|[^\W_]+")

_ENGLISH = frozenset(
    ({*_TEENS, *_DECADES})
    | set(listed("one two three four five six seven eight nine ten hundred thousand million billion trillion dozen"))
)


@lru_cache(maxsize=4096)
def number_words(run: str) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """Return the words of what `WORDS` matched, without "and", and the span of each.

    >>> number_words("one hundred and five")
    (('one', 'hundred', 'five'), ((0, 3), (4, 11), (16, 20)))
    """
    words, spans = [], []
    for found in _WORD.finditer(run):
        if found[0] != "and":
            words.append("half a" if found[0].startswith("half") else ("a" if found[0] == "an" else found[0]))
            spans.append(found.span())
    return tuple(words), tuple(spans)


def is_plain(words: Sequence[str]) -> bool:
    """Say whether these number words mean a number even when no unit follows.

    >>> is_plain(["hai", "mươi"]), is_plain(["nam", "muoi"]), is_plain(["năm"]), is_plain(["seven"])
    (True, False, False, True)
    """
    if all(word in _ENGLISH for word in words):
        return words[0] not in {"one", "ten"} or len(words) > 1
    if len(words) == 1:
        return False
    return not any(word in {"nam", "muoi", "tram", "nghin", "ngan", "trieu", "lam", "tu", "chuc"} for word in words)


def read_number(words: Sequence[str], start: int = 0) -> NumberWords | None:
    """Return the longest number that begins at `words[start]`, or `None`.

    Follows how Vietnamese and English build numbers: `hai mươi lăm` 25, `một trăm linh năm` 105, `ba triệu
    rưỡi` 3,500,000, `một triệu hai` 1,200,000; a `năm` that cannot be five is left for "year". Costs about
    1 µs.

    >>> read_number("một trăm hai mươi".split()).value
    120.0
    """
    return _read_number(tuple(words[start : start + 25]))


@lru_cache(maxsize=4096)
def _read_number(words: tuple[str, ...]) -> NumberWords | None:
    reader = _Reader()
    count = 0
    for i in range(min(len(words), 24)):
        following = words[i + 1] if i + 1 < len(words) else ""
        if not reader.take(words[i], _ROLES.get(following, ("", 0.0))[0]):
            break
        count += 1
        if reader.role == "half":
            break
    if reader.role == "zero":
        count -= 1
    if count <= 0 or (count == 1 and reader.role in {"hundred", "scale"}):
        return None
    return NumberWords(reader.value(), count, reader.worth)


class _Reader:
    """The number so far: what is complete (`total`), the group under 1000, the last role."""

    __slots__ = ("before", "english", "group", "limit", "role", "total", "worth")

    def __init__(self) -> None:
        self.total = self.group = 0.0
        self.role = self.before = ""
        self.worth = 1.0
        self.english = False
        self.limit = float("inf")

    def take(self, word: str, following: str) -> bool:
        """Add the next word if a number can go on with it."""
        role, value = _ROLES.get(word, ("", 0.0))
        if role == "muoi":
            role = "tens" if self.role == "unit" else "ten"
        if not self._can_follow(word, role, value, following):
            return False
        if role == "scale":
            self._multiply(value)
        elif role == "hundred":
            self.group = max(self.group, 1.0) * 100
        elif role == "tens":
            self.group += 9 * (self.group % 10) if self.role == "unit" else 10
        elif role == "half":
            self.total += self.worth / 2
        elif role == "tail" and self.role == "unit":
            self.group += 9 * (self.group % 10) + value
        else:
            self.group += value
        if role in {"scale", "hundred"} or (role == "tens" and word in {"chục", "chuc"}):
            self.worth = value if self.role != "scale" or role != "scale" else self.worth * value
            self.english = word in _ENGLISH
        self.before, self.role = self.role, role
        return True

    def _can_follow(self, word: str, role: str, value: float, following: str) -> bool:
        last = self.role
        if role == "unit":
            if word in {"năm", "nam"} and last not in {"", "zero"}:  # "hai mươi năm": twenty years
                return last in {"scale", "hundred"} and following in {"hundred", "tens", "muoi", "scale"}
            return last in {"", "ten", "tens", "decade", "zero", "scale", "hundred"}
        if role == "half":
            return last in {"scale", "hundred", "tens"} and self.worth > 1
        if role == "scale":
            if last == "":
                return following == "half"
            return value < self.limit or last == "scale"
        allowed = {
            "ten": {"", "hundred", "scale", "zero"},
            "teen": {"", "hundred", "scale"},
            "decade": {"", "hundred", "scale"},
            "tens": {"unit"} if word != "chục" else {"unit", ""},
            "tail": {"ten", "tens", "unit"},
            "hundred": {"unit"} if following != "half" else {"unit", ""},
            "zero": {"hundred", "scale"},
            "part": {""},
        }
        return last in allowed.get(role, set())

    def _multiply(self, value: float) -> None:
        if self.role == "scale":
            self.total *= value
        else:
            self.total += max(self.group, 1.0) * value if self.role != "part" else self.group * value
            self.group = 0.0
        self.limit = value

    def value(self) -> float:
        """Return the number; a lone digit after a multiplier is a tenth of it ("một triệu hai")."""
        if self.role != "unit" or self.english:
            return self.total + self.group
        if self.before == "scale":
            return self.total + self.group * self.worth / 10
        if self.before == "hundred":
            return self.total + self.group - self.group % 10 + self.group % 10 * 10
        return self.total + self.group
