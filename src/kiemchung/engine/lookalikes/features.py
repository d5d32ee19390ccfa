"""What speaks for and against imitation in an address: named numbers from 0 to 1, the same for every organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kiemchung.engine.lookalikes.addresses import Address
from kiemchung.engine.lookalikes.aliases import Alias
from kiemchung.engine.lookalikes.fronts import has_official, misspelt_before, official_before, suffix_after
from kiemchung.engine.lookalikes.phrases import in_one_piece, talk_beginnings
from kiemchung.engine.lookalikes.spots import Spot, spots_of
from kiemchung.engine.lookalikes.words import (
    Reading,
    classes,
    english_words,
    is_everyday,
    read_letters,
    reading_cost,
    stem_of,
)
from kiemchung.engine.text.spelling import is_syllable
from kiemchung.engine.types import Organisation

FEATURES = (
    # how the name is written
    "shape",
    "shape_word",
    "shape_long",
    "edit",
    "edit_natural",
    "edit_long",
    "two_edits",
    "edit_word",
    "edit_first",
    "edit_stem",
    "edit_whole",
    "edit_cheap",
    "split",
    "split_short",
    "tricked",
    # the name itself
    "length",
    "short",
    "four",
    "everyday_alias",
    "syllable_alias",
    "side_alias",
    "side_short",
    "abroad",
    "weak_sector",
    # where it stands
    "whole_label",
    "whole_below",
    "apart",
    "apart_below",
    "edge",
    "edge_short",
    "inside",
    "inside_short",
    "official_before",
    "suffix_after",
    "in_path",
    "path_official",
    "path_whole",
    "path_login",
    "path_made",
    "path_integrated",
    "in_user",
    "user_official",
    # what stands beside it
    "lure",
    "service",
    "generic",
    "digits_only",
    "digits_only_short",
    "digits_some",
    "bit",
    "junk",
    "junk_short",
    "english",
    "english_home",
    "words_below",
    "syllables",
    "syllables_common",
    "tech",
    "mention",
    "better_word",
    "other_lure",
    "other_service",
    "other_vietnam",
    "other_junk",
    "other_tech",
    # what it stands under
    "cheap_suffix",
    "vietnam_suffix",
    "guarded_suffix",
    "country_suffix",
    "country_home",
    "whole_home",
    "private_suffix",
    "number_of_labels",
    # together
    "whole_label_cheap",
    "whole_label_abroad",
    "short_beside",
    "short_vietnam",
    "everyday_beside",
    "below_abroad",
    "rest_abroad",
)
_AT = {name: number for number, name in enumerate(FEATURES)}
_LETTERS = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_SEPARATED = re.compile(r"[-_.]")
_LOGIN = frozenset("login logon signin verify secure client confirm websafed webscr authenticate update".split())
# Folders of web software that is often broken into.
_MADE = re.compile(
    r"wp-content(?!/uploads)|wp-admin|wp-includes|cgi-bin|\.well-known|(?:^|/)(?:css|js|tmp|old|backup)(?:/|$)"
)
# Whose sign-in and payment other sites take into their own pages.
_INTEGRATED = frozenset("social tech ewallet game".split())
_GUARDED = frozenset("gov edu ac mil int bank insurance pharmacy museum go.jp gob gouv".split())
# Suffixes that anybody gets for next to nothing, and that abuse reports name most (from general knowledge).
_CHEAP = frozenset(
    """top xyz vip cc club online site shop store live icu cyou buzz fun website space click link work loan win bid tk
    ml
    ga cf gq pw ws sbs bond cfd lol rest quest monster beauty hair skin makeup mom autos boats homes yachts today life
    world digital host press uno asia red pro pink blue kim men party date download racing review stream trade
    accountant
    cricket faith science webcam lat cam gdn mobi biz info cn ltd group email services support center zone run rocks
    ninja guru help chat money fund finance fit luxe pics vin am me""".split()
)
# Country codes that are sold for other meanings, and our own.
_NOT_A_COUNTRY = frozenset("vn co io ai tv me cc ly gg to".split())
_ALIKE = ("aeiouy", "mn", "bd", "pq", "uv", "vw", "ilj", "cke", "sz", "ft", "gq", "hn", "oc", "rt")
_VIETNAM = frozenset("vn vnn vietnam viet vina hcm hanoi vi".split())
_WEAK_SECTORS = frozenset("university education news hospital charity".split())


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of one alias in one address, and where it stands."""

    values: tuple[float, ...]
    spot: Spot | None


@lru_cache(maxsize=65536)
def is_compound(letters: str) -> bool:
    """Return whether letters are an English word or at most two syllables of Vietnamese."""
    if letters in english_words() or is_syllable(letters):
        return True
    return any(is_syllable(letters[:at]) and is_syllable(letters[at:]) for at in range(2, len(letters) - 1))


def is_weak(organisation: Organisation) -> bool:
    """Return whether short forms of this kind of organisation say little: universities, papers, hospitals ..."""
    return organisation.category in _WEAK_SECTORS


def evidence_of(address: Address, alias: Alias, organisation: Organisation, part: str, tricked: bool) -> Evidence:
    """Return the strongest evidence that `address` imitates `organisation` by `alias`: that of its best spot."""
    spots = list(spots_of(address, alias, part))
    best = max(spots, key=_rank, default=None)
    values = [0.0] * len(FEATURES)
    _of_alias(values, alias, organisation)
    if best:
        _of_writing(values, best, alias)
        _of_place(values, address, best, alias, organisation)
        _of_rest(values, best, alias)
        _of_others(values, address, best)
    _of_suffix(values, address)
    values[_AT["tricked"]] = float(tricked)
    _together(values, best)
    return Evidence(tuple(values), best)


def path_evidence(address: Address, alias: Alias, organisation: Organisation) -> Evidence:
    """Return the evidence in a path: a name is worth little there, an official domain or a login form more.

    What stands after `?` or `#` is left alone (redirects, searches), and so are files that are no pages and addresses
    inside an address (archives). An official domain at the end of a path is what a page reports on; with more behind
    it, or with a host of its own (`login.bank.vn`), it poses as a site.
    """
    values = [0.0] * len(FEATURES)
    _of_alias(values, alias, organisation)
    values[_AT["in_path"]] = 1.0
    segments = page_path(address.path)
    places = [at for at, segment in enumerate(segments) if alias.text in _SEPARATED.sub("", segment)]
    after = [word for at in places[:1] for segment in segments[at:] for word in _LETTERS.findall(segment)]
    values[_AT["path_official"]] = float(_poses_as_site(segments, organisation))
    values[_AT["path_whole"]] = float(any(segments[at] == alias.text for at in places))
    values[_AT["path_login"]] = float(any(word in _LOGIN for word in after))
    values[_AT["path_made"]] = float(bool(_MADE.search("/".join(segments[: places[0]] if places else ()))))
    values[_AT["path_integrated"]] = float(organisation.category in _INTEGRATED)
    return Evidence(tuple(values), None)


def page_path(path: str) -> list[str]:
    """Return the segments of a path that may name a page; none for files that are no pages and embedded addresses.

    >>> page_path("/wp-admin/bank/login.php?next=/x"), page_path("/logo/bank.png"), page_path("/web/https://bank.vn/")
    (['wp-admin', 'bank', 'login.php'], [], [])
    """
    plain = re.split(r"[?#]", path, maxsplit=1)[0]
    if "//" in plain or re.search(r"\.(?:png|jpe?g|gif|svg|webp|ico|css|js|pdf|zip|apk|mp4|mp3|docx?|xlsx?)/?$", plain):
        return []
    return [segment for segment in plain.split("/") if segment]


def _poses_as_site(segments: list[str], organisation: Organisation) -> bool:
    for at, segment in enumerate(segments):
        for domain in organisation.domains:
            below, found, after = segment.partition(domain)
            if not found or (below and below[-1] not in ".@=-_") or (after and after[0].isalnum()):
                continue
            if at + 1 < len(segments) or below.strip("./=@") not in ("", "www"):
                return True
    return False


def user_evidence(address: Address, alias: Alias, organisation: Organisation) -> Evidence:
    """Return the evidence in the user name of a web address, which a hurried reader takes for the host."""
    values = [0.0] * len(FEATURES)
    _of_alias(values, alias, organisation)
    values[_AT["in_user"]] = 1.0
    values[_AT["user_official"]] = float(has_official(address.user or address.after_at, organisation))
    return Evidence(tuple(values), None)


def _rank(spot: Spot) -> tuple[int, int, int, int]:
    return (spot.how != "edit", spot.is_begin and spot.is_end, spot.is_begin + spot.is_end, -spot.place)


def _of_alias(values: list[float], alias: Alias, organisation: Organisation) -> None:
    letters = len(alias.text)
    values[_AT["length"]] = min(letters, 12) / 12
    values[_AT["short"]] = float(letters <= 3)
    values[_AT["four"]] = float(letters == 4)
    values[_AT["everyday_alias"]] = float(is_everyday(alias.text))
    values[_AT["syllable_alias"]] = float(alias.is_common and not is_everyday(alias.text))
    values[_AT["side_alias"]] = float(alias.origin in ("core", "other"))
    values[_AT["side_short"]] = float(alias.origin in ("core", "other") and letters <= 5)
    values[_AT["abroad"]] = float(organisation.country not in ("", "VN"))
    values[_AT["weak_sector"]] = float(is_weak(organisation) and letters <= 5)


def _of_writing(values: list[float], spot: Spot, alias: Alias) -> None:
    values[_AT["shape"]] = float(spot.how == "shape")
    values[_AT["shape_word"]] = float(spot.how == "shape" and _is_word(spot.written.strip("0123456789")))
    values[_AT["shape_long"]] = float(spot.how == "shape" and len(alias.text) >= 5) * (1 - values[_AT["shape_word"]])
    values[_AT["split"]] = float(spot.is_split and len(alias.text) >= 6)
    values[_AT["split_short"]] = float(spot.is_split and len(alias.text) < 6)
    if spot.how == "edit":
        written = spot.written
        values[_AT["edit"]] = 1.0
        values[_AT["edit_long"]] = min(max(len(alias.text) - 5, 0), 6) / 6
        values[_AT["two_edits"]] = float(spot.edits >= 2)
        values[_AT["edit_natural"]] = float(is_natural(written, alias.text))
        values[_AT["edit_word"]] = float(_is_word(written) or _is_word(spot.run))
        # A misspelt everyday word is no everyday word, unless it is another one.
        for name in ("everyday_alias", "syllable_alias"):
            values[_AT[name]] *= values[_AT["edit_word"]]
        stem, tail = stem_of(alias.text)
        # Of `xybank` two letters are distinctive: with one edit in them nothing of the name is left, nor with two in
        # four.
        least = 4 if spot.edits < 2 else 6
        in_stem = bool(tail) and written.endswith(tail)
        values[_AT["edit_stem"]] = max(0.0, (least - len(stem)) / (least - 1)) if in_stem else 0.0
        values[_AT["edit_first"]] = float(written[:1] != alias.text[:1])


def _is_word(letters: str) -> bool:
    return letters in classes() or is_compound(letters)


@lru_cache(maxsize=65536)
def is_natural(written: str, meant: str) -> bool:
    """Return whether a misspelling is one that eyes pass over: a letter doubled or dropped, two swapped, a vowel
    changed.

    >>> is_natural("garrena", "garena"), is_natural("vietconbank", "vietcombank"), is_natural("zarena", "garena")
    (True, True, False)
    """
    if re.sub(r"(.)\1+", r"\1", written) == re.sub(r"(.)\1+", r"\1", meant):
        return True
    if len(written) == len(meant):
        apart = [(a, b) for a, b in zip(written, meant, strict=True) if a != b]
        if len(apart) == 2:
            return apart[0] == apart[1][::-1]
        return len(apart) == 1 and any(apart[0][0] in group and apart[0][1] in group for group in _ALIKE)
    return len(written) == len(meant) - 1 and written[:1] == meant[:1] and written[-1:] == meant[-1:]


def _of_place(values: list[float], address: Address, spot: Spot, alias: Alias, organisation: Organisation) -> None:
    is_whole = not _LETTERS.search(spot.label[: spot.begin] + spot.label[spot.end :])
    is_bare = is_whole and len(spot.label) == spot.end - spot.begin
    is_apart, is_edge = spot.is_begin and spot.is_end, spot.is_begin or spot.is_end
    is_short = len(alias.text) <= 4
    values[_AT["whole_label"]] = float(is_bare and spot.place == 0)
    values[_AT["whole_below"]] = float(is_bare and spot.place == 1)
    values[_AT["apart"]] = float(is_apart and spot.place == 0)
    values[_AT["apart_below"]] = float(is_apart and spot.place == 1)
    values[_AT["edge"]] = float(is_edge and not is_apart)
    values[_AT["edge_short"]] = float(is_edge and not is_apart and is_short)
    values[_AT["inside"]] = float(not is_edge)
    values[_AT["inside_short"]] = float(not is_edge and is_short)
    is_official = official_before(address, organisation) or misspelt_before(address, spot, alias, organisation)
    values[_AT["official_before"]] = float(is_official)
    values[_AT["suffix_after"]] = float(suffix_after(address, spot))


def _share(count: int) -> float:
    return min(count, 6) / 6


def _of_rest(values: list[float], spot: Spot, alias: Alias) -> None:
    reading = _total([read_letters(piece) for piece in spot.rest])
    has_digits = bool(_DIGIT.search(spot.label, 0, spot.begin) or _DIGIT.search(spot.label, spot.end))
    values[_AT["digits_only"]] = float(has_digits and not reading.letters)
    values[_AT["digits_only_short"]] = float(has_digits and not reading.letters and len(alias.text) <= 4)
    values[_AT["digits_some"]] = float(has_digits and reading.letters > 0)
    values[_AT["lure"]] = _share(reading.lure)
    values[_AT["service"]] = _share(reading.service)
    values[_AT["generic"]] = _share(reading.generic)
    # Below another's domain any word serves: nobody's own machinery stands there.
    is_registered = float(spot.place == 0)
    others = reading.letters - reading.lure - reading.service - reading.generic
    values[_AT["words_below"]] = _share(others) * (1 - is_registered)
    values[_AT["english"]] = _share(reading.english) * is_registered
    values[_AT["english_home"]] = values[_AT["english"]] * (1 - values[_AT["abroad"]])
    values[_AT["syllables"]] = _share(reading.syllable) * is_registered
    values[_AT["syllables_common"]] = values[_AT["syllables"]] * float(alias.is_common)
    values[_AT["tech"]] = _share(reading.tech) * is_registered
    values[_AT["mention"]] = float(reading.mention > 0 or any(map(_is_talk, spot.rest)))
    values[_AT["bit"]] = float(0 < reading.letters <= 2)
    values[_AT["junk"]] = _share(reading.junk) * is_registered if reading.letters > 2 else 0.0
    values[_AT["junk_short"]] = values[_AT["junk"]] * float(len(alias.text) <= 5)
    if not spot.is_split and len(run := spot.run) > len(spot.written):
        at = run.find(spot.written)
        apart = reading_cost(run[:at]) + reading_cost(run[at + len(spot.written) :])
        apart += 1.8 if len(alias.text) <= 4 else 1.0
        values[_AT["better_word"]] = min(max(apart - reading_cost(run), 0.0), 3.0) / 3


_NOTHING = Reading()


def _total(readings: list[Reading]) -> Reading:
    if len(readings) <= 1:
        return readings[0] if readings else _NOTHING
    return Reading(*(sum(getattr(r, name) for r in readings) for name in Reading.__slots__))


@lru_cache(maxsize=65536)
def _is_talk(letters: str) -> bool:
    """Return whether letters hold a phrase of people who speak of somebody: `bitruphi` (*bị trừ phí*)."""
    if not any(letters[at : at + _TALK] in talk_beginnings(_TALK) for at in range(len(letters) - _TALK + 1)):
        return False  # most letters: their reading is not worked out
    return any(kind == "talk" and len(piece) >= _TALK for piece, kind in in_one_piece(letters))


_TALK = 6  # letters from which a phrase is looked for in a host


def _of_others(values: list[float], address: Address, spot: Spot) -> None:
    others = [label for label in address.left.split(".") if label != spot.label]
    pieces = [piece for label in others for piece in _LETTERS.findall(label)]
    reading = _total([read_letters(piece) for piece in pieces])
    values[_AT["other_lure"]] = _share(reading.lure)
    values[_AT["other_service"]] = _share(reading.service)
    values[_AT["other_tech"]] = _share(reading.tech)
    values[_AT["other_junk"]] = _share(reading.junk)
    around = (*spot.rest, *pieces)
    values[_AT["other_vietnam"]] = float(any(piece in _VIETNAM for piece in around))
    if reading.mention or any(map(_is_talk, pieces)):
        values[_AT["mention"]] = 1.0


def _of_suffix(values: list[float], address: Address) -> None:
    labels = address.suffix.split(".")
    values[_AT["cheap_suffix"]] = float(labels[-1] in _CHEAP)
    values[_AT["vietnam_suffix"]] = float(labels[-1] == "vn")
    values[_AT["guarded_suffix"]] = float(any(label in _GUARDED for label in labels))
    is_country = len(labels[-1]) == 2 and labels[-1] not in _CHEAP and labels[-1] not in _NOT_A_COUNTRY
    values[_AT["country_suffix"]] = float(is_country)
    values[_AT["private_suffix"]] = float(address.is_private)
    values[_AT["number_of_labels"]] = min(address.left.count("."), 4) / 4


def _together(values: list[float], spot: Spot | None) -> None:
    at = _AT
    beside = max(values[at[name]] for name in ("lure", "service", "other_lure", "other_service"))
    short = max(values[at["short"]], values[at["four"]])
    values[at["whole_label_cheap"]] = values[at["whole_label"]] * values[at["cheap_suffix"]]
    values[at["whole_label_abroad"]] = values[at["whole_label"]] * values[at["abroad"]] * values[at["country_suffix"]]
    values[at["short_beside"]] = short * beside
    values[at["short_vietnam"]] = short * max(values[at["other_vietnam"]], values[at["vietnam_suffix"]])
    home = 1 - values[at["abroad"]]
    values[at["country_home"]] = values[at["country_suffix"]] * home
    values[at["whole_home"]] = values[at["whole_label"]] * home
    coined = values[at["edit"]] * (1 - values[at["edit_word"]])
    values[at["edit_whole"]] = coined * max(values[at["whole_label"]], values[at["whole_below"]])
    values[at["edit_cheap"]] = coined * values[at["cheap_suffix"]]
    values[at["everyday_beside"]] = values[at["everyday_alias"]] * beside
    values[at["below_abroad"]] = float(spot is not None and spot.place == 1) * values[at["abroad"]]
    plain = max(values[at[name]] for name in ("english", "tech", "syllables", "junk"))
    values[at["rest_abroad"]] = plain * values[at["abroad"]]
