"""Headlines and quotations in names: who reports, what about, and names that say themselves that they are none."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"[:|–—»•]|\s-\s|\s//?\s|>>")
# `Theo X`: whoever stands behind these words is quoted.
_QUOTED_BY = frozenset({("theo",), ("according", "to"), ("via",), ("nguon",), ("source",), ("theo", "bao"), ("from",)})
# `Báo X: …`: whoever stands behind these and before a colon reports.
_OUTLET_STARTS = (
    ("bao",),
    ("tap", "chi"),
    ("dai",),
    ("kenh",),
    ("thoi", "su"),
    ("ban", "tin"),
    ("tin",),
    ("diem", "tin"),
)
_HEADLINE_STARTS = (("bao",), ("tap", "chi"), ("thoi", "su"), ("ban", "tin"), ("diem", "tin"))
# `Báo mất thẻ`, `báo động`: these are told, no outlets.
_NO_OUTLETS = frozenset("mat cao dong loi gia no hanh hiem phi lai ve cho dam an tri toan danh".split())
_DISCLAIMED = re.compile(
    r"\b(?:parody|satire|unofficial|not official|not affiliated|unaffiliated|fan[ -]?made|fan (?:page|account)"
    r"|không chính thức|phi chính thức|khong chinh thuc|châm biếm)\b"
)
_SENTENCE = 4  # so many words beside an outlet's name may be a headline


def breaks(folded: str) -> frozenset[int]:
    """Return before which words of a folded text a colon, bar or dash stands.

    >>> sorted(breaks("bao a: b hop tac voi c - d"))
    [2, 7]
    """
    ends = [(match.start(), match.end()) for match in _WORD.finditer(folded)]
    return frozenset(
        at for at in range(1, len(ends)) if _BREAK.search(folded[ends[at - 1][1] : ends[at][0]]) is not None
    )


def is_disclaimed(text: str) -> bool:
    """Return whether a name says that it is not the organisation: whoever says so does not pose as it.

    >>> is_disclaimed("Chính phủ (parody)"), is_disclaimed("Chính phủ chính thức")
    (True, False)
    """
    return _DISCLAIMED.search(text.lower()) is not None


def is_source(words: Sequence[str], parted: Collection[int], begin: int, end: int, *, is_outlet: bool) -> bool:
    """Return whether what stands at words `begin` to `end` reports or is quoted: `Theo X`, `Báo X: …`, `… | X`.

    `parted` are the breaks of the name; `is_outlet` says that the organisation is a news outlet.
    """
    if any(tuple(words[max(begin - size, 0) : begin]) in _QUOTED_BY for size in (1, 2)):
        return True
    leads = words[:begin]
    if is_outlet and begin in parted and begin >= _SENTENCE:
        return True
    is_led = any(tuple(leads[: len(start)]) == start for start in _OUTLET_STARTS) and len(leads) <= 3
    follows = len(words) - end
    return (is_outlet or is_led) and end in parted and follows >= _SENTENCE and len(leads) <= 3


def is_reported(words: Sequence[str], parted: Collection[int], begin: int) -> bool:
    """Return whether a name begins as an outlet's headline, known outlet or not, and `begin` stands in the sentence.

    >>> is_reported("bao que nha a giam lai suat".split(), {3}, 3), is_reported("bao mat the a".split(), {3}, 3)
    (True, False)
    """
    starts = any(tuple(words[: len(start)]) == start for start in _HEADLINE_STARTS)
    if not starts or (words[0] == "bao" and words[1:2] and words[1] in _NO_OUTLETS) or len(words) - begin < _SENTENCE:
        return False
    return any(1 < at <= min(begin, 6) for at in parted)
