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
                "khỏi|hết|tránh|!tan|mất|miễn|ngừng|dừng|thôi|cấm|!kỵ|!kị|!thiếu|!trừ|!dẹp|hụt|!đừng|!chớ|từ chối|"
                "thì mới|mới được|mới có|mới cần|!mù|cai|!sợ|chứ|!quên|kiêng|phi lý|vô lý|phản đối|"
                "!ngăn|!chống|chấm dứt|thất bại|!lờ|tay không",
                "|",
            )
        )
        + listed("bo thue|bo luon|bi bo|cam khong|ky nhau|ban on|a ban|to ban|will ban", "|")
        + listed(
            "no not never nor none nobody nothing nowhere without cannot cant dont isnt doesnt didnt wont arent wasnt "
            "less free avoid avoids stop stops stopped bans banned forbidden fail fails failed lack lacks unable "
            "refuse refuses lose loses drop drops dropped remove ends ended incomplete myth false fake hoax untrue "
            "unlike instead wrong impossible hardly barely prevents prevent protect protects"
        )
    )
    + r"|bỏ(?! (?:vào|vô|lên|qua|trong)))(?![^\W_])"
)
_LIGHT = frozenset(with_unmarked(listed("có|làm|giúp|gây|bị|cho|để|lại|hề|tác|dụng|khả|năng", "|"))) | frozenset(
    listed("make makes made help helps cause causes have has get gets give gives really actually ever")
)
# "buộc chặt để nọc không chạy": what is to be avoided; to say that it happens otherwise is to say the same.
_AIM = re.compile(r"(?<![^\W_])(?:để|de|so that)(?: [^\W_]+){0,2} $")
_LONGEST_AIM = 30
_RECOVERY = frozenset({"khỏi", "khoi"})
_ORDER = re.compile(r"(?:đừng|chớ|dung|do not|don[’']?t|never|no)(?![^\W_])")
_ADVICE = re.compile(
    r"(?<![^\W_])(?:"
    + one_of(with_unmarked(listed("nên|hãy|phải|!cần", "|")) + listed("should must need needs please always"))
    + r")(?![^\W_])"
)
# What advises, allows or promises something: "không nên" denies it.
_LEAVE = re.compile(
    r"(?<![^\W_])(?:"
    + one_of(
        with_unmarked(
            listed(
                "nên|hãy|phải|!cần|được|có thể|cho phép|an toàn|giúp|!chữa|chữa khỏi|!trị|!diệt|hiệu quả|cách|tốt nhất|"
                "sẽ hết|là hết|để khỏi|!cứ",
                "|",
            )
        )
    )
    + r"|(?:thì|thi)(?= [^\W_])"
    r"(?! (?:(?:sẽ |se )?(?:bị|bi)|là|la|mất|mat|chết|chet|hại|hai|sinh|gây|gay|hỏng|hong)))(?![^\W_])"
)
# A negation word that denies nothing itself (a condition, a question) makes the rest no plain statement either.
_ANY_NEGATION = re.compile(
    r"(?<!hàng )(?<!hang )(?<![^\W_])(?:không|khong|ko|unless)(?![^\W_])(?! (?:khí|khi|gian|chỉ|chi))"
)
_ORDER_BEFORE = re.compile(
    r"(?:^|[.!?:;,\n]|please|says|tuyệt đối|tuyet doi|nhớ|nho|nhé|nha|chú ý|important)[ \"“'👉]*$"
)
_WARNING = re.compile(r"(?<![^\W_])(?:cảnh b|canh b|khuyến c|khuyen c|lưu ý|luu y)[^.!?,:]{0,18}\n$")
_QUESTION_WORD = re.compile(
    r"\?[ ]*(?:$|[^\W_])|(?<![^\W_])(?:"
    + one_of(
        with_unmarked(
            listed(
                "phải không|đúng không|thật không|được không|có không|hay không|phải ko|đúng ko|thiệt không|có phải|"
                "hay là|có thật|có đúng|sao không|không vậy|không ạ|không mọi người|không ta|không nhỉ|chưa ạ|!hả|"
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

_CLAUSE_END = re.compile(r"[.!?;:\n](?![^\W_])|,(?=(?:[ ][^\W_]+){3})")
# In a list of words: here something is denied; here a clause ends.
_DENIED_HERE, _CLAUSE_ENDS = "¬", "|"
_SENTENCE_END = re.compile(r"[.!?;:\n](?![^\W_])")
_TAG = re.compile(r"(?<![^\W_])(?:dung|phai|that|thiet) (?:khong|ko|k|hok|hong|hem)(?![^\W_])")

_ASKING_AT_END = frozenset("khong ko k hok hong hem ha a nhi vay the sao dung phai that thiet nhe z zay".split())


class _Denied(NamedTuple):
    """A denied word with its neighbours, the words around it that carry meaning, and all words near it."""

    word: str
    neighbours: frozenset[str]
    around: frozenset[str]
    near: frozenset[str]


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
    return _denied_in(message, mine, claim) or _denied_in(claim, theirs, message)


def _denied_in(denying: str, found: Sequence[Negation], free: str) -> bool:
    """Return whether what one text denies stands free of denial in the other, which does not ask."""
    if not found or asks(free):
        return False
    return any(_stands_free(denied, _words_and_signs(free, denied.near)) for denied in _denied(denying, found, free))


def asks(text: str) -> bool:
    """Return whether a comparable text asks instead of saying so.

    >>> asks("ăn tỏi chữa cúm thật ko"), asks("ăn tỏi chữa cúm")
    (True, False)
    """
    return _QUESTION_WORD.search(text.rstrip()) is not None or _TAG.search(unmarked(text)) is not None


def as_statement(text: str) -> str:
    """Return what a question asks about, as if it were said: without the words that ask at its end.

    >>> as_statement("mn ơi ăn tỏi chữa được cúm thật hok?"), as_statement("Tỏi không chữa được cúm")
    ('mn ơi ăn tỏi chữa được cúm', 'Tỏi không chữa được cúm')
    """
    words = text.rstrip(" ?!.…\n").split(" ")
    while len(words) > 1 and unmarked(words[-1].strip("?!.,").lower()) in _ASKING_AT_END:
        words.pop()
    return " ".join(words)


def _asserted(text: str, other: str) -> list[Negation]:
    """Return the negations that say how things are: no refutations, and orders only where the other advises."""
    return [
        found
        for found in negations(text)
        if found.kind == "negation"
        and found.cue not in _RECOVERY
        and not _AIM.search(text[: found.span[0]][-_LONGEST_AIM:])
        and not (_forbids(found) and not _LEAVE.search(other))
        and not (_is_order(text, found) and not _ADVICE.search(other))
    ]


def _forbids(found: Negation) -> bool:
    return unmarked(found.cue).split()[1:] in (["duoc"], ["nen"])


def _is_order(text: str, found: Negation) -> bool:
    if unmarked(found.cue).split()[0] in {"dung", "cho"}:
        return True
    before = text[max(0, found.span[0] - 30) : found.span[0]]
    if _WARNING.search(before):
        return True
    if not _ORDER_BEFORE.search(before):
        return False
    return _ORDER.match(text, found.span[0]) is not None or unmarked(before).rstrip().endswith("tuyet doi")


def _denied(text: str, found: Sequence[Negation], free: str) -> Iterator[_Denied]:
    for negation in found:
        before = _stems(text[: negation.span[0]])[-_BEFORE:]
        behind = _stems(_SENTENCE_END.split(text[negation.span[1] :])[0])
        after = [word for word in behind if word not in _LIGHT_STEMS] or behind
        near = frozenset(_near(text, negation, plain=not (has_marks(text) and has_marks(free))))
        # "cứu không được": what is denied stands before.
        if before and unmarked(negation.cue).endswith(" duoc") and f" {before[-1]} duoc" in unmarked(free):
            around = frozenset([*before[:-1], *after[:_AFTER]])
            yield _Denied(before[-1], frozenset([*before[-2:-1], *after[:1]]), around, near)
        if after:
            head = after[0]
            yield _Denied(
                head,
                frozenset([*before[-1:], *after[1:2]]) - {head},
                frozenset([*before, *after[1 : _AFTER + 1]]) - {head} - _LIGHT_STEMS,
                near,
            )


def _near(text: str, negation: Negation, *, plain: bool) -> list[str]:
    start, end = negation.span
    words = [*_WORD.findall(text[:start])[-2:], *_WORD.findall(text[start:end])]
    words += _WORD.findall(_SENTENCE_END.split(text[end:])[0])[: 2 * _AFTER]
    return [_sign_word(word, plain=plain) for word in words]


def _sign_word(word: str, *, plain: bool) -> str:
    return stem_token(word) if plain or word.isascii() else word


def _stands_free(denied: _Denied, text: list[str]) -> bool:
    needed = min(_AGREE, len(denied.around))
    for at, word in enumerate(text):
        if word != denied.word or not needed:
            continue
        before, after = text[max(0, at - _BEFORE - 1) : at], text[at + 1 : at + _AFTER + 1]
        around = frozenset([*before, *after]) - {word}
        if _DENIED_HERE in _same_clause(before, after):
            continue
        if around & denied.neighbours and len(around & denied.around) >= needed:
            return True
    return False


def _same_clause(before: list[str], after: list[str]) -> list[str]:
    """Return the words around a place up to the next ends of a clause."""
    ends = [at for at, word in enumerate(before) if word == _CLAUSE_ENDS]
    stop = after.index(_CLAUSE_ENDS) if _CLAUSE_ENDS in after else len(after)
    return [*before[ends[-1] + 1 if ends else 0 :], *after[:stop]]


def _words_and_signs(text: str, known: frozenset[str]) -> list[str]:
    """Return the stems of `text` with a sign where it denies something and one where a clause ends.

    A word that denies by its meaning denies nothing if the other text has it too (`known`).
    """
    signs = [(*found.span, _DENIED_HERE) for found in negations(text) if found.cue not in _RECOVERY]
    signs += [(*found.span(), _DENIED_HERE) for found in _ANY_NEGATION.finditer(text)]
    for found in _DENYING.finditer(text):
        if not any({_sign_word(w, plain=plain) for w in found[0].split()} <= known for plain in (True, False)):
            signs.append((*found.span(), _DENIED_HERE))
    signs += [(*found.span(), _CLAUSE_ENDS) for found in _CLAUSE_END.finditer(text)]
    words: list[str] = []
    begin = 0
    for start, end, sign in sorted(signs):
        words += [*_stems(text[begin:start]), sign]
        begin = max(begin, end if sign == _CLAUSE_ENDS else start)
    return [*words, *_stems(text[begin:])]


def _stems(text: str) -> list[str]:
    """Return the folded stems of the words of `text` that carry meaning, in order."""
    functions = _functions(has_marks(text))
    return [stem_token(fold_token(word)) for word in _WORD.findall(text) if word not in functions]


def _functions(marked: bool) -> frozenset[str]:
    words = lexicon.chatter().function_words
    return words if marked else words | frozenset(map(unmarked, words))


_LIGHT_STEMS = frozenset(stem_token(fold_token(word)) for word in _LIGHT)
