"""The names that organisations go by themselves: those, or several side by side, are never imitations.

A name without any mark is how Vietnamese is typed in haste and in SMS: `Bo Y te` is the ministry's own name as much as
`Bộ Y tế` is. A name with some marks dropped or changed is neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kiemchung.engine.lookalikes.aliases import without_form
from kiemchung.engine.lookalikes.normalise import tricks
from kiemchung.engine.text.normalise import fold, settled
from kiemchung.engine.types import Organisation

_WORDS = re.compile(r"[^\W_]+")
_TIDY = re.compile(r"[\s\-–—|()\[\]/:;,.&·•'\"_@+!’‘“”#%*]*")


class OwnNames:
    """The names that an organisation goes by itself: exactly those, or several of them side by side."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        self._names: list[frozenset[tuple[str, ...]]] = []
        for organisation in organisations:
            texts = [organisation.name, organisation.display, *organisation.aliases, *organisation.senders]
            texts += [*organisation.handles, *organisation.domains]
            texts += [domain.split(".")[0] for domain in organisation.domains]
            self._names.append(frozenset(filter(None, (_plain_words(text) for text in texts))))
        self._owner = {words: at for at, names in reversed(list(enumerate(self._names))) for words in names}
        unmarked = [frozenset(map(_unmarked, names)) for names in self._names]
        for at, names in enumerate(unmarked):
            for words in names:  # who is written so comes before those whose name is that without its marks
                self._owner.setdefault(words, at)
        self._names = [marked | plain for marked, plain in zip(self._names, unmarked, strict=True)]

    def owner(self, name: str) -> int | None:
        """Return whose name exactly this is, if anybody's."""
        return None if tricks(name) or not _is_tidy(name) else self._owner.get(_plain_words(name))

    def is_own(self, name: str, organisation: int) -> bool:
        """Return whether a name is made of nothing but names of the organisation, letter by letter but for capitals."""
        if tricks(name):
            return False
        words = _plain_words(name)
        if not words or not _is_tidy(name):
            return False
        names = self._names[organisation]
        if _without_form(words) in names:  # `Ngân hàng Vietcombank`, `Bộ Y tế Việt Nam`
            return True
        reached = [True] + [False] * len(words)
        for begin in range(len(words)):
            if reached[begin]:
                for end in range(begin + 1, len(words) + 1):
                    reached[end] = reached[end] or words[begin:end] in names
        return reached[-1]


def _is_tidy(name: str) -> bool:
    """Return whether nothing but usual punctuation stands between the words: a tick makes a claim of its own."""
    return _TIDY.fullmatch(_WORDS.sub("", unicodedata.normalize("NFC", name))) is not None


def _unmarked(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(fold, words))


def _without_form(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without those of corporate form at both ends, their marks kept."""
    folded = _unmarked(words)
    bare = without_form(folded)
    begin = next((at for at in range(len(words)) if folded[at : at + len(bare)] == bare), 0)
    return words[begin : begin + len(bare)]


def _plain_words(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(settled(unicodedata.normalize("NFC", text).lower())))
