"""Why a message and a review match or do not, as published codes with sentences in Vietnamese and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kiemchung.engine.claims.advice import warns_against
from kiemchung.engine.claims.analysis import BODY_TOKENS, CLAIM_TOKENS, is_marked, marks_of
from kiemchung.engine.claims.bounds import is_compatible, with_ages
from kiemchung.engine.claims.denials import as_statement, denies
from kiemchung.engine.claims.facts import Fact, read_facts
from kiemchung.engine.claims.query import spelled_out
from kiemchung.engine.claims.shared_words import other_words, shared_phrases
from kiemchung.engine.text import lexicon
from kiemchung.engine.text.directions import NAMES, directions
from kiemchung.engine.text.marks import unmarked
from kiemchung.engine.text.spelling import looks_vietnamese
from kiemchung.engine.text.stem import stem_token
from kiemchung.engine.text.tokens import comparable, split_solid, words_of
from kiemchung.engine.types import Reason, Review

# The published codes with what they say; `{0}` and `{1}` are the reason's values. docs/method.md lists them.
SENTENCES: dict[str, tuple[str, str]] = {
    "same_address": ("tin dẫn đến chính bài kiểm chứng này: {0}", "the message links to this very review: {0}"),
    "same_appearance": (
        "tin dẫn đến nơi nhận định này đã xuất hiện: {0}",
        "the message links to where this claim appeared: {0}",
    ),
    "same_file": ("chính là tệp đã được kiểm chứng: {0}", "the very file that was checked: {0}"),
    "same_picture": ("thấy ảnh đã được kiểm chứng: {0}", "shows a picture that was checked: {0}"),
    "same_sound": ("nghe thấy đoạn đã được kiểm chứng: {0}, {1}", "plays a sound that was checked: {0}, {1}"),
    "same_video": ("thấy đoạn video đã được kiểm chứng: {0}, {1}", "shows a video that was checked: {0}, {1}"),
    "altered": (
        "có chỗ trông khác với ảnh đã kiểm chứng: có thể chữ, dấu hay vật đã được thêm hoặc sửa",
        "looks different in places from the checked picture: words, a sign or a thing may have been added or changed",
    ),
    "same_text": ("gần như cùng nguyên văn", "almost the same words throughout"),
    "same_words": ("cùng nhắc đến: {0}", "both mention: {0}"),
    "same_meaning": ("cùng ý, khác cách nói: {0}", "the same meaning in other words: {0}"),
    "few_words": ("có ít từ chung", "few words in common"),
    "same_number": ("nói cùng con số: {0}", "the same number: {0}"),
    "different_number": (
        "khác con số: tin nói {0}, bài kiểm chứng nói {1}",
        "another number: the message says {0}, the review {1}",
    ),
    "same_date": ("nói cùng thời điểm: {0}", "the same date: {0}"),
    "different_date": (
        "khác thời điểm: tin nói {0}, bài kiểm chứng nói {1}",
        "another date: the message says {0}, the review {1}",
    ),
    "same_place": ("nói cùng địa danh: {0}", "the same place: {0}"),
    "different_place": (
        "khác địa danh: tin nói {0}, bài kiểm chứng nói {1}",
        "another place: the message says {0}, the review {1}",
    ),
    "same_organisation": ("nói cùng tổ chức: {0}", "the same organisation: {0}"),
    "different_organisation": (
        "khác tổ chức: tin nói {0}, bài kiểm chứng nói {1}",
        "another organisation: the message says {0}, the review {1}",
    ),
    "different_thing": (
        "nói về thứ khác: tin nói {0}, bài kiểm chứng nói {1}",
        "about another thing: the message says {0}, the review {1}",
    ),
    "opposite_direction": ("nói ngược chiều: {0} và {1}", "the opposite direction: {0} and {1}"),
    "negated": ("một bên khẳng định, một bên phủ định", "one says it is so, the other that it is not"),
}
_SAME = {
    "number": "same_number",
    "date": "same_date",
    "place": "same_place",
    "organisation": "same_organisation",
}
_DIFFERENT = {
    "number": "different_number",
    "date": "different_date",
    "place": "different_place",
    "organisation": "different_organisation",
    "thing": "different_thing",
}
# Who is sent something receives it, who buys is sold to: two sides of one event, no contradiction.
_CONVERSE = frozenset(str(NAMES.index(name)) for name in ("send or receive", "buy or sell"))
_NEAR_DIRECTION = 5
_AGAINST = frozenset([*_DIFFERENT.values(), "opposite_direction", "negated", "few_words", "altered"])
_OF_FILES = frozenset(["same_file", "same_picture", "same_sound", "same_video"])
_WRITTEN = {"number", "date"}
_PART = re.compile(r"\d+|\s+|[^\d\s]+")
_WORD = re.compile(r"[^\W_]+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_LONGEST_DIRECTION = 5
_SAME_TEXT_SHARE = 0.9


def speaks_against(reason: Reason) -> bool:
    """Return whether a reason says that message and review are about different claims.

    >>> speaks_against(Reason("negated")), speaks_against(Reason("same_text"))
    (True, False)
    """
    return reason.code in _AGAINST


def rests_on_file(reason: Reason) -> bool:
    """Return whether a reason rests on a picture or recording, not on what it or the message says.

    >>> rests_on_file(Reason("same_picture", ("a.png",))), rests_on_file(Reason("same_text"))
    (True, False)
    """
    return reason.code in _OF_FILES


def sentence(reason: Reason, lang: str) -> str:
    """Return a reason as a person reads it, in `vi` or `en`.

    >>> sentence(Reason("same_number", ("500.000 đồng",)), "vi")
    'nói cùng con số: 500.000 đồng'
    """
    return SENTENCES[reason.code][0 if lang == "vi" else 1].format(*reason.values)


@dataclass(frozen=True, slots=True)
class _Text:
    original: str
    spelled: str
    tokens: list[str]
    stems: list[str]
    facts: list[Fact]
    vietnamese: bool
    marked: bool


def _read(text: str, limit: int) -> _Text:
    ready = comparable(text[: limit * 12])
    tokens = split_solid(words_of(ready))[:limit]
    vietnamese = looks_vietnamese(tokens)
    spelled = spelled_out(ready) if vietnamese else ready
    marked = is_marked(marks_of(tokens))
    return _Text(
        unicodedata.normalize("NFC", text[: limit * 12]),
        spelled,
        tokens,
        [stem_token(t) for t in tokens],
        read_facts(spelled, tokens, marked=marked),
        vietnamese,
        marked,
    )


def reasons(message: str, review: Review) -> tuple[Reason, ...]:
    """Return why the message and the review are, or are not, about the same claim; those against come first.

    Cost: about half a millisecond; meant for the few matches that are shown.

    >>> [r.code for r in reasons("phạt 6 triệu?", Review(id="1", claim="Vượt đèn đỏ bị phạt 2 triệu đồng"))]
    ['different_number', 'same_words']
    >>> found = reasons("quét mã mất 500.000 đồng", Review(id="1", claim="Quét mã QR lạ là mất 500.000 đồng"))
    >>> sentence(found[0], "vi")
    'nói cùng con số: 500.000 đồng'
    """
    return reasons_many(message, [review])[0]


def reasons_many(message: str, reviews: Sequence[Review]) -> list[tuple[Reason, ...]]:
    """Return `reasons` of a message and each of the reviews; the message is read once."""
    said = _read(message, BODY_TOKENS)
    found = []
    for review in reviews:
        checked = _read(f"{review.claim}\n{review.title}", CLAIM_TOKENS)
        # A title denies what it checks: only the claim itself can be the opposite of what the message says.
        claim = _read(review.claim, CLAIM_TOKENS) if review.title else checked
        against, supporting = _facts(said, checked)
        known = {reason.code for reason in against}
        against += [reason for reason in _exchanged(said, claim) if reason.code not in known]
        against += [*_opposite(said, claim), *_negated(said, claim)]
        found.append((*against, *supporting, *_words(said, checked)))
    return found


def contradicts(message: str, claim: str) -> bool:
    """Return whether a message says the opposite of a claim: it denies it, warns of what it promises, calls it false,
    turns a direction round, or has one of its numbers otherwise.

    What the features cannot see, since it lies in the order of words. Of 902 right answers among the starter
    collection's messages and 172 of messages_vi all but 4 stay (docs/decisions/0014). Cost: some 0.3 ms.

    >>> contradicts("tỏi không chữa được cúm", "tỏi chữa được cúm")
    True
    >>> contradicts("tỏi có chữa được cúm không?", "tỏi chữa được cúm")
    False
    """
    said, checked = _read(message, BODY_TOKENS), _read(claim, CLAIM_TOKENS)
    return bool(_negated(said, checked) or _opposite(said, checked) or _exchanged(said, checked))


def opposed(one: str, other: str) -> bool:
    """Return whether two messages say, or ask about, opposite things: `contradicts` of what each is about.

    >>> opposed("tỏi chữa được cúm ko", "tỏi không chữa được cúm"), opposed("tỏi chữa cúm hả", "tỏi có chữa cúm ko?")
    (True, False)
    """
    mine, theirs = as_statement(one), as_statement(other)
    return contradicts(mine, theirs) or contradicts(theirs, mine)


def _facts(said: _Text, checked: _Text) -> tuple[list[Reason], list[Reason]]:
    against: list[Reason] = []
    supporting: list[Reason] = []
    for name in _DIFFERENT:  # of a thing that is the same the shared words say enough
        mine = [fact for fact in said.facts if fact.class_name == name]
        theirs = with_ages([fact for fact in checked.facts if fact.class_name == name])
        same = [f for f in mine if any(f.group == o.group and f.value == o.value for o in theirs)]
        shared_groups = {fact.group for fact in same}
        different = _different([fact for fact in mine if fact.group not in shared_groups], theirs, checked)
        if different is not None:
            code = "different_thing" if _is_named(different[0]) else _DIFFERENT[name]
            against.append(Reason(code, (_shown(different[0], said), _shown(different[1], checked))))
        # 5/6/2024 and 7/6/2024 share the year, but nobody calls them the same date.
        shown = dict.fromkeys(
            _shown(fact, said)
            for fact in same
            if not (_is_named(fact) or _in_a_name(fact, said))
            and (different is None or fact.shown != different[0].shown)
        )
        if shown and name in _SAME:
            supporting.append(Reason(_SAME[name], (", ".join(list(shown)[:3]),)))
    return against, supporting


def _different(mine: Sequence[Fact], theirs: Sequence[Fact], checked: _Text) -> tuple[Fact, Fact] | None:
    """Return the first fact of the message that the review has otherwise, with the review's."""
    for fact in mine:
        others = [other for other in theirs if other.group == fact.group]
        rivals = [other for other in others if not is_compatible(fact, other, checked.spelled)]
        # What is within one bound of the review contradicts no other number of it.
        if rivals and (len(rivals) == len(others) or fact.class_name == "place"):
            return fact, rivals[0]
    return None


def _is_named(fact: Fact) -> bool:
    """Say whether a "number" is the name of something: "H5N1", "lớp 12"."""
    return fact.class_name == "number" and fact.group.startswith("code ") and not fact.value[:1].isdigit()


def _in_a_name(fact: Fact, text: _Text) -> bool:
    """Say whether a place is only part of the name of an organisation: "Vietnam Airlines"."""
    place = _solid(fact.shown)
    names = {_solid(other.shown) for other in text.facts if other.class_name == "organisation"}
    return fact.class_name == "place" and any(place in name for name in names)


def _solid(name: str) -> str:
    return unmarked(name.lower()).replace(" ", "")


def _shown(fact: Fact, text: _Text) -> str:
    """Return a fact as it was written: "500.000 đồng", which is compared as "500000 đồng"."""
    if fact.class_name not in _WRITTEN:
        return fact.shown
    parts = _PART.findall(fact.shown)
    written = "".join(
        _grouped(part) if part.isdigit() else r"\s*" if part.isspace() else re.escape(part) for part in parts
    )
    found = re.search(rf"(?<![^\W_]){written}(?![^\W_])", text.original, re.IGNORECASE)
    return " ".join(found[0].split()) if found else fact.shown


def _grouped(digits: str) -> str:
    """Return a regular expression for digits with or without marks between their thousands."""
    first = len(digits) % 3 or 3
    groups = [digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))]
    return "[.,\u00a0\u202f ]?".join(groups)


def _opposite(said: _Text, claim: _Text) -> list[Reason]:
    """Return the first direction of the message that the claim has the other way round, said of the same words."""
    theirs = {fact.group: fact for fact in claim.facts if fact.class_name == "direction"}
    shared = {(fact.group, fact.value) for fact in said.facts if fact.class_name == "direction"}
    both = {group for group, value in shared if (group, value) in {(f.group, f.value) for f in claim.facts}}
    for fact in said.facts:
        other = theirs.get(fact.group)
        if fact.class_name != "direction" or other is None or fact.group in both | _CONVERSE:
            continue
        mine, their = _direction_place(fact, said), _direction_place(other, claim)
        if mine and their and _near_words(said, mine) & _near_words(claim, their):
            return [
                Reason(
                    "opposite_direction", tuple(" ".join(t.tokens[a:b]) for t, (a, b) in ((said, mine), (claim, their)))
                )
            ]
    return []


def _direction_place(fact: Fact, text: _Text) -> tuple[int, int] | None:
    """Return where the words that say a direction begin and end."""
    mark = " đ" if text.marked else ""  # shows that the words are typed with marks
    for length in range(1, _LONGEST_DIRECTION + 1):
        for begin in range(len(text.tokens) - length + 1):
            words = " ".join(text.tokens[begin : begin + length]) + mark
            if (fact.group, fact.value) in {(str(pair), str(side)) for pair, side in directions(words)}:
                return begin, begin + length
    return None


def _near_words(text: _Text, place: tuple[int, int]) -> set[str]:
    functions = lexicon.chatter().function_words
    begin, end = place
    around = [*range(max(0, begin - _NEAR_DIRECTION), begin), *range(end, min(len(text.tokens), end + _NEAR_DIRECTION))]
    return {text.stems[at] for at in around if text.tokens[at] not in functions}


def _negated(said: _Text, claim: _Text) -> list[Reason]:
    is_so = denies(said.spelled, claim.spelled) or warns_against(said.spelled, claim.spelled)
    return [Reason("negated")] if is_so else []


def _exchanged(said: _Text, claim: _Text) -> list[Reason]:
    """Return numbers and dates of which one was exchanged while others of their kind agree: "5 vé … 20 bạn", "2 vé …
    20 bạn". Only where both texts have as many: who says more or less of them need not contradict."""
    found = []
    for name in sorted(_WRITTEN, reverse=True):
        mine, theirs = (_by_group(text, name) for text in (said, claim))
        for group in mine.keys() & theirs.keys():
            own, other = mine[group], theirs[group]
            rest, missing = own.keys() - other.keys(), other.keys() - own.keys()
            if rest and missing and own.keys() & other.keys() and len(own) == len(other):
                shown = _shown(own[min(rest)], said), _shown(other[min(missing)], claim)
                found.append(Reason(_DIFFERENT[name], shown))
    return found[:1]


def _by_group(text: _Text, name: str) -> dict[str, dict[str, Fact]]:
    groups: dict[str, dict[str, Fact]] = {}
    for fact in text.facts:
        if fact.class_name == name and not _is_named(fact):
            groups.setdefault(fact.group, {})[fact.value] = fact
    return groups


def _words(said: _Text, checked: _Text) -> list[Reason]:
    theirs, mine = set(checked.stems), set(said.stems)
    found: list[Reason] = []
    values = {fact.value for fact in checked.facts if _is_named(fact)}
    names = [_shown(fact, said) for fact in said.facts if _is_named(fact) and fact.value in values]
    shared = [*dict.fromkeys(names), *shared_phrases(said, _said_alike(said, checked))]
    if min(_share(said.stems, theirs), _share(checked.stems, mine)) >= _SAME_TEXT_SHARE:
        found.append(Reason("same_text"))
    elif shared:
        found.append(Reason("same_words", (", ".join(shared),)))
    other = other_words(said, checked)
    if other:
        found.append(Reason("same_meaning", (", ".join(other),)))
    if not shared and not other:
        found.append(Reason("few_words"))
    return found


def _said_alike(said: _Text, checked: _Text) -> list[str]:
    """Return the stems that both texts have as whole words, and, typed with marks, with the same letters.

    A word may have another tone ("bõng"), but no other vowel ("phở", "phố").
    """
    written = set(_WORD.findall(said.original.lower()))
    whole = {stem for stem, token in zip(said.stems, said.tokens, strict=True) if token in written or len(token) > 2}
    both = said.marked and checked.marked
    toneless = {_toneless(token) for token in checked.tokens} if both else set()
    other = {
        stem
        for stem, token in zip(said.stems, said.tokens, strict=True)
        if both and not token.isascii() and _toneless(token) not in toneless
    }
    return [stem for stem in checked.stems if stem in whole and stem not in other]


def _toneless(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if c not in _TONES)


def _share(stems: Sequence[str], known: set[str]) -> float:
    return float(np.mean([stem in known for stem in stems])) if stems else 0.0
