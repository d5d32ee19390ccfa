"""What else looks for imitated names, each behind one call: which of these names does it flag?"""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn, Protocol

from kiemchung.engine.lookalikes.index import LookalikeIndex
from kiemchung.engine.lookalikes.suffixes import registered_domain, split_host
from kiemchung.engine.types import Organisation

OURS = "kiemchung"
# The words and suffixes that dnstwist's own dictionaries would add: here the commonest of Vietnamese scams.
WORDS = "bank login vay tindung khachhang uudai online vn vip app hotro support secure account shop card pay".split()
SUFFIXES = "com net org vn top xyz vip cc online site club info shop life live me co click store biz".split()
SHORTEST_KEYWORD = 5  # opensquat floods with shorter ones


class Peer(Protocol):
    """Flags names that imitate one of the organisations it was made with."""

    def flag(self, names: Sequence[str]) -> list[bool]:
        """Return for each name whether it is flagged."""


class Ours:
    """The index as the library offers it."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        self.index = LookalikeIndex(organisations)

    def flag(self, names: Sequence[str]) -> list[bool]:
        return [one.is_alert for one in self.index.score_many(names)]


class Enumerated:
    """A tool that lists variants of official domains: a name is flagged when its registered domain is among them."""

    def __init__(self, variants: Iterable[str], official: Iterable[str]) -> None:
        self._variants = {variant.lower().strip(".") for variant in variants} - set(official)

    @property
    def size(self) -> int:
        """The number of variants."""
        return len(self._variants)

    def flag(self, names: Sequence[str]) -> list[bool]:
        return [name in self._variants or registered_domain(name) in self._variants for name in names]


class Opensquat:
    """opensquat's rule: near to the first label, or contained in the name; keywords of five letters or more."""

    def __init__(self, organisations: Sequence[Organisation]) -> None:
        from opensquat.squatting_detector import SquattingDetector

        self._detector = SquattingDetector(confidence_level=1)
        labels = {split_host(d)[0].rpartition(".")[2] for o in organisations for d in o.domains}
        self._keywords = sorted(label for label in labels if len(label) >= SHORTEST_KEYWORD)
        self._official = {domain for o in organisations for domain in o.domains}

    def flag(self, names: Sequence[str]) -> list[bool]:
        flagged: set[str] = set()
        for keyword in self._keywords:
            flagged |= set(self._detector.check(keyword, names, io.StringIO()))
        return [name in flagged and registered_domain(name) not in self._official for name in names]


def dnstwist_variants(domains: Sequence[str]) -> Iterator[str]:
    """Return all that dnstwist makes of the domains, with a dictionary and suffixes."""
    import dnstwist

    for domain in domains:
        fuzzer = dnstwist.Fuzzer(domain, dictionary=WORDS, tld_dictionary=SUFFIXES)
        fuzzer.generate()
        yield from (made.get("domain", "") for made in fuzzer.domains)


def ail_variants(domains: Sequence[str]) -> Iterator[str]:
    """Return all that ail-typo-squatting makes of the domains, all its algorithms."""
    from ail_typo_squatting import runAll

    for domain in domains:
        yield from runAll(domain=domain, limit=10**9, formatoutput="text", pathOutput=None)


def shut_network() -> None:
    """Let no package ask the network, whatever it wants to bring up to date: all fall back on what they hold."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise OSError("the network is shut while measuring")

    logging.disable(logging.CRITICAL)
    for name in ("create_connection", "getaddrinfo"):
        setattr(socket, name, refuse)
    socket.socket.connect = refuse  # type: ignore[method-assign]
