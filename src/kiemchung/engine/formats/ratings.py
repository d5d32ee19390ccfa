"""A publisher's rating, kept word for word, mapped to one of the eight."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

from kiemchung.engine.formats.rating_words import (
    NEGATIONS,
    NEGATIONS_RIGHT_BEFORE,
    NO,
    RATING_WORDS,
    TAKING_BACK,
    YES,
)
from kiemchung.engine.types import MappedRating, Rating

_SHORT_TEXT_WORDS = 12  # in longer texts only what they begin with counts: the rest is an explanation

_QUESTION = re.compile(r"(.*)[?؟？](.+)", re.DOTALL)
# Scripts written without blanks between words: there a phrase is looked for inside the text.
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")

_ONLY_WHOLE = frozenset({"no", "yes", "ni", "partial", "spin", "fact", "thật", "certo"})  # too common inside a sentence

EXAMPLES: tuple[tuple[str, MappedRating | None], ...] = (
    ("Sai sự thật", MappedRating.FALSE),
    ("KHÔNG ĐÚNG", MappedRating.FALSE),
    ("Đúng một phần", MappedRating.MIXED),
    ("Cảnh báo: lừa đảo!", MappedRating.SCAM),
    ("Chưa có bằng chứng", MappedRating.UNPROVEN),
    ("Đúng sự thật một phần", MappedRating.MIXED),
    ("Sai một nửa", MappedRating.MIXED),
    ("Chưa hẳn đúng", MappedRating.MIXED),
    ("Chưa đủ cơ sở kết luận đúng", MappedRating.UNPROVEN),
    ("Đúng, nhưng chưa đủ", None),
    ("Đúng nhưng thiếu bối cảnh", MappedRating.MISSING_CONTEXT),
    ("True, but it leaves a lot out", None),
    ("Scam? No", None),
    ("Is it true? No", MappedRating.FALSE),
    ("Lừa đảo? Đúng vậy", MappedRating.SCAM),
    ("Thiếu ngữ cảnh", MappedRating.MISSING_CONTEXT),
    ("Pants on Fire!", MappedRating.FALSE),
    ("Mostly False", MappedRating.FALSE),
    ("Partly false", MappedRating.MIXED),
    ("Half True", MappedRating.MIXED),
    ("Miscaptioned", MappedRating.MISSING_CONTEXT),
    ("Labeled Satire", MappedRating.SATIRE),
    ("Research In Progress", MappedRating.UNPROVEN),
    ("This is not true", MappedRating.FALSE),
    ("Größtenteils falsch", MappedRating.FALSE),
    ("Plutôt vrai", MappedRating.MOSTLY_TRUE),
    ("Engañoso", MappedRating.MISSING_CONTEXT),
    ("ข่าวปลอม", MappedRating.FALSE),
    ("部分不實", MappedRating.MIXED),
    ("3 von 5 Sternen", None),
)


def map_words(published: str) -> MappedRating | None:
    """The rating that `published` words mean in any of the languages of the table, or `None`.

    A whole match wins; else what the text begins with; else, in a text of at most 12 words, the only rating
    named (a text that names both true and false is mixed). A negation right before *true* makes *false*;
    before anything else it makes the words unknown; what is called true and then taken back ("True, but …") is
    not true; of a question and its answer ("Scam? No") the answer counts. Never raises.

    >>> map_words("Sai sự thật"), map_words("Mostly True"), map_words("Không đúng")
    (<MappedRating.FALSE: 'false'>, <MappedRating.MOSTLY_TRUE: 'mostly_true'>, <MappedRating.FALSE: 'false'>)
    """
    text = published[:400]
    asked = _QUESTION.fullmatch(text)
    return _answered(asked[1], asked[2]) if asked and _plain(asked[2]) else _mapped(text)


def _answered(question: str, answer: str) -> MappedRating | None:
    asked, said = _mapped(question), _plain(answer)
    if said in NO:
        return MappedRating.FALSE if asked in (None, MappedRating.TRUE) else None
    if said in YES and asked not in (None, MappedRating.MIXED):
        return asked
    return _mapped(answer)


def map_scale(value: object, worst: object = None, best: object = None) -> MappedRating | None:
    """The rating of a number between `worstRating` (1 when not given) and `bestRating` (5 when not given).

    The scale is cut at 3/8, 5/8 and 7/8, so that the five steps of 1-5 are false, false, mixed, mostly true,
    true. Reversed scales (best < worst) work. `None` when the number is not on the scale or a part is no
    number.

    >>> map_scale(1, 1, 5), map_scale("4"), map_scale(-1, -1, -1)
    (<MappedRating.FALSE: 'false'>, <MappedRating.MOSTLY_TRUE: 'mostly_true'>, None)
    """
    number = as_number(value)
    low = as_number(1 if worst is None else worst)
    high = as_number(5 if best is None else best)
    if number is None or low is None or high is None or low == high:
        return None
    share = (number - low) / (high - low)
    if not 0 <= share <= 1:
        return None
    if share < 3 / 8:
        return MappedRating.FALSE
    if share < 5 / 8:
        return MappedRating.MIXED
    return MappedRating.MOSTLY_TRUE if share < 7 / 8 else MappedRating.TRUE


def rate(published: str, value: object = None, worst: object = None, best: object = None) -> Rating:
    """The `Rating` for published words and, where words say nothing we know, the number on the publisher's
    scale.

    >>> rate("Fake", 1, 1, 5)
    Rating(published='Fake', mapped=<MappedRating.FALSE: 'false'>, basis='words')
    >>> rate("Stufe 5", 5, 1, 5).basis
    'scale'
    """
    mapped = map_words(published)
    if mapped is not None:
        return Rating(published, mapped, "words")
    mapped = map_scale(value, worst, best) if value is not None else None
    return Rating(published, mapped, "scale" if mapped is not None else "none")


def as_number(value: object) -> float | None:
    """A finite number given as a number or as text ("3", "3,5"), else `None`."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value.strip().replace(",", ".") if isinstance(value, str) else value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def rating_table() -> list[tuple[MappedRating, str, tuple[str, ...]]]:
    """The mapping as rows (rating, language, phrases), in the order of the table: for documentation and for
    review.

    >>> [row[:2] for row in rating_table()][:2]
    [(<MappedRating.TRUE: 'true'>, 'en'), (<MappedRating.TRUE: 'true'>, 'vi')]
    """
    return [
        (rating, lang, tuple(words.split("|")))
        for rating, by_lang in RATING_WORDS.items()
        for lang, words in by_lang.items()
    ]


@lru_cache(maxsize=4096)
def _mapped(published: str) -> MappedRating | None:
    plain = _plain(published)
    if not plain:
        return None
    for spelling, phrases in ((plain, _phrases()), (_fold(plain), _folded_phrases())):
        if spelling in phrases:
            return phrases[spelling]
    found = _found(plain)
    if not found:
        return None
    position, first = found[0]
    if position == 0 and first is not None and not _is_only_an_opening(first, found, plain):
        return first
    if len(plain.split(" ")) > _SHORT_TEXT_WORDS:
        return None
    agreed = _agreed([rating for _, rating in found])
    return None if agreed is MappedRating.TRUE and _takes_back(plain) else agreed


def _is_only_an_opening(first: MappedRating, found: list[tuple[int, MappedRating | None]], plain: str) -> bool:
    """Whether a text that begins with *true* goes on to take it back ("True, but misleading")."""
    return first is MappedRating.TRUE and (
        _takes_back(plain) or any(rating is not MappedRating.TRUE for _, rating in found)
    )


def _takes_back(plain: str) -> bool:
    return not TAKING_BACK.isdisjoint(plain.split()) or "tuy nhiên" in plain


def _agreed(ratings: list[MappedRating | None]) -> MappedRating | None:
    different = set(ratings)
    if len(different) == 1:
        return ratings[0]
    if MappedRating.SCAM in different and different <= {MappedRating.SCAM, MappedRating.FALSE}:
        return MappedRating.SCAM
    if different == {MappedRating.TRUE, MappedRating.MISSING_CONTEXT}:
        return MappedRating.MISSING_CONTEXT
    return MappedRating.MIXED if different == {MappedRating.TRUE, MappedRating.FALSE} else None


def _found(plain: str) -> list[tuple[int, MappedRating | None]]:
    """Position and rating of every phrase in the text, longest first where two overlap; negated ones turned
    round."""
    phrases = _phrases()
    matches = [(match.start() - 1, match.group(1)) for match in _pattern().finditer(f" {plain} ")]
    found: dict[int, MappedRating | None] = {}
    taken: set[int] = set()
    for position, phrase in sorted(matches, key=lambda match: -len(match[1])):
        span = range(position, position + len(phrase))
        if taken.isdisjoint(span):
            taken.update(span)
            found[position] = _turned(phrases[phrase], plain[:position].split())
    return sorted(found.items())


def _turned(rating: MappedRating, before: list[str]) -> MappedRating | None:
    if NEGATIONS.isdisjoint(before[-3:]) and NEGATIONS_RIGHT_BEFORE.isdisjoint(before[-1:]):
        return rating
    return MappedRating.FALSE if rating is MappedRating.TRUE else None


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """One pattern that finds, at each place in the text, the longest phrase that begins there."""
    spaced, unspaced = [], []
    for phrase in sorted(_phrases(), key=len, reverse=True):
        if _UNSPACED.search(phrase):
            unspaced.append(re.escape(phrase))
        elif phrase not in _ONLY_WHOLE:
            spaced.append(re.escape(phrase))
    return re.compile(f"(?=({'|'.join(unspaced)}|(?<= )(?:{'|'.join(spaced)})(?= )))")


@lru_cache(maxsize=1)
def _phrases() -> dict[str, MappedRating]:
    table: dict[str, MappedRating] = {}
    for rating, _lang, words in rating_table():
        for word in words:
            table.setdefault(_plain(word), rating)
    return table


@lru_cache(maxsize=1)
def _folded_phrases() -> dict[str, MappedRating]:
    """Phrases without their marks, for publishers who leave marks out; only where all readings agree."""
    readings: dict[str, set[MappedRating]] = {}
    for phrase, rating in _phrases().items():
        readings.setdefault(_fold(phrase), set()).add(rating)
    return {phrase: ratings.pop() for phrase, ratings in readings.items() if len(ratings) == 1}


def _plain(text: str) -> str:
    """Lower case, one form, punctuation and symbols as single blanks: what the table's phrases are compared
    with."""
    text = unicodedata.normalize("NFKC", text).casefold()
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in text)
    return " ".join("".join(kept).split())


def _fold(plain: str) -> str:
    apart = unicodedata.normalize("NFD", plain.replace("đ", "d"))
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")
