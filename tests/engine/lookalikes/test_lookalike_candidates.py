"""The fast search finds what comparing every text with every alias finds, and nothing that is not there."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kiemchung.engine.lookalikes.candidates import Candidates, edits_allowed
from kiemchung.engine.lookalikes.normalise import skeleton

ALIASES = (
    "lienminhbank",
    "lmb",
    "gotmart",
    "kazuro",
    "shba",
    "hdk",
    "topcv",
    "vietcombank",
    "garena",
    "acb",
    "f88",
    "momo",
)
INDEX = Candidates(ALIASES)
SQUEEZED = re.compile(r"[-_' \"&+*~,]")


def parts(text: str) -> set[str]:
    """Return the runs of letters of a text, and of its skeleton without separators."""
    squeezed = skeleton(SQUEEZED.sub("", text))
    return {p for t in (text, squeezed) for p in re.findall(r"[a-z]+", t) if 2 <= len(p) <= 24}


def by_comparing_all(text: str) -> set[str]:
    """Return the aliases that are within the text, whole parts of it, or one or two edits from a part."""
    squeezed = SQUEEZED.sub("", text)
    found = set()
    for alias in ALIASES:
        shape = skeleton(alias)
        if len(alias) >= 4 and shape in skeleton(squeezed):
            found.add(alias)
        for part in parts(text):
            if len(alias) <= 4 and alias.isalpha() and skeleton(part) == shape and part in re.findall("[a-z]+", text):
                found.add(alias)
            distance = OSA.distance(skeleton(part), shape)
            if alias.isalpha() and 0 < distance <= edits_allowed(len(shape)):
                found.add(alias)
    return found


def found_in(text: str) -> set[str]:
    return {ALIASES[one.alias] for one in INDEX.find([text])[0]}


def mutations(seed: int, count: int) -> list[str]:
    """Return texts near to the aliases: letters added, dropped, changed and swapped, words and separators around."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    made = []
    for _ in range(count):
        letters = list(draw.choice(ALIASES))
        for _ in range(draw.randrange(3)):
            at = draw.randrange(len(letters))
            letters[at : at + 1] = draw.choice(
                [[], [draw.choice("abcdeilnorstv01-")], [letters[at], draw.choice("aeiou")]]
            )
            letters = letters or ["a"]
        made.append(
            draw.choice(["", "my-", "vay.", "x", "1"])
            + "".join(letters)
            + draw.choice(["", ".com", "-vn.top", "z", "22"])
        )
    return made


@pytest.mark.slow
def test_every_alias_that_comparing_finds_is_found() -> None:
    missed = [(text, by_comparing_all(text) - found_in(text)) for text in mutations(1, 3000)]
    assert [pair for pair in missed if pair[1]] == []


@settings(max_examples=300)
@given(st.text("abcehiklmnortuvz01-. ", max_size=24))
def test_every_alias_that_comparing_finds_is_found_in_any_text(text: str) -> None:
    assert by_comparing_all(text) <= found_in(text)


def test_what_is_found_is_really_near() -> None:
    for text in mutations(2, 1500):
        for one in INDEX.find([text])[0]:
            alias = ALIASES[one.alias]
            near = one.part and OSA.distance(skeleton(one.part), skeleton(alias)) <= max(1, edits_allowed(len(alias)))
            beside = len(alias) == 3 and alias in one.part
            squeezed = SQUEEZED.sub("", text).translate(str.maketrans("0134578il", "oleastbll"))
            within = alias.translate(str.maketrans("0134578il", "oleastbll")) in squeezed
            assert near or beside or within or skeleton(alias) in skeleton(squeezed), (text, one)


def test_a_batch_finds_what_its_texts_find_alone() -> None:
    texts = mutations(3, 400)
    together = INDEX.find(texts)
    assert [[(f.alias, f.part) for f in one] for one in together] == [
        [(f.alias, f.part) for f in INDEX.find([text])[0]] for text in texts
    ]


def test_line_breaks_and_empty_texts_keep_their_place() -> None:
    found = INDEX.find(["", "gotmart\nkazuro", "", "acb.vn"])
    assert [bool(one) for one in found] == [False, True, False, True]


def test_names_spelled_with_blanks_and_dots_are_found_across_them() -> None:
    assert found_in("g o t m a r t")
    assert {ALIASES[one.alias] for one in INDEX.find(["G.o.t.m.a.r.t".lower()], across=". ")[0]} == {"gotmart"}
