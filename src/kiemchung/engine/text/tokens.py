"""Tokens that work for Vietnamese, English, Thai, Chinese, Indic and other writing, without a model."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

from kiemchung.engine.text.normalise import REPEAT, normalise, settled
from kiemchung.engine.text.pieces import Remembered, cut, joined

EXAMPLES_TOKENS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Chuyển khoản 5.000.000đ ngay!", ("chuyển", "khoản", "5000000", "đ", "ngay")),
    ("It's COVID-19, isn't it?", ("its", "covid", "19", "isnt", "it")),
    ("ภาษาไทย", ("ภา", "าษ", "ษา", "าไ", "ไท", "ทย")),
    ("疫苗有效", ("疫苗", "苗有", "有效")),
    ("कोरोना वायरस", ("कोरोना", "वायरस")),
    ("xem https://t.co/aB3 ngay pic.twitter.com/xyz", ("xem", "ngay")),
    ("#FreeTicket @shop gửi a@b.vn", ("free", "ticket", "shop", "gửi")),
    ("vào vietcombank.com.vn nhé", ("vào", "vietcombank", "nhé")),
    ("v.a.c.c.i.n.e gây bệnh", ("vaccine", "gây", "bệnh")),
)

_URL = re.compile(r"(?:https?://|www\.|\bpic\.twitter\.com/|\bt\.co/|\bbit\.ly/)[^\s<>\"]*", re.I)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}")
# The end of an embedded post: who wrote it and when. It is no part of the claim, and we keep nothing about authors.
_POST_AUTHOR = re.compile(r"\s[—–-] [^\n—]{1,60}? \(@\w{1,30}\),? \w{3,10} \d{1,2}, \d{4}$")
_LONGEST_POST_AUTHOR = 130
_AT_SIGNS = ("@", "\uff20", "\ufe6b")
_HASHTAG = re.compile(r"(?<!#)#+(\w+)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=[A-Z])(?=[A-Z][a-z])")
_HOST_END = re.compile(
    r"\b([a-z0-9-]{2,63})((?:\.(?:com|net|org|vn|gov|edu|info|io|xyz|top|vip|cc|club|online|site))+)\b"
)
# "v.a.c.c.i.n.e", "c h u y e n": letters parted to slip past filters.
_PARTED = re.compile(r"(?<![\w.])(?:[^\W\d_][.·*_-]){3,}[^\W\d_](?![\w])")
_GROUPED_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d])")
# A number, or words in composed letters with hyphens between them (of two letters or more: others may be one word,
# parted), with the marks of a sentence around it.
_LETTER = "[A-Za-zÀ-ÖØ-Ýà-öø-ýĂăĐđĨĩŨũƠơƯưẠ-ỹ]"
_PLAIN = re.compile(rf"[(\"“‘']*(?:{_LETTER}+|{_LETTER}{{2,}}(?:-{_LETTER}{{2,}})+|[0-9]+)[,.;:!?)\"”’']*")
_APOSTROPHE = re.compile("(?<=[a-z])['’ʼ`](?=[a-z])")

# Letters and digits; Indic, Thai and other vowel signs are not `\w` for `re` and are named by block.
_SIGNS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u0900-\u0963\u0966-\u0df3\u0f18-\u0fbc\u1000-\u1049\u1050-\u109f\u135d-\u135f\u1712-\u1714"
)
_SOLID = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf\u1780-\u17d3\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"\d+|[{_SOLID}]+|(?:(?![{_SOLID}\d_])[\w{_SIGNS}])+")
_IS_SOLID = re.compile(f"[{_SOLID}]")


def clean(text: str) -> str:
    """Return `text` without what is no part of its claim: links, mail addresses, the author line of a post.

    Hashtags become words.

    >>> clean("#FreeTicket cho mọi người https://t.co/x")
    'Free Ticket cho mọi người  '
    """
    if "@" in text:
        text = _without_post_authors(text)
        text = _MAIL.sub(" ", text)
    if "/" in text or "www." in text.lower():
        text = _URL.sub(" ", text)
    if "#" in text:
        text = _HASHTAG.sub(lambda m: _CAMEL.sub(" ", m.group(1)).replace("_", " "), text)
    return text


def _without_post_authors(text: str) -> str:
    end = len(text.rstrip())
    while found := _POST_AUTHOR.search(text, max(end - _LONGEST_POST_AUTHOR, 0), end):
        end = found.start()
        while end and text[end - 1].isspace():
            end -= 1
    return text[:end]


def comparable(text: str) -> str:
    """Return the text that is compared: cleaned, normalised, numbers ungrouped, parted letters joined.

    Idempotent; composed and decomposed input come out alike; never raises. About 10 microseconds for 40 words that
    were met before.

    >>> comparable("V.a.c.c.i.n.e giá 5.000.000 đồng")
    'vaccine giá 5000000 đồng'
    """
    # No rule looks across a blank but that of author lines: word by word comes to the same, and most words are known.
    if any(sign in text for sign in _AT_SIGNS):
        return compared_whole(text)
    return joined(list(map(_compared.__getitem__, text.split(" "))))


def compared_whole(text: str) -> str:
    """Return what `comparable` does, from the whole text at once: ten times slower."""
    while True:
        plain = normalise(clean(text if text.isascii() else unicodedata.normalize("NFC", text)))
        ready = _PARTED.sub(lambda m: re.sub(r"[.·*_-]", "", m.group()), plain)
        ready = _APOSTROPHE.sub("", ready)
        ready = _GROUPED_NUMBER.sub(lambda m: m.group().replace(".", "").replace(",", ""), ready)
        if "." in ready:
            ready = _HOST_END.sub(r"\1", ready)
        # What one step uncovers (a link in full-width letters) is for the step before it: until nothing changes.
        if ready == plain and clean(plain) == plain:
            return ready
        text = ready


def _compared_piece(piece: str) -> str:
    """Return `compared_whole(piece)`, of a plain word or number by the shorter way."""
    lower = piece.lower()
    if not _PLAIN.fullmatch(piece) or "www" in lower or REPEAT.search(lower):
        return compared_whole(piece)
    if "l" in piece and piece[1:] != lower[1:]:  # an l among capitals may be an I
        return compared_whole(piece)
    placed = settled(lower)
    return lower if placed is lower else REPEAT.sub(r"\1", placed)


_compared = Remembered(_compared_piece)


def words_of(comparable_text: str) -> list[str]:
    """Return the words of an already comparable text, in order; digits apart; writing without spaces as runs.

    >>> words_of("giá 5000000 đồng 疫苗有效")
    ['giá', '5000000', 'đồng', '疫苗有效']
    """
    if " " not in comparable_text:
        return _words_in(comparable_text)
    return list(chain.from_iterable(map(_remembered_words.__getitem__, cut(comparable_text))))


def _words_in(piece: str) -> list[str]:
    found: list[str] = _WORD.findall(piece)
    return found


_remembered_words = Remembered(_words_in)


def split_solid(words: list[str]) -> list[str]:
    """Return `words` with each run of writing without spaces (Thai, Chinese, …) cut into character bigrams.

    >>> split_solid(["giá", "疫苗有效"])
    ['giá', '疫苗', '苗有', '有效']
    """
    if not _IS_SOLID.search("".join(words)):
        return words
    tokens: list[str] = []
    for word in words:
        if len(word) > 1 and _IS_SOLID.match(word):
            tokens.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            tokens.append(word)
    return tokens


def tokens(text: str) -> list[str]:
    """Return the tokens of any text, in order.

    >>> tokens("Hoà giá 5.000đ")
    ['hòa', 'giá', '5000', 'đ']
    """
    return split_solid(words_of(comparable(text)))
