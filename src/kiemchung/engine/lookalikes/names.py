"""Display names, handles, senders and page titles: does one pass for the organisation, or does it only speak of it?

Criticism, parody, fans, unions, alumni, customers, reviews and news name an organisation without pretending to be it.
What counts is therefore not that a name is there but what stands around it: a desk, an offer or a threat in its name
speaks for imitation, people speaking of it against; a disguised spelling speaks for it; an exact official name is its
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from kiemchung.engine.lookalikes.addresses import Kind
from kiemchung.engine.lookalikes.aliases import Alias, shown_words, words_of
from kiemchung.engine.lookalikes.candidates import Found, edits_allowed
from kiemchung.engine.lookalikes.features import is_compound, is_natural
from kiemchung.engine.lookalikes.normalise import skeleton, tricks
from kiemchung.engine.lookalikes.phrases import in_one_piece, phrases
from kiemchung.engine.lookalikes.quoting import breaks, is_reported, is_source
from kiemchung.engine.lookalikes.sectors import sector_of
from kiemchung.engine.lookalikes.words import is_everyday, stem_of
from kiemchung.engine.text.normalise import fold
from kiemchung.engine.text.spelling import is_syllable
from kiemchung.engine.types import Organisation

NAME_FEATURES = (
    "service",
    "more_service",
    "talk",
    "more_talk",
    "unknown",
    "unknown_share",
    "first",
    "share",
    "whole",
    "disguised",
    "shape",
    "edit",
    "edit_natural",
    "edit_word",
    "edit_stem",
    "spaced",
    "marks_changed",
    "short",
    "everyday",
    "common",
    "side",
    "core",
    "long_name",
    "glued",
    "glued_unknown",
    "handle",
    "sender",
    "title",
    "separated",
    "tick",
    "question",
    "others",
    "service_alone",
    "short_service",
    "common_service",
    "disguised_service",
    "person",
    "sector",
    "other_sector",
    "report",
    "report_service",
    "speaks_next",
    "offer",
    "offer_clear",
    "amount",
)
_AT = {name: number for number, name in enumerate(NAME_FEATURES)}
_TICK = re.compile("[\u2705\u2713\u2714\u2611\U0001f535\u00ae\u2122\u2b50\U0001f3c5]")
_SEPARATOR = re.compile(r"[-–—|:•·»/(,]")
_PERSON = frozenset(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly thi van minh anh hung dung hoa lan mai
    linh huong thao trang hang nga thuy tuan son hai nam phong long quan duc tung khanh my ngoc bao chi kim hanh tam
    """.split()
)
_AMOUNT = re.compile(r"\d+(?:k|tr|trieu|ty|gb|d|x)")
_LONGEST_PHRASE = 8


@dataclass(frozen=True, slots=True)
class Words:
    """A name cut into words: `folded` and, in the same order, `shown` with their marks; `offsets` in the text."""

    kind: Kind
    text: str
    folded: tuple[str, ...]
    shown: tuple[str, ...]
    is_marked: bool
    breaks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Named:
    """Where an alias stands in a name: words `begin` to `end`; `rest` is what is glued to it in its word."""

    begin: int
    end: int
    how: str
    rest: tuple[str, ...] = ()
    written: str = ""


def cut(name: str, folded: str, kind: Kind) -> Words:
    """Return the words of a name; `folded` is `normalise.read(name)`."""
    words = words_of(folded)
    shown = shown_words(name)
    aligned = shown if len(shown) == len(words) else words
    is_marked = any(fold(word) != word for word in shown)
    return Words(kind, name, words, aligned, is_marked, breaks(folded))


# where the alias is


def find_alias(words: Words, alias: Alias, part: str) -> Named | None:
    """Return the best place of an alias in a name: exact before look-alike letters before edits before glued."""
    found = [*_runs(words.folded, alias, part), *_glued(words, alias)]
    order = {"exact": 0, "shape": 1, "spaced": 1, "edit": 2, "glued": 3}
    return min(found, key=lambda one: (order[one.how], one.begin), default=None)


def _runs(words: Sequence[str], alias: Alias, part: str) -> Iterator[Named]:
    size = len(alias.text)
    wanted = skeleton(alias.text)
    for begin in range(len(words)):
        run = ""
        for end in range(begin + 1, len(words) + 1):
            run += words[end - 1]
            if len(run) > size + 2:
                break
            how = _compare(run, words[begin:end], alias, wanted, bool(part))
            if how:
                yield Named(begin, end, how, written=run)


def _compare(run: str, words: Sequence[str], alias: Alias, wanted: str, is_near: bool) -> str:
    count = len(words)
    if abs(len(run) - len(alias.text)) > 2:
        return ""
    singles = count > 2 and all(len(word) == 1 for word in words)
    same_count = count in (1, len(alias.words)) or singles or (len(alias.text) >= 6 and count <= 4)
    if run == alias.text and same_count:
        return "spaced" if singles and count != len(alias.words) else "exact"
    if not (count in (1, len(alias.words)) or singles):
        return ""
    if skeleton(run) == wanted:
        return "shape"
    allowed = edits_allowed(len(alias.text))
    if is_near and allowed and run.isalpha() and 0 < OSA.distance(run, alias.text, score_cutoff=allowed) <= allowed:
        return "edit"
    return ""


def _glued(words: Words, alias: Alias) -> Iterator[Named]:
    if len(alias.text) < 4 and words.kind is not Kind.HANDLE:
        return
    for at, word in enumerate(words.folded):
        if len(word) > len(alias.text) and alias.text in word:
            begin = word.index(alias.text)
            left, right = word[:begin], word[begin + len(alias.text) :]
            if not left or not right:
                yield Named(at, at + 1, "glued", tuple(filter(None, (left, right))), alias.text)
        elif len(word) > len(alias.text) >= 5 and skeleton(alias.text) in skeleton(word):
            rest = skeleton(word).replace(skeleton(alias.text), "", 1)
            if word.startswith(alias.text[:1]) or word.endswith(alias.text[-1:]):
                yield Named(at, at + 1, "glued", (rest,), "")


# what stands around it


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the alias: phrases of each class, words that are none, and the service phrases themselves."""

    service: int
    talk: int
    unknown: int
    person: int
    report: int
    offer: int
    amount: int
    said: tuple[str, ...]
    talked: tuple[str, ...]


def look_around(words: Words, named: Named, own: frozenset[str] = frozenset()) -> Around:
    """Return what the words beside an alias say; `own` are words of the organisation's names, which say nothing."""
    marked, plain, _ = phrases()
    counts = dict.fromkeys(("service", "talk", "lead", "other", "report", "offer", "amount", "unknown"), 0)
    said: dict[str, list[str]] = {"service": [], "talk": [], "report": []}
    person = 0
    outside = [at for at in range(len(words.folded)) if not named.begin <= at < named.end]
    for first, last in _stretches(outside):
        at = first
        while at < last:
            size, name = _longest(words, at, last, marked, plain)
            if not size and words.folded[at] in own:
                counts["lead"] += 1
            elif not size and len(words.folded[at]) >= 4 and not (words.is_marked and is_syllable(words.folded[at])):
                for piece, kind in in_one_piece(words.folded[at]):
                    counts[kind] += 1
                    if kind in said:
                        said[kind].append(piece)
            elif not size:
                is_amount = _AMOUNT.fullmatch(words.folded[at]) is not None
                counts["amount"] += is_amount
                counts["unknown"] += not is_amount and len(words.folded[at]) > 1 and not words.folded[at].isdigit()
                person += words.folded[at] in _PERSON
            else:
                counts[name] += 1
                if name in said:
                    said[name].append(" ".join(words.shown[at : at + size]))
            at += max(size, 1)
    for rest in named.rest:
        for piece, kind in in_one_piece(rest):
            counts[kind] += 1
            if kind in said:
                said[kind].append(piece)
    return Around(
        counts["service"],
        counts["talk"],
        counts["unknown"] + counts["other"],
        person,
        counts["report"],
        counts["offer"],
        counts["amount"],
        tuple(said["service"]),
        (*said["talk"], *said["report"]),
    )


def _stretches(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    begin = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            if places:
                yield places[begin], places[at - 1] + 1
            begin = at


def _longest(
    words: Words, at: int, last: int, marked: dict[tuple[str, ...], str], plain: dict[tuple[str, ...], str]
) -> tuple[int, str]:
    for size in range(min(_LONGEST_PHRASE, last - at), 0, -1):
        name = marked.get(words.shown[at : at + size])
        if name is None and not words.is_marked:
            name = plain.get(words.folded[at : at + size])
        if name:
            return size, name
    return 0, ""


@dataclass(frozen=True, slots=True)
class NameEvidence:
    """The features of one alias in one name, and what they were read from."""

    values: tuple[float, ...]
    named: Named
    around: Around
    tricks: tuple[str, ...]


def name_evidence(
    words: Words,
    alias: Alias,
    organisation: Organisation,
    found: Found,
    others: int,
    own: frozenset[str],
    *,
    is_quoted: bool = False,
) -> NameEvidence | None:
    """Return the evidence that a name passes for the organisation of `alias`; `None` where it is not really there.

    `others` counts the other organisations named, `is_quoted` says that one of them, an outlet, reports.
    """
    named = find_alias(words, alias, found.part)
    if named is None or _is_accident(words, alias, named):
        return None
    sector = sector_of(words.folded[: named.begin])
    # `Á Châu` is the bank only as `Ngân hàng Á Châu`, `Công đoàn` the university only as `Đại học Công đoàn`.
    needs_sector = alias.is_common or len(alias.text) < 4 or organisation.category == "university"
    if alias.origin == "core" and needs_sector and sector != organisation.category:
        return None
    around = look_around(words, named, own)
    place = (words.folded, words.breaks, named.begin, named.end)
    # `Báo X: Y hỗ trợ đồng bào`: whoever reports on others poses as nobody.
    if (others or around.report) and is_source(*place, is_outlet=organisation.category == "news"):
        return None
    letters = tricks(words.text)
    is_headline = is_quoted or is_reported(words.folded, words.breaks, named.begin)
    if is_headline and named.how == "exact" and not letters:
        return None
    values = [0.0] * len(NAME_FEATURES)
    _of_around(values, words, alias, named, around, own)
    _of_letters(values, words, alias, named, letters)
    values[_AT["others"]] = float(others > 0)
    values[_AT["sector"]] = float(sector == organisation.category != "")
    values[_AT["other_sector"]] = float(sector not in ("", organisation.category))
    return NameEvidence(tuple(values), named, around, letters)


def _is_accident(words: Words, alias: Alias, named: Named) -> bool:
    written = named.written
    if named.how == "edit" and (is_compound(written) or is_everyday(written)):
        return True
    if named.how == "shape" and (is_everyday(written) or len(alias.text) < 3):
        return True
    if alias.text in _TOO_GENERAL or (alias.origin == "nick" and len(alias.text) < 4):
        return True
    if named.how == "glued":
        return not named.written and words.kind is Kind.DISPLAY_NAME
    return len(alias.text) == 2 and named.how != "exact"


_TOO_GENERAL = frozenset(
    "quocte hanghai congthuong saigon taichinh xaydung phattrien hangkhong tphochiminh public".split()
)


def _of_around(
    values: list[float], words: Words, alias: Alias, named: Named, around: Around, own: frozenset[str]
) -> None:
    count = len(words.folded)
    before = look_before(words, named, own)
    values[_AT["service"]] = float(around.service > 0)
    values[_AT["more_service"]] = min(max(around.service - 1, 0), 2) / 2
    values[_AT["talk"]] = float(around.talk > 0)
    values[_AT["more_talk"]] = min(max(around.talk - 1, 0), 2) / 2
    values[_AT["offer"]] = min(around.offer, 3) / 3
    values[_AT["offer_clear"]] = float(around.offer > 0 and not (around.talk or around.report))
    values[_AT["amount"]] = float(around.amount > 0)
    values[_AT["report"]] = float(around.report > 0)
    values[_AT["speaks_next"]] = float(_speaks_next(words, named.end, own))
    values[_AT["report_service"]] = float(around.report > 0 and around.service > 0)
    values[_AT["unknown"]] = min(around.unknown, 4) / 4
    values[_AT["unknown_share"]] = around.unknown / max(count - (named.end - named.begin), 1)
    values[_AT["first"]] = float(before)
    values[_AT["share"]] = (named.end - named.begin) / count
    values[_AT["whole"]] = float(not (around.service or around.talk or around.report or around.unknown))
    values[_AT["glued"]] = float(named.how == "glued")
    values[_AT["glued_unknown"]] = float(
        any(kind == "unknown" for rest in named.rest for _, kind in in_one_piece(rest))
    )
    values[_AT["person"]] = float(around.person > 0)
    values[_AT["service_alone"]] = float(around.service > 0 and not (around.talk or around.report or around.unknown))
    values[_AT["short"]] = float(len(alias.text) <= 3)
    values[_AT["everyday"]] = float(is_everyday(alias.text))
    values[_AT["common"]] = float(alias.is_common and not is_everyday(alias.text))
    values[_AT["side"]] = float(alias.origin in ("other", "nick"))
    values[_AT["core"]] = float(alias.origin == "core")
    values[_AT["long_name"]] = min(len(alias.text), 20) / 20
    values[_AT["short_service"]] = values[_AT["short"]] * values[_AT["service"]]
    values[_AT["common_service"]] = max(values[_AT["common"]], values[_AT["everyday"]]) * values[_AT["service"]]


def _speaks_next(words: Words, at: int, own: frozenset[str]) -> bool:
    """Return whether the first that is said behind an alias is what news or people say: `X công bố …`, `X says …`."""
    marked, plain, _ = phrases()
    while at < len(words.folded):
        size, name = _longest(words, at, len(words.folded), marked, plain)
        if name != "lead" and words.folded[at] not in own:
            return name in ("report", "talk")
        at += max(size, 1)
    return False


def look_before(words: Words, named: Named, own: frozenset[str] = frozenset()) -> bool:
    """Return whether only words that say nothing, or a desk, stand before the alias."""
    marked, plain, _ = phrases()
    at = 0
    while at < named.begin:
        size, name = _longest(words, at, named.begin, marked, plain)
        if name not in ("lead", "service", "offer") and words.folded[at] not in own:
            return False
        at += max(size, 1)
    return True


def _of_letters(values: list[float], words: Words, alias: Alias, named: Named, letters: Sequence[str]) -> None:
    is_disguised = bool(letters) and named.how in ("exact", "shape", "spaced", "edit")
    values[_AT["disguised"]] = float(is_disguised)
    values[_AT["shape"]] = float(named.how == "shape")
    values[_AT["spaced"]] = float(named.how == "spaced")
    if named.how == "edit":
        stem, tail = stem_of(alias.text)
        values[_AT["edit"]] = 1.0
        values[_AT["edit_natural"]] = float(is_natural(named.written, alias.text))
        values[_AT["edit_word"]] = float(named.written[:1] != alias.text[:1])
        values[_AT["edit_stem"]] = max(0.0, (6 - len(stem)) / 5) if tail and named.written.endswith(tail) else 0.0
    if named.how == "exact" and named.end - named.begin == len(alias.shown):
        written = words.shown[named.begin : named.end]
        # Without any mark is how people type; some of them dropped or changed is another name.
        is_typed = all(fold(word) == word for word in written)
        values[_AT["marks_changed"]] = float(written != alias.shown and not is_typed)
    disguise = max(values[_AT[name]] for name in ("disguised", "shape", "spaced", "edit"))
    values[_AT["disguised_service"]] = disguise * values[_AT["service"]]
    values[_AT["handle"]] = float(words.kind is Kind.HANDLE)
    values[_AT["sender"]] = float(words.kind is Kind.SENDER)
    values[_AT["title"]] = float(words.kind is Kind.PAGE_TITLE)
    values[_AT["separated"]] = float(bool(_SEPARATOR.search(words.text)))
    values[_AT["tick"]] = float(bool(_TICK.search(words.text)))
    values[_AT["question"]] = float("?" in words.text)
