"""One form inside: whatever a person typed, pasted or photographed becomes text that can be compared.

Nothing here changes what is stored; it is applied to copies, for matching only.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

EXAMPLES_NORMALISE: tuple[tuple[str, str], ...] = (
    # NFD and NFC are the same text
    ("Hóa đơn", "hóa đơn"),
    # old and new tone placement
    ("hoà bình, thuỷ điện, khoẻ, quý", "hòa bình, thủy điện, khỏe, quý"),
    # full-width, mathematical and circled letters
    ("ＶＩＥＴＣＯＭＢＡＮＫ 𝗧𝗿𝘂́𝗻𝗴 ⓉⒽƯỞⓃⒼ", "vietcombank trúng thưởng"),
    # zero-width characters and soft hyphens inside words
    ("chuyển\u200b kho\u00adản", "chuyển khoản"),
    # Cyrillic and Greek look-alikes inside a Latin word; a Russian word stays Russian
    ("Viеtcоmbаnk", "vietcombank"),
    ("банк", "банк"),
    # repeated letters
    ("khônggggg quáaaa sooooo", "không quá so"),
    # a lower-case l read from capitals is an I, a zero between capitals an O
    ("THl TỐT NGHlỆP, BẮT BU0C", "thi tốt nghiệp, bắt buoc"),
    # emoji part words
    ("chia sẻ🙏🙏ngay", "chia sẻ ngay"),
)
EXAMPLES_FOLD: tuple[tuple[str, str], ...] = (
    ("đường Nguyễn Huệ", "duong Nguyen Hue"),
    ("thường, dương, đương", "thuong, duong, duong"),
    ("Łódź, naïve, Straße", "Lodz, naive, Strasse"),
    ("أهلاً", "اهلا"),
    ("हिन्दी ไทย", "हिन्दी ไทย"),
)

# Characters that are not seen: zero-width, bidirectional controls, soft hyphen, variation selectors, tags, BOM.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)
# Two Arabic ligatures stand for whole phrases of 18 and 8 characters; a text of nothing else would grow as much.
_PHRASES = re.compile("[\ufdfa\ufdfb]")
_MOST_PHRASES = 1_000
_SURROGATE = re.compile("[\ud800-\udfff]")
_EMOJI = re.compile(
    "[\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\U0001f000-\U0001faff\U0001fb00-\U0001fbff]+"
)
# "thưởngggg", "quáaaa": the same base letter three or more times.
REPEAT = re.compile(r"([^\W\d_])\1{2,}")
# A mark after the last letter is that letter's: it must not come to stand after another.
_MARKED_REPEAT = re.compile(r"([à-ỹ])([aeiouy])\2{2,}(?![\u0300-\u036f])")

# Letters of Cyrillic and Greek that look like Latin ones (the part of Unicode's confusables that occurs in messages).
_LOOKALIKE = str.maketrans(
    "аеорсухіјѕԁԛԝһɡоӏкмтвнґգοανικρτυχωεγηаеорсух",
    "aeopcyxijsdqwhgolkmtbhrqoavikptuxweynaeopcyx",
)
_LATIN = "a-zà-öø-ɏḁ-ỹ"
_LOOKALIKE_LETTERS = "\u0370-\u03ff\u0400-\u052f\u0261\u0563"
# Marks belong to the letter before them, so that the word is the same before and after they are composed.
_MARKS = "\u0300-\u036f"
_LETTERS_RUN = re.compile(rf"[{_LATIN}{_LOOKALIKE_LETTERS}{_MARKS}]+")
_HAS_LATIN = re.compile(f"[{_LATIN}]")
_HAS_LOOKALIKE = re.compile(f"[{_LOOKALIKE_LETTERS}]")

# Old style puts the tone of a final oa, oe, uy on the second vowel (hoà), new style on the first (hòa). `qu` is a
# consonant: quý stays.
_TONE_OLD = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]
_TONE_NEW = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
_TONE = dict(zip(_TONE_OLD, _TONE_NEW, strict=True))
_TONE_SIGN = re.compile(f"[{''.join(sorted({old[1] for old in _TONE_OLD}))}]")
_TONE_PLACE = re.compile(rf"(?<!q)(?:{'|'.join(_TONE_OLD)})(?![^\W\d_]|[{_MARKS}])")

# OCR of capitals: `l` between capitals is I, `0` beside capitals is O.
_UPPER = "A-ZÀ-ÖØ-ÞĐƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸĨŨĂ"
# At the end of a word only after two capitals: El Salvador and Al Jazeera are spelt with an l.
_OCR_L = re.compile(rf"(?<=[{_UPPER}])l(?=[{_UPPER}])|(?<=[{_UPPER}][{_UPPER}])l\b|\bl(?=[{_UPPER}])")
_OCR_ZERO = re.compile(rf"(?<=[{_UPPER}])0(?=[{_UPPER}])")


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {ord(a): b for a, b in zip("đĐðłŁøØıħŧ", "dDdlLoOiht", strict=True)}
    table.update({ord("ß"): "ss", ord("æ"): "ae", ord("œ"): "oe", ord("Æ"): "AE", ord("Œ"): "OE"})
    table.update(dict.fromkeys(range(0x300, 0x370), ""))
    # Arabic: short vowels and tatweel are optional, the alef forms, alef maqsura and ta marbuta are mixed up freely.
    table.update(dict.fromkeys([*range(0x64B, 0x660), 0x670, 0x640], ""))
    table.update({ord(a): "ا" for a in "أإآٱ"} | {ord("ى"): "ي", ord("ة"): "ه", ord("ک"): "ك", ord("ی"): "ي"})
    table.update(dict.fromkeys(range(0x591, 0x5C8), ""))
    # A composed letter is folded like its parts (ǣ like æ), so that both forms of a text come out alike. The blocks
    # are those in which letters and signs are composed with the marks above.
    for first, last in ((0xC0, 0x24F), (0x370, 0x52F), (0x622, 0x6D3), (0x1E00, 0x1FFF), (0x2190, 0x22FF)):
        for code in range(first, last + 1):
            parts = unicodedata.normalize("NFD", chr(code))
            if code not in table and (folded := parts.translate(table)) != chr(code):
                table[code] = folded
    return table


_FOLD = _fold_table()


def _latinise(match: re.Match[str]) -> str:
    word = match.group()
    return word.translate(_LOOKALIKE) if _HAS_LATIN.search(word) and _HAS_LOOKALIKE.search(word) else word


def normalise(text: str) -> str:
    """Return `text` in the one form in which texts are compared: NFKC, lower case, visible letters only.

    Marks stay (see `fold`). Composed and decomposed input, both tone placements, full-width and mathematical
    letters, look-alike letters of other scripts inside a word, repeated letters, zero-width characters and emoji
    come out alike. Idempotent; never raises, also for lone surrogates. Linear in the length of `text`; about
    10 microseconds for a sentence.

    >>> normalise("KHÔNGGGG chuyển\u200b khoản, hoà")
    'không chuyển khoản, hòa'
    """
    if text.isascii():
        text = _OCR_ZERO.sub("O", _OCR_L.sub("I", text)).lower()
        return REPEAT.sub(r"\1", text)
    text = _SURROGATE.sub(" ", text)
    if text.count("\ufdfa") + text.count("\ufdfb") > _MOST_PHRASES:
        text = _PHRASES.sub(" ", text)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    text = _OCR_ZERO.sub("O", _OCR_L.sub("I", text))
    # Lower-casing can decompose (İ) and NFKC can meet new neighbours: once more, so that the result is a fixed point.
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text.lower())).lower()
    text = _EMOJI.sub(" ", text)
    if _HAS_LOOKALIKE.search(text):
        # A Latin letter in the place of another may take the marks after it.
        text = unicodedata.normalize("NFKC", _LETTERS_RUN.sub(_latinise, text))
    text = REPEAT.sub(r"\1", _MARKED_REPEAT.sub(r"\1", text))
    return REPEAT.sub(r"\1", settled(text))


def settled(lower_case_text: str) -> str:
    """Return lower-case NFC text with the tones of oa, oe and uy where the new style puts them.

    >>> settled("hoà, toán, quý")
    'hòa, toán, quý'
    """
    if _TONE_SIGN.search(lower_case_text) is None:
        return lower_case_text
    return _TONE_PLACE.sub(lambda m: _TONE[m.group()], lower_case_text)


def fold(text: str) -> str:
    """Return `text` without marks: Vietnamese and other Latin letters, Greek, Cyrillic, Arabic and Hebrew points.

    `đ` becomes `d`. Vowel signs of Indic and Thai writing are letters, not marks, and stay.

    >>> fold("đường")
    'duong'
    """
    return text if text.isascii() else text.translate(_FOLD)


@lru_cache(maxsize=65536)
def fold_token(token: str) -> str:
    """Return `fold(token)`, remembered: the same few thousand words come again and again."""
    return fold(token)
