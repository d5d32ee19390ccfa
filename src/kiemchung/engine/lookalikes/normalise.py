"""One reading of a name: what a person takes it for, whatever letters it was written with.

`folded` is the text in lower case without marks, with the letters of other scripts replaced by the Latin letters they
look
like (UTS #39) and Punycode decoded; `skeleton` further reads digits as letters and merges letters that are mistaken for
one another. Nothing here raises, whatever comes in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from kiemchung.engine.text.normalise import fold

EXAMPLES_READ: tuple[tuple[str, str], ...] = (
    ("vietcọmbank.com", "vietcombank.com"),
    ("xn--vietcmbank-cx3e.com", "vietcombank.com"),
    ("ＭＢ　ＢＡＮＫ", "mb bank"),
    ("Tеchсоmbаnk", "techcombank"),
    ("𝗭𝗮𝗹𝗼 𝗦𝘂𝗽𝗽𝗼𝗿𝘁", "zalo support"),
    ("ʙɪᴅᴠ", "bidv"),
    ("BI\u200bDV", "bidv"),
    ("банк", "банк"),
    ("Điện máy XANH", "dien may xanh"),
)

# Not seen: zero-width characters, soft hyphen, word joiner, bidirectional controls, variation selectors, tags.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_DOTS = str.maketrans("。．｡․﹒", ".....")
_PUNYCODE = re.compile(r"\bxn--[a-z0-9-]+", re.I)
_WORD = re.compile(r"[^\W_]+", re.S)
# UTS #39 turns what looks like a Latin letter into it; these would also turn one Latin letter into another.
_ASCII_LETTER = re.compile(r"[A-Za-z]")
# Small capitals and other Latin letters that Unicode does not count as confusable, but that people read as the letter.
_READ_AS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢıɑɡɩ", "abcdefghijklmnoprstuvwyziagi", strict=True))
_SHAPES = str.maketrans(
    "0134578$@|!i", "oleastbsalll"
)  # every digit that is used for a letter; i and l, 1, | are one shape
_CONTROLS_KEPT = "\t\n\r"


@lru_cache(maxsize=1)
def confusables() -> dict[int, str]:
    """Return code point -> prototype of UTS #39, only where a character that is not ASCII looks like ASCII."""
    table: dict[int, str] = {}
    text = (files("kiemchung.engine") / "data" / "confusables.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        source, _, target = line.partition(";")
        read = "".join(chr(int(code, 16)) for code in target.split())
        if len(source) > 2 and int(source, 16) > 0x7F and read.isascii() and read.isprintable():
            plain = unicodedata.normalize("NFKC", chr(int(source, 16)))
            # The prototype of every m is `rn`: of a letter that is an m by itself, that is not what is read.
            letter = plain if plain.isascii() and plain.isalnum() else "m" if read == "rn" else read
            table[int(source, 16)] = letter.lower()
    return table | {ord(shape): letter for shape, letter in _READ_AS.items()}


def decode_punycode(text: str) -> str:
    """Return `text` with every valid `xn--` label decoded; what cannot be decoded stays as it is.

    >>> decode_punycode("xn--bcher-kva.example"), decode_punycode("xn--9")
    ('bücher.example', 'xn--9')
    """
    return _PUNYCODE.sub(_decoded, text) if "xn--" in text.lower() else text


def _decoded(match: re.Match[str]) -> str:
    return _decoded_label(match.group())


@lru_cache(maxsize=4096)  # each is asked for three times: read, as a browser opens it, and for what was done to it
def _decoded_label(label: str) -> str:
    if len(label) > 63:
        return label
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    plain = unicodedata.normalize("NFKC", decoded)
    return decoded if decoded.isprintable() and not any(c in plain for c in "/@:?#. \\") else label


def without_unseen(text: str) -> str:
    """Return a text without the characters that nobody sees; white space stays.

    >>> without_unseen("vietcom\\x07bank\\u200b.top")
    'vietcombank.top'
    """
    return text if text.isprintable() else _UNSEEN.sub("", text)


def seen(text: str) -> str:
    """Return what is seen of a text: NFKC, lower case, no invisible characters; marks and scripts stay.

    >>> seen("ＶＰ\\u200bBank 𝐎𝐓𝐏")
    'vpbank otp'
    """
    if text.isascii():
        return (_UNSEEN.sub("", text) if not text.isprintable() else text).lower()
    text = _UNSEEN.sub("", _SURROGATE.sub("\ufffd", text)).translate(_DOTS)
    text = unicodedata.normalize("NFKC", text).lower()
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def opened(text: str) -> str:
    """Return a host as a browser opens it, and a registrar sells it (UTS #46): two hosts are one only if these are.

    Full-width and styled letters, ideographic dots, capitals and what nobody sees are mapped, valid Punycode is
    decoded; marks and other scripts stay, for such a name is another one.

    >>> opened("ＢANK。VN"), opened("xn--vietcmbank-cx3e.com"), opened("bаnk.vn") == "bank.vn"
    ('bank.vn', 'vietcọmbank.com', False)
    """
    text = seen(text)
    return _PUNYCODE.sub(_opened_label, text) if "xn--" in text else text


def _opened_label(match: re.Match[str]) -> str:
    """Return a label decoded, or as it is where no browser would: what decodes to ASCII or to what is mapped."""
    decoded = _decoded(match)
    return decoded if not decoded.isascii() and seen(decoded) == decoded else match.group()


def read(text: str) -> str:
    """Return the folded reading of a name or host (see the module's text). Linear in the length of `text`.

    A word that has no Latin letter and does not turn into Latin letters altogether stays in its own script.

    >>> read("Vіеtcombаnk"), read("xn--vietcmbank-cx3e.com")
    ('vietcombank', 'vietcombank.com')
    """
    text = decode_punycode(text)
    if text.isascii():
        return seen(text)
    # Look-alikes are read before lower case: the Cyrillic capital В is a B, the small в looks like no Latin letter.
    plain = fold(unicodedata.normalize("NFD", _UNSEEN.sub("", _SURROGATE.sub("\ufffd", text)))).translate(_DOTS)
    return fold(seen(plain if plain.isascii() else _WORD.sub(_latin, plain)))


def _latin(match: re.Match[str]) -> str:
    word = match.group()
    if word.isascii():
        return word
    turned = word.translate(confusables())
    return turned if turned.isascii() or _ASCII_LETTER.search(word) else word


def skeleton(folded: str) -> str:
    """Return a folded text with look-alikes merged: digits as letters, i and l as one, `rn` as m, `vv` as w.

    Two names with one skeleton can be mistaken for each other; the skeleton itself is never shown.

    >>> skeleton("bldv") == skeleton("b1dv") == skeleton("bidv"), skeleton("rnobifone") == skeleton("mobifone")
    (True, True)
    """
    return folded.translate(_SHAPES).replace("rn", "m").replace("vv", "w")


def tricks(text: str) -> tuple[str, ...]:
    """Return what was done to the letters: `punycode`, `invisible`, `bidi`, `styled`, `mixed_script` (may be empty).

    >>> tricks("vietcombank"), tricks("Shоpee"), tricks("BI\\u200bDV"), tricks("𝗭𝗮𝗹𝗼")
    ((), ('mixed_script',), ('invisible',), ('styled',))
    """
    if text.isascii() and text.isprintable() and "xn--" not in text.lower():
        return ()
    decoded = decode_punycode(text)
    found = ["punycode"] if decoded != text else []
    if _BIDI.search(decoded):
        found.append("bidi")
    elif _UNSEEN.search(decoded):
        found.append("invisible")
    if any(_is_styled(c) for c in decoded):
        found.append("styled")
    if any(_is_mixed(word) for word in _WORD.findall(fold(unicodedata.normalize("NFD", _UNSEEN.sub("", decoded))))):
        found.append("mixed_script")
    return tuple(found)


def _is_styled(character: str) -> bool:
    if character in _READ_AS and character != "ı":
        return True
    return not character.isascii() and (character.isalpha() or character.isdigit()) and _is_compatible(character)


def _is_compatible(character: str) -> bool:
    plain = unicodedata.normalize("NFKC", character)
    return plain != character and plain.isascii() and plain.isalnum()


def _is_mixed(word: str) -> bool:
    if word.isascii():
        return False
    table = confusables()
    foreign = [c for c in word if not c.isascii() and c not in _READ_AS and not _is_compatible(c)]
    if foreign and _ASCII_LETTER.search(word):
        return any(ord(c) in table for c in foreign)
    return bool(foreign) and len(word) > 1 and word.translate(table).isascii()
