"""Phrases beside an organisation in names: of a desk or an offer, of people who speak of it, of neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from kiemchung.engine.lookalikes.aliases import shown_words
from kiemchung.engine.lookalikes.words import english_words
from kiemchung.engine.text.normalise import fold
from kiemchung.engine.text.spelling import is_syllable


@lru_cache(maxsize=1)
def phrases() -> tuple[dict[tuple[str, ...], str], dict[tuple[str, ...], str], dict[str, str]]:
    """Return phrase -> class: with marks, without marks (only where that is not ambiguous), and in one piece."""
    marked: dict[tuple[str, ...], str] = {}
    folded: dict[tuple[str, ...], set[str]] = {}
    text = (files("kiemchung.engine") / "data" / "lookalike_phrases.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        phrase, _, name = line.partition("\t")
        if line.startswith("#") or not name:
            continue
        words = shown_words(phrase)
        marked[words] = name
        folded.setdefault(tuple(fold(word) for word in words), set()).add(name)
    # One unmarked syllable stands for too many words: `gia` may be gia, giả or giá.
    plain = {
        words: next(iter(names))
        for words, names in folded.items()
        if len(names) == 1 and (len(words) > 1 or words in marked or not is_syllable(words[0]))
    }
    joined = {"".join(words): name for words, name in plain.items() if len("".join(words)) >= 2}
    return marked, plain, joined


@lru_cache(maxsize=2)
def talk_beginnings(letters: int) -> frozenset[str]:
    """Return the first so many letters of all phrases of talk that have them, folded and in one piece."""
    _, _, joined = phrases()
    return frozenset(phrase[:letters] for phrase, name in joined.items() if name == "talk" and len(phrase) >= letters)


_SHORT_PHRASES = frozenset("vay ctv otp sms vip fan clb thu qua bot app".split())
_LEAST = 0.6  # what a phrase costs; a letter that is in none costs 1


@lru_cache(maxsize=16384)
def in_one_piece(word: str) -> tuple[tuple[str, str], ...]:
    """Return the phrases that a run of letters is made of, as in handles, and what is left as `unknown`.

    >>> in_one_piece("nanghanmuc"), in_one_piece("hoidap")
    ((('nanghanmuc', 'service'),), (('hoidap', 'talk'),))
    """
    _, _, joined = phrases()
    word = word[:40].strip("0123456789")
    best: list[tuple[float, int, str]] = [(0.0, 0, "")]
    for end in range(1, len(word) + 1):
        choice = (best[end - 1][0] + 1.0, end - 1, "unknown")
        for begin in range(max(0, end - 24), end):
            if best[begin][0] + _LEAST >= choice[0]:
                continue
            piece = word[begin:end]
            name = joined.get(piece, "") if len(piece) >= 4 or piece in _SHORT_PHRASES else ""
            if not name and (is_syllable(piece) or piece in english_words()) and len(piece) >= 2:
                name = "word"
            if name:
                cost = best[begin][0] + (1.5 if name == "word" else _LEAST + 0.3 * (len(piece) < 4))
                if cost < choice[0]:
                    choice = (cost, begin, name)
        best.append(choice)
    found: list[tuple[str, str]] = []
    end = len(word)
    while end:
        _, begin, name = best[end]
        found.append((word[begin:end], "unknown" if name == "word" else name))
        end = begin
    return tuple(_together(found[::-1]))


def _together(pieces: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Join neighbours that are both unknown."""
    held = ""
    for piece, name in pieces:
        if name == "unknown":
            held += piece
            continue
        if held:
            yield held, "unknown"
        held = ""
        yield piece, name
    if held:
        yield held, "unknown"
