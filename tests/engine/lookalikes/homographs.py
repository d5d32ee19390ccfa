"""Official domains with one letter replaced by one that looks the same, as people and as machines write them."""

from __future__ import annotations

from collections.abc import Iterator

from kiemchung.engine.lookalikes.suffixes import registered_domain, split_host
from kiemchung.engine.types import Organisation

DOT_BELOW = dict(zip("aeiouy", "ạẹịọụỵ", strict=True))
CYRILLIC = dict(zip("aceijopsxy", "асеіјорѕху", strict=True))


def punycode(host: str) -> str:
    """Return a host as it goes over the wire."""
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in host.split(".")
    )


def homographs(domain: str) -> Iterator[str]:
    """Return a domain with each letter of its registered label replaced that has a look-alike, one at a time."""
    begin, label = domain.index(registered_domain(domain)), split_host(domain)[0].rpartition(".")[2]
    for table in (DOT_BELOW, CYRILLIC):
        for at, letter in enumerate(label, begin):
            if letter in table:
                yield domain[:at] + table[letter] + domain[at + 1 :]


def written(host: str) -> tuple[str, ...]:
    """Return the ways to write a host that posed as another: all open the same."""
    return (host, punycode(host), host.upper(), f"login.{host}", f"https://ai.do@{host}:443/dang-nhap?x=1")


def same(domain: str) -> tuple[str, ...]:
    """Return the ways to write a domain that all open it."""
    full = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in domain)
    ideographic = domain.replace(".", "。")
    return (domain, domain.upper(), full, ideographic, f"{domain}.", f"https://{domain}/", f"a.{punycode(domain)}")


def domains(organisations: tuple[Organisation, ...]) -> Iterator[str]:
    """Return the official domains of organisations and those of their affiliates."""
    for organisation in organisations:
        yield from (*organisation.domains, *organisation.affiliates)
