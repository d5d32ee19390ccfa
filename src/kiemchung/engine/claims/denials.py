"""Says whether one text denies what another says: the same words in the same place, one of them under "not"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kiemchung.engine.text import lexicon
from kiemchung.engine.text.marks import has_marks, listed, one_of, unmarked, with_unmarked
from kiemchung.engine.text.negation import Negation, negations
from kiemchung.engine.text.normalise import fold_token
from kiemchung.engine.text.stem import stem_token

_WORD = re.compile(r"[^\W_]+")
# How far the words that go with a denied one may stand, and how many of them both texts must have.
_BEFORE, _AFTER = 5, 5
_AGREE = 2

# Words that deny by their meaning: a text with one of them is no plain statement.
_DENYING = re.compile(
    r"(?<![^\W_])(?:"
    + one_of(
        with_unmarked(
            listed(
                "khỏi|hết|tránh|!tan|mất|miễn|!bỏ|ngừng|dừng|thôi|cấm|!kỵ|!kị|!thiếu|!trừ|!dẹp|hụt|!đừng|!chớ|từ chối|"
                "thì mới|mới được|mới có|mới cần|!mù|cai|!sợ|chứ|!quên|kiêng|phi lý|vô lý|phản đối|"
                "!ngăn|!chống|chấm dứt|thất bại|!lờ|tay không",
                "|",
            )
        )
        + listed("bo thue|bo luon|bi bo|cam khong|ky nhau", "|")
        + listed(
            "no not never nor none nobody nothing nowhere without cannot cant dont isnt doesnt didnt wont arent wasnt "
            "less free avoid avoids stop stops stopped ban bans banned forbidden fail fails failed lack lacks unable "
            "refuse refuses lose loses drop drops dropped remove ends ended incomplete myth false fake hoax untrue "
            "unlike instead wrong impossible hardly barely prevents prevent protect protects"
        )
    )
    + r")(?![^\W_])"
)
_LIGHT = frozenset(with_unmarked(listed("có|làm|giúp|gây|bị|cho|để|lại|hề|tác|dụng|khả|năng", "|"))) | frozenset(
    listed("make makes made help helps cause causes have has get gets give gives really actually ever")
)
_ORDER = re.compile(r"(?:đừng|chớ|dung|do not|don[’']?t|never|no)(?![^\W_])")
_ADVICE = re.compile(
    r"(?<![^\W_])(?:"
    + one_of(with_unmarked(listed("nên|hãy|phải|!cần", "|")) + listed("should must need needs please always"))
    + r")(?![^\W_])"
)
_LEAVE = re.compile(
    r"(?<![^\W_])(?:"
    + one_of(with_unmarked(listed("nên|hãy|phải|!cần|được|có thể|cho phép|an toàn", "|")))
    + r")(?![^\W_])"
)
# A negation word that denies nothing itself (a condition, a question) makes the rest no plain statement either.
_ANY_NEGATION = re.compile(
    r"(?<!hàng )(?<!hang )(?<![^\W_])(?:không|khong|ko|unless)(?![^\W_])(?! (?:khí|khi|gian|chỉ|chi))"
)
_ORDER_BEFORE = re.compile(r"(?:^|[.!?:;,\n]|please|tuyệt đối|tuyet doi|nhớ|nho|nhé|nha|chú ý|important)[ \"“'👉]*$")
_QUESTION_WORD = re.compile(
    r"\?[ ]*(?:$|[^\W_])|(?<![^\W_])(?:"
    + one_of(
        with_unmarked(
            listed(
                "phải không|đúng không|thật không|được không|có không|hay không|phải ko|đúng ko|thiệt không|có phải|"
                "hay là|có thật|có đúng|sao không|không vậy|không ạ|không mọi người|không ta|không nhỉ|chưa ạ|hả|"
                "đúng chưa|không em|không anh|không chị|không cô|không bác|không con|không cháu|không mấy",
                "|",
            )
        )
        + listed("is it true|is that true|is this true|anyone know|right or wrong|or not|real or", "|")
    )
    + r")(?![^\W_])"
    r"|(?<![^\W_])(?:không|khong|ko|k|hok|hong|hông|hem|à|ha)[ ]*[.!…)]*$"
    r"|^(?:is|are|do|does|did|can|could|will|should|has|have|was|were)[ ]"
)

_SENTENCE_END = re.compile(r"[.!?;:\n](?![^\W_])")
_TAG = re.compile(r"(?<![^\W_])(?:dung|phai|that|thiet) (?:khong|ko|k|hok|hong|hem)(?![^\W_])")


class _Denied(NamedTuple):
    """A denied word with its neighbours and all words around it."""

    word: str
    neighbours: frozenset[str]
    around: frozenset[str]


def denies(message: str, claim: str) -> bool:
    """Return whether exactly one of two comparable texts denies what the other says.

    It takes the same word under a negation on one side and free on the other, with the same words around it, and no
    other denial there: a false "one says it is so, the other that it is not" costs more trust than a missing one.

    >>> denies("tỏi không chữa được cúm", "tỏi chữa được cúm")
    True
    >>> denies("bôi kem khỏi sẹo", "bôi kem không để lại sẹo"), denies("tỏi chữa được cúm không", "tỏi chữa được cúm")
    (False, False)
    """
    mine, theirs = _asserted(message, claim), _asserted(claim, message)
    if bool(mine) == bool(theirs):
        return False
    denying, free = (message, claim) if mine else (claim, message)
    if asks(free) or _ANY_NEGATION.search(free):
        return False
    own_signs = set(_DENYING.findall(denying))
    if any(sign not in own_signs for sign in _DENYING.findall(free)) or negations(free):
        return False
    return any(_stands_free(denied, free) for denied in _denied(denying, mine or theirs))


def asks(text: str) -> bool:
    """Return whether a comparable text asks instead of saying so.

    >>> asks("ăn tỏi chữa cúm thật ko"), asks("ăn tỏi chữa cúm")
    (True, False)
    """
    return _QUESTION_WORD.search(text.rstrip()) is not None or _TAG.search(unmarked(text)) is not None


def _asserted(text: str, other: str) -> list[Negation]:
    """Return the negations that say how things are: no refutations, and orders only where the other advises."""
    return [
        found
        for found in negations(text)
        if found.kind == "negation"
        and found.cue not in {"khỏi", "khoi"}
        and not (_forbids(found) and not _LEAVE.search(other))
        and not (_is_order(text, found) and not _ADVICE.search(other))
    ]


def _forbids(found: Negation) -> bool:
    return unmarked(found.cue).split()[1:] in (["duoc"], ["nen"])


def _is_order(text: str, found: Negation) -> bool:
    if unmarked(found.cue).split()[0] in {"dung", "cho"}:
        return True
    before = text[max(0, found.span[0] - 16) : found.span[0]]
    if not _ORDER_BEFORE.search(before):
        return False
    return _ORDER.match(text, found.span[0]) is not None or unmarked(before).rstrip().endswith("tuyet doi")


def _denied(text: str, found: Sequence[Negation]) -> Iterator[_Denied]:
    for negation in found:
        before = _stems(text[: negation.span[0]])[-_BEFORE:]
        after = [word for word in _stems(_SENTENCE_END.split(text[negation.span[1] :])[0]) if word not in _LIGHT_STEMS]
        if after:
            head = after[0]
            yield _Denied(
                head,
                frozenset([*before[-1:], *after[1:2]]) - {head},
                frozenset([*before, *after[1 : _AFTER + 1]]) - {head} - _LIGHT_STEMS,
            )


def _stands_free(denied: _Denied, text: str) -> bool:
    needed = min(_AGREE, len(denied.around))
    words = _stems(text)
    for at, word in enumerate(words):
        if word != denied.word or not needed:
            continue
        around = frozenset([*words[max(0, at - _BEFORE - 1) : at], *words[at + 1 : at + _AFTER + 1]]) - {word}
        if around & denied.neighbours and len(around & denied.around) >= needed:
            return True
    return False


def _stems(text: str) -> list[str]:
    """Return the folded stems of the words of `text` that carry meaning, in order."""
    functions = _functions(has_marks(text))
    return [stem_token(fold_token(word)) for word in _WORD.findall(text) if word not in functions]


def _functions(marked: bool) -> frozenset[str]:
    words = lexicon.chatter().function_words
    return words if marked else words | frozenset(map(unmarked, words))


_LIGHT_STEMS = frozenset(stem_token(fold_token(word)) for word in _LIGHT)
