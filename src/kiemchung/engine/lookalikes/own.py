"""The names that organisations go by themselves: exactly those, or several side by side, are never imitations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kiemchung.engine.lookalikes.normalise import tricks
from kiemchung.engine.text.normalise import settled
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
        reached = [True] + [False] * len(words)
        for begin in range(len(words)):
            if reached[begin]:
                for end in range(begin + 1, len(words) + 1):
                    reached[end] = reached[end] or words[begin:end] in names
        return reached[-1]


def _is_tidy(name: str) -> bool:
    """Return whether nothing but usual punctuation stands between the words: a tick makes a claim of its own."""
    return _TIDY.fullmatch(_WORDS.sub("", unicodedata.normalize("NFC", name))) is not None


def _plain_words(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(settled(unicodedata.normalize("NFC", text).lower())))
