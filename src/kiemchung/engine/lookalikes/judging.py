"""Judges addresses: every organisation that a host or link may imitate, with the evidence and its probability."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from kiemchung.engine.lookalikes.addresses import Address
from kiemchung.engine.lookalikes.aliases import SHORT, Alias
from kiemchung.engine.lookalikes.candidates import Found
from kiemchung.engine.lookalikes.features import (
    Evidence,
    evidence_of,
    path_evidence,
    user_evidence,
)
from kiemchung.engine.lookalikes.fronts import has_official, official_before
from kiemchung.engine.lookalikes.words import classes, english_words, is_everyday, read_letters, stem_of
from kiemchung.engine.types import Organisation


@dataclass(frozen=True, slots=True)
class Claimed:
    """An organisation that a name may imitate, the alias it does so by, and the evidence."""

    alias: Alias
    evidence: Evidence
    place: str  # `host`, `path`, `user` or `at`


class Allowed:
    """The domains that organisations own or let others use."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        self._official: dict[str, int] = {}
        self._affiliated: dict[str, int] = {}
        self._suffixes: dict[str, int] = {}
        for at, organisation in enumerate(organisations):
            for domain in organisation.domains:
                self._official.setdefault(domain, at)
            for domain in organisation.affiliates:
                self._affiliated.setdefault(domain, at)
            for suffix in organisation.suffixes:
                self._suffixes.setdefault(suffix.strip(".").lower(), at)

    def is_suffix(self, label: str) -> bool:
        """Return whether a top-level label belongs to an organisation."""
        return label in self._suffixes

    def owner(self, host: str) -> tuple[int, str] | None:
        """Return whose a host is and how: `official`, `affiliated`; `None` where nobody's."""
        labels = host.split(".")
        for begin in range(len(labels)):
            domain = ".".join(labels[begin:])
            if domain in self._official:
                return self._official[domain], "official"
            if domain in self._affiliated:
                return self._affiliated[domain], "affiliated"
        suffix = self._suffixes.get(labels[-1])
        return None if suffix is None else (suffix, "official")


class Posed:
    """The official domains that a host may pose as by one slip in a label of four letters, where edits say little.

    Five letters and more are found by their edits already. What makes four enough is the suffix: it is the official one
    and stands whole in front of another's domain (`aeno.co.jp.evil.top`).
    """

    def __init__(self, aliases: Sequence[Alias], organisations: Sequence[Organisation]) -> None:
        self._forms: dict[tuple[str, str], list[int]] = {}
        for number, alias in enumerate(aliases):
            if alias.origin == "label" and len(alias.text) == SHORT:
                for domain in organisations[alias.organisation].domains:
                    label, _, suffix = domain.partition(".")
                    for form in _without_one(label) if label == alias.text else ():
                        self._forms.setdefault((form, suffix), []).append(number)
        self._texts = [alias.text for alias in aliases]

    def found_in(self, host: str) -> Iterator[Found]:
        """Return what labels of a host come within one edit of, each with an official suffix behind it."""
        labels = host.split(".")
        for at in range(len(labels) - 3):
            label = labels[at]
            for end in range(at + 2, min(at + 4, len(labels) - 1)) if abs(len(label) - SHORT) <= 1 else ():
                suffix = ".".join(labels[at + 1 : end])
                for number in {n for form in _without_one(label) for n in self._forms.get((form, suffix), ())}:
                    if OSA.distance(label, self._texts[number]) == 1:
                        yield Found(0, number, label)


def _without_one(label: str) -> set[str]:
    return {label, *(label[:at] + label[at + 1 :] for at in range(len(label)))}


def preference(claim: Claimed, organisations: Sequence[Organisation], address: Address) -> float:
    """Return what speaks for one organisation against others that a name may imitate as well.

    Everyday, short and second-hand names give way to distinctive ones, the shorter to the longer; where two share a
    name the one whose country is written in the address.
    """
    alias = claim.alias
    country = organisations[alias.organisation].country.lower()
    labels = _LABELS.split(f"{address.left}-{address.suffix}")
    return (
        0.1 * len(alias.text)
        - 2.0 * is_everyday(alias.text)
        - 1.5 * (alias.origin in ("core", "other", "nick"))
        - 3.0 * (len(alias.text) <= 2)
        + 0.5 * (country in labels)
    )


_LABELS = re.compile(r"[-_.]")


def claims_of(
    address: Address,
    found: Sequence[Found],
    aliases: Sequence[Alias],
    organisations: Sequence[Organisation],
    *,
    tricked: bool = False,
) -> Iterator[Claimed]:
    """Return what a host may imitate; aliases that say nothing by themselves are left out."""
    exact = {one.alias for one in found if not one.part}
    texts = {aliases[number].text for number in exact}
    for one in found:
        alias = aliases[one.alias]
        organisation = organisations[alias.organisation]
        if one.part and len(alias.text) > SHORT and (one.alias in exact or one.part in texts):
            continue
        if _says_nothing(alias, organisation, address):
            continue
        evidence = evidence_of(address, alias, organisation, one.part, tricked)
        if evidence.spot and not _is_accident(evidence, alias):
            yield Claimed(alias, evidence, "host")


def _says_nothing(alias: Alias, organisation: Organisation, address: Address) -> bool:
    """Return whether an alias is no evidence in addresses: an everyday word, or the short form of a university."""
    text = alias.text
    if alias.origin == "nick" and (alias.is_common or len(text) < 6 or text in english_words()):
        return True
    if alias.origin == "core" and (alias.is_common or len(text) < SHORT):
        return True
    if alias.origin == "other" and (text in english_words() or (alias.is_common and len(text) <= SHORT + 1)):
        return True
    if (len(text) <= 2 and not address.below) or text in classes():
        return not official_before(address, organisation)
    if organisation.category == "university" and (len(text) <= SHORT + 1 or alias.is_common):
        return not (official_before(address, organisation) or any(word in address.left for word in _OF_STUDIES))
    return False


_OF_STUDIES = ("daihoc", "tuyensinh", "sinhvien", "university", "student", "hocphi", "hocbong", "daotao")


def _is_accident(evidence: Evidence, alias: Alias) -> bool:
    """Return whether the letters of a short name only happen to stand there, in a longer word or for another word.

    What is distinctive of `mbbank` and `icloud` is two letters and one: glued to letters that are no words, they are
    part of something else (`arabbank`, `fwicloud`).
    """
    spot = evidence.spot
    if spot is None or spot.is_split:
        return False
    is_short = len(alias.text) <= SHORT
    if is_short and spot.how == "shape" and (spot.written in classes() or len(alias.text) < SHORT):
        return True
    run, written = spot.run, spot.written
    at = max(run.find(written), 0)
    left, right = run[:at], run[at + len(written) :]
    if not is_short:
        return len(stem_of(alias.text)[0]) <= 2 and not spot.is_begin and not _are_words(left)
    if spot.is_begin or spot.is_end:
        return False
    return left not in classes() or right not in classes()


def _are_words(letters: str) -> bool:
    """Return whether letters are words that stand beside brands."""
    reading = read_letters(letters)
    return reading.lure + reading.service + reading.generic == reading.letters and len(letters) > 1


def claims_beside(
    address: Address,
    found: Sequence[Found],
    aliases: Sequence[Alias],
    organisations: Sequence[Organisation],
    place: str,
) -> Iterator[Claimed]:
    """Return what the path (`place` is `path`), the user name (`user`) or what follows `/@` (`at`) may imitate."""
    evidence = path_evidence if place == "path" else user_evidence
    for number in dict.fromkeys(one.alias for one in found if not one.part or len(aliases[one.alias].text) <= SHORT):
        alias = aliases[number]
        organisation = organisations[alias.organisation]
        if alias.origin != "label" and len(alias.text) <= SHORT + 1:
            continue
        claim = Claimed(alias, evidence(address, alias, organisation), place)
        # Behind `/@` accounts have their names; a whole official domain has no other business there.
        if place != "at" or (has_official(address.after_at, organisation) and address.registered not in _OF_ACCOUNTS):
            yield claim


# Here people's accounts stand behind `/@`, and some are called by their domain.
_OF_ACCOUNTS = frozenset(
    """tiktok.com youtube.com threads.net threads.com medium.com instagram.com facebook.com x.com twitter.com t.me
    substack.com flipboard.com pinterest.com linkedin.com zalo.me mastodon.social bsky.app npmjs.com unsplash.com
    """.split()
)
